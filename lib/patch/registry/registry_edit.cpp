// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

using Kind = FieldEdit::Kind;

Values values_in(const Document& document, const std::string& key) {
  const auto found = document.find(key);
  return found == document.end() ? Values{} : found->second;
}

void store(Document& document, const std::string& key, Values values) {
  if (values.empty()) {
    document.erase(key);
  } else {
    document[key] = std::move(values);
  }
}

/// A typed value is what an imported one is: without blanks around it.
std::string trimmed(const std::string& value) {
  return std::string(trim(value));
}

/// What --remove means: the value as it is stored, which may have blanks around it from of old.
std::string stored_value(const Values& values, const std::string& typed) {
  return std::find(values.begin(), values.end(), typed) != values.end() ? typed : trimmed(typed);
}

std::string shown(const Values& values) {
  return values.empty() ? "nothing" : "'" + ellipsized(printable(join(values, ", ")), 60) + "'";
}

/// A typed date may be a word: `today`, `-7d`.
std::string as_typed(const Field& field, const std::string& value) {
  if (field.type != FieldType::date) return value;
  return typed_date(value, wall_now()).value_or(value);
}

/// What one edit makes of a field's values. @param set_before the same command has set it already
void change(const Field& field, const FieldEdit& edit, const std::string& value, bool set_before,
            Values& values) {
  const auto several = [&] {
    throw DataError(fmt::format("{}: holds one value, and it has one", field.key),
                    "change it with --set");
  };
  if (edit.kind == Kind::set && !set_before) values.clear();
  if (edit.kind == Kind::set && set_before && !field.unbounded) {
    throw UsageError(fmt::format("{} is set twice, and holds one value", field.key));
  }
  if (edit.kind == Kind::remove) {
    std::erase(values, stored_value(values, value));
    return;
  }
  if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
  if (!values.empty() && !field.unbounded) several();
  values.push_back(value);
}

/// What has a column of its own beside its field.
void follow_field(Patch& patch, const std::string& key) {
  const std::string value = first_value(patch.fields, key);
  if (key == k_category_key) {
    patch.category = value.empty() ? std::nullopt : std::optional(value);
  } else if (key == k_released_key) {
    patch.released_at = iso_time(sql_time(value));
  }
}

}  // namespace

std::vector<Change> Registry::apply(const std::vector<FieldEdit>& edits, Document& fields,
                                    bool creating) {
  const Document before = fields;
  std::set<std::string> set_before, touched;
  for (const FieldEdit& edit : edits) {
    if (edit.kind == Kind::expect) continue;
    // A field of an earlier artifact type can still be emptied.
    const bool gone = type().find(edit.key) == nullptr && fields.contains(edit.key);
    if (gone && (edit.kind == Kind::remove || trimmed(edit.value).empty())) {
      Values left = values_in(fields, edit.key);
      if (edit.kind == Kind::remove) std::erase(left, stored_value(left, edit.value));
      store(fields, edit.key, edit.kind == Kind::remove ? left : Values{});
      touched.insert(edit.key);
      continue;
    }
    const Field& field = field_called(type(), m_config, edit.key);
    if (!creating && (field.readonly || field.key == k_platform_key)) {
      throw Error(ExitStatus::no,
                  fmt::format("{}: read-only: it is given when the patch is made", field.key));
    }
    Values values = values_in(fields, field.key);
    const std::string value = edit.kind == Kind::remove
                                  ? as_typed(field, edit.value)
                                  : checked(field, as_typed(field, trimmed(edit.value)));
    change(field, edit, value, set_before.contains(field.key), values);
    if (edit.kind == Kind::set) set_before.insert(field.key);
    if (values.empty() && !creating && field.required && fields.contains(field.key)) {
      throw DataError(fmt::format("{}: a required field can't be emptied", field.key));
    }
    store(fields, field.key, std::move(values));
    touched.insert(field.key);
  }
  std::vector<Change> changes;
  for (const std::string& key : touched) {
    const Field* field = type().find(key);
    const Values from = values_in(before, key), to = values_in(fields, key);
    const bool unbounded = field != nullptr && field->unbounded;
    if (from != to) {
      changes.push_back({key, field_value(from, unbounded), field_value(to, unbounded)});
    }
  }
  return changes;
}

