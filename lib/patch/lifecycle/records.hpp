// SPDX-License-Identifier: MIT
// Lifecycles as records printed by pmt-lifecycle.
#pragma once

#include "patch/lifecycle/position.hpp"
#include "record/value.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// `patch lifecycle state since_s items events version`
const std::vector<std::string>& show_columns();
/// @param now_s seconds since 1970
Record show_record(const Position& position, const Rules& rules, const std::string& name,
                   std::int64_t now_s);

/// The same as a checklist for a terminal.
std::string show_page(const Position& position, const Rules& rules, const std::string& name,
                      std::int64_t now_s, bool color);

/// `patch event reason detail`
const std::vector<std::string>& reason_columns();
Record reason_record(const std::string& patch, const Blocker& reason);

/// `file severity rule line detail`
const std::vector<std::string>& lint_columns();
Record lint_record(const std::string& file, const Finding& finding);

/// Seconds from an ISO time to `now_s`, never negative.
std::int64_t seconds_since(const std::string& iso, std::int64_t now_s);

}  // namespace upkeep::patch::lifecycle
