// SPDX-License-Identifier: MIT
// Rows of patches that are there already: what differs, and what an update changes.
#include "base/text.hpp"
#include "patch/exchange/importer.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

using Maybe = std::optional<std::string>;

std::string shown_values(const Values& values) {
  return values.empty() ? "nothing" : "'" + ellipsized(printable(join(values, ", ")), 40) + "'";
}

/// Whether the row says something, and something else.
bool differs(const Maybe& row, const Maybe& now) {
  return row && row != now;
}

/// The keys of rows, as people write them.
std::string shown_key(const std::string& key) {
  return printable(replace_all(key, "\x1f", " / "));
}

bool same_event(const Event& a, const Event& b) {
  const auto inputs = [](const Event& event) { return to_json(json_value(event.inputs)); };
  return a.at == b.at && a.actor == b.actor && a.via == b.via && a.action == b.action &&
         a.comment == b.comment && a.time_s == b.time_s &&
         encode_changes(a.changes) == encode_changes(b.changes) && inputs(a) == inputs(b);
}

}  // namespace

void Importer::match_existing(Batch& batch) {
  std::vector<PatchRef> refs;
  std::string keys, queues;
  std::map<std::string, Patch> found;
  for (const Waiting& one : batch) {
    const Patch& patch = one.draft.patch;
    if (patch.ref && patch.ref->number != 0) refs.push_back(*patch.ref);
    if (!patch.import_key.empty()) keys += (keys.empty() ? "" : ",") + sql_text(patch.import_key);
    if (!patch.ref) queues += fmt::format("{}{}", queues.empty() ? "" : ",", *patch.queue);
  }
  for (Patch& patch : find_patches(m_connection, refs)) found[to_string(*patch.ref)] = patch;
  const auto read = [&](const char* column, const std::string& list, auto name) {
    if (list.empty()) return;
    for (const db::Row& row : m_connection.query(fmt::format(
             "SELECT {} FROM patch p WHERE p.{} IN ({})", patch_columns(), column, list))) {
      Patch patch = patch_of(row);
      found[name(patch)] = std::move(patch);
    }
  };
  read("import_key", keys, [](const Patch& patch) { return "key " + patch.import_key; });
  read("queue", queues, [](const Patch& patch) { return queue_id(*patch.queue); });
  for (Waiting& one : batch) {
    const Patch& patch = one.draft.patch;
    auto existing = found.find("key " + patch.import_key);
    if (existing == found.end()) {
      existing = found.find(patch.ref ? to_string(*patch.ref) : queue_id(*patch.queue));
    }
    existing != found.end() ? match(one, existing->second) : complete(one);
  }
}

void Importer::match(Waiting& one, const Patch& existing) {
  one.id = existing.id;
  const auto& ref = one.draft.patch.ref;
  const std::string name = name_of(existing, m_registry.names());
  if (ref.has_value() != existing.ref.has_value()) {
    one.problem = ref ? fmt::format("the key is that of the request {}", name)
                      : fmt::format("{} is that of {} already", queue_id(*existing.queue), name);
    return;
  }
  if (ref && (ref->platform != existing.ref->platform ||
              (ref->number != 0 && ref->number != existing.ref->number))) {
    one.problem =
        fmt::format("the key '{}' is that of {}", shown_key(one.draft.patch.import_key), name);
    return;
  }
  if (existing.import_hash == one.draft.hash) {
    one.unchanged = true;
    return;
  }
  // An update is compared with the row as it is when it is written, not as it was first read.
  const Patch now = m_options.update ? locked_patch(m_connection, existing.id) : existing;
  try {
    resolve(one, now);
  } catch (const DataError& error) {
    one.problem = fmt::format("{}: {}", name, reject_reason(error));
    return;
  }
  compare(one, now);
}

