// SPDX-License-Identifier: MIT
// Doctor: the state of the queue.
#include "base/text.hpp"
#include "base/time.hpp"
#include "setup/doctor/checks.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::setup {

namespace {

// It is not a problem if a drain waits for a long upgrade on another host. It is one if nothing
// runs for longer than the shipped drain's interval of a quarter of an hour.
constexpr std::chrono::minutes k_long{20};
// A hold this old has probably been forgotten.
constexpr std::chrono::days k_old_hold{30};

}  // namespace

Findings check_queue(Examination& examination) {
  db::Connection& control = examination.control();
  const std::string& schema = examination.config().database.schema;
  upgrade::RunStore store(control, schema);
  const auto runs = store.queue().active();
  const auto running = std::count_if(runs.begin(), runs.end(), [](const upgrade::Run& run) {
    return run.state == upgrade::RunState::running;
  });
  const auto queued = static_cast<std::ptrdiff_t>(runs.size()) - running;
  const std::string detail = fmt::format("{} queued, {} running", queued, running);
  if (const auto pause = upgrade::PauseStore(control, schema).find()) {
    return {warning(fmt::format("{}; {}", pause->text(), detail), "ws-schedule --resume")};
  }
  const upgrade::Run* oldest = nullptr;
  const auto holds = upgrade::HoldStore(control, schema).of({});
  for (const upgrade::Run& run : runs) {
    if (run.state != upgrade::RunState::queued || run.origin != upgrade::Origin::queue) continue;
    if (holds.contains(run.workspace)) continue;
    if (oldest == nullptr || run.due_at < oldest->due_at) oldest = &run;
  }
  if (running == 0 && oldest != nullptr && oldest->due_at + k_long < store.server_now()) {
    return {warning(
        fmt::format("{}, and {} has been due since {} (overdue): nothing processes the queue",
                    detail, oldest->workspace, iso8601(oldest->due_at)),
        "ws-upgrade --drain  # and let cron or a timer run it regularly")};
  }
  return {ok(detail)};
}

namespace {

/// `acme`, `acme and 3 more`
std::string some_of(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  return fmt::format("{} and {} more", names.front(), names.size() - 1);
}

std::vector<std::string> names_in(const std::vector<upgrade::WorkspaceStatus>& all,
                                  upgrade::State state) {
  std::vector<std::string> names;
  for (const upgrade::WorkspaceStatus& one : all) {
    if (one.state == state) names.push_back(one.workspace);
  }
  return names;
}

}  // namespace

Findings check_workspaces(Examination& examination) {
  if (examination.config().upgrade.target.empty()) {
    return {skipped("no [upgrade] target is configured")};
  }
  db::Connection& control = examination.control();
  upgrade::Inspector inspector(examination.config(), control);
  std::vector<std::string> down;
  const auto all = inspector.inspect_all(examination.config().upgrade.target, false, down);
  std::string detail = fmt::format("{} workspaces", all.size());
  std::optional<upgrade::Hold> oldest;
  std::vector<std::string> held;
  for (const upgrade::WorkspaceStatus& one : all) {
    if (!one.hold) continue;
    held.push_back(one.workspace);
    if (!oldest || one.hold->since < oldest->since) oldest = one.hold;
  }
  if (oldest) {
    detail += fmt::format(", {} held: {} {}", held.size(), oldest->workspace, oldest->text());
  }
  const auto unreadable = names_in(all, upgrade::State::unknown);
  const auto failed = names_in(all, upgrade::State::failed);
  if (!failed.empty()) {
    add_clause(detail, fmt::format("{} failed: {}", failed.size(), some_of(failed)));
  }
  if (!unreadable.empty()) {
    const auto first = std::find_if(
        all.begin(), all.end(),
        [](const upgrade::WorkspaceStatus& one) { return one.state == upgrade::State::unknown; });
    add_clause(detail, fmt::format("{} cannot be checked: {}: {}", unreadable.size(),
                                   some_of(unreadable), printable(first->detail)));
  }
  const bool upgrades = examination.upgrades();
  if (failed.empty() && unreadable.empty()) {
    const bool forgotten = oldest && oldest->since + k_old_hold < wall_now();
    return {forgotten && upgrades ? warning(detail, "ws-schedule --release " + oldest->workspace)
                                  : ok(detail)};
  }
  const std::string look = unreadable.empty() ? "ws-check --all --state failed"
                                              : "ws-check --all --state failed,unknown";
  return {upgrades ? warning(detail, look) : ok(detail)};
}

}  // namespace upkeep::setup
