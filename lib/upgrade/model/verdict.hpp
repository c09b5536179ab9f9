// SPDX-License-Identifier: MIT
// From what the guardian saw and what the probes say to how the run ended. Pure.
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
  ExitStatus status = ExitStatus::ok;  ///< what ws-upgrade makes of it
};

/// Whether only the probes can tell: everything else says success.
bool needs_probes(const guard::Status& status);

/// Success only when the command ended well, and the profile says so over its stdout, and every
/// probe of the target holds afterwards.
/// @param status with a verdict
/// @param probes re-read after the command's end; looked at only where needs_probes()
RunVerdict judge(const guard::Status& status, const WorkspaceStatus& probes);

/// The record of a run that was started. @param status as the guardian saw it
RunReport report_of(const Run& run, const RunVerdict& judgement, const guard::Status& status);

/// No verdict is left of a run: its guardian was killed too.
RunVerdict judge_lost(const std::string& why, std::int64_t lines);

}  // namespace upkeep::upgrade
