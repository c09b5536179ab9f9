// SPDX-License-Identifier: MIT
// What patches consist of: fields, pick lists, lifecycles.
#include "base/text.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/listed_records.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/choice_store.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace upkeep::patch_web::api {

namespace {

const std::vector<std::string>& choice_columns() {
  static const std::vector<std::string> k_columns{"value", "list"};
  return k_columns;
}

/// A list that has no values: whether it is one that always exists. @throws Refusal(unknown)
void need_list(Visit& visit, const std::string& list) {
  std::vector<std::string> known = patch::known_choice_lists();
  for (auto& one : patch::all_choices(visit.connection(), {})) {
    if (known.back() != one.first) known.push_back(std::move(one.first));
  }
  if (std::find(known.begin(), known.end(), list) != known.end()) return;
  throw web::Refusal("unknown", fmt::format("there is no pick list '{}'", printable(list)),
                     did_you_mean(list, known));
}

/// A value to suggest, and the alias by which it was found.
struct Suggestion {
  std::string value, hint;
};

/// How well `text` fits what was typed: the lower, the better; nullopt: not at all.
std::optional<int> fit(const std::string& text, const std::string& typed) {
  const std::string low = lower(text);
  if (low == typed) return 0;
  if (low.starts_with(typed)) return 1;
  if (low.find(' ' + typed) != std::string::npos) return 2;
  constexpr int k_anywhere = 3;
  return low.find(typed) == std::string::npos ? std::nullopt : std::optional<int>(k_anywhere);
}

/// What a field may be proposed: the list of [web.patches] suggest, or its own values.
std::vector<std::string> proposals(Visit& visit, const std::string& key, std::string& list) {
  const auto& suggest = visit.web().suggest;
  const auto configured = suggest.find(key);
  if (configured != suggest.end()) {
    list = configured->second;
    auto values = patch::choices(visit.connection(), list);
    if (!values.empty() || list != "people") return values;
    const auto people = patch::system_people();
    return {people.begin(), people.end()};
  }
  const patch::Field* field = visit.type().find(key);
  return field == nullptr ? std::vector<std::string>{} : visit.registry().offered(*field);
}

std::vector<Suggestion> suggestions(Visit& visit, const std::string& key,
                                    const std::string& typed) {
  std::string list;
  std::vector<std::pair<int, Suggestion>> found;
  for (const std::string& value : proposals(visit, key, list)) {
    if (const auto rank = fit(value, typed)) found.push_back({*rank, {value, {}}});
  }
  if (!list.empty()) {
    for (const auto& [alias, value] : patch::choice_aliases(visit.connection(), list)) {
      const std::string& target = value;
      const bool there = std::any_of(found.begin(), found.end(),
                                     [&](const auto& one) { return one.second.value == target; });
      const auto rank = there ? std::nullopt : fit(alias, typed);
      if (rank) found.push_back({*rank, {value, alias}});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr std::size_t k_most = 20;
  found.resize(std::min(found.size(), k_most));
  std::vector<Suggestion> values;
  values.reserve(found.size());
  for (auto& one : found) values.push_back(std::move(one.second));
  return values;
}

}  // namespace

web::Response get_fields(Visit& visit, const Names& /*names*/) {
  std::vector<Record> records;
  for (const patch::Field& field : visit.type().fields()) {
    records.push_back(patch::field_record(field));
  }
  return array(patch::field_columns(), records);
}

web::Response get_choices(Visit& visit, const Names& names) {
  const std::string list = names.empty() ? "" : names.front();
  std::vector<Record> records;
  for (auto& [name, value] : patch::all_choices(visit.connection(), list)) {
    records.push_back({value, name});
  }
  if (records.empty() && !list.empty()) need_list(visit, list);
  return array(choice_columns(), records);
}

web::Response get_suggestions(Visit& visit, const Names& /*names*/) {
  const auto key = visit.query().maybe("key");
  if (!key) throw UsageError("the parameter 'key' is missing", "it names a field");
  const std::string typed = lower(trim(visit.query().get("q")));
  std::vector<Record> records;
  if (!typed.empty()) {
    for (Suggestion& one : suggestions(visit, *key, typed)) {
      records.push_back({std::move(one.value), null_if_empty(one.hint)});
    }
  }
  return array({"value", "hint"}, records);
}

web::Response get_lifecycles(Visit& visit, const Names& /*names*/) {
  std::vector<Record> records;
  for (const auto& one : patch::lifecycle::Library(visit.connection()).list()) {
    records.push_back(patch::lifecycle::listed_record(one));
  }
  return array(patch::lifecycle::listed_columns(), records);
}

web::Response get_lifecycle(Visit& visit, const Names& names) {
  patch::lifecycle::Library library(visit.connection());
  const std::string name = library.called(names.at(0));
  const auto asked = number(visit, "version", 1, std::numeric_limits<std::int32_t>::max());
  const std::int64_t version = asked ? static_cast<std::int64_t>(*asked) : library.newest(name);
  for (const auto& one : library.list(name)) {
    if (one.version != version) continue;
    return object(patch::lifecycle::listed_columns(), patch::lifecycle::listed_record(one));
  }
  const std::int64_t newest = library.newest(name);  // or says what is like it
  throw web::Refusal("unknown", fmt::format("{} has no version {}", printable(name), version),
                     fmt::format("the newest is {}", newest));
}

}  // namespace upkeep::patch_web::api