/// The row as it is now, locked. @throws Error(no) where a field that is about to change is no
/// longer what its editor saw
Patch Registry::locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits) {
  Patch now = locked_patch(m_connection, seen.id);
  const std::string name = now.ref ? m_names.format(*now.ref) : queue_id(now.queue.value_or(0));
  for (const FieldEdit& edit : edits) {
    const std::string key = type().find(edit.key) != nullptr || now.fields.contains(edit.key)
                                ? edit.key
                                : field_called(type(), m_config, edit.key).key;
    const Values current = values_in(now.fields, key);
    if (edit.kind == Kind::expect) {
      const std::string value = stored_value(current, edit.value);
      const Values expected = value.empty() ? Values{} : Values{value};
      if (current == expected) continue;
      throw Error(ExitStatus::no, fmt::format("{}: {} is {}, not {}; nothing was changed", name,
                                              key, shown(current), shown(expected)));
    }
    if (edit.kind != Kind::set) continue;  // it takes nothing from anybody
    if (now.version == seen.version || current == values_in(seen.fields, key)) continue;
    const auto events = events_of(m_connection, now.id);
    const std::string by = events.empty()
                               ? "somebody"
                               : fmt::format("{} at {}", events.back().actor, events.back().at);
    throw Error(
        ExitStatus::no,
        fmt::format("{}: {} was changed from {} to {} meanwhile, by {}; nothing was changed", name,
                    key, shown(values_in(seen.fields, key)), shown(current), by),
        "look at it and try again");
  }
  return now;
}

/// Whether an edit would find something to do.
bool Registry::has_effect(const FieldEdit& edit, const Document& fields) {
  const bool known = type().find(edit.key) != nullptr || fields.contains(edit.key);
  const std::string key = known ? edit.key : field_called(type(), m_config, edit.key).key;
  const Values values = values_in(fields, key);
  const Field* field = type().find(key);
  const bool removes = edit.kind == Kind::remove || field == nullptr;
  const auto typed = [&](const std::string& text) {
    return field != nullptr ? as_typed(*field, text) : text;
  };
  const std::string value = removes ? stored_value(values, typed(edit.value))
                                    : checked(*field, typed(trimmed(edit.value)));
  const bool there = std::find(values.begin(), values.end(), value) != values.end();
  if (edit.kind == Kind::remove) return there;
  if (edit.kind == Kind::add) return !value.empty() && !there;
  return values != (value.empty() ? Values{} : Values{value});
}

Edited Registry::edit(const std::vector<Patch>& seen, const std::vector<FieldEdit>& edits,
                      const std::string& why, bool dry_run) {
  (void)type();
  for (const Patch& patch : seen) {  // before anything is locked
    Document fields = patch.fields;
    (void)apply(edits, fields, false);
  }
  std::vector<const Patch*> in_order;
  in_order.reserve(seen.size());
  for (const Patch& patch : seen) in_order.push_back(&patch);
  std::sort(in_order.begin(), in_order.end(), [](auto* a, auto* b) { return a->id < b->id; });
  Edited done;
  act(dry_run, [&] {
    done = {0, edits};
    std::erase_if(done.idle, [](const FieldEdit& one) { return one.kind == Kind::expect; });
    std::string at;
    for (const Patch* patch : in_order) {
      Patch now = locked_unchanged(*patch, edits);
      std::erase_if(done.idle, [&](const FieldEdit& one) { return has_effect(one, now.fields); });
      const auto changes = apply(edits, now.fields, false);
      if (changes.empty()) continue;
      ++done.changed;
      if (at.empty()) at = sql_now(m_connection);
      for (const Change& change : changes) follow_field(now, change.key);
      (void)m_events.write_next(
          now, {.at = at, .kind = EventKind::edit, .changes = changes, .comment = why});
      m_patches.write_fields(now);
    }
  });
  return done;
}

