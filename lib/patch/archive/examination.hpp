// SPDX-License-Identifier: MIT
// One archive under examination: what the parts of it are, for the rules to judge.
#pragma once

#include "patch/archive/finding.hpp"
#include "patch/archive/profile.hpp"
#include "patch/archive/zip_map.hpp"
#include "patch/model/patch_name.hpp"
#include "patch/store/jar_store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

/// What the registry says about the patch that an archive is checked against.
struct Expected {
  PatchRef ref;
  std::vector<std::string> products, public_jiras, support_jiras, jars;
  bool security = false;
  std::string md5;                                           ///< of the archive; empty: not known
  std::vector<Jar> recorded;                                 ///< as an earlier archive had them
  std::function<std::string(const std::string&)> product{};  ///< an alias's own; null: no aliases
  bool replaces = false;  ///< the archive takes the place of the recorded one
};

struct Examination {
  const Profile& profile;
  NameRule names;
  const Expected* expected;  ///< null: not checked against the registry
  std::string file;          ///< the archive's path, for its name and what lies beside it
  const Fd& data;            ///< the archive: by its path there may be another one by now
  Findings findings;
  ZipMap map;
  std::optional<PatchRef> ref;            ///< whose archive it is, where that is known
  std::string root;                       ///< `NAME/`, or empty
  std::vector<std::string_view> paths{};  ///< within the root; a directory ends in `/`
  std::map<std::string, std::string, std::less<>> texts{};
  std::map<std::string, std::pair<std::string, std::string>, std::less<>>
      digests{};  ///< MD5, SHA-256
  std::vector<Jar> jars{};
  bool security = false;  ///< a security patch

  /// `{name}`, `{platform}` and `{number}` replaced, in a pattern of paths and in a regular
  /// expression; anything fits where the patch is not known.
  [[nodiscard]] std::string expand(std::string text) const;
  [[nodiscard]] std::string expand_regex(std::string text) const;
  [[nodiscard]] bool has(std::string_view path) const;
  [[nodiscard]] bool has_directory(std::string_view directory) const;  ///< without `/`
};

/// The files of a product's distribution, a zip with one directory, as they lie in the product.
/// @throws Error(no_input), DataError, both naming it
std::set<std::string, std::less<>> distribution_files(const std::string& zip,
                                                      std::size_t most_entries);

/// A name in an archive as it can be shown: cut, without controls and broken UTF-8.
std::string shown(std::string_view name);

// The rules, in the order in which they are applied.
void judge_entries(Examination& examined);  // unsafe-path link duplicate encrypted bomb
void find_root(Examination& examined);      // name other-patch layout
void judge_layout(Examination& examined);   // layout jars-only empty junk hidden other-patch
void read_contents(Examination& examined, const Fd& file);
void judge_files(Examination& examined);  // license contribution version-file placeholder, texts
void judge_readme(Examination& examined);
/// @param product the files of the product that an update is for; null: not known
void judge_changes(Examination& examined, const std::set<std::string, std::less<>>* product);
void judge_registry(Examination& examined);  // digest jars-only other-patch
/// @param keyring empty: the archive must not be signed yet
void judge_signature(Examination& examined, const std::string& keyring);

}  // namespace upkeep::patch::archive
