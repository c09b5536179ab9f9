// SPDX-License-Identifier: MIT
// What an archive must be like: pmt-verify-profile(5).
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

/// Whether a file has to be there.
enum class Presence { required, optional, forbidden, unless_security };

/// A file that has its own rule.
struct FileRule {
  std::string file;
  Presence presence = Presence::optional;
  std::vector<std::string> digests;  ///< MD5 or SHA-256, lower case; empty: any content
  Severity other = Severity::error;  ///< of a content that is none of them
};

struct ReadmeRule : FileRule {
  bool fields = true;                     ///< it has the fields of a patch's README
  Severity other_kind = Severity::error;  ///< of one that has none of them
  bool products = true;                   ///< `Applies To` names the registry's products
};

/// A line that a text file must or must not have.
struct TextRule {
  std::string file;  ///< a pattern of paths
  std::string rule;
  std::string must, must_not;  ///< regular expressions; one of them is empty
  std::string when;            ///< a pattern: only where some entry fits
  std::string why;
  Severity severity = Severity::error;
};

/// What an update's descriptor says of the files that it brings.
struct ChangeRule {
  std::string descriptors;  ///< a pattern of files; empty: there are none
  std::string directory;    ///< where the files lie as they do in the product
};

struct Limits {
  std::uint64_t ratio = 200;  ///< of an entry of more than a megabyte
  std::uint64_t total = 4ULL << 30U;
  std::uint64_t entries = 100000;
};

struct Profile {
  std::string what;                                ///< the file it came from
  std::string name;                                ///< of the archive without .zip, as [patch] name
  std::string directory;                           ///< `patch{number}`: must be there; empty: none
  std::optional<std::vector<std::string>> others;  ///< patterns of what else may be there
  std::vector<std::string> jars_only;  ///< patterns of directories with nothing but jars
  std::vector<std::string> content;    ///< directories of which one must hold something
  std::string security_text;           ///< in LICENSE of a security patch; a regular expression
  ReadmeRule readme;
  FileRule license, contribution, version_file;
  std::string version_must;                         ///< what the version file must have
  std::vector<std::string> junk, hidden;            ///< patterns of names
  std::vector<std::string> placeholders, suspects;  ///< regular expressions
  std::vector<TextRule> texts;
  ChangeRule changes;
  Limits limits;
  std::map<std::string, Level> levels;
  std::map<std::string, std::vector<std::string>> ticks;  ///< item -> the rules that prove it
};

/// `support`, `kernel`, `update`, or a path (with a slash, or ending in .toml).
/// @param shipped the directory that has the profiles that ship
/// @throws UsageError for a name that is none (the nearest is proposed), Error(no_input), DataError
Profile load_profile(const std::string& called, const std::filesystem::path& shipped);

/// @param what the file, for messages. @throws DataError naming the line and the problem
Profile parse_profile(const std::string& text, const std::string& what);

/// A pattern of paths: `*` and `?` stay within a name, `**` does not.
class Glob {
 public:
  explicit Glob(const std::string& pattern);
  [[nodiscard]] bool fits(std::string_view path) const { return m_regex.matches(path); }

 private:
  Regex m_regex;
};

/// Whether one of them fits.
bool fits_any(const std::vector<Glob>& globs, std::string_view path);

}  // namespace upkeep::patch::archive
