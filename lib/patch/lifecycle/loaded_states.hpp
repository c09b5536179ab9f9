// SPDX-License-Identifier: MIT
// What an import says about lifecycles and states, checked against those that are loaded.
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
  /// @param connection stays the caller's
  /// @param usual the lifecycle whose states come first where a patch names none; may be empty
  LoadedStates(db::Connection& connection, std::string usual)
      : m_connection(connection), m_library(connection), m_usual(std::move(usual)) {}

  /// Gives the patch the loaded spelling of its lifecycle and its state, which differ in case
  /// alone, or in a dot for a blank. One that has no state yet begins in the lifecycle's first.
  /// @throws DataError naming what is not loaded, and the nearest that is
  void check(Patch& patch);

  /// The loaded spelling of a state of any lifecycle, the usual one first; nullopt: there is none.
  std::optional<std::string> state_called(const std::string& word);
  /// The states of the usual lifecycle, else of all.
  std::vector<std::string> state_names();

 private:
  struct Loaded {
    std::int64_t newest = 0;
    std::vector<std::int64_t> versions;
  };
  const std::map<std::string, Loaded>& loaded();
  [[nodiscard]] std::string lifecycle_called(const std::string& word);

  db::Connection& m_connection;
  Library m_library;
  std::string m_usual;
  std::optional<std::map<std::string, Loaded>> m_loaded;
};

}  // namespace upkeep::patch::lifecycle
