// SPDX-License-Identifier: MIT
// The findings of the doctor as a monitoring plugin reports them: one line with performance data.
#pragma once

#include "base/exit_status.hpp"
#include "setup/doctor/finding.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::setup {

/// The states of the Monitoring Plugins Development Guidelines; the values are their exit statuses.
enum class PluginState { ok = 0, warning = 1, critical = 2, unknown = 3 };

struct PluginAnswer {
  PluginState state = PluginState::unknown;
  std::string line;  ///< without a line end
  [[nodiscard]] ExitStatus status() const { return static_cast<ExitStatus>(state); }
};

/// A failed check is CRITICAL, a warning WARNING. The worst finding comes first in the line.
/// @param took how long the checks needed
PluginAnswer plugin_answer(const std::vector<Finding>& findings, std::chrono::milliseconds took);

/// UNKNOWN: there is nothing that could be checked. @param why is put on one line, without `|`
PluginAnswer plugin_unknown(std::string_view why);

}  // namespace upkeep::setup
