// SPDX-License-Identifier: MIT
#include "patch/exchange/draft_checks.hpp"

#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_name_length = 190, k_category_length = 100;

/// Counts characters, as the database's columns do.
void check_length(const std::string& what, const std::string& text, std::size_t most) {
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  if (static_cast<std::size_t>(characters) <= most) return;
  throw DataError(fmt::format("{}: longer than {} characters", what, most));
}

void check_bytes(const std::string& what, std::size_t size, std::size_t most) {
  if (size > most) throw DataError(fmt::format("{}: more than {} bytes", what, most));
}

/// Whether a name that the rule cannot parse, such as one of an earlier rule, belongs to the patch:
/// it contains the patch's platform and number.
bool mentions(const std::string& name, const PatchRef& ref) {
  const Regex words(
      fmt::format("(?<![0-9.]){}(?![0-9]|[.][0-9]).*(?<![0-9])0*{}(?![0-9])|"
                  "(?<![0-9])0*{}(?![0-9.]).*(?<![0-9.]){}(?![0-9]|[.][0-9])",
                  regex_quoted(ref.platform), ref.number, ref.number, regex_quoted(ref.platform)));
  return words.groups(name).has_value();
}

}  // namespace

std::string reject_reason(const Error& error) {
  const std::string& advice = error.advice();
  return advice.empty() ? error.what() : fmt::format("{} ({})", error.what(), advice);
}

std::string two_categories(const std::string& own, const std::string& of_field) {
  return fmt::format("category: '{}', but {} is '{}'", printable(own), k_category_key,
                     printable(of_field));
}

std::string fingerprint(std::string_view text) {
  std::string out;
  for (std::uint64_t hash : {14695981039346656037ULL, 0x9e3779b97f4a7c15ULL}) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash ^= hash >> 32U;
    out += fmt::format("{:016x}", hash);
  }
  return out;
}

void DraftChecks::check_sizes(const Draft& draft) {
  const Patch& patch = draft.patch;
  constexpr std::size_t k_text = 60'000, k_medium = 8U << 20U;
  check_length("created_by", patch.created_by.value_or(""), k_name_length);
  check_length("requested_by", patch.requested_by.value_or(""), k_name_length);
  check_length("category", patch.category.value_or(""), k_category_length);
  check_length("the key", patch.import_key, k_name_length);
  check_bytes("fields", encode(patch.fields).size(), k_medium);
  check_bytes("links", encode_links(patch.links).size(), k_text);
  for (const Event& event : draft.events) {
    check_length("history: actor", event.actor, k_name_length);
    check_length("history: via", event.via, k_name_length);
    check_bytes("history: changes", encode_changes(event.changes).size(), k_medium);
    check_bytes("history: comment", event.comment.size(), k_medium);
    check_bytes("history: inputs", event.inputs.size(), k_medium);
  }
  for (const Jar& jar : draft.jars)
    check_length("jars: recorded_by", jar.recorded_by.value_or(""), k_name_length);
}

/// Fields that repeat the patch's own data must agree with it.
void DraftChecks::check_same_patch(const Patch& patch) {
  if (patch.ref->number == 0) return;
  const std::string name = first_value(patch.fields, k_name_key);
  const auto named = m_registry.names().parse(name);
  if (named ? *named != *patch.ref : !name.empty() && !mentions(name, *patch.ref)) {
    throw DataError(fmt::format("{}: '{}', but the row is for {}", k_name_key, printable(name),
                                m_registry.names().format(*patch.ref)));
  }
  const std::string platform = first_value(patch.fields, k_platform_key);
  if (platform_key(platform) && platform != patch.ref->platform) {
    throw DataError(fmt::format("{}: '{}', but the patch is for {}", k_platform_key,
                                printable(platform), patch.ref->platform));
  }
}

/// Values that a new patch gets if its row does not have them; an existing patch keeps its own.
void DraftChecks::fill_in(Draft& draft) {
  Patch& patch = draft.patch;
  const ArtifactType& type = m_registry.type();
  const auto fill = [&](const char* key, const std::string& value) {
    if (type.find(key) != nullptr && !patch.fields.contains(key)) draft.assumed[key] = {value};
  };
  fill(k_platform_key, patch.ref->platform);
  fill(k_category_key, patch.category.value_or("normal"));
  if (patch.ref->number != 0) fill(k_name_key, m_registry.names().format(*patch.ref));
  const std::string released = first_value(patch.fields, k_released_key);
  if (!patch.released_at && !released.empty()) patch.released_at = iso_time(sql_time(released));
}

/// A patch's category is that of its field, where its type has one. An export contains both, and an
/// edit may change either; DraftMatcher compares with the stored patch to find out which.
void DraftChecks::resolve_category(Draft& draft) {
  Patch& patch = draft.patch;
  const std::string category = first_value(patch.fields, k_category_key);
  if (draft.says_category && !category.empty() && category != *patch.category) {
    if (draft.has_history) return;
    throw DataError(two_categories(*patch.category, category));
  }
  if (!category.empty()) patch.category = category;
  if (!patch.category && !draft.has_history) patch.category = "normal";
}

/// Completes what every imported patch has.
void DraftChecks::finish(Draft& draft, std::string_view canonical) {
  Patch& patch = draft.patch;
  draft.hash = fingerprint(canonical);
  draft.says_state = patch.state.has_value();
  draft.says_category = patch.category.has_value();
  const bool unversioned = draft.has_history && !patch.lifecycle_version;
  m_states.check(patch);
  if (unversioned) patch.lifecycle_version.reset();  // it is restored unchanged
  if (draft.is_request) {
    patch.ref.reset();
    check_sizes(draft);
    return;
  }
  if (!patch.ref || patch.ref->platform.empty()) {
    throw DataError("it has no platform", "a map can give one in [defaults]");
  }
  for (const Link& link : patch.links) {
    if (link.target == *patch.ref) throw DataError(fmt::format("it {} itself", link.type));
  }
  check_same_patch(patch);
  resolve_category(draft);
  if (!draft.has_history) fill_in(draft);
  check_sizes(draft);
}

}  // namespace upkeep::patch
