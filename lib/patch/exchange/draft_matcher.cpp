// SPDX-License-Identifier: MIT
#include "patch/exchange/draft_matcher.hpp"

#include "base/text.hpp"
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

/// Whether the row has a value, and another one.
bool differs(const Maybe& row, const Maybe& now) {
  return row && row != now;
}

/// Keys of rows, as users write them.
std::string shown_key(const std::string& key) {
  return printable(replace_all(key, "\x1f", " / "));
}

bool same_event(const Event& a, const Event& b) {
  const auto inputs = [](const Event& event) { return to_json(json_value(event.inputs)); };
  return a.at == b.at && a.actor == b.actor && a.via == b.via && a.action == b.action &&
         a.comment == b.comment && a.time == b.time &&
         encode_changes(a.changes) == encode_changes(b.changes) && inputs(a) == inputs(b);
}

/// The fields that have a value and that the row empties.
std::vector<std::string> kept_fields(const Draft& draft, const Patch& existing) {
  std::vector<std::string> kept;
  for (const std::string& key : draft.emptied) {
    const bool twice = std::find(kept.begin(), kept.end(), key) != kept.end();
    if (twice || draft.patch.fields.contains(key) || values_in(existing.fields, key).empty()) {
      continue;
    }
    kept.push_back(key);
  }
  return kept;
}

/// Lifecycle and state of the patch if it took those of the row.
Patch position_after(const Draft& draft, const Patch& existing) {
  const Patch& row = draft.patch;
  const bool same = !row.lifecycle || row.lifecycle == existing.lifecycle;
  Patch after;
  after.lifecycle = same ? existing.lifecycle : row.lifecycle;
  after.lifecycle_version = same ? existing.lifecycle_version : row.lifecycle_version;
  after.state = draft.says_state ? row.state : existing.state;
  return after;
}

std::string difference_of_fields(const Draft& draft, const Patch& existing) {
  for (const auto& [key, values] : draft.patch.fields) {
    const auto found = existing.fields.find(key);
    const Values now = found == existing.fields.end() ? Values{} : found->second;
    if (now != values) {
      return fmt::format("{} is {}, the row says {}", key, shown_values(now), shown_values(values));
    }
  }
  return {};
}

}  // namespace