void Importer::compare(Waiting& one, const Patch& existing) {
  const std::string name = name_of(existing, m_registry.names());
  const std::string lasting = difference_for_good(one.draft, existing);
  const std::string state = difference_of_state(one.draft, existing);
  const std::string other = difference(one.draft, existing);
  if (lasting.empty() && state.empty() && other.empty()) {
    one.unchanged = true;
  } else if (!m_options.update) {
    const std::string& first = !other.empty() ? other : !state.empty() ? state : lasting;
    one.problem = fmt::format("{} is there already, and {}", name, first);
  } else if (!lasting.empty()) {
    one.problem = fmt::format("{}: {}, which no update changes", name, lasting);
  } else if (!state.empty() && !m_options.replace) {
    one.problem = fmt::format("{}: {}; --replace takes the row's", name, state);
  } else {
    one.update = true;
  }
}

std::string Importer::difference_of_fields(const Draft& draft, const Patch& existing) {
  for (const auto& [key, values] : draft.patch.fields) {
    const auto found = existing.fields.find(key);
    const Values now = found == existing.fields.end() ? Values{} : found->second;
    if (now != values) {
      return fmt::format("{} is {}, the row says {}", key, shown_values(now), shown_values(values));
    }
  }
  return {};
}

/// In what the row contradicts the patch that an update can change; empty where it does not.
std::string Importer::difference(const Draft& draft, const Patch& existing) {
  std::string fields = difference_of_fields(draft, existing);
  if (!fields.empty()) return fields;
  const Patch& row = draft.patch;
  if (draft.says_category && differs(row.category, existing.category)) {
    return fmt::format("its category is '{}', the row says '{}'",
                       printable(existing.category.value_or("")), printable(*row.category));
  }
  for (const Link& link : row.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) == existing.links.end()) {
      return fmt::format("has no link {} {}", link.type, m_registry.names().format(link.target));
    }
  }
  const std::tuple<const char*, Maybe, Maybe> members[] = {
      {"it was created at", row.created_at, existing.created_at},
      {"it was created by", row.created_by, existing.created_by},
      {"it was released at", row.released_at, existing.released_at},
      {"it was requested at", row.requested_at, existing.requested_at},
      {"it was requested by", row.requested_by, existing.requested_by}};
  for (const auto& [what, says, now] : members) {
    if (!differs(says, now)) continue;
    return fmt::format("{} {}, the row says {}", what, printable(now.value_or("?")),
                       printable(*says));
  }
  if (jars_differ(draft, existing)) return "its recorded jars are others than the row's";
  return {};
}

/// The same for data that an import does not change: its request and what has happened.
std::string Importer::difference_for_good(const Draft& draft, const Patch& existing) {
  if (draft.patch.queue && draft.patch.queue != existing.queue) {
    return fmt::format("it came from {}, the row says {}",
                       existing.queue ? queue_id(*existing.queue) : "no request",
                       queue_id(*draft.patch.queue));
  }
  if (history_differs(draft, existing)) return "its history is another than the row's";
  return {};
}

std::string Importer::difference_of_state(const Draft& draft, const Patch& existing) {
  const Patch& row = draft.patch;
  if (draft.says_state && differs(row.state, existing.state)) {
    return fmt::format("its state is '{}', the row says '{}'", existing.state.value_or(""),
                       *row.state);
  }
  if (differs(row.lifecycle, existing.lifecycle)) {
    return fmt::format("its lifecycle is '{}', the row says '{}'", existing.lifecycle.value_or(""),
                       *row.lifecycle);
  }
  if (draft.is_request && row.queue_state != existing.queue_state) {
    return fmt::format("it is {}, the row says {}", existing.queue_state, row.queue_state);
  }
  return {};
}

bool Importer::history_differs(const Draft& draft, const Patch& existing) {
  if (!draft.has_history) return false;
  const std::vector<Event> events = events_of(m_connection, existing.id);
  // A row that was exported earlier knows the beginning only, and does not deny the rest.
  return draft.events.size() > events.size() ||
         !std::equal(draft.events.begin(), draft.events.end(), events.begin(), same_event);
}

bool Importer::jars_differ(const Draft& draft, const Patch& existing) {
  return !draft.jars.empty() && !same_jars(draft.jars, recorded_jars(m_connection, existing.id));
}