void check_link_type(const std::string& type) {
  const auto& types = link_types();
  if (std::find(types.begin(), types.end(), type) != types.end()) return;
  throw UsageError(fmt::format("no link type '{}'", printable(type)),
                   did_you_mean(type, types, "the types are " + join(types, ", ")));
}

namespace {

bool is_ported(const std::string& type) {
  return type == "ported-from";
}

}  // namespace

/// No patch can contain itself, through whatever others: neither require nor supersede, nor be
/// ported from what does so from it. What is walked over stays as it is until the link is there.
void Registry::refuse_circle(const Patch& patch, const Link& link) {
  if (link.type == "conflicts") return;
  using Id = std::pair<std::string, std::uint32_t>;
  const auto id_of = [](const PatchRef& ref) {
    return Id{platform_key(ref.platform).value_or(""), ref.number};
  };
  std::map<Id, PatchRef> from{{id_of(link.target), *patch.ref}};  // who led there
  std::vector<PatchRef> open{link.target};
  while (!open.empty()) {
    std::string wanted;
    for (const PatchRef& ref : open) {
      wanted += fmt::format("{}('{}',{})", wanted.empty() ? "" : ",", id_of(ref).first, ref.number);
    }
    open.clear();
    for (const db::Row& row :
         m_connection.query(fmt::format("SELECT platform, number, links FROM patch WHERE"
                                        " (platform_key, number) IN ({}) LOCK IN SHARE MODE",
                                        wanted))) {
      const PatchRef one = *ref_of(row);
      for (const Link& next : decode_links(row.text("links"))) {
        if (next.type == "conflicts" || is_ported(next.type) != is_ported(link.type)) continue;
        if (next.target == *patch.ref) {
          std::string way = m_names.format(*patch.ref);
          for (PatchRef at = one; at != *patch.ref; at = from.at(id_of(at))) {
            way = fmt::format("{} -> {}", m_names.format(at), way);
          }
          throw Error(
              ExitStatus::no,
              fmt::format("{} {} {}: that would close a circle of links: {}",
                          m_names.format(*patch.ref), link.type, m_names.format(link.target), way),
              "nothing was changed");
        }
        if (from.emplace(id_of(next.target), one).second) open.push_back(next.target);
      }
    }
  }
}

bool Registry::change_links(const PatchRef& patch, const Link& link, bool add,
                            const std::string& why, bool dry_run) {
  bool changed = false;
  act(dry_run, [&] {
    Patch now = existing(patch, true);
    if (add) (void)existing(link.target, false);
    const bool there = std::find(now.links.begin(), now.links.end(), link) != now.links.end();
    changed = there != add;
    if (!changed) return;
    if (add && now.ref == link.target) {
      throw DataError(fmt::format("{} can't be linked to itself", m_names.format(patch)));
    }
    if (add) refuse_circle(now, link);
    if (add) {
      now.links.push_back(link);
    } else {
      std::erase(now.links, link);
    }
    const std::string at = sql_now(m_connection);
    m_patches.write_links(now);
    const Value target = to_string(link.target);
    const Change change = add ? Change{link.type, {}, target} : Change{link.type, target, {}};
    (void)m_events.append(now, {.at = at,
                                .kind = add ? EventKind::link : EventKind::unlink,
                                .changes = {change},
                                .comment = why});
  });
  return changed;
}

bool Registry::link(const PatchRef& patch, const Link& link, const std::string& why, bool dry_run) {
  return change_links(patch, link, true, why, dry_run);
}

bool Registry::unlink(const PatchRef& patch, const Link& link, const std::string& why,
                      bool dry_run) {
  return change_links(patch, link, false, why, dry_run);
}

}  // namespace upkeep::patch
