// SPDX-License-Identifier: MIT
#include "patch/lifecycle/service.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/lifecycle/request.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

std::vector<Event> events_since(db::Connection& connection, const Patch& patch) {
  const db::Rows rows = connection.query(
      fmt::format("SELECT {} FROM event e WHERE e.patch = ? AND e.id > ? ORDER BY e.id",
                  event_columns()),
      {patch.id, patch.state_event.value_or(0)});
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row));
  return events;
}

}  // namespace

LifecycleService::LifecycleService(db::Connection& connection, const config::Config& config,
                                   Registry& registry, Actor actor, bool dry_run)
    : m_connection(connection),
      m_config(config),
      m_registry(registry),
      m_events(connection, config.patch, std::move(actor)),
      m_patches(connection),
      m_dry_run(dry_run),
      m_library(connection),
      m_roles(config.patch, m_events.actor().name) {
  m_rules.ignore_unknown_validators = config.patch.unknown_validators == "ignore";
  if (m_roles.enforced()) {
    m_rules.has_role = [this](const std::string& role) { return m_roles.has(role); };
  }
}

void LifecycleService::act(const std::function<void()>& work) {
  struct RollBack {};
  try {
    db::transact(m_connection, [&] {
      work();
      if (m_dry_run) throw RollBack{};
    });
  } catch (const RollBack&) {  // NOLINT(bugprone-empty-catch): that was all it was for
  } catch (const Refused&) {   // NOLINT(bugprone-empty-catch): the caller has the reasons
  }
}

Position LifecycleService::position(Patch patch) {
  const std::string name = name_of(patch, m_registry.names());
  if (!patch.lifecycle || !patch.state) {
    throw Error(ExitStatus::no, fmt::format("{} has no lifecycle", name),
                fmt::format("give it one: 'pmt-lifecycle attach {} LIFECYCLE'", name));
  }
  // What was imported may not say which version it had.
  if (!patch.lifecycle_version) patch.lifecycle_version = m_library.newest(*patch.lifecycle);
  const Definition& definition = m_library.get(*patch.lifecycle, *patch.lifecycle_version);
  const State* state = definition.find(*patch.state);
  if (state == nullptr) {
    throw Error(ExitStatus::no,
                fmt::format("{} is in '{}', a state that {} has not", name, printable(*patch.state),
                            definition.name),
                "'pmt-lifecycle attach --replace' begins again");
  }
  Progress progress = replay(events_since(m_connection, patch)).progress();
  return {std::move(patch), &definition, state, std::move(progress)};
}

Position LifecycleService::position_now(std::uint64_t id) {
  std::optional<Position> found;
  db::in_snapshot(m_connection, [&] {
    std::vector<Patch> patches = patches_of(m_connection, {id});
    if (patches.empty()) throw Error(ExitStatus::partial, "a patch has gone meanwhile");
    found = position(std::move(patches.front()));
  });
  return std::move(*found);
}

Rules LifecycleService::rules_for(const Patch& patch) {
  Rules rules = m_rules;
  const std::string target = patch.ref ? to_string(*patch.ref) : "";
  rules.is_linked_from = [this, target](const std::string& type) {
    if (target.empty()) return false;
    const std::string line = fmt::format("%\n{}={}\n%", type.empty() ? "%" : db::like_literal(type),
                                         db::like_literal(target));
    return !m_connection.query("SELECT 1 FROM patch WHERE links LIKE ? ESCAPE '!' LIMIT 1", {line})
                .empty();
  };
  return rules;
}

Patch LifecycleService::lock(std::uint64_t id, std::string& now) {
  const db::Rows rows = m_connection.query(
      fmt::format("SELECT {}, UTC_TIMESTAMP() AS now FROM patch p WHERE p.id = ? FOR UPDATE",
                  locked_patch_columns()),
      {id});
  if (rows.empty()) throw Error(ExitStatus::partial, "a patch has gone meanwhile");
  now = rows[0].text("now");
  return locked_patch_of(rows[0]);
}

LifecycleService::Locked LifecycleService::lock_standing(std::uint64_t id) {
  Locked locked;
  Patch patch = lock(id, locked.now);
  locked.position = position(std::move(patch));
  const Position& found = locked.position;
  if (is_closed(found.patch, *found.definition, *found.state)) {
    const std::string name = name_of(found.patch, m_registry.names());
    throw Error(ExitStatus::no, fmt::format("{} was declined", name),
                fmt::format("'pmt-patch history {}' says why", name));
  }
  return locked;
}