void Importer::update(const Waiting& one, const std::string& now) {
  // Read again under the lock: concurrent changes are kept.
  Patch existing = locked_patch(m_connection, one.id);
  const Patch& row = one.draft.patch;
  std::vector<Change> changes;
  for (const auto& [key, values] : row.fields) {
    const Field* field = m_registry.type().find(key);
    const bool unbounded = field != nullptr && field->unbounded;
    Values& before = existing.fields[key];
    if (before == values) continue;
    changes.push_back({key, field_value(before, unbounded), field_value(values, unbounded)});
    before = values;
  }
  for (const Link& link : row.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) == existing.links.end()) {
      existing.links.push_back(link);
      changes.push_back({link.type, {}, to_string(link.target)});
    }
  }
  std::string comment = m_options.file;
  const std::string of_field = first_value(existing.fields, k_category_key);
  const Maybe own = of_field.empty() && one.draft.says_category ? row.category : Maybe();
  const Maybe category = !of_field.empty() ? Maybe(of_field) : own ? own : existing.category;
  const std::tuple<const char*, Maybe, Maybe> members[] = {
      {"category", own, existing.category},
      {"created_at", row.created_at, existing.created_at},
      {"created_by", row.created_by, existing.created_by},
      {"requested_at", row.requested_at, existing.requested_at},
      {"requested_by", row.requested_by, existing.requested_by}};
  for (const auto& [what, says, before] : members) {
    if (!differs(says, before)) continue;
    comment += fmt::format("; {}: {} to {}", what, before.value_or("nothing"), *says);
  }
  const bool other_state = !difference_of_state(one.draft, existing).empty();
  existing.category = category && category->empty() ? std::nullopt : category;
  existing.import_hash = one.draft.hash;
  const auto take = [](Maybe& member, const Maybe& says) {
    if (says && !says->empty()) member = says;
  };
  take(existing.released_at, row.released_at);
  take(existing.created_at, row.created_at);
  take(existing.created_by, row.created_by);
  take(existing.requested_at, row.requested_at);
  take(existing.requested_by, row.requested_by);
  m_patches.write_imported(existing);
  if (jars_differ(one.draft, existing)) {
    replace_jars(m_connection, existing.id, one.draft.jars, m_events.actor().name, now);
    changes.push_back({"jars", {}, std::ssize(one.draft.jars)});
  }
  (void)m_events.append(
      existing, {.at = now, .kind = EventKind::import, .changes = changes, .comment = comment});
  if (other_state) update_state(one, existing, now);
}

/// Gives a patch the row's lifecycle and state, as `attach --replace` does: ticks begin again.
void Importer::update_state(const Waiting& one, Patch& before, const std::string& now) {
  const Patch& row = one.draft.patch;
  if (one.draft.is_request && row.queue_state != before.queue_state) {
    m_patches.write_queue_state(one.id, row.queue_state);
    const bool declined = row.queue_state == "declined";
    (void)m_events.append(before, {.at = now,
                                   .kind = declined ? EventKind::decline : EventKind::reopen,
                                   .changes = {{"queue", before.queue_state, row.queue_state}},
                                   .comment = m_options.file});
    if (!row.state || row.state == before.state) return;
  }
  const auto lifecycle = row.lifecycle ? row.lifecycle : before.lifecycle;
  const bool same = lifecycle == before.lifecycle;
  const auto version =
      same && before.lifecycle_version ? before.lifecycle_version : row.lifecycle_version;
  const auto state = row.state ? row.state : before.state;
  std::vector<Change> changes;
  if (!same) changes.push_back({"lifecycle", before.lifecycle, lifecycle});
  changes.push_back({"state", before.state, state});
  const std::uint64_t event = m_events.write_next(
      before,
      {.at = now, .kind = EventKind::attach, .changes = changes, .comment = m_options.file});
  m_patches.enter(before,
                  {.state = state,
                   .since = now,
                   .event = static_cast<std::int64_t>(event),
                   .released_at = sql_time(before.released_at)},
                  lifecycle, version);
}

}  // namespace upkeep::patch
