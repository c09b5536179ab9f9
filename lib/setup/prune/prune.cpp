// SPDX-License-Identifier: MIT
#include "setup/prune/prune.hpp"

#include "setup/prune/log_pruning.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/store/run_pruning.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

void prune(const config::Config& config, const PruneRequest& request,
           const std::function<void(const PrunedKind&)>& take) {
  db::Connection control = upgrade::connect_control(config);
  upgrade::RunPruning rows(control, config.database.schema);
  const upgrade::EventLog events(config, "upkeep");
  const auto done = [&](const PrunedKind& kind) {
    if (!request.dry_run && kind.count > 0) {
      events.write("", {}, fmt::format("pruned {} {}", kind.count, kind.kind));
    }
    take(kind);
  };
  const auto done_rows = [&](const char* kind, const upgrade::PrunedRows& pruned) {
    done({.kind = kind, .count = pruned.count, .oldest = pruned.oldest, .bytes = {}});
  };
  if (request.runs_before) {
    done_rows("runs", rows.prune_runs(*request.runs_before, request.dry_run));
    done_rows("stops", rows.prune_stops(*request.runs_before, request.dry_run));
  }
  if (!request.logs_before) return;
  const PrunedFiles files = prune_logs(config.upgrade.log_dir, upgrade::WorkspaceMap(config),
                                       rows.in_use(), *request.logs_before, request.dry_run);
  done({.kind = "logs", .count = files.count, .oldest = files.oldest, .bytes = files.bytes});
}

}  // namespace upkeep::setup
