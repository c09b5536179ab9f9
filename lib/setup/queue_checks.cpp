// SPDX-License-Identifier: MIT
// Doctor: the queue as it stands.
#include "base/time.hpp"
#include "setup/checks.hpp"
#include "ws/pause.hpp"
#include "ws/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::setup {

namespace {

// A drain that waits for another host's long upgrade is no reason to worry; a whole hour in which
// nothing runs is.
constexpr std::chrono::hours k_long{1};

}  // namespace

Findings check_queue(Examination& examination) {
  db::Connection& control = examination.control();
  const std::string& schema = examination.config().database.schema;
  ws::RunStore store(control, schema);
  const auto runs = store.queue();
  const auto running = std::count_if(runs.begin(), runs.end(), [](const ws::Run& run) {
    return run.state == ws::RunState::running;
  });
  const auto queued = static_cast<std::ptrdiff_t>(runs.size()) - running;
  const std::string detail = fmt::format("{} queued, {} running", queued, running);
  if (const auto pause = ws::PauseStore(control, schema).find()) {
    return {warning(fmt::format("{}; {}", pause->text(), detail),
                    "'ws-schedule --resume' lets it go on")};
  }
  const ws::Run* oldest = nullptr;
  for (const ws::Run& run : runs) {
    if (run.state != ws::RunState::queued || run.origin != ws::Origin::queue) continue;
    if (oldest == nullptr || run.due_at < oldest->due_at) oldest = &run;
  }
  if (running == 0 && oldest != nullptr && oldest->due_at + k_long < store.server_now()) {
    return {warning(fmt::format("{}, and {} has been due since {}: nobody works the queue off",
                                detail, oldest->workspace, iso8601(oldest->due_at)),
                    "'ws-upgrade --drain' does; let cron or a timer call it now and then")};
  }
  return {ok(detail)};
}

}  // namespace upkeep::setup