void DraftMatcher::match(ImportBatch& batch) {
  std::vector<PatchRef> refs;
  std::string keys, queues;
  std::map<std::string, Patch> found;
  for (const ImportRow& one : batch) {
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
  for (ImportRow& one : batch) {
    const Patch& patch = one.draft.patch;
    auto existing = found.find("key " + patch.import_key);
    if (existing == found.end()) {
      existing = found.find(patch.ref ? to_string(*patch.ref) : queue_id(*patch.queue));
    }
    existing != found.end() ? match_to(one, existing->second) : complete(one);
  }
}

/// Why a row of a patch is not that of a request, or the other way round; empty: it is.
std::string DraftMatcher::other_kind(const Draft& draft, const Patch& existing) const {
  if (draft.patch.ref.has_value() == existing.ref.has_value()) return {};
  const std::string name = name_of(existing, m_names);
  return draft.patch.ref ? fmt::format("the key belongs to the request {}", name)
                         : fmt::format("{} already belongs to {}", queue_id(*existing.queue), name);
}

void DraftMatcher::match_to(ImportRow& one, const Patch& existing) {
  one.id = existing.id;
  const auto& ref = one.draft.patch.ref;
  const std::string name = name_of(existing, m_names);
  one.problem = other_kind(one.draft, existing);
  if (!one.problem.empty()) return;
  if (ref && (ref->platform != existing.ref->platform ||
              (ref->number != 0 && ref->number != existing.ref->number))) {
    one.problem =
        fmt::format("the key '{}' belongs to {}", shown_key(one.draft.patch.import_key), name);
    return;
  }
  if (existing.import_hash == one.draft.hash) {
    one.plan = ImportRow::Plan::keep;
    return;
  }
  // An update is compared with the row as it is when it is written, not as it was first read.
  const Patch now = m_options.update ? locked_patch(m_connection, existing.id) : existing;
  one.problem = other_kind(one.draft, now);  // it may have been promoted
  if (!one.problem.empty()) return;
  try {
    resolve_category(one.draft, now);
    resolve_state(one.draft, now);
    resolve_queue(one.draft, now);
  } catch (const DataError& error) {
    one.problem = fmt::format("{}: {}", name, reject_reason(error));
    return;
  }
  compare(one, now);
}

void DraftMatcher::compare(ImportRow& one, const Patch& existing) {
  const std::string name = name_of(existing, m_names);
  one.kept = kept_fields(one.draft, existing);
  one.other_history =
      one.draft.keeps_history && m_options.update && history_differs(one.draft, existing);
  const std::string lasting = difference_for_good(one.draft, existing);
  const std::string state = difference_of_state(one.draft, existing);
  const std::string other = difference(one.draft, existing);
  if (lasting.empty() && state.empty() && other.empty()) {
    one.plan = ImportRow::Plan::keep;
  } else if (!m_options.update) {
    const std::string& first = !other.empty() ? other : !state.empty() ? state : lasting;
    one.problem = fmt::format("{} already exists, and {}", name, first);
  } else if (!lasting.empty()) {
    one.problem = fmt::format("{}: {}, which an update does not change", name, lasting);
  } else if (!state.empty() && !m_options.replace) {
    one.problem = fmt::format("{}: {}; --replace takes the row's", name, state);
  } else {
    one.plan = ImportRow::Plan::update;
  }
}

/// The first difference that an update can remove; empty: none.
std::string DraftMatcher::difference(const Draft& draft, const Patch& existing) {
  std::string fields = difference_of_fields(draft, existing);
  if (!fields.empty()) return fields;
  const Patch& row = draft.patch;
  if (draft.says_category && differs(row.category, existing.category)) {
    return fmt::format("its category is '{}', the row says '{}'",
                       printable(existing.category.value_or("")), printable(*row.category));
  }
  for (const Link& link : row.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) == existing.links.end()) {
      return fmt::format("has no link {} {}", link.type, m_names.format(link.target));
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
  if (jars_differ(m_connection, draft, existing)) return "its recorded jars differ from the row's";
  return {};
}

/// The same for data that an import never changes: its request and its history.
std::string DraftMatcher::difference_for_good(const Draft& draft, const Patch& existing) {
  if (draft.patch.queue && draft.patch.queue != existing.queue) {
    return fmt::format("it came from {}, the row says {}",
                       existing.queue ? queue_id(*existing.queue) : "no request",
                       queue_id(*draft.patch.queue));
  }
  const bool kept = draft.keeps_history && m_options.update;
  if (!kept && history_differs(draft, existing)) return "its history differs from the row's";
  return {};
}

std::string difference_of_state(const Draft& draft, const Patch& existing) {
  const Patch& row = draft.patch;
  if (draft.says_state && differs(row.state, existing.state)) {
    return fmt::format("its state is '{}', the row says '{}'", existing.state.value_or(""),
                       *row.state);
  }
  if (differs(row.lifecycle, existing.lifecycle)) {
    return fmt::format("its lifecycle is '{}', the row says '{}'", existing.lifecycle.value_or(""),
                       *row.lifecycle);
  }
  if (draft.is_request && !row.queue_state.empty() && row.queue_state != existing.queue_state) {
    return fmt::format("it is {}, the row says {}", existing.queue_state, row.queue_state);
  }
  return {};
}

bool DraftMatcher::history_differs(const Draft& draft, const Patch& existing) {
  if (!draft.has_history) return false;
  const std::vector<Event> events = events_of(m_connection, existing.id);
  const std::size_t own = draft.own_events.value_or(draft.events.size());
  // An earlier export has only the beginning of the history, which is not a contradiction.
  return own > events.size() ||
         !std::equal(draft.events.begin(), draft.events.begin() + static_cast<std::ptrdiff_t>(own),
                     events.begin(), same_event);
}

bool jars_differ(db::Connection& connection, const Draft& draft, const Patch& existing) {
  return !draft.jars.empty() && !same_jars(draft.jars, recorded_jars(connection, existing.id));
}

/// A new patch gets the values that its row implies.
void DraftMatcher::complete(ImportRow& one) {
  Patch& patch = one.draft.patch;
  if (one.draft.is_request) {
    if (patch.queue_state.empty()) patch.queue_state = "open";
    m_states.agree_with_queue(patch, one.draft.has_history);
  }
  const std::string category = first_value(patch.fields, k_category_key);
  if (one.draft.says_category && !category.empty() && category != *patch.category) {
    one.problem = two_categories(*patch.category, category);
  }
  patch.fields.insert(one.draft.assumed.begin(), one.draft.assumed.end());
  check_required(one);
}

/// A restored patch may be older than what its type requires, and requests need no field.
void DraftMatcher::check_required(ImportRow& one) const {
  if (one.draft.is_request || one.draft.has_history || !one.problem.empty()) return;
  Document fields = one.draft.patch.fields;
  // Its name follows from its number, which may not be drawn yet.
  if (m_type.find(k_name_key) != nullptr) fields.try_emplace(k_name_key, Values{"-"});
  try {
    m_type.check_required(fields);
  } catch (const DataError& error) {
    one.problem = error.what();
  }
}

/// If category and field contradict each other, the one that differs from the patch is the row's.
void DraftMatcher::resolve_category(Draft& draft, const Patch& existing) {
  Patch& row = draft.patch;
  const auto field = row.fields.find(k_category_key);
  if (!draft.says_category || field == row.fields.end() || field->second[0] == *row.category) {
    return;
  }
  if (row.category == existing.category) {
    row.category = field->second[0];
  } else if (field->second[0] == first_value(existing.fields, k_category_key)) {
    field->second = {*row.category};
  } else {
    throw DataError(two_categories(*row.category, field->second[0]));
  }
}

/// The state must be one of the resulting lifecycle: a row may name only one of the two.
void DraftMatcher::resolve_state(Draft& draft, const Patch& existing) {
  Patch& row = draft.patch;
  if (!draft.says_state && !row.lifecycle) return;
  const bool same = !row.lifecycle || row.lifecycle == existing.lifecycle;
  Patch after = position_after(draft, existing);
  if (!after.lifecycle) return;
  if (same && after.state == existing.state) {
    row.state = existing.state;
    return;
  }
  try {
    m_states.check(after);
  } catch (const DataError& error) {
    if (draft.says_state) throw;
    throw DataError(fmt::format("its {}", error.what()), "specify it in the row");
  }
  row.state = after.state;
}

/// A request's place in the queue and its lifecycle must agree after the update: if the row changes
/// one of them, the other follows.
void DraftMatcher::resolve_queue(Draft& draft, const Patch& existing) {
  if (!draft.is_request) return;
  Patch& row = draft.patch;
  const bool moves = !row.queue_state.empty() && row.queue_state != existing.queue_state;
  Patch after = position_after(draft, existing);
  const bool changes = after.state != existing.state || after.lifecycle != existing.lifecycle;
  after.queue_state = moves ? row.queue_state : existing.queue_state;
  const bool declined = m_states.declines(after);
  if (moves && declined && row.queue_state == "open") {
    throw DataError(fmt::format("queue_state: 'open', but its state is '{}'", *after.state),
                    "change both");
  }
  if (moves) {
    m_states.agree_with_queue(after, false);
    if (after.state == existing.state) return;
    row.state = after.state;
    draft.says_state = true;
  } else if (changes) {
    const bool reopens = !declined && m_states.declines(existing);
    row.queue_state = declined ? "declined" : reopens ? "open" : existing.queue_state;
  }
}

}  // namespace upkeep::patch
