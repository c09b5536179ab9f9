// SPDX-License-Identifier: MIT
#include "patch/lifecycle/attacher.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/lookup.hpp"
#include "patch/lifecycle/state_dates.hpp"
#include "patch/model/state_words.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch::lifecycle {

/// The state in which a patch starts: the lifecycle's first one. An imported state is kept.
std::string Attacher::first_state(const Patch& patch, const Definition& definition,
                                  bool replace) const {
  if (replace || !patch.state) return definition.initial;
  if (const State* state = definition.find(*patch.state)) return state->name;
  throw Error(ExitStatus::no,
              fmt::format("{} is in '{}', which is not a state of {}", name_of(patch, m_names),
                          printable(*patch.state), definition.name),
              "--replace starts again in " + definition.initial);
}

void Attacher::attach(const Patch& seen, const std::string& lifecycle, bool replace,
                      const std::string& why) {
  const std::int64_t version = m_library.newest(lifecycle);
  const Definition& definition = m_library.get(lifecycle, version);
  (void)m_registry.type();  // read outside of the transaction
  m_writer.act([&] {
    LockedPatch locked = m_writer.lock(seen.id);
    const Patch& patch = locked.position.patch;
    const std::string name = name_of(patch, m_names);
    if (patch.lifecycle && !replace) {
      throw Error(ExitStatus::no,
                  fmt::format("{} has the lifecycle {}", name, printable(*patch.lifecycle)),
                  "--replace gives it another");
    }
    if (!patch.ref && patch.queue_state == "declined") {
      throw Error(ExitStatus::no, fmt::format("{} was declined", name),
                  fmt::format("'pmt-patch history {}' shows why", name));
    }
    const std::string state = first_state(patch, definition, replace);
    std::vector<Change> changes{{"lifecycle", patch.lifecycle, lifecycle},
                                {"state", patch.state, state}};
    std::vector<Change> dates;
    if (patch.state != state) {
      dates = dates_on_entering(m_config, m_registry.type(), state, patch.fields, locked.now);
    }
    changes.insert(changes.end(), dates.begin(), dates.end());
    const std::uint64_t event = m_writer.record_entering(
        locked, {.kind = EventKind::attach, .changes = std::move(changes), .comment = why});
    m_writer.write_dates(locked, dates);
    m_writer.patches().enter(patch,
                             {.state = state,
                              .since = locked.now,
                              .event = static_cast<std::int64_t>(event),
                              .stay = static_cast<std::int64_t>(event),
                              .released_at = m_writer.released_after(patch, state, locked.now)},
                             lifecycle, version);
    m_writer.follow_in_queue(locked, definition, state, why);
  });
}

const Definition* Attacher::definition_of(const std::string& lifecycle,
                                          std::optional<std::int64_t> version) {
  try {
    return &m_library.get(lifecycle, version ? *version : m_library.newest(lifecycle));
  } catch (const db::Error&) {
    throw;
  } catch (const Error&) {
    return nullptr;
  }
}

void Attacher::check_names(const std::vector<Patch>& patches, std::optional<std::int64_t> version,
                           const std::map<std::string, std::string>& names) {
  std::map<std::string, std::set<std::optional<std::int64_t>>> lifecycles;  // and what they leave
  for (const Patch& one : patches) {
    if (one.lifecycle) lifecycles[*one.lifecycle].insert(one.lifecycle_version);
  }
  for (const auto& [from, to] : names) {
    std::vector<const Definition*> entered, concerned;
    for (const auto& [lifecycle, versions] : lifecycles) {
      const Definition* definition = definition_of(lifecycle, version);
      if (definition == nullptr) continue;
      entered.push_back(definition);
      for (const auto& left : versions) {
        const Definition* before = definition_of(lifecycle, left);
        if (before == nullptr || !is_one_of(before->state_names(), from)) continue;
        concerned.push_back(definition);
        break;
      }
    }
    // An old name that no lifecycle has is a typing error somewhere else.
    for (const Definition* one : concerned.empty() ? entered : concerned) {
      (void)state_called(*one, to);
    }
  }
}

const State& Attacher::state_there(const Position& position, const Definition& definition,
                                   const std::map<std::string, std::string>& names,
                                   std::int64_t version) const {
  const std::string& now = position.state->name;
  for (const auto& [from, to] : names) {
    if (denotes_state(from, now)) return state_called(definition, to);
  }
  if (const State* state = definition.find(now)) return *state;
  throw Error(ExitStatus::no,
              fmt::format("{} is in '{}', which version {} of {} does not have",
                          name_of(position.patch, m_names), now, version, definition.name),
              "--map OLD=NEW renames a state on the way");
}

/// The state may have another name there; ticks, votes and its time go on.
void Attacher::enter_version(LockedPatch& locked, const Definition& definition,
                             const Migrated& report, const std::string& why) {
  const Patch& patch = locked.position.patch;
  std::vector<Change> changes{{"lifecycle_version", report.from, report.to}};
  if (report.state != report.was) {
    changes.push_back({std::string(k_renamed_state), report.was, report.state});
  }
  const std::uint64_t event = m_writer.record_entering(
      locked, {.kind = EventKind::migrate, .changes = std::move(changes), .comment = why});
  if (report.state == report.was) {
    m_writer.patches().write_lifecycle_version(patch, report.to, event);
    return;
  }
  const std::string since = sql_time(patch.state_since).value_or(locked.now);
  m_writer.patches().enter(patch,
                           {.state = report.state,
                            .since = since,
                            .event = patch.state_event,
                            .stay = static_cast<std::int64_t>(event),
                            .released_at = m_writer.released_after(patch, report.state, since)},
                           patch.lifecycle, report.to);
  m_writer.follow_in_queue(locked, definition, report.state, why);
}

std::optional<Migrated> Attacher::migrate(const Patch& seen, std::optional<std::int64_t> version,
                                          const std::map<std::string, std::string>& names,
                                          const std::string& why) {
  std::optional<Migrated> done;
  m_writer.act([&] {
    done.reset();
    LockedPatch locked = m_writer.lock_position(seen.id);
    const Position& position = locked.position;
    const std::string lifecycle = *position.patch.lifecycle;
    const std::int64_t to = version ? *version : m_library.newest(lifecycle);
    const Definition& definition = m_library.get(lifecycle, to);
    if (position.patch.lifecycle_version == to && seen.lifecycle_version) return;
    const State& state = state_there(position, definition, names, to);
    Migrated report{.from = *position.patch.lifecycle_version,
                    .to = to,
                    .state = state.name,
                    .was = position.state->name,
                    .kept = {},
                    .dropped = {}};
    for (const auto& ticked : position.progress.ticks) {
      const bool there = std::any_of(state.items.begin(), state.items.end(),
                                     [&](const Item& one) { return one.name == ticked.first; });
      (there ? report.kept : report.dropped).push_back(ticked.first);
    }
    enter_version(locked, definition, report, why);
    done = std::move(report);
  });
  return done;
}

}  // namespace upkeep::patch::lifecycle