std::uint64_t LifecycleService::record(Locked& locked, NewEvent event) {
  event.at = locked.now;
  return m_events.append(locked.position.patch, std::move(event));
}

std::uint64_t LifecycleService::record_entering(Locked& locked, NewEvent event) {
  event.at = locked.now;
  return m_events.write_next(locked.position.patch, std::move(event));
}

void LifecycleService::follow_in_queue(Locked& locked, const Definition& definition,
                                       const std::string& entered, const std::string& why) {
  Patch& patch = locked.position.patch;
  const State* state = definition.find(entered);
  if (patch.ref || patch.queue_state.empty() || state == nullptr) return;
  const std::string now = declines(definition, *state) ? "declined" : "open";
  if (patch.queue_state == now) return;
  m_patches.write_queue_state(patch.id, now);
  record(locked, {.kind = now == "declined" ? EventKind::decline : EventKind::reopen,
                  .changes = {{"queue", patch.queue_state, now}},
                  .comment = why});
  patch.queue_state = now;
}

bool LifecycleService::is_released(const std::string& state) const {
  const auto& released = m_config.patch.released;
  return std::any_of(released.begin(), released.end(),
                     [&](const std::string& one) { return same_state(one, state); });
}

/// Entering the released states is the release; going on within them is not another one.
std::optional<std::string> LifecycleService::released_after(const Patch& patch,
                                                            const std::string& state,
                                                            const std::string& now) const {
  if (!is_released(state)) return sql_time(patch.released_at);
  const bool was = patch.state && is_released(*patch.state) && patch.released_at;
  return was ? sql_time(patch.released_at) : std::optional(now);
}

/// Where a patch begins: in the lifecycle's first state. A state that it was imported with stays.
std::string LifecycleService::first_state(const Patch& patch, const Definition& definition,
                                          bool replace) const {
  if (replace || !patch.state) return definition.initial;
  if (const State* state = definition.find(*patch.state)) return state->name;
  throw Error(
      ExitStatus::no,
      fmt::format("{} is in '{}', which is not a state of {}", name_of(patch, m_registry.names()),
                  printable(*patch.state), definition.name),
      "--replace begins again in " + definition.initial);
}

void LifecycleService::attach(const Patch& seen, const std::string& lifecycle, bool replace,
                              const std::string& why) {
  const std::int64_t version = m_library.newest(lifecycle);
  const Definition& definition = m_library.get(lifecycle, version);
  act([&] {
    Locked locked;
    locked.position.patch = lock(seen.id, locked.now);
    const Patch& patch = locked.position.patch;
    if (patch.lifecycle && !replace) {
      throw Error(ExitStatus::no,
                  fmt::format("{} has the lifecycle {}", name_of(patch, m_registry.names()),
                              printable(*patch.lifecycle)),
                  "--replace gives it another");
    }
    const std::string name = name_of(patch, m_registry.names());
    if (!patch.ref && patch.queue_state == "declined") {
      throw Error(ExitStatus::no, fmt::format("{} was declined", name),
                  fmt::format("'pmt-patch history {}' says why", name));
    }
    const std::string state = first_state(patch, definition, replace);
    const std::uint64_t event = record_entering(
        locked,
        {.kind = EventKind::attach,
         .changes = {{"lifecycle", patch.lifecycle, lifecycle}, {"state", patch.state, state}},
         .comment = why});
    m_patches.enter(patch,
                    {.state = state,
                     .since = locked.now,
                     .event = static_cast<std::int64_t>(event),
                     .released_at = released_after(patch, state, locked.now)},
                    lifecycle, version);
    follow_in_queue(locked, definition, state, why);
  });
}

std::vector<Blocker> LifecycleService::tick(const Patch& seen,
                                            const std::vector<std::string>& words, bool ticked,
                                            const std::string& why,
                                            std::vector<std::string>& changed) {
  std::vector<Blocker> reasons;
  act([&] {
    reasons.clear();
    changed.clear();
    Locked locked = lock_standing(seen.id);
    if (auto conflict = overtaken(seen, locked.position.patch, {})) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    std::vector<Change> changes;
    for (const std::string& word : words) {
      const Item& item = item_called(*locked.position.state, word);
      const bool twice = std::any_of(changes.begin(), changes.end(),
                                     [&](const Change& one) { return one.key == item.name; });
      if (twice || locked.position.progress.ticks.contains(item.name) == ticked) continue;
      if (ticked) {
        if (auto fault = role_fault(item.roles, m_rules)) {
          reasons.push_back({"", "permission", item.name + ": " + *fault});
          continue;
        }
      }
      changes.push_back({item.name, !ticked, ticked});
    }
    if (!reasons.empty() || changes.empty()) return;
    changed.reserve(changes.size());
    for (const Change& one : changes) changed.push_back(one.key);
    record(
        locked,
        {.kind = ticked ? EventKind::tick : EventKind::untick, .changes = changes, .comment = why});
  });
  return reasons;
}

