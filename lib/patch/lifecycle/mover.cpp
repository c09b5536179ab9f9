// SPDX-License-Identifier: MIT
#include "patch/lifecycle/mover.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/event_json.hpp"
#include "patch/lifecycle/executors.hpp"
#include "patch/lifecycle/lookup.hpp"
#include "patch/lifecycle/request.hpp"
#include "patch/lifecycle/state_dates.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"

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

std::vector<Blocker> Mover::move(const Patch& seen, const MoveRequest& typed) {
  std::vector<Blocker> reasons;
  MoveRequest request = typed;
  m_executed.clear();
  (void)m_registry.type();  // read outside of the transaction
  m_writer.act([&] {
    reasons.clear();
    LockedPatch locked = m_writer.lock_position(seen.id);
    const Position& position = locked.position;
    if (auto conflict = m_writer.overtaken(
            seen, position.patch,
            {.event = request.event, .from = request.from, .stay = request.stay})) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    const bool edits = edit_first(locked, request);
    const Transition& transition = transition_called(*position.state, typed.event);
    request.event = transition.event;
    reasons = blockers(position.situation(), transition, m_positions.rules_for(position.patch));
    for (Blocker& one : input_faults(*position.state, request.event, request.inputs)) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty() && edits) throw LifecycleWriter::Refused{};
    if (!reasons.empty() || m_writer.dry_run()) return;
    Executed executed = run_executors(locked, transition, request);
    if (executed.veto) {
      reasons.push_back(std::move(*executed.veto));
      throw LifecycleWriter::Refused{};  // including patches that other executors have created
    }
    take(locked, transition, request, executed.inputs);
  });
  return reasons;
}

/// Edits the fields before the move. @returns whether anything was written
bool Mover::edit_first(LockedPatch& locked, const MoveRequest& request) {
  Patch& patch = locked.position.patch;
  if (request.fields.empty()) return false;
  if (m_registry.fields().save_within(patch, request.fields, request.comment).changed == 0) {
    return false;
  }
  locked.position = m_positions.position(std::move(patch));  // ticks may have been removed
  return true;
}

/// Makes a move that nothing blocks.
void Mover::take(LockedPatch& locked, const Transition& transition, const MoveRequest& request,
                 const std::string& inputs) {
  const Position& position = locked.position;
  const Patch& patch = position.patch;
  const bool stays = same_state(transition.target, position.state->id);
  std::vector<Change> changes{{transition.event, position.state->name, transition.target}};
  std::vector<Change> dates;
  if (!stays) {
    dates = dates_on_entering(m_config.patch, m_registry.type(), transition.target, patch.fields,
                              locked.now);
  }
  changes.insert(changes.end(), dates.begin(), dates.end());
  const auto released = m_writer.released_after(patch, transition.target, locked.now);
  if (patch.released_at && sql_time(patch.released_at) != released) {
    changes.push_back({k_released_change, patch.released_at, iso_time(released)});
  }
  const std::uint64_t event = m_writer.record_entering(locked, {.kind = EventKind::move,
                                                                .changes = std::move(changes),
                                                                .comment = request.comment,
                                                                .time = request.time,
                                                                .inputs = inputs});
  m_writer.write_dates(locked, dates);
  m_writer.patches().enter(
      patch, {.state = transition.target,
              .since = stays ? sql_time(patch.state_since).value_or(locked.now) : locked.now,
              .event = stays ? patch.state_event : std::optional<std::int64_t>(event),
              .stay = stays ? patch.stay : std::optional<std::int64_t>(event),
              .released_at = released});
  m_writer.follow_in_queue(locked, *position.definition, transition.target, request.comment);
}

std::vector<Blocker> Mover::decline(std::uint32_t queue, const std::string& why) {
  std::vector<Blocker> reasons;
  m_writer.act([&] {
    reasons.clear();
    const Patch request = m_registry.decline_within(queue, why);
    LockedPatch locked = m_writer.lock(request.id);
    if (!request.lifecycle || !request.state) return;
    locked.position = m_positions.position(std::move(locked.position.patch));
    const Position& position = locked.position;
    const Transition* transition = declining_transition(*position.definition, *position.state);
    if (transition == nullptr) return;
    Patch open = position.patch;
    open.queue_state = "open";  // as its lifecycle requires until the move is made
    reasons = blockers({*position.definition, *position.state, position.progress, open},
                       *transition, m_positions.rules_for(open));
    for (Blocker& one : input_faults(*position.state, transition->event, {})) {
      reasons.push_back(std::move(one));
    }
    if (!reasons.empty()) throw LifecycleWriter::Refused{};
    take(locked, *transition, {.event = transition->event, .comment = why}, {});
  });
  return reasons;
}

