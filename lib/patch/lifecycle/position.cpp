// SPDX-License-Identifier: MIT
#include "patch/lifecycle/position.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/recent_events.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace upkeep::patch::lifecycle {

namespace {

std::vector<Event> events_since(db::Connection& connection, const Patch& patch) {
  const db::Rows rows = connection.query(
      fmt::format("SELECT {} FROM event e WHERE e.patch = ? AND e.id > ? AND {} ORDER BY e.id",
                  event_columns(), k_of_position_sql),
      {patch.id, patch.state_event.value_or(0)});
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row));
  return events;
}

}  // namespace

PositionReader::PositionReader(db::Connection& connection, Library& library, const NameRule& names,
                               const config::Patch& config, const std::string& user)
    : m_connection(connection), m_library(library), m_names(names), m_roles(config, user) {
  m_rules.ignore_unknown_validators = config.unknown_validators == "ignore";
  if (m_roles.enforced()) {
    m_rules.has_role = [this](const std::string& role) { return m_roles.has(role); };
  }
}

Rules PositionReader::rules_for(const Patch& patch) {
  Rules rules = m_rules;
  rules.is_linked_from = [this, target = patch.ref](const std::string& type) {
    return target && LinkStore(m_connection).is_target(*target, type);
  };
  return rules;
}

Position PositionReader::position(Patch patch) {
  return place(std::move(patch),
               [this](const Patch& which) { return replay(events_since(m_connection, which)); });
}

Position PositionReader::position(Patch patch, const std::vector<Event>& events) {
  return place(std::move(patch), [&](const Patch& which) {
    Replay walk;
    for (const Event& one : events) {
      if (one.id > static_cast<std::uint64_t>(which.state_event.value_or(0))) walk.take(one);
    }
    return walk;
  });
}

Position PositionReader::place(Patch patch, const std::function<Replay(const Patch&)>& walked) {
  const std::string name = name_of(patch, m_names);
  if (!patch.lifecycle || !patch.state) {
    throw Error(ExitStatus::no, fmt::format("{} has no lifecycle", name),
                fmt::format("give it one: 'pmt-lifecycle attach {} LIFECYCLE'", name));
  }
  // Imported data may lack the version.
  if (!patch.lifecycle_version) patch.lifecycle_version = m_library.newest(*patch.lifecycle);
  const Definition& definition = m_library.get(*patch.lifecycle, *patch.lifecycle_version);
  const State* state = definition.find(*patch.state);
  if (state == nullptr) {
    throw Error(ExitStatus::no,
                fmt::format("{} is in '{}', a state that {} does not have", name,
                            printable(*patch.state), definition.name),
                "'pmt-lifecycle attach --replace' starts again");
  }
  Progress progress = walked(patch).progress();
  return {std::move(patch), &definition, state, std::move(progress)};
}

Position PositionReader::position_now(std::uint64_t id) {
  std::optional<Position> found;
  db::in_snapshot(m_connection, [&] {
    std::vector<Patch> patches = patches_of(m_connection, {id});
    if (patches.empty()) throw Error(ExitStatus::partial, "the patch no longer exists");
    found = position(std::move(patches.front()));
  });
  return std::move(*found);
}

}  // namespace upkeep::patch::lifecycle
