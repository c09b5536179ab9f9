// SPDX-License-Identifier: MIT
#include "patch/lifecycle/lookup.hpp"

#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

[[noreturn]] void no_such(const std::string& what, const std::string& word,
                          const std::vector<std::string>& known) {
  const std::string there = known.empty() ? "there is none" : "there are " + join(known, ", ");
  throw Error(ExitStatus::partial, fmt::format("{} '{}'", what, printable(word)),
              did_you_mean(word, known, there));
}

/// The only one whose name differs from `word` only in case and surrounding blanks; nullptr if
/// there is none or more than one.
template <typename T, typename NameOf>
const T* only_like(const std::vector<T>& all, const std::string& word, const NameOf& name_of) {
  const T* found = nullptr;
  for (const T& one : all) {
    if (!same_ignoring_case(trim(name_of(one)), trim(word))) continue;
    if (found != nullptr) return nullptr;
    found = &one;
  }
  return found;
}

/// The item denoted by `3` or `#3`; nullptr if that is not the number of an item.
/// @throws Error if another item is called `3`
const Item* item_numbered(const State& state, const std::string& word) {
  const auto& items = state.items;
  const bool marked = word.starts_with('#');
  const auto number = to_integer(marked ? word.substr(1) : word);
  if (!number || *number < 1 || *number > std::ssize(items)) return nullptr;
  const Item& found = items[static_cast<std::size_t>(*number - 1)];
  const auto named =
      std::find_if(items.begin(), items.end(), [&](const Item& one) { return one.name == word; });
  if (named == items.end() || &*named == &found) return &found;
  if (marked) return &*named;
  throw Error(
      ExitStatus::partial,
      fmt::format("'{}' is the number of '{}' and the name of item {} of '{}'", printable(word),
                  printable(found.name), named - items.begin() + 1, printable(state.name)),
      fmt::format("write '#{}' or '#{}'", *number, named - items.begin() + 1));
}

/// Several numbers of items: `1-6,8`.
bool is_number_list(const std::string& word) {
  static const Regex list("#?[0-9]+(-#?[0-9]+)?(,#?[0-9]+(-#?[0-9]+)?)*");
  return word.find_first_of(",-") != std::string::npos && list.matches(word);
}

[[noreturn]] void no_items(const State& state) {
  throw Error(ExitStatus::partial, fmt::format("'{}' has no items", printable(state.name)));
}

/// Adds the items of one part of such a list: `8` or `1-6`.
void take_numbers(const State& state, const std::string& part, std::vector<const Item*>& items) {
  const std::string plain = replace_all(part, "#", "");
  const auto dash = plain.find('-');
  const auto first = to_integer(plain.substr(0, dash));
  const auto last = dash == std::string::npos ? first : to_integer(plain.substr(dash + 1));
  const auto count = std::ssize(state.items);
  if (count == 0) no_items(state);
  if (!first || !last || *first < 1 || *first > *last || *last > count) {
    throw Error(ExitStatus::partial,
                fmt::format("'{}' has no {} {}", printable(state.name),
                            dash == std::string::npos ? "item" : "items", printable(part)),
                fmt::format("their numbers are 1 to {}", count));
  }
  for (auto number = *first; number <= *last; ++number) {
    items.push_back(&state.items[static_cast<std::size_t>(number - 1)]);
  }
}

}  // namespace

const Transition& transition_called(const State& state, const std::string& event) {
  if (const Transition* found = state.transition(event)) return *found;
  if (const auto* found =
          only_like(state.transitions, event, [](const Transition& one) { return one.event; })) {
    return *found;
  }
  no_such(fmt::format("'{}' has no event", state.name), event, state.events());
}

const Item& item_called(const State& state, const std::string& word) {
  const auto& items = state.items;
  if (const Item* numbered = item_numbered(state, word)) return *numbered;
  std::vector<std::string> names;
  const Item* begins = nullptr;
  std::size_t beginnings = 0;
  for (const Item& one : items) {
    if (one.name == word) return one;
    names.push_back(one.name);
    if (word.empty() || !case_folded(one.name).starts_with(case_folded(word))) continue;
    begins = &one;
    ++beginnings;
  }
  if (const auto* found = only_like(items, word, [](const Item& one) { return one.name; })) {
    return *found;
  }
  if (items.empty()) no_items(state);
  if (beginnings == 1) return *begins;
  if (beginnings > 1) {
    throw Error(ExitStatus::partial,
                fmt::format("'{}' is the start of {} items of '{}'", printable(word), beginnings,
                            state.name),
                "type more of it, or its number");
  }
  no_such(fmt::format("'{}' has no item", state.name), word, names);
}

std::vector<const Item*> items_called(const State& state, const std::vector<std::string>& words) {
  std::vector<const Item*> items;
  for (const std::string& word : words) {
    const bool is_name = std::any_of(state.items.begin(), state.items.end(), [&](const Item& one) {
      return same_ignoring_case(trim(one.name), trim(word));
    });
    if (!is_name && lower(word) == "all") {
      take_numbers(state, fmt::format("1-{}", state.items.size()), items);
    } else if (!is_name && is_number_list(word)) {
      for (const std::string& part : split(word, ',')) take_numbers(state, part, items);
    } else {
      items.push_back(&item_called(state, word));
    }
  }
  return items;
}

const State& state_called(const Definition& definition, const std::string& name) {
  if (const State* found = definition.find(name)) return *found;
  if (const auto* found = only_like(definition.states, shown_state(name),
                                    [](const State& one) { return one.name; })) {
    return *found;
  }
  no_such(fmt::format("{} has no state", definition.name), name, definition.state_names());
}

}  // namespace upkeep::patch::lifecycle
