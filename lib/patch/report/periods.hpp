// SPDX-License-Identifier: MIT
// Days, ISO weeks, months, quarters and years as written in a report.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::report {

enum class Period { day, week, month, quarter, year };

/// nullopt for an unknown word.
std::optional<Period> parse_period(const std::string& word);
const std::vector<std::string>& period_words();

/// `2014-03-01`, `2014-W09`, `2014-03`, `2014-Q1`, `2014`.
std::string period_name(std::chrono::sys_days day, Period period);

/// The names of all periods from that of `first` to that of `last`, in order.
std::vector<std::string> periods_between(std::chrono::sys_days first, std::chrono::sys_days last,
                                         Period period);

}  // namespace upkeep::patch::report
