// SPDX-License-Identifier: MIT
// Decides how a run ended, from the guardian's status and the probes. Pure functions.
#pragma once

#include "base/exit_status.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/model/ending.hpp"
#include "upgrade/model/run_report.hpp"
#include "upgrade/model/state.hpp"

#include <string>

namespace upkeep::upgrade {

struct RunVerdict {
  Ending ending;
  ExitStatus status = ExitStatus::ok;  ///< the resulting exit status of ws-upgrade
};

/// Whether the probes decide: everything else indicates success.
bool needs_probes(const guard::Status& status);

/// Success only if the command ended well, the profile finds success in its stdout, and every probe
/// of the target holds afterwards.
/// @param status with a verdict
/// @param probes read after the command's end; only used if needs_probes()
RunVerdict judge(const guard::Status& status, const WorkspaceStatus& probes);

/// The record of a run that was started. @param status from the guardian
RunReport report_of(const Run& run, const RunVerdict& judgement, const guard::Status& status);

/// The result if there is no verdict, because the guardian was killed as well.
RunVerdict judge_lost(const std::string& why, std::int64_t lines);

}  // namespace upkeep::upgrade
