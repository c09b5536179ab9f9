// SPDX-License-Identifier: MIT
#include "patch/store/store.hpp"

#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sight.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

std::optional<std::string> maybe_text(const Value& value) {
  if (value.is_null()) return std::nullopt;
  return to_text(value);
}

void take_back_link(Patch& patch, const Change& change) {
  const auto& types = link_types();
  if (std::find(types.begin(), types.end(), change.key) == types.end()) return;
  if (const auto to = parse_ref(to_text(change.to)); to && !change.to.is_null()) {
    std::erase(patch.links, Link{change.key, *to});
  }
  if (const auto from = parse_ref(to_text(change.from)); from && !change.from.is_null()) {
    patch.links.push_back({change.key, *from});
  }
}

void take_back_field(Patch& patch, const Change& change) {
  const Values before = change_values(change.from);
  if (before.empty()) {
    patch.fields.erase(change.key);
  } else {
    patch.fields[change.key] = before;
  }
  if (change.key == k_category_key) patch.category = maybe_text(change.from);
  if (change.key == k_released_key) patch.released_at = std::nullopt;
}

void take_back(Patch& patch, const Event& event) {
  for (const Change& change : event.changes) {
    switch (event.kind) {
      case EventKind::link:
      case EventKind::unlink:
        take_back_link(patch, change);
        break;
      case EventKind::edit:
      case EventKind::import:
        take_back_field(patch, change);
        break;
      case EventKind::move:
      case EventKind::undo:
        if (change.key == k_released_change) {
          patch.released_at = maybe_text(change.from);
          break;
        }
        if (&change != &event.changes.front()) {  // a date that it set
          take_back_field(patch, change);
          break;
        }
        patch.state = maybe_text(change.from);
        patch.state_since.reset();
        patch.released_at.reset();
        break;
      case EventKind::attach:
      case EventKind::migrate:
        if (change.key == "lifecycle") {
          patch.lifecycle = maybe_text(change.from);
        } else if (change.key == "state" || change.key == k_renamed_state) {
          patch.state = maybe_text(change.from);
        } else if (change.key != "lifecycle_version") {
          take_back_field(patch, change);
        }
        patch.state_since.reset();
        break;
      default:
        break;
    }
  }
}

}  // namespace

Subject subject_called(const NameRule& names, const std::string& name) {
  if (const auto queue = parse_queue_id(name)) return {std::nullopt, queue};
  return {names.parse_or_throw(name), std::nullopt};
}

std::optional<Patch> find_patch(db::Connection& connection, const Subject& subject, bool lock) {
  const std::string select =
      fmt::format("SELECT {} FROM patch p WHERE ", lock ? locked_patch_columns() : patch_columns());
  const std::string end = lock ? " FOR UPDATE" : "";
  const db::Rows rows =
      subject.queue ? connection.query(select + "p.queue = ?" + end, {*subject.queue})
                    : connection.query(select + "p.platform_key = ? AND p.number = ?" + end,
                                       {platform_key(subject.ref->platform), subject.ref->number});
  if (rows.empty()) return std::nullopt;
  if (!lock) return patch_of(rows[0]);
  return is_seen(connection, unsigned_of(rows[0], "id")) ? std::optional(locked_patch_of(rows[0]))
                                                         : std::nullopt;
}

Patch required_patch(db::Connection& connection, const NameRule& names, const PatchRef& ref,
                     bool lock) {
  auto patch = find_patch(connection, {ref, std::nullopt}, lock);
  if (!patch) {
    throw Error(ExitStatus::partial, fmt::format("there is no patch {}", names.format(ref)));
  }
  return *patch;
}

Patch locked_patch(db::Connection& connection, std::uint64_t id) {
  const db::Rows rows = connection.query(
      fmt::format("SELECT {} FROM patch p WHERE p.id = ? FOR UPDATE", locked_patch_columns()),
      {id});
  if (rows.empty() || !is_seen(connection, id)) {
    throw Error(ExitStatus::partial, "the patch no longer exists");
  }
  return locked_patch_of(rows[0]);
}

std::vector<Patch> find_patches(db::Connection& connection, const std::vector<PatchRef>& refs) {
  std::vector<Patch> found;
  constexpr std::size_t k_patches_at_once = 500;
  for (std::size_t start = 0; start < refs.size(); start += k_patches_at_once) {
    std::string wanted;
    for (std::size_t i = start; i < std::min(refs.size(), start + k_patches_at_once); ++i) {
      if (!wanted.empty()) wanted += ',';
      wanted +=
          fmt::format("('{}',{})", platform_key(refs[i].platform).value_or(""), refs[i].number);
    }
    const db::Rows rows = connection.query(
        fmt::format("SELECT {} FROM patch p WHERE (p.platform_key, p.number) IN ({})",
                    patch_columns(), wanted));
    for (const db::Row& row : rows) found.push_back(patch_of(row));
  }
  return found;
}

std::vector<Patch> patches_of(db::Connection& connection, const std::vector<std::uint64_t>& ids) {
  std::vector<Patch> found;
  if (ids.empty()) return found;
  for (const db::Row& row : connection.query(fmt::format(
           "SELECT {} FROM patch p WHERE p.id IN ({})", patch_columns(), id_list(ids)))) {
    found.push_back(patch_of(row));
  }
  return found;
}

std::vector<Event> events_of(db::Connection& connection, std::uint64_t patch, Read read) {
  return events_of(connection, std::vector{patch}, read);
}

std::vector<Event> events_of(db::Connection& connection, const std::vector<std::uint64_t>& patches,
                             Read read) {
  std::vector<Event> events;
  if (patches.empty()) return events;
  const db::Rows rows = connection.query(
      fmt::format("SELECT {} FROM event e WHERE e.patch IN ({}) ORDER BY e.patch, e.id{}",
                  event_columns(), id_list(patches), read_clause(read)));
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row));
  return events;
}

std::optional<Patch> patch_at(Patch patch, const std::vector<Event>& events,
                              const std::string& at) {
  if (!patch.created_at || *patch.created_at > at) return std::nullopt;
  std::for_each(events.rbegin(), events.rend(), [&](const Event& event) {
    if (event.at > at) take_back(patch, event);
  });
  const Event* annulled = voiding(events, at);
  patch.voided_at = annulled == nullptr ? std::nullopt : std::optional(annulled->at);
  patch.voided_by = annulled == nullptr ? std::nullopt : std::optional(annulled->actor);
  if (!patch.released_at) {
    if (const std::string day = first_value(patch.fields, k_released_key); !day.empty()) {
      patch.released_at = iso_time(sql_time(day));
    }
  }
  return patch;
}

std::string sql_now(db::Connection& connection) {
  return connection.query("SELECT UTC_TIMESTAMP() AS now").at(0).text("now");
}

std::string id_list(const std::vector<std::uint64_t>& ids) {
  return fmt::format("{}", fmt::join(ids, ","));
}

}  // namespace upkeep::patch
