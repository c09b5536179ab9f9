// SPDX-License-Identifier: MIT
// Lifecycles as records printed by pmt-lifecycle.
#pragma once

#include "base/time.hpp"
#include "patch/lifecycle/position.hpp"
#include "record/value.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// `patch lifecycle state since_s items events version`
const std::vector<std::string>& show_columns();
Record show_record(const Position& position, const Rules& rules, const std::string& name,
                   WallTime now);

/// `patch event reason detail keys item roles`
const std::vector<std::string>& reason_columns();
Record reason_record(const std::string& patch, const Blocker& reason);
/// `patch event reason detail since_s keys item roles`
const std::vector<std::string>& blocker_columns();
/// @param since null if unknown
Record blocker_record(const std::string& patch, const Blocker& reason, const Value& since);

/// `file severity rule line detail`
const std::vector<std::string>& lint_columns();
Record lint_record(const std::string& file, const Finding& finding);

/// The time from an ISO time to `now`, in whole seconds, never negative.
std::chrono::seconds time_since(const std::string& iso, WallTime now);

}  // namespace upkeep::patch::lifecycle
