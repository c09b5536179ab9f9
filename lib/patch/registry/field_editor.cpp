// SPDX-License-Identifier: MIT
#include "patch/registry/field_editor.hpp"

#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/registry/voider.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

/// Updates the column that mirrors the field.
void follow_field(Patch& patch, const std::string& key) {
  const std::string value = first_value(patch.fields, key);
  if (key == k_category_key) {
    patch.category = value.empty() ? std::nullopt : std::optional(value);
  } else if (key == k_released_key) {
    patch.released_at = iso_time(sql_time(value));
  }
}

}  // namespace

/// The row as it is now, locked. @throws Error(no) if it is void, or a field that is about to
/// change differs from what the editor saw
Patch FieldEditor::locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits) {
  Patch now = locked_patch(m_connection, seen.id);
  refuse_void(now, m_names);
  const std::string name = name_of(now, m_names);
  for (const FieldEdit& edit : edits) {
    const std::string key = m_rules.key_of(edit, now.fields);
    const Values current = values_in(now.fields, key);
    if (edit.kind == FieldEdit::Kind::expect) {
      const std::string value = stored_value(current, edit.value);
      const Values expected = value.empty() ? Values{} : Values{value};
      if (current == expected) continue;
      FieldConflict conflict{.key = key, .was = expected, .now = current};
      name_changer(conflict, events_of(m_connection, now.id));
      throw Conflict(fmt::format("{}: {} is {}, not {}; nothing was changed", name, key,
                                 shown_values(current), shown_values(expected)),
                     "", now.id, {std::move(conflict)});
    }
    if (edit.kind != FieldEdit::Kind::set) continue;  // never conflicts
    if (now.version == seen.version || current == values_in(seen.fields, key)) continue;
    refuse_conflicts(now, {{.key = key,
                            .was = values_in(seen.fields, key),
                            .now = current,
                            .wanted = edit.value.empty() ? Values{} : Values{edit.value}}});
  }
  return now;
}

/// Writes a patch whose fields have been changed, and removes the ticks that attested other values.
/// @returns the event of the edit
std::uint64_t FieldEditor::write(Patch& now, std::vector<Change> changes, const std::string& why,
                                 const std::string& at, std::vector<Cleared>& cleared) {
  const auto stale = m_guard.check(now, {.fields = changes}, m_events.actor().name, why);
  for (const Change& change : changes) follow_field(now, change.key);
  const std::uint64_t event =
      m_events.write_next(now, {.at = at,
                                .kind = EventKind::edit,
                                .changes = std::move(changes),
                                .comment = lifecycle::with_earlier_ticks(why, stale)});
  lifecycle::TickGuard::clear(m_events, now, stale, at);
  m_patches.write_fields(now);
  for (const auto& one : lifecycle::cleared_ones(stale)) {
    cleared.push_back({name_of(now, m_names), one.item, one.keys});
  }
  return event;
}

Edited FieldEditor::edit(const std::vector<Patch>& seen, const std::vector<FieldEdit>& edits,
                         const std::string& why, bool dry_run) {
  (void)m_rules.type();
  for (const Patch& patch : seen) {  // before anything is locked
    Document fields = patch.fields;
    (void)m_rules.apply(edits, fields, FieldRules::Subject::existing);
  }
  std::vector<const Patch*> in_order;
  in_order.reserve(seen.size());
  for (const Patch& patch : seen) in_order.push_back(&patch);
  std::sort(in_order.begin(), in_order.end(), [](auto* a, auto* b) { return a->id < b->id; });
  Edited done;
  const auto work = [&] {
    done = {.changed = 0, .patches = {}, .idle = edits, .cleared = {}};
    std::erase_if(done.idle,
                  [](const FieldEdit& one) { return one.kind == FieldEdit::Kind::expect; });
    std::string at;
    for (const Patch* patch : in_order) {
      Patch now = locked_unchanged(*patch, edits);
      std::erase_if(done.idle,
                    [&](const FieldEdit& one) { return m_rules.has_effect(one, now.fields); });
      auto changes = m_rules.apply(edits, now.fields, FieldRules::Subject::existing);
      if (changes.empty()) continue;
      ++done.changed;
      if (at.empty()) at = sql_now(m_connection);
      (void)write(now, std::move(changes), why, at, done.cleared);
    }
  };
  m_events.act(work, dry_run);
  return done;
}

