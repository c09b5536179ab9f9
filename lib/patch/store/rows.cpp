// SPDX-License-Identifier: MIT
#include "patch/store/rows.hpp"

#include "patch/store/link_store.hpp"

#include <string>

namespace upkeep::patch {

std::uint64_t unsigned_of(const db::Row& row, std::string_view column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

std::optional<std::uint32_t> maybe_number(const db::Row& row, std::string_view column) {
  const auto number = row.maybe_integer(column);
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

std::optional<PatchRef> ref_of(const db::Row& row) {
  const auto& platform = row.maybe_text("platform");
  const auto number = maybe_number(row, "number");
  if (!platform || !number) return std::nullopt;
  return PatchRef{*platform, *number};
}

std::string_view patch_columns() {
  static const std::string k_columns =
      std::string(
          "p.id, p.platform, p.number, p.queue, p.queue_state, p.requested_at, p.requested_by,"
          " p.category, p.created_at, p.created_by, p.released_at, p.lifecycle,"
          " p.lifecycle_version, p.state, p.state_since, p.state_event, p.stay, p.voided_at, "
          "p.voided_by,"
          " p.version, p.import_hash,"
          " p.import_key, p.fields, ") +
      std::string(links_column());
  return k_columns;
}

Patch patch_of(const db::Row& row) {
  Patch patch;
  patch.id = unsigned_of(row, "id");
  patch.ref = ref_of(row);
  patch.queue = maybe_number(row, "queue");
  patch.queue_state = row.text("queue_state");
  patch.requested_at = iso_time(row.maybe_text("requested_at"));
  patch.requested_by = row.maybe_text("requested_by");
  patch.category = row.maybe_text("category");
  patch.created_at = iso_time(row.maybe_text("created_at"));
  patch.created_by = row.maybe_text("created_by");
  patch.released_at = iso_time(row.maybe_text("released_at"));
  patch.lifecycle = row.maybe_text("lifecycle");
  patch.lifecycle_version = row.maybe_integer("lifecycle_version");
  patch.state = row.maybe_text("state");
  patch.state_since = iso_time(row.maybe_text("state_since"));
  patch.state_event = row.maybe_integer("state_event");
  patch.stay = row.maybe_integer("stay");
  patch.voided_at = iso_time(row.maybe_text("voided_at"));
  patch.voided_by = row.maybe_text("voided_by");
  patch.version = static_cast<std::uint32_t>(row.integer("version"));
  patch.import_hash = row.text("import_hash");
  patch.import_key = row.text("import_key");
  patch.links = links_of(row);
  patch.fields = decode(row.text("fields"));
  return patch;
}

std::string_view read_clause(Read read) {
  return read == Read::current ? " LOCK IN SHARE MODE" : "";
}

std::string_view locked_patch_columns() {
  static const std::string k_columns = std::string(patch_columns()) + ", p.history_hash";
  return k_columns;
}

Patch locked_patch_of(const db::Row& row) {
  Patch patch = patch_of(row);
  patch.history_hash = row.maybe_text("history_hash");
  return patch;
}

std::string_view event_columns() {
  return "e.id, e.patch, e.at, e.actor, e.via, e.action, e.changes, e.comment, e.time_s, e.inputs,"
         " e.worked_on, e.revokes";
}

Event event_of(const db::Row& row) {
  Event event;
  event.id = unsigned_of(row, "id");
  event.patch = unsigned_of(row, "patch");
  event.at = iso_time(row.maybe_text("at")).value_or("");
  event.actor = row.text("actor");
  event.via = row.text("via");
  event.action = row.text("action");
  event.changes = decode_changes(row.text("changes"));
  event.kind = kind_of(event.action, event.changes);
  event.comment = row.text("comment");
  event.time = row.maybe_seconds("time_s");
  event.inputs = row.text("inputs");
  event.worked_on = row.maybe_text("worked_on");
  if (!row.is_null("revokes")) event.revokes = unsigned_of(row, "revokes");
  return event;
}

}  // namespace upkeep::patch
