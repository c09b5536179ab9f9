// SPDX-License-Identifier: MIT
// The path of patches through their states, from their events.
#pragma once

#include "patch/lifecycle/library.hpp"
#include "patch/report/report.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::report {

/// One change of state.
struct Step {
  std::uint64_t patch = 0, event = 0;
  std::string at;    ///< as SQL writes times
  std::string from;  ///< empty: no state
  std::string to;
  bool undone = false;   ///< it undoes the previous one
  bool renamed = false;  ///< the state goes on under another name
};

/// Calls `take` with every state change of the selected patches, by patch and in order; it must not
/// use the connection.
void for_each_step(const Scope& scope, const std::function<void(const Step&)>& take);

/// Definitions of lifecycles; one that is no longer loaded does not prevent a report.
class Definitions {
 public:
  explicit Definitions(db::Connection& connection) : m_library(connection) {}
  /// nullptr if it is not loaded; reported once.
  const lifecycle::Definition* find(const std::string& name, std::int64_t version);
  /// For Report::warnings.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  lifecycle::Library m_library;
  std::set<std::pair<std::string, std::int64_t>> m_missing;
};

/// A completed stay of a patch in a state.
struct Stint {
  std::uint64_t patch = 0;
  std::string state, begin, end;
};

/// Every completed stay of the selected patches. If an undo returned to a state, the time counts as
/// if the state had not been left; if a migration renamed it, the stay has its new name.
void for_each_stint(const Scope& scope, const std::function<void(const Stint&)>& take);

}  // namespace upkeep::patch::report
