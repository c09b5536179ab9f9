// SPDX-License-Identifier: MIT
// The way of patches through their states, as their events tell it.
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
  std::string from;  ///< empty: it had none
  std::string to;
  bool undone = false;  ///< it takes the one before back
};

/// Calls `take` with every change of state of the selected patches, by patch and in order; it must
/// not use the connection.
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

/// Time that a patch spent in a state it has left.
struct Stint {
  std::uint64_t patch = 0;
  std::string state, begin, end;
};

/// Every stint of the selected patches. Time in a state that was gone back to by undo belongs to
/// that state, as if it had not been left.
void for_each_stint(const Scope& scope, const std::function<void(const Stint&)>& take);

}  // namespace upkeep::patch::report
