// SPDX-License-Identifier: MIT
#include "patch/registry/field_editor.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
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

std::string shown_values(const Values& values) {
  return values.empty() ? "nothing" : "'" + ellipsized(printable(join(values, ", ")), 60) + "'";
}

/// The row as it is now, locked. @throws Error(no) if it is void, or a field that is about to
/// change differs from what the editor saw
Patch FieldEditor::locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits) {
  Patch now = locked_patch(m_connection, seen.id);
  refuse_void(now, m_names);
  const std::string name = now.ref ? m_names.format(*now.ref) : queue_id(now.queue.value_or(0));
  for (const FieldEdit& edit : edits) {
    const std::string key = m_rules.key_of(edit, now.fields);
    const Values current = values_in(now.fields, key);
    if (edit.kind == FieldEdit::Kind::expect) {
      const std::string value = stored_value(current, edit.value);
      const Values expected = value.empty() ? Values{} : Values{value};
      if (current == expected) continue;
      throw Error(ExitStatus::no, fmt::format("{}: {} is {}, not {}; nothing was changed", name,
                                              key, shown_values(current), shown_values(expected)));
    }
    if (edit.kind != FieldEdit::Kind::set) continue;  // never conflicts
    if (now.version == seen.version || current == values_in(seen.fields, key)) continue;
    const auto events = events_of(m_connection, now.id);
    const std::string by =
        events.empty() ? "someone" : fmt::format("{} at {}", events.back().actor, events.back().at);
    throw Error(
        ExitStatus::no,
        fmt::format("{}: {} was concurrently changed from {} to {} by {}; nothing was changed",
                    name, key, shown_values(values_in(seen.fields, key)), shown_values(current),
                    by),
        "look at it and try again");
  }
  return now;
}

/// Writes a patch whose fields have been changed, and removes the ticks that attested other values.
void FieldEditor::write(Patch& now, std::vector<Change> changes, const std::string& why,
                        const std::string& at, std::vector<Cleared>& cleared) {
  const auto stale = m_guard.check(now, {.fields = changes}, m_events.actor().name, why);
  for (const Change& change : changes) follow_field(now, change.key);
  (void)m_events.write_next(now, {.at = at,
                                  .kind = EventKind::edit,
                                  .changes = std::move(changes),
                                  .comment = lifecycle::with_earlier_ticks(why, stale)});
  lifecycle::TickGuard::clear(m_events, now, stale, at);
  m_patches.write_fields(now);
  for (const auto& one : lifecycle::cleared_ones(stale)) {
    cleared.push_back({name_of(now, m_names), one.item, one.keys});
  }
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
    done = {.changed = 0, .idle = edits, .cleared = {}};
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
      write(now, std::move(changes), why, at, done.cleared);
    }
  };
  db::transact(m_connection, work, dry_run ? db::Ending::roll_back : db::Ending::commit);
  return done;
}

}  // namespace upkeep::patch
