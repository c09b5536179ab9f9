// SPDX-License-Identifier: MIT
// /search: leads to the one patch that is meant, or to the list of those that match.
#include "base/text.hpp"
#include "patch/query/query.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/pages.hpp"

#include <algorithm>

namespace upkeep::patch_web {

namespace {

/// The patch or request that `text` names and that exists.
std::optional<std::string> named(Visit& visit, const std::string& text) {
  const auto queue = patch::parse_queue_id(text);
  const auto ref = queue ? std::nullopt : visit.names().parse(text);
  if (!queue && !ref) return std::nullopt;
  const auto found = patch::find_patch(visit.connection(), {.ref = ref, .queue = queue});
  if (!found) return std::nullopt;
  return patch::name_of(*found, visit.names());
}

/// The query, if exactly one patch matches it as a key of JIRA or as a jar: otherwise nullopt.
std::optional<std::string> only_one(Visit& visit, const std::vector<std::string>& words) {
  patch::SelectorSql selected = visit.select(words);
  selected.limit = 2;
  const auto found = patch::select_patches(visit.connection(), selected);
  if (found.size() != 1) return std::nullopt;
  return patch::name_of(found.front(), visit.names());
}

}  // namespace

web::Response search(Visit& visit, const Names& /*names*/) {
  const std::string text(trim(visit.query().get("q")));
  if (text.empty()) return web::see_other(visit.address("/patches"));
  std::vector<std::string> words;
  try {
    words = patch::query_words(text);
  } catch (const UsageError&) {
    words = {text};  // people search for what has a quote in it
  }
  if (words.size() == 1) {
    if (const auto name = named(visit, words.front())) {
      return web::see_other(visit.patch_address(*name));
    }
    const bool term = words.front().find_first_of("=~<>:") != std::string::npos;
    if (!term) {
      for (const char* key : {"jira", "patchInformation_jarsInvolved"}) {
        if (visit.type().find("patchInformation_jarsInvolved") == nullptr && *key == 'p') continue;
        if (const auto name = only_one(visit, {key + ("=" + words.front())})) {
          return web::see_other(visit.patch_address(*name));
        }
      }
    }
  }
  return web::see_other(visit.list_address(patch::query_text(words)));
}

}  // namespace upkeep::patch_web
