// SPDX-License-Identifier: MIT
// Moving on.
#include "base/text.hpp"
#include "patch/lifecycle/event_json.hpp"
#include "patch/lifecycle/executors.hpp"
#include "patch/lifecycle/request.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

std::string inputs_json(const std::map<std::string, std::string>& inputs, ValueList executors) {
  ValueObject object;
  for (const auto& [name, value] : inputs) object.emplace_back(name, value);
  if (!executors.empty()) object.emplace_back("executors", std::move(executors));
  return object.empty() ? std::string() : to_json(Value(std::move(object)));
}

}  // namespace

/// Somebody else was there between what the caller saw and the lock.
std::optional<Blocker> LifecycleService::overtaken(const Patch& seen, const Patch& now,
                                                   const MoveRequest& request) {
  const bool same = seen.state == now.state && seen.state_event == now.state_event &&
                    seen.lifecycle == now.lifecycle;
  const bool meant =
      request.from.empty() || same_state(lower(request.from), lower(now.state.value_or("")));
  if (same && meant) return std::nullopt;
  const auto events = events_of(m_connection, now.id);
  std::string by = "meanwhile it is";
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const Event& one) {
    return one.kind == EventKind::move || one.kind == EventKind::undo ||
           one.kind == EventKind::attach || one.kind == EventKind::migrate;
  });
  if (last != events.rend()) {
    const std::string key = last->kind == EventKind::move && !last->changes.empty()
                                ? last->changes.front().key
                                : last->action;
    by = fmt::format("{} did {} at {}: it is", last->actor, key, last->at);
  }
  return Blocker{request.event, "conflict", fmt::format("{} in '{}'", by, now.state.value_or(""))};
}

std::vector<Blocker> LifecycleService::move(const Patch& seen, const MoveRequest& typed) {
  std::vector<Blocker> reasons;
  MoveRequest request = typed;
  m_executed.clear();
  act([&] {
    reasons.clear();
    Locked locked = lock_standing(seen.id);
    const Position& position = locked.position;
    if (auto conflict = overtaken(seen, position.patch, request)) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    const Transition& transition = transition_called(*position.state, typed.event);
    request.event = transition.event;
    reasons = blockers(position.situation(), transition, rules_for(position.patch));
    for (Blocker& one : input_faults(*position.state, request.event, request.inputs)) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty() || m_dry_run) return;
    const std::string inputs = run_executors(locked, transition, request, reasons);
    if (!reasons.empty()) throw Refused{};  // with the patches that other executors have made
    take(locked, transition, request, inputs);
  });
  return reasons;
}

/// What nothing stands against any more.
void LifecycleService::take(Locked& locked, const Transition& transition,
                            const MoveRequest& request, const std::string& inputs) {
  const Position& position = locked.position;
  const std::uint64_t event = record_entering(
      locked, {.kind = EventKind::move,
               .changes = {{transition.event, position.state->name, transition.target}},
               .comment = request.comment,
               .time_s = request.time_s,
               .inputs = inputs});
  const Patch& patch = position.patch;
  const bool stays = same_state(transition.target, position.state->id);
  m_patches.enter(patch,
                  {.state = transition.target,
                   .since = stays ? sql_time(patch.state_since).value_or(locked.now) : locked.now,
                   .event = stays ? patch.state_event : std::optional<std::int64_t>(event),
                   .released_at = released_after(patch, transition.target, locked.now)});
  follow_in_queue(locked, *position.definition, transition.target, request.comment);
}

std::vector<Blocker> LifecycleService::decline(std::uint32_t queue, const std::string& why) {
  std::vector<Blocker> reasons;
  act([&] {
    reasons.clear();
    Locked locked;
    Patch request = m_registry.decline_within(queue, why);
    locked.position.patch = lock(request.id, locked.now);
    if (!request.lifecycle || !request.state) return;
    locked.position = position(std::move(locked.position.patch));
    const Position& position = locked.position;
    const Transition* transition = declining_transition(*position.definition, *position.state);
    if (transition == nullptr) return;
    Patch open = position.patch;
    open.queue_state = "open";  // as its lifecycle sees it until the move is done
    reasons = blockers({*position.definition, *position.state, position.progress, open},
                       *transition, rules_for(open));
    for (Blocker& one : input_faults(*position.state, transition->event, {})) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty()) throw Refused{};
    take(locked, *transition, {transition->event, why, {}, {}, {}}, {});
  });
  return reasons;
}

/// Runs within the transaction, the patch's row locked: what is refused here has not happened.
/// @returns the event's inputs, with what became of each executor
std::string LifecycleService::run_executors(const Locked& locked, const Transition& transition,
                                            const MoveRequest& request,
                                            std::vector<Blocker>& reasons) {
  const Position& position = locked.position;
  ValueList results;
  const auto result = [&](const Call& call, const std::string& text) {
    results.emplace_back(ValueObject{{"class", call.class_name}, {"result", text}});
  };
  std::size_t index = 0;
  for (const Call& call : position.state->executions) {
    ++index;
    if (call.event != request.event || call.class_name.empty()) continue;
    const std::string name = call.short_class();
    const std::string platform = call.parameter("platform");
    if (const config::Executor* command = configured_executor(m_config, call)) {
      // A transaction that the server rolled back is done again; a command is not.
      const std::string once = fmt::format(
          "{} {} {}", index, position.patch.state_event.value_or(0), position.patch.version);
      if (!m_executed.contains(once)) {
        Event event;
        event.patch = position.patch.id;
        event.at = *iso_time(locked.now);
        event.actor = m_events.actor().name;
        event.via = m_events.actor().via;
        event.kind = EventKind::move;
        event.action = action_of(event.kind);
        event.comment = request.comment;
        event.time_s = request.time_s;
        event.inputs = inputs_json(request.inputs, {});
        ValueObject object =
            event_object(event, {request.event, position.state->name, transition.target},
                         position.patch, m_registry.type(), m_registry.names());
        ValueObject parameters;
        for (const Parameter& one : call.parameters) parameters.emplace_back(one.name, one.value);
        object.emplace_back("parameters", std::move(parameters));
        if (auto veto = run_executor(*command, to_json(Value(std::move(object))) + "\n",
                                     m_config.upgrade.as_root)) {
          reasons.push_back({request.event, "veto", std::move(*veto)});
          return {};
        }
        m_executed[once] = "done";
      }
      result(call, "done");
    } else if ((name == "CopyExecutor" || name == "ServiceVersionExecutor") && !platform.empty() &&
               position.patch.ref) {
      NewPatch copy;
      copy.platform = platform == "same" ? position.patch.ref->platform : platform;
      if (!platform_key(copy.platform)) {
        reasons.push_back({request.event, "veto",
                           fmt::format("the platform '{}' of {} in {} is not a version",
                                       printable(platform), name, position.definition->name)});
        return {};
      }
      copy.ported_from = position.patch.ref;
      copy.why =
          fmt::format("{} of {}", request.event, name_of(position.patch, m_registry.names()));
      result(call, "made " + m_registry.names().format(m_registry.create_within(copy)));
    } else if (name == "DemoteActionExecutor") {
      result(call, "done");  // there are no environments to move back between: the state is all
    } else if (name == "CommandExecutor") {
      reasons.push_back({request.event, "veto",
                         fmt::format("there is no [executor.{}] in the configuration",
                                     printable(executor_name(call)))});
      return {};
    } else {
      result(call, "not run");
    }
  }
  return inputs_json(request.inputs, std::move(results));
}

}  // namespace upkeep::patch::lifecycle
