// SPDX-License-Identifier: MIT
#include "patch/lifecycle/loaded_states.hpp"

#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/request.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

/// The one of `names` that equals `word`, or differs from it only in case and dots.
std::optional<std::string> spelling_of(const std::vector<std::string>& names,
                                       const std::string& word) {
  if (std::find(names.begin(), names.end(), word) != names.end()) return word;
  const std::string wanted = case_folded(shown_state(word));
  std::optional<std::string> found;
  for (const std::string& name : names) {
    if (case_folded(shown_state(name)) != wanted) continue;
    if (found) return std::nullopt;
    found = name;
  }
  return found;
}

}  // namespace

const std::map<std::string, LoadedStates::Loaded>& LoadedStates::loaded() {
  if (m_loaded) return *m_loaded;
  m_loaded.emplace();
  for (const db::Row& row :
       m_connection.query("SELECT name, version FROM lifecycle ORDER BY name, version")) {
    Loaded& one = (*m_loaded)[row.text("name")];
    one.newest = row.integer("version");
    one.versions.push_back(row.integer("version"));
  }
  return *m_loaded;
}

std::string LoadedStates::lifecycle_called(const std::string& word) {
  std::vector<std::string> names;
  for (const auto& [name, versions] : loaded()) names.push_back(name);
  if (auto name = spelling_of(names, word)) return *name;
  throw DataError(fmt::format("lifecycle: '{}' is not loaded", printable(word)),
                  did_you_mean(word, names, "'pmt-lifecycle load' loads one"));
}

void LoadedStates::check(Patch& patch) {
  if (!patch.lifecycle) {
    if (patch.lifecycle_version) throw DataError("lifecycle_version: without a lifecycle");
    if (!patch.state || loaded().empty()) return;
    if (auto state = state_called(*patch.state)) {
      patch.state = std::move(state);
      return;
    }
    throw DataError(fmt::format("state: no lifecycle has the state '{}'", printable(*patch.state)),
                    did_you_mean(*patch.state, state_names(), "a map's [states] can translate it"));
  }
  const std::string name = lifecycle_called(*patch.lifecycle);
  const Loaded& versions = loaded().at(name);
  patch.lifecycle = name;
  if (!patch.lifecycle_version) patch.lifecycle_version = versions.newest;
  const std::int64_t version = *patch.lifecycle_version;
  if (std::find(versions.versions.begin(), versions.versions.end(), version) ==
      versions.versions.end()) {
    throw DataError(fmt::format("lifecycle_version: {} has no version {}", name, version),
                    fmt::format("the newest that is loaded is {}", versions.newest));
  }
  const Definition& definition = m_library.get(name, version);
  if (!patch.state) {
    patch.state = definition.initial;
    return;
  }
  const std::vector<std::string> names = definition.state_names();
  if (auto state = spelling_of(names, *patch.state)) {
    patch.state = std::move(state);
    return;
  }
  throw DataError(fmt::format("state: {} has no state '{}'", name, printable(*patch.state)),
                  did_you_mean(*patch.state, names, "its states are " + join(names, ", ")));
}

const Definition* LoadedStates::definition_of(const Patch& patch) {
  if (!patch.lifecycle || !patch.lifecycle_version || !patch.state) return nullptr;
  return &m_library.get(*patch.lifecycle, *patch.lifecycle_version);
}

bool LoadedStates::declines(const Patch& patch) {
  const Definition* definition = definition_of(patch);
  const State* state = definition == nullptr ? nullptr : definition->find(*patch.state);
  return state != nullptr && lifecycle::declines(*definition, *state);
}

void LoadedStates::agree_with_queue(Patch& request, bool keep_state) {
  if (declines(request)) {
    request.queue_state = "declined";
    return;
  }
  const Definition* definition = definition_of(request);
  if (keep_state || definition == nullptr || request.queue_state != "declined") return;
  const State* state = definition->find(*request.state);
  const Transition* transition =
      state == nullptr ? nullptr : declining_transition(*definition, *state);
  if (transition != nullptr) request.state = definition->find(transition->target)->name;
}

std::optional<std::string> LoadedStates::state_called(const std::string& word) {
  const auto in = [&](const std::string& name) {
    return spelling_of(m_library.get(name, loaded().at(name).newest).state_names(), word);
  };
  if (loaded().contains(m_usual)) {
    if (auto state = in(m_usual)) return state;
  }
  for (const auto& [name, versions] : loaded()) {
    if (auto state = in(name)) return state;
  }
  return std::nullopt;
}

std::vector<std::string> LoadedStates::state_names() {
  std::vector<std::string> names;
  for (const auto& [name, versions] : loaded()) {
    if (loaded().contains(m_usual) && name != m_usual) continue;
    for (std::string& state : m_library.get(name, versions.newest).state_names()) {
      if (std::find(names.begin(), names.end(), state) == names.end()) {
        names.push_back(std::move(state));
      }
    }
  }
  return names;
}

}  // namespace upkeep::patch::lifecycle
