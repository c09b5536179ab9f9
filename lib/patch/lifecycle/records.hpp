// SPDX-License-Identifier: MIT
// Lifecycles as records printed by pmt-lifecycle.
#pragma once

#include "base/time.hpp"
#include "patch/lifecycle/agenda.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/lifecycle/position.hpp"
#include "patch/lifecycle/survey.hpp"
#include "record/value.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// `patch lifecycle state since_s items events version stay`
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

/// patch::queue_record() with the age of the request at `now`.
Record queue_record(const Patch& request, const NameRule& names, WallTime now);

/// `patch block state event reason detail since_s priority`
const std::vector<std::string>& agenda_columns();
Record agenda_record(const AgendaEntry& entry, const NameRule& names);

/// `patch state reason overdue_s nudge who told detail`
const std::vector<std::string>& overdue_columns();
Record overdue_record(const Patch& patch, const Overdue& overdue, const NameRule& names);

/// `patch stage best_s likely_s worst_s expected_s stddev_s due`
const std::vector<std::string>& eta_columns();
/// A record for each stage that is left, and their total. @pre eta.known()
std::vector<Record> eta_records(const std::string& patch, const Eta& eta);
/// `patch earliest latest`: the dates for a customer. @pre eta.known(), and all is estimated
const std::vector<std::string>& public_eta_columns();
Record public_eta_record(const std::string& patch, const Eta& eta);

/// The time from an ISO time to `now`, in whole seconds, never negative.
std::chrono::seconds time_since(const std::string& iso, WallTime now);

}  // namespace upkeep::patch::lifecycle
