// SPDX-License-Identifier: MIT
#include "patch/exchange/export.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/model/work_time.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace upkeep::patch {

namespace {

/// @param positions of the history's events, by their ids, which an import does not keep
ValueObject event_object(const Event& event,
                         const std::map<std::uint64_t, std::size_t>& positions) {
  ValueObject object{
      {"at", event.at}, {"actor", event.actor}, {"via", event.via}, {"action", event.action}};
  if (!event.changes.empty()) {
    ValueList changes;
    for (const Change& change : event.changes) {
      changes.emplace_back(
          ValueObject{{"key", change.key}, {"from", change.from}, {"to", change.to}});
    }
    object.emplace_back("changes", std::move(changes));
  }
  if (!event.comment.empty()) object.emplace_back("comment", event.comment);
  if (event.time) object.emplace_back("time_s", *event.time);
  if (!event.inputs.empty()) object.emplace_back("inputs", json_value(event.inputs));
  if (event.worked_on) object.emplace_back("worked_on", *event.worked_on);
  if (event.revokes && positions.contains(*event.revokes)) {
    object.emplace_back("revokes", positions.at(*event.revokes));
  }
  return object;
}

ValueList jars_list(const std::vector<Jar>& jars) {
  ValueList list;
  for (const Jar& jar : jars) {
    list.emplace_back(ValueObject{{"name", jar.name},
                                  {"bundle", jar.bundle},
                                  {"version", null_if_empty(jar.version)},
                                  {"md5", jar.md5},
                                  {"sha256", jar.sha256},
                                  {"size", jar.size},
                                  {"recorded_at", jar.recorded_at},
                                  {"recorded_by", jar.recorded_by}});
  }
  return list;
}

/// The ticked items of the patch's current state.
ValueList ticks_of(const std::vector<Event>& events) {
  const lifecycle::Replay walk = lifecycle::replay(events);
  ValueList ticked;
  for (const auto& [item, tick] : walk.progress().ticks) ticked.emplace_back(item);
  return ticked;
}

}  // namespace

const std::vector<std::string>& export_members() {
  static const std::vector<std::string> k_members{"patch",
                                                  "platform",
                                                  "number",
                                                  "category",
                                                  "state",
                                                  "lifecycle",
                                                  "lifecycle_version",
                                                  "state_since",
                                                  "created_at",
                                                  "created_by",
                                                  "released_at",
                                                  "queue",
                                                  "queue_state",
                                                  "requested_at",
                                                  "requested_by",
                                                  "fields",
                                                  "links",
                                                  "jars",
                                                  "ticks",
                                                  "time_s",
                                                  "history"};
  return k_members;
}

void for_each_whole(db::Connection& connection, const SelectorSql& selected,
                    const std::function<void(const WholePatch&)>& take) {
  // A patch may have megabytes of history: read few at a time.
  constexpr std::size_t k_page = 100;
  const auto whole = [&](const std::vector<std::uint64_t>& ids) {
    std::vector<Patch> patches;
    std::map<std::uint64_t, std::vector<Event>> events;
    std::map<std::uint64_t, std::vector<Jar>> jars;
    // State and history must be of the same moment, or an import would create a past that never
    // existed. `take` is called afterwards, because it may wait for a reader.
    db::in_snapshot(connection, [&] {
      patches = still_selected(connection, selected, ids);
      events.clear();
      for (Event& event : events_of(connection, ids)) {
        events[event.patch].push_back(std::move(event));
      }
      jars = recorded_jars(connection, ids);
    });
    for (Patch& patch : patches) {
      const std::uint64_t id = patch.id;
      take({std::move(patch), std::move(events[id]), std::move(jars[id])});
    }
  };
  for_each_page(select_ids(connection, selected), whole, k_page);
}

ValueObject export_object(const WholePatch& whole, const ArtifactType& type,
                          const NameRule& names) {
  const auto& [patch, events, jars] = whole;
  ValueList history;
  std::map<std::uint64_t, std::size_t> positions;
  for (const Event& event : events) {
    positions.emplace(event.id, positions.size() + 1);
    history.emplace_back(event_object(event, positions));
  }
  const std::chrono::seconds time = time_spent(events);
  std::optional<std::string> platform, queue, queue_state;
  std::optional<std::int64_t> number;
  if (patch.ref) platform = patch.ref->platform;
  if (patch.ref) number = patch.ref->number;
  if (patch.queue) queue = queue_id(*patch.queue);
  if (!patch.queue_state.empty()) queue_state = patch.queue_state;
  return {{"patch", name_of(patch, names)},
          {"platform", platform},
          {"number", number},
          {"category", patch.category},
          {"state", patch.state},
          {"lifecycle", patch.lifecycle},
          {"lifecycle_version", patch.lifecycle_version},
          {"state_since", patch.state_since},
          {"created_at", patch.created_at},
          {"created_by", patch.created_by},
          {"released_at", patch.released_at},
          {"queue", queue},
          {"queue_state", queue_state},
          {"requested_at", patch.requested_at},
          {"requested_by", patch.requested_by},
          {"fields", fields_object(patch, type)},
          {"links", links_list(patch, names)},
          {"jars", jars_list(jars)},
          {"ticks", ticks_of(events)},
          {"time_s", time},
          {"history", std::move(history)}};
}

std::vector<std::string> export_csv_header(const ArtifactType& type) {
  std::vector<std::string> header;
  for (const std::string& member : export_members()) {
    if (member != "fields") header.push_back(member);
  }
  for (const std::string& key : type.keys()) header.push_back(key);
  return header;
}

Record export_csv_row(const ValueObject& object, const ArtifactType& type) {
  Record row;
  static const ValueObject k_none;
  const ValueObject* fields = &k_none;
  for (const auto& [name, value] : object) {
    if (name == "fields") {
      if (const auto* found = std::get_if<ValueObject>(&value.storage())) fields = found;
      continue;
    }
    const auto* list = std::get_if<ValueList>(&value.storage());
    row.push_back(list != nullptr && list->empty() ? Value() : value);
  }
  for (const std::string& key : type.keys()) {
    const auto found = std::find_if(fields->begin(), fields->end(),
                                    [&](const auto& one) { return one.first == key; });
    row.push_back(found == fields->end() ? Value() : found->second);
  }
  return row;
}

}  // namespace upkeep::patch
