// SPDX-License-Identifier: MIT
// Checks the lifecycles and states of an import against the loaded ones.
#pragma once

#include "patch/lifecycle/library.hpp"
#include "patch/model/patch.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

class LoadedStates {
 public:
  /// @param connection not owned
  /// @param usual the lifecycle whose states are preferred if a patch names none; may be empty
  LoadedStates(db::Connection& connection, std::string usual)
      : m_connection(connection), m_library(connection), m_usual(std::move(usual)) {}

  /// Gives the patch the loaded spelling of its lifecycle and its state, which may differ in case,
  /// or in a dot for a blank. A patch without a state starts in the first one of its lifecycle.
  /// @throws DataError naming what is not loaded, suggesting the nearest
  void check(Patch& patch);

  /// Whether a request in that state is declined. @pre check() accepted the patch
  [[nodiscard]] bool declines(const Patch& patch);
  /// Makes queue and lifecycle of a request agree: a state that declines it declines it in the
  /// queue; one that is declined there gets the state to which its lifecycle declines it, if there
  /// is one. @param keep_state its history already explains its state. @pre check() accepted it
  void agree_with_queue(Patch& request, bool keep_state);

  /// The loaded spelling of a state of any lifecycle, preferably the usual one; nullopt: there is
  /// none.
  std::optional<std::string> state_called(const std::string& word);
  /// The states of the usual lifecycle, otherwise of all.
  std::vector<std::string> state_names();

 private:
  struct Loaded {
    std::int64_t newest = 0;
    std::vector<std::int64_t> versions;
  };
  const std::map<std::string, Loaded>& loaded();
  /// nullptr: the patch has none, or no state in it.
  const Definition* definition_of(const Patch& patch);
  [[nodiscard]] std::string lifecycle_called(const std::string& word);

  db::Connection& m_connection;
  Library m_library;
  std::string m_usual;
  std::optional<std::map<std::string, Loaded>> m_loaded;
};

}  // namespace upkeep::patch::lifecycle
