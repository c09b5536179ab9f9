// SPDX-License-Identifier: MIT
#include "patch/lifecycle/unknown_words.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/attested.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/model/keys.hpp"
#include "patch/model/state_words.hpp"
#include "patch/store/choice_store.hpp"
#include "patch/store/type_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch::lifecycle {

namespace {

using Words = std::vector<std::string>;

class WordSearch {
 public:
  WordSearch(db::Connection& connection, const config::Patch& config)
      : m_config(config), m_type(TypeStore(connection).current()) {
    Library library(connection);
    std::set<std::string> states, items;
    for (const LoadedDefinition& one : library.loaded()) {
      for (const State& state : one.definition->states) {
        states.insert(state.name);
        for (const Item& item : state.items) items.insert(item.name);
      }
    }
    constexpr std::string_view k_list = "pick-list:";
    if (const Field* field = m_type.find(k_category_key); field != nullptr && !config.see.empty()) {
      const std::string& source = field->values_class;
      m_categories = source.starts_with(k_list) ? choices(connection, source.substr(k_list.size()))
                                                : field->values;
    }
    m_states.assign(states.begin(), states.end());
    m_items.assign(items.begin(), items.end());
  }

  std::vector<UnknownWord> found() {
    const config::Patch shipped;
    for (const auto& [item, words] : m_config.attests) {
      const auto same = shipped.attests.find(item);
      if (same == shipped.attests.end() || same->second != words) attests(item, words);
    }
    for (const auto& [state, key] : m_config.dates) {
      const auto same = shipped.dates.find(state);
      if (same == shipped.dates.end() || same->second != key) date(state, key);
    }
    if (m_config.released != shipped.released) states_of("[patch] released", m_config.released);
    if (m_config.complete != shipped.complete) states_of("[patch] complete", m_config.complete);
    if (m_config.qa_states != shipped.qa_states) states_of("[patch] qa_states", m_config.qa_states);
    for (const auto& [word, key] : m_config.keys) field("[patch.keys]", key, m_type.keys());
    categories();
    const std::string& role = m_config.released_edit;
    if (m_config.roles && !role.empty() && !m_config.roles->contains(role)) {
      Words roles;
      for (const auto& one : *m_config.roles) roles.push_back(one.first);
      add("[patch] released_edit", "there is no role", role, roles);
    }
    return std::move(m_found);
  }

 private:
  void add(const std::string& key, const char* what, const std::string& word,
           const Words& candidates) {
    m_found.push_back({key, fmt::format("{} '{}'", what, printable(word)),
                       did_you_mean(word, candidates, fmt::format("correct {}", key))});
  }

  void state(const std::string& key, const std::string& word) {
    const bool known = std::any_of(m_states.begin(), m_states.end(), [&](const std::string& one) {
      return denotes_state(word, one);
    });
    if (!known) add(key, "no lifecycle has the state", word, m_states);
  }

  void states_of(const std::string& key, const Words& words) {
    for (const std::string& word : words) state(key, word);
  }

  void field(const std::string& key, const std::string& word, const Words& candidates) {
    if (fields_of_key(m_type, m_config, word).empty()) {
      add(key, "the artifact type has no field", word, candidates);
    }
  }

  void attests(const std::string& item, const Words& words) {
    const std::string key = "[patch.attests]";
    const bool known = std::any_of(m_items.begin(), m_items.end(), [&](const std::string& one) {
      return same_ignoring_case(trim(one), trim(item));
    });
    if (!known) add(key, "no lifecycle has the item", item, m_items);
    Words candidates = m_type.keys();
    candidates.emplace_back(k_attested_jars);
    for (const std::string& word : words) {
      if (word != k_attested_jars) field(key, word, candidates);
    }
  }

  /// A misspelt category would hide nothing.
  void categories() {
    for (const auto& one : m_config.see) {
      const bool known =
          m_categories.empty() ||
          std::any_of(m_categories.begin(), m_categories.end(), [&](const std::string& value) {
            return same_ignoring_case(value, one.first);
          });
      if (!known) add("[patch.see]", "there is no category", one.first, m_categories);
    }
  }

  void date(const std::string& entered, const std::string& word) {
    const std::string key = "[patch.dates]";
    state(key, entered);
    if (word.empty()) return;  // it sets none
    Words dates;
    for (const Field& one : m_type.fields()) {
      if (one.type == FieldType::date) dates.push_back(one.key);
    }
    const Field* target = m_type.find(word);
    if (target == nullptr) {
      add(key, "the artifact type has no field", word, dates);
    } else if (target->type != FieldType::date) {
      add(key, "not a field of type date:", word, dates);
    }
  }

  const config::Patch& m_config;
  ArtifactType m_type;
  Words m_states, m_items, m_categories;  // no categories: any is possible
  std::vector<UnknownWord> m_found;
};

}  // namespace

std::vector<UnknownWord> unknown_words(db::Connection& connection, const config::Patch& config) {
  return WordSearch(connection, config).found();
}

}  // namespace upkeep::patch::lifecycle