void Mover::reopen(std::uint32_t queue, const std::string& why) {
  m_writer.act([&] {
    const Patch request = m_registry.reopen_within(queue, why);
    if (!request.lifecycle || !request.state) return;
    const Position position = m_positions.position(m_writer.lock(request.id).position.patch);
    if (!declines(*position.definition, *position.state)) return;
    const Transition* back = reopening_transition(*position.definition, *position.state);
    throw Error(ExitStatus::no,
                fmt::format("{} was declined by its lifecycle: it is in {}", queue_id(queue),
                            printable(position.state->name)),
                back == nullptr ? "undo the move that led there"
                                : fmt::format("the event {} of its lifecycle reopens it",
                                              printable(back->event)));
  });
}

/// Runs within the transaction, with the patch's row locked: a veto undoes everything.
Mover::Executed Mover::run_executors(const LockedPatch& locked, const Transition& transition,
                                     const MoveRequest& request) {
  ValueList results;
  const std::vector<Call>& calls = locked.position.state->executions;
  const bool any = std::any_of(calls.begin(), calls.end(), [&](const Call& one) {
    return one.event == request.event && !one.class_name.empty();
  });
  if (any) m_writer.events().refuse_done_now();  // a command cannot be undone
  for (std::size_t index = 0; index < calls.size(); ++index) {
    const Call& call = calls[index];
    if (call.event != request.event || call.class_name.empty()) continue;
    Result result = run_executor_of(locked, transition, request, index);
    if (result.veto) {
      return {.inputs = {}, .veto = Blocker{request.event, "veto", std::move(*result.veto)}};
    }
    results.emplace_back(ValueObject{{"class", call.class_name}, {"result", result.text}});
  }
  return {.inputs = inputs_json(request.inputs, std::move(results))};
}

Mover::Result Mover::run_executor_of(const LockedPatch& locked, const Transition& transition,
                                     const MoveRequest& request, std::size_t index) {
  const Position& position = locked.position;
  const Call& call = position.state->executions[index];
  const std::string name = call.short_class();
  if (const config::Executor* command = configured_executor(m_config, call)) {
    return {.text = "done", .veto = run_command(locked, transition, request, index, *command)};
  }
  const bool copies = name == "CopyExecutor" || name == "ServiceVersionExecutor";
  if (copies && !call.parameter("platform").empty() && position.patch.ref) {
    return copy(position, call, request.event);
  }
  // There are no environments to demote from: only the state changes.
  if (name == "DemoteActionExecutor") return {.text = "done"};
  if (name == "CommandExecutor") {
    return {.text = {},
            .veto = fmt::format("there is no [executor.{}] in the configuration",
                                printable(executor_name(call)))};
  }
  return {.text = "not run"};
}

/// @returns its veto
std::optional<std::string> Mover::run_command(const LockedPatch& locked,
                                              const Transition& transition,
                                              const MoveRequest& request, std::size_t index,
                                              const config::Executor& command) {
  const Position& position = locked.position;
  // A transaction that the server rolled back is repeated; a command is not.
  const std::string once = fmt::format("{} {} {}", index, position.patch.state_event.value_or(0),
                                       position.patch.version);
  if (m_executed.contains(once)) return std::nullopt;
  Event event;
  event.patch = position.patch.id;
  event.at = *iso_time(locked.now);
  event.actor = m_writer.actor().name;
  event.via = m_writer.actor().via;
  event.kind = EventKind::move;
  event.action = action_of(event.kind);
  event.comment = request.comment;
  event.time = request.time;
  event.inputs = inputs_json(request.inputs, {});
  ValueObject object = event_object(event, {request.event, position.state->name, transition.target},
                                    position.patch, m_registry.type(), m_registry.names());
  ValueObject parameters;
  for (const Parameter& one : position.state->executions[index].parameters) {
    parameters.emplace_back(one.name, one.value);
  }
  object.emplace_back("parameters", std::move(parameters));
  auto veto =
      run_executor(command, to_json(Value(std::move(object))) + "\n", m_config.upgrade.as_root);
  if (!veto) m_executed.insert(once);
  return veto;
}

/// Ports the patch to the platform that the call names.
Mover::Result Mover::copy(const Position& position, const Call& call, const std::string& event) {
  const std::string platform = call.parameter("platform");
  NewPatch wanted;
  wanted.platform = platform == "same" ? position.patch.ref->platform : platform;
  if (!platform_key(wanted.platform)) {
    return {
        .text = {},
        .veto = fmt::format("the platform '{}' of {} in {} is not a version", printable(platform),
                            call.short_class(), position.definition->name)};
  }
  wanted.ported_from = position.patch.ref;
  wanted.why = fmt::format("{} of {}", event, name_of(position.patch, m_registry.names()));
  return {.text = "made " + m_registry.names().format(m_registry.create_within(wanted))};
}

}  // namespace upkeep::patch::lifecycle