std::vector<Blocker> LifecycleService::vote(const Patch& seen, const std::string& typed, bool cast,
                                            const std::string& why, bool& changed) {
  std::vector<Blocker> reasons;
  std::string event = typed;
  act([&] {
    reasons.clear();
    changed = false;
    Locked locked = lock_standing(seen.id);
    if (auto conflict = overtaken(seen, locked.position.patch, {event, {}, {}, {}, {}})) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    const State& state = *locked.position.state;
    event = transition_called(state, typed).event;
    const auto& approvals = state.approvals;
    const auto asked = std::find_if(approvals.begin(), approvals.end(),
                                    [&](const Approval& one) { return one.event == event; });
    if (asked == approvals.end()) {
      throw Error(ExitStatus::no, fmt::format("{} in '{}' takes no votes", event, state.name));
    }
    if (auto fault = cast ? role_fault(asked->roles, m_rules) : std::nullopt) {
      reasons.push_back({event, "permission", *fault});
      return;
    }
    const auto& votes = locked.position.progress.votes;
    const auto voters = votes.find(event);
    const bool has_voted =
        voters != votes.end() && std::find(voters->second.begin(), voters->second.end(),
                                           m_events.actor().name) != voters->second.end();
    if (has_voted == cast) return;
    changed = true;
    record(locked, {.kind = cast ? EventKind::vote : EventKind::unvote,
                    .changes = {{event, !cast, cast}},
                    .comment = why});
  });
  return reasons;
}

std::optional<Migrated> LifecycleService::migrate(const Patch& seen,
                                                  std::optional<std::int64_t> version,
                                                  const std::string& why) {
  std::optional<Migrated> done;
  act([&] {
    done.reset();
    Locked locked = lock_standing(seen.id);
    const Position& position = locked.position;
    const std::string lifecycle = *position.patch.lifecycle;
    const std::int64_t to = version ? *version : m_library.newest(lifecycle);
    const Definition& definition = m_library.get(lifecycle, to);
    if (position.patch.lifecycle_version == to && seen.lifecycle_version) return;
    const State* state = definition.find(position.state->name);
    if (state == nullptr) {
      throw Error(ExitStatus::no, fmt::format("{} is in '{}', which version {} of {} has not",
                                              name_of(position.patch, m_registry.names()),
                                              position.state->name, to, lifecycle));
    }
    Migrated report{*position.patch.lifecycle_version, to, state->name, {}, {}};
    for (const auto& ticked : position.progress.ticks) {
      const bool there = std::any_of(state->items.begin(), state->items.end(),
                                     [&](const Item& one) { return one.name == ticked.first; });
      (there ? report.kept : report.dropped).push_back(ticked.first);
    }
    record(locked, {.kind = EventKind::migrate,
                    .changes = {{"lifecycle_version", report.from, to}},
                    .comment = why});
    m_patches.write_lifecycle_version(position.patch.id, to);
    done = std::move(report);
  });
  return done;
}

void LifecycleService::estimate(const Patch& seen, const Estimate& estimate,
                                const std::string& why) {
  act([&] {
    Locked locked = lock_standing(seen.id);
    const State& stage = state_called(*locked.position.definition, estimate.stage);
    const std::string value =
        fmt::format("{}/{}/{}", estimate.best_s, estimate.likely_s, estimate.worst_s);
    record(locked,
           {.kind = EventKind::estimate, .changes = {{stage.name, {}, value}}, .comment = why});
  });
}

void LifecycleService::remind(const Patch& seen, const std::string& whom) {
  act([&] {
    Locked locked;
    locked.position.patch = lock(seen.id, locked.now);
    if (overtaken(seen, locked.position.patch, {})) return;
    const Reminded told = reminders(events_of(m_connection, seen.id));
    constexpr std::size_t k_day = 10;
    if (told.at.substr(0, k_day) == locked.now.substr(0, k_day)) return;  // by somebody else
    record(locked, {.kind = EventKind::remind,
                    .changes = {{"overdue", told.times, told.times + 1}},
                    .comment = whom});
  });
}

}  // namespace upkeep::patch::lifecycle