/// @throws Conflict unless there are none
void FieldEditor::refuse_conflicts(const Patch& now, std::vector<FieldConflict> conflicts) {
  if (conflicts.empty()) return;
  const auto events = events_of(m_connection, now.id);
  for (FieldConflict& one : conflicts) name_changer(one, events);
  const FieldConflict& first = conflicts.front();
  std::string keys = first.key;
  for (std::size_t i = 1; i < conflicts.size(); ++i) keys += ", " + conflicts[i].key;
  const std::string change =
      conflicts.size() == 1 && first.was
          ? fmt::format(" from {} to {}", shown_values(*first.was), shown_values(first.now))
          : "";
  const std::string by = first.by.empty() ? "someone" : fmt::format("{} at {}", first.by, first.at);
  const std::string what =
      fmt::format("{}: {} {} concurrently changed{} by {}; nothing was changed",
                  name_of(now, m_names), keys, conflicts.size() == 1 ? "was" : "were", change, by);
  throw Conflict(what, "look at it and try again", now.id, std::move(conflicts));
}

/// @throws Conflict if the patch is not as the caller expects it
void FieldEditor::refuse_elsewhere(const Patch& now, const EditTarget& target) {
  const bool has_moved = !target.stay.empty() && target.stay != stay_of(now);
  // What is committed now: another row's lock may have been waited for since the snapshot.
  const bool has_changed =
      target.last_event && last_event_of(m_connection, now.id, Read::current) != *target.last_event;
  if (!has_moved && !has_changed) return;
  const auto events = events_of(m_connection, now.id, Read::current);
  const std::string name = name_of(now, m_names);
  if (has_moved) {
    auto moved = last_moved(events, now.state.value_or(""));
    const std::string by =
        moved ? fmt::format("{} did {} at {}: ", moved->by, moved->event, moved->at) : "";
    throw Conflict(fmt::format("{}: {}it is in '{}'; nothing was changed", name, by,
                               printable(now.state.value_or(""))),
                   "look at it and try again", now.id, std::move(moved));
  }
  const std::string by =
      events.empty() ? "" : fmt::format(" by {} at {}", events.back().actor, events.back().at);
  throw Conflict(fmt::format("{} was concurrently changed{}; nothing was changed", name, by),
                 "look at it and try again", now.id);
}

/// The edits of a locked patch that the request amounts to. @throws Conflict
std::vector<FieldEdit> FieldEditor::edits_for(const Patch& now, const FieldsRequest& wanted) {
  std::vector<FieldEdit> edits;
  std::vector<FieldConflict> conflicts;
  for (const FieldChange& one : wanted.changes) {
    const std::string key = m_rules.key_of({FieldEdit::Kind::set, one.key, {}}, now.fields);
    const Values set = plain_values(one.set);
    const Values stored = values_in(now.fields, key), current = plain_values(stored);
    const bool knows = one.was || !one.was_digest.empty();
    const auto is_seen = [&](const Values& values) {
      return one.was ? plain_values(*one.was) == values : one.was_digest == values_digest(values);
    };
    if (set == current || (knows && is_seen(set))) continue;
    if (knows && !is_seen(current)) {
      conflicts.push_back({.key = key, .was = one.was, .now = stored, .wanted = set});
      continue;
    }
    if (set.empty()) edits.push_back({FieldEdit::Kind::set, key, {}});
    for (const std::string& value : set) edits.push_back({FieldEdit::Kind::set, key, value});
  }
  refuse_conflicts(now, std::move(conflicts));
  edits.insert(edits.end(), wanted.edits.begin(), wanted.edits.end());
  return edits;
}

Edited FieldEditor::save_within(Patch& patch, const FieldsRequest& wanted, const std::string& why) {
  refuse_void(patch, m_names);
  Edited done;
  auto changes =
      m_rules.apply(edits_for(patch, wanted), patch.fields, FieldRules::Subject::existing);
  if (changes.empty()) return done;
  done.changed = 1;
  done.patches.push_back({.patch = patch.id, .changes = changes});
  done.patches.back().event =
      write(patch, std::move(changes), why, sql_now(m_connection), done.cleared);
  return done;
}

Edited FieldEditor::save(const std::vector<EditTarget>& targets, const FieldsRequest& wanted,
                         const std::string& why, bool dry_run) {
  (void)m_rules.type();
  std::vector<EditTarget> in_order = targets;  // rows are locked by id, as everywhere
  std::sort(in_order.begin(), in_order.end(),
            [](const EditTarget& a, const EditTarget& b) { return a.patch < b.patch; });
  Edited done;
  const auto work = [&] {
    done = {};
    for (const EditTarget& target : in_order) {
      Patch now = locked_patch(m_connection, target.patch);
      refuse_elsewhere(now, target);
      if (m_events.actor().once) m_events.actor().once->next_part();
      Edited one = save_within(now, wanted, why);
      done.changed += one.changed;
      for (EditedPatch& patch : one.patches) done.patches.push_back(std::move(patch));
      for (Cleared& cleared : one.cleared) done.cleared.push_back(std::move(cleared));
    }
  };
  m_events.act(work, dry_run);
  return done;
}

}  // namespace upkeep::patch
