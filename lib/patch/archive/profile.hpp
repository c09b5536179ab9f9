// SPDX-License-Identifier: MIT
// The requirements of an archive: pmt-verify-profile(5).
#pragma once

#include "base/regex.hpp"
#include "patch/archive/finding.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

/// Whether a file must exist.
enum class Presence { required, optional, forbidden, unless_security };

/// A file with its own rule.
struct FileRule {
  std::string file;
  Presence presence = Presence::optional;
  std::vector<std::string> digests;  ///< MD5 or SHA-256, lower case; empty: any content
  Severity other = Severity::error;  ///< of any other content
};

struct ReadmeRule : FileRule {
  bool fields = true;                     ///< it must have the fields of a patch's README
  Severity other_kind = Severity::error;  ///< of a README without any of them
  bool products = true;                   ///< `Applies To` must list the registry's products
};

/// A line that a text file must or must not have.
struct TextRule {
  std::string file;  ///< a pattern of paths
  std::string rule;
  std::string must, must_not;  ///< regular expressions; one of them is empty
  std::string when;            ///< a pattern: the rule applies only if some entry matches
  std::string why;
  Severity severity = Severity::error;
};

/// An update's descriptor and the files that it describes.
struct ChangeRule {
  std::string descriptors;  ///< a pattern of files; empty: none
  std::string directory;    ///< the directory with the product's files
};

struct Limits {
  std::uint64_t ratio = 200;  ///< of entries larger than a megabyte
  std::uint64_t total = 4ULL << 30U;
  std::uint64_t entries = 100000;
};

struct Profile {
  std::string what;                                ///< the file that it was read from
  std::string name;                                ///< of the archive without .zip, as [patch] name
  std::string directory;                           ///< `patch{number}`: required; empty: none
  std::optional<std::vector<std::string>> others;  ///< patterns of other files that are allowed
  std::vector<std::string> jars_only;  ///< patterns of directories with nothing but jars
  std::vector<std::string> content;    ///< directories, one of which must not be empty
  std::string security_text;           ///< in LICENSE of a security patch; a regular expression
  ReadmeRule readme;
  FileRule license, contribution, version_file;
  std::string version_must;                         ///< required text of the version file
  std::vector<std::string> junk, hidden;            ///< patterns of names
  std::vector<std::string> placeholders, suspects;  ///< regular expressions
  std::vector<TextRule> texts;
  ChangeRule changes;
  Limits limits;
  std::map<std::string, Level> levels;
  std::map<std::string, std::vector<std::string>> ticks;  ///< item -> the rules that prove it
};

/// `support`, `kernel`, `update`, or a path (with a slash, or ending with .toml).
/// @param shipped the directory with the supplied profiles
/// @throws UsageError for an unknown name (suggesting the nearest), Error(no_input), DataError
Profile load_profile(const std::string& called, const std::filesystem::path& shipped);

/// @param what its name in messages. @throws DataError naming the line and the problem
Profile parse_profile(const std::string& text, const std::string& what);

/// A pattern of paths: `*` and `?` do not match a slash, `**` does.
class Glob {
 public:
  explicit Glob(const std::string& pattern);
  [[nodiscard]] bool fits(std::string_view path) const { return m_regex.matches(path); }

 private:
  Regex m_regex;
};

/// Whether one of them matches.
bool fits_any(const std::vector<Glob>& globs, std::string_view path);

}  // namespace upkeep::patch::archive
