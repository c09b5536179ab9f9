// SPDX-License-Identifier: MIT
// Moving on.
#include "base/text.hpp"
#include "pmt/event_log.hpp"
#include "pmt/keys.hpp"
#include "pmt/lifecycle/event_json.hpp"
#include "pmt/lifecycle/executors.hpp"
#include "pmt/lifecycle/keeper.hpp"
#include "pmt/lifecycle/request.hpp"
#include "pmt/records.hpp"
#include "pmt/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::pmt::lifecycle {

namespace {

std::string inputs_json(const std::map<std::string, std::string>& inputs, ValueList executors) {
  ValueObject object;
  for (const auto& [name, value] : inputs) object.emplace_back(name, value);
  if (!executors.empty()) object.emplace_back("executors", std::move(executors));
  return object.empty() ? std::string() : to_json(Value(std::move(object)));
}

}  // namespace

/// Somebody else was there between what the caller saw and the lock.
std::optional<Reason> Keeper::overtaken(const Patch& seen, const Patch& now, const Wish& wish) {
  const bool same = seen.state == now.state && seen.state_event == now.state_event &&
                    seen.lifecycle == now.lifecycle;
  const bool meant =
      wish.from.empty() || same_state(lower(wish.from), lower(now.state.value_or("")));
  if (same && meant) return std::nullopt;
  const auto events = events_of(m_connection, now.id);
  std::string by = "meanwhile it is";
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const Event& one) {
    return one.action == "move" || one.action == "undo" || one.action == "attach";
  });
  if (last != events.rend()) {
    const std::string key =
        last->action == "move" && !last->changes.empty() ? last->changes.front().key : last->action;
    by = fmt::format("{} did {} at {}: it is", last->actor, key, last->at);
  }
  return Reason{wish.event, "conflict", fmt::format("{} in '{}'", by, now.state.value_or(""))};
}

std::vector<Reason> Keeper::move(const Patch& seen, const Wish& typed) {
  std::vector<Reason> reasons;
  Wish wish = typed;
  m_executed.clear();
  act([&] {
    reasons.clear();
    Locked locked = lock_standing(seen.id);
    const Standing& standing = locked.standing;
    if (auto conflict = overtaken(seen, standing.patch, wish)) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    const Transition& transition = transition_called(*standing.state, typed.event);
    wish.event = transition.event;
    reasons = obstacles(standing.situation(), transition, rules_for(standing.patch));
    for (Reason& one : input_faults(*standing.state, wish.event, wish.inputs)) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty() || m_dry_run) return;
    const std::string inputs = run_executors(locked, transition, wish, reasons);
    if (!reasons.empty()) throw Refused{};  // with the patches that other executors have made
    take(locked, transition, wish, inputs);
  });
  return reasons;
}

/// What nothing stands against any more.
void Keeper::take(Locked& locked, const Transition& transition, const Wish& wish,
                  const std::string& inputs) {
  const Standing& standing = locked.standing;
  const std::uint64_t event =
      record_entering(locked, {{},
                               {},
                               "move",
                               {{transition.event, standing.state->name, transition.target}},
                               wish.comment,
                               wish.time_s,
                               inputs});
  const bool stays = same_state(transition.target, standing.state->id);
  enter(locked, transition.target,
        stays ? sql_time(standing.patch.state_since).value_or(locked.now) : locked.now,
        stays ? standing.patch.state_event : std::optional<std::int64_t>(event),
        released_after(standing.patch, transition.target, locked.now));
  follow_in_queue(locked, *standing.definition, transition.target, wish.comment);
}

std::vector<Reason> Keeper::decline(std::uint32_t queue, const std::string& why) {
  std::vector<Reason> reasons;
  act([&] {
    reasons.clear();
    Locked locked;
    Patch request = m_registry.decline_within(queue, why);
    locked.standing.patch = lock(request.id, locked.now);
    if (!request.lifecycle || !request.state) return;
    locked.standing = standing(std::move(locked.standing.patch));
    const Standing& standing = locked.standing;
    const Transition* transition = declining_transition(*standing.definition, *standing.state);
    if (transition == nullptr) return;
    Patch open = standing.patch;
    open.queue_state = "open";  // as its lifecycle sees it until the move is done
    reasons = obstacles({*standing.definition, *standing.state, standing.progress, open},
                        *transition, rules_for(open));
    for (Reason& one : input_faults(*standing.state, transition->event, {})) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty()) throw Refused{};
    take(locked, *transition, {transition->event, why, {}, {}, {}}, {});
  });
  return reasons;
}

/// Runs within the transaction, the patch's row locked: what is refused here has not happened.
/// @returns the event's inputs, with what became of each executor
std::string Keeper::run_executors(const Locked& locked, const Transition& transition,
                                  const Wish& wish, std::vector<Reason>& reasons) {
  const Standing& standing = locked.standing;
  ValueList results;
  const auto result = [&](const Call& call, const std::string& text) {
    results.emplace_back(ValueObject{{"class", call.class_name}, {"result", text}});
  };
  std::size_t index = 0;
  for (const Call& call : standing.state->executions) {
    ++index;
    if (call.event != wish.event || call.class_name.empty()) continue;
    const std::string name = call.short_class();
    const std::string platform = call.parameter("platform");
    if (const config::Executor* command = configured_executor(m_config, call)) {
      // A transaction that the server rolled back is done again; a command is not.
      const std::string once = fmt::format(
          "{} {} {}", index, standing.patch.state_event.value_or(0), standing.patch.version);
      if (!m_executed.contains(once)) {
        const Event event{0,
                          standing.patch.id,
                          *iso_time(locked.now),
                          m_actor.name,
                          m_actor.via,
                          "move",
                          {},
                          wish.comment,
                          wish.time_s,
                          inputs_json(wish.inputs, {}),
                          {},
                          {}};
        ValueObject object =
            event_object(event, {wish.event, standing.state->name, transition.target},
                         standing.patch, m_registry.type(), m_registry.names());
        ValueObject parameters;
        for (const Parameter& one : call.parameters) parameters.emplace_back(one.name, one.value);
        object.emplace_back("parameters", std::move(parameters));
        if (auto veto = run_executor(*command, to_json(Value(std::move(object))) + "\n",
                                     m_config.upgrade.as_root)) {
          reasons.push_back({wish.event, "veto", std::move(*veto)});
          return {};
        }
        m_executed[once] = "done";
      }
      result(call, "done");
    } else if ((name == "CopyExecutor" || name == "ServiceVersionExecutor") && !platform.empty() &&
               standing.patch.ref) {
      NewPatch copy;
      copy.platform = platform == "same" ? standing.patch.ref->platform : platform;
      if (!platform_key(copy.platform)) {
        reasons.push_back({wish.event, "veto",
                           fmt::format("the platform '{}' of {} in {} is not a version",
                                       printable(platform), name, standing.definition->name)});
        return {};
      }
      copy.ported_from = standing.patch.ref;
      copy.why = fmt::format("{} of {}", wish.event, name_of(standing.patch, m_registry.names()));
      result(call, "made " + m_registry.names().format(m_registry.create_within(copy)));
    } else if (name == "DemoteActionExecutor") {
      result(call, "done");  // there are no environments to move back between: the state is all
    } else if (name == "CommandExecutor") {
      reasons.push_back({wish.event, "veto",
                         fmt::format("there is no [executor.{}] in the configuration",
                                     printable(executor_name(call)))});
      return {};
    } else {
      result(call, "not run");
    }
  }
  return inputs_json(wish.inputs, std::move(results));
}

}  // namespace upkeep::pmt::lifecycle
