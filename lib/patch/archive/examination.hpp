// SPDX-License-Identifier: MIT
// One archive under examination: its parts, as input for the rules.
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

/// The registry's data on the patch that an archive is checked against.
struct Expected {
  PatchRef ref;
  std::vector<std::string> products, public_jiras, support_jiras, jars;
  bool security = false;
  std::string md5;                                           ///< of the archive; empty: unknown
  std::vector<Jar> recorded;                                 ///< from an earlier archive
  std::function<std::string(const std::string&)> product{};  ///< resolves aliases; null: none
  bool replaces = false;  ///< the archive replaces the recorded one
};

struct Examination {
  const Profile& profile;
  NameRule names;
  const Expected* expected;  ///< null: not checked against the registry
  std::string file;          ///< the archive's path, for its name and the files next to it
  const Fd& data;            ///< the open archive: its path may denote another file by now
  Findings findings;
  ZipMap map;
  std::optional<PatchRef> ref;            ///< the patch that it belongs to, if known
  std::string root;                       ///< `NAME/`, or empty
  std::vector<std::string_view> paths{};  ///< within the root; directories end with `/`
  std::map<std::string, std::string, std::less<>> texts{};
  std::map<std::string, std::pair<std::string, std::string>, std::less<>>
      digests{};  ///< MD5, SHA-256
  std::vector<Jar> jars{};
  bool security = false;  ///< a security patch
  /// The files that were handed over with the archive, by name: paths of their contents. Null: they
  /// are next to it.
  const std::map<std::string, std::string>* beside = nullptr;

  /// Replaces `{name}`, `{platform}` and `{number}` in a pattern of paths and in a regular
  /// expression; they match anything if the patch is unknown.
  [[nodiscard]] std::string expand(std::string text) const;
  [[nodiscard]] std::string expand_regex(std::string text) const;
  [[nodiscard]] bool has(std::string_view path) const;
  [[nodiscard]] bool has_directory(std::string_view directory) const;  ///< without `/`
};

/// The files of a product's distribution (a zip with one directory), by their paths in the product.
/// @throws Error(no_input), DataError, both naming the zip
std::set<std::string, std::less<>> distribution_files(const std::string& zip,
                                                      std::size_t most_entries);

/// A name in an archive for display: shortened, without control characters and invalid UTF-8.
std::string shown(std::string_view name);

// The rules, in the order in which they are applied.
void judge_entries(Examination& examined);  // unsafe-path link duplicate encrypted bomb
void find_root(Examination& examined);      // name other-patch layout
void judge_layout(Examination& examined);   // layout jars-only empty junk hidden other-patch
void read_contents(Examination& examined, const Fd& file);
void judge_files(Examination& examined);  // license contribution version-file placeholder, texts
void judge_readme(Examination& examined);
/// @param product the files of the product that an update is for; null: unknown
void judge_changes(Examination& examined, const std::set<std::string, std::less<>>* product);
void judge_registry(Examination& examined);  // digest jars-only other-patch
/// @param keyring empty: the archive must not be signed yet; a given signature is not verified
void judge_signature(Examination& examined, const std::string& keyring);

}  // namespace upkeep::patch::archive
