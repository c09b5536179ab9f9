// SPDX-License-Identifier: MIT
#include "patch/store/patch_store.hpp"

#include "patch/store/store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

db::Param null_if_empty_text(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

/// The columns that turn a request into a patch, and those of a new patch.
constexpr std::string_view k_made_columns =
    "platform = ?, platform_key = ?, number = ?, category = ?, created_at = ?, created_by = ?,"
    " released_at = ?, lifecycle = ?, lifecycle_version = ?, state = ?, state_since = ?,"
    " state_event = NULL, stay = NULL, fields = ?, history_hash = ?, stale = 1";

constexpr std::string_view k_inserted_columns =
    "platform, platform_key, number, queue, queue_state, requested_at, requested_by, category,"
    " created_at, created_by, released_at, lifecycle, lifecycle_version, state, state_since,"
    " import_hash, import_key, links, fields, history_hash, voided_at, voided_by, stale";

void append(std::vector<db::Param>& params, const Patch& patch) {
  const bool numbered = patch.ref.has_value();
  for (db::Param value : {
           numbered ? db::Param(patch.ref->platform) : db::Param(nullptr),
           numbered ? db::Param(platform_key(patch.ref->platform)) : db::Param(nullptr),
           numbered ? db::Param(patch.ref->number) : db::Param(nullptr),
           db::Param(patch.queue),
           null_if_empty_text(patch.queue_state),
           db::Param(sql_time(patch.requested_at)),
           db::Param(patch.requested_by),
           db::Param(patch.category),
           db::Param(sql_time(patch.created_at)),
           db::Param(patch.created_by),
           db::Param(sql_time(patch.released_at)),
           db::Param(patch.lifecycle),
           db::Param(patch.lifecycle_version),
           db::Param(patch.state),
           db::Param(sql_time(patch.state_since)),
           null_if_empty_text(patch.import_hash),
           null_if_empty_text(patch.import_key),
           db::Param(encode(patch.fields)),
           db::Param(patch.history_hash),
           db::Param(sql_time(patch.voided_at)),
           db::Param(patch.voided_by),
       }) {
    params.push_back(std::move(value));
  }
}

}  // namespace

void PatchStore::insert(const std::vector<const Patch*>& patches) {
  if (patches.empty()) return;
  constexpr std::string_view k_row = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'',?,?,?,?,1)";
  std::string sql = fmt::format("INSERT INTO patch ({}) VALUES ", k_inserted_columns);
  std::vector<db::Param> params;
  constexpr std::size_t k_columns = 19;
  params.reserve(k_columns * patches.size());
  bool first = true;
  for (const Patch* patch : patches) {
    if (!first) sql += ',';
    first = false;
    sql += k_row;
    append(params, *patch);
  }
  m_connection.execute(sql, params);
}

void PatchStore::promote(const Patch& patch) {
  m_connection.execute(
      fmt::format("UPDATE patch SET {}, queue_state = 'promoted', version = version + 1"
                  " WHERE id = ?",
                  k_made_columns),
      {patch.ref->platform, platform_key(patch.ref->platform), patch.ref->number, patch.category,
       sql_time(patch.created_at), patch.created_by, sql_time(patch.released_at), patch.lifecycle,
       patch.lifecycle_version, patch.state, sql_time(patch.state_since), encode(patch.fields),
       patch.history_hash, patch.id});
}

void PatchStore::write_fields(const Patch& patch) {
  m_connection.execute(
      "UPDATE patch SET fields = ?, category = ?, released_at = ?, history_hash = ?, stale = 1,"
      " version = version + 1 WHERE id = ?",
      {encode(patch.fields), patch.category, sql_time(patch.released_at), patch.history_hash,
       patch.id});
}

void PatchStore::write_relinked(const Patch& patch) {
  m_connection.execute("UPDATE patch SET history_hash = ?, version = version + 1 WHERE id = ?",
                       {patch.history_hash, patch.id});
}

void PatchStore::write_imported(const Patch& patch) {
  m_connection.execute(
      "UPDATE patch SET fields = ?, category = ?, import_hash = ?, released_at = ?,"
      " created_at = ?, created_by = ?, requested_at = ?, requested_by = ?,"
      " history_hash = ?, stale = 1, version = version + 1 WHERE id = ?",
      {encode(patch.fields), patch.category, patch.import_hash, sql_time(patch.released_at),
       sql_time(patch.created_at), patch.created_by, sql_time(patch.requested_at),
       patch.requested_by, patch.history_hash, patch.id});
}

void PatchStore::write_history_hash(const Patch& patch) {
  m_connection.execute("UPDATE patch SET history_hash = ? WHERE id = ?",
                       {patch.history_hash, patch.id});
}

void PatchStore::write_queue_state(std::uint64_t id, const std::string& state) {
  m_connection.execute("UPDATE patch SET queue_state = ?, version = version + 1 WHERE id = ?",
                       {state, id});
}

void PatchStore::write_void(const Patch& patch) {
  m_connection.execute(
      "UPDATE patch SET voided_at = ?, voided_by = ?, history_hash = ?, version = version + 1"
      " WHERE id = ?",
      {sql_time(patch.voided_at), patch.voided_by, patch.history_hash, patch.id});
}

void PatchStore::enter(const Patch& patch, const Entry& entry) {
  m_connection.execute(
      "UPDATE patch SET state = ?, state_since = ?, state_event = ?, stay = ?, released_at = ?,"
      " history_hash = ?, version = version + 1 WHERE id = ?",
      {entry.state, entry.since, entry.event, entry.stay, entry.released_at, patch.history_hash,
       patch.id});
}

void PatchStore::enter(const Patch& patch, const Entry& entry,
                       const std::optional<std::string>& lifecycle,
                       std::optional<std::int64_t> version) {
  m_connection.execute(
      "UPDATE patch SET lifecycle = ?, lifecycle_version = ?, state = ?, state_since = ?,"
      " state_event = ?, stay = ?, released_at = ?, history_hash = ?, version = version + 1"
      " WHERE id = ?",
      {lifecycle, version, entry.state, entry.since, entry.event, entry.stay, entry.released_at,
       patch.history_hash, patch.id});
}

void PatchStore::write_lifecycle_version(const Patch& patch, std::int64_t version,
                                         std::uint64_t stay) {
  m_connection.execute(
      "UPDATE patch SET lifecycle_version = ?, stay = ?, history_hash = ?, version = version + 1"
      " WHERE id = ?",
      {version, stay, patch.history_hash, patch.id});
}

void PatchStore::date_states(const std::vector<std::uint64_t>& ids) {
  if (ids.empty()) return;
  m_connection.execute(fmt::format(
      "UPDATE patch p JOIN (SELECT patch, MAX(id) AS last FROM event WHERE patch IN ({})"
      " AND action IN ('move', 'attach') GROUP BY patch) e ON e.patch = p.id"
      " SET p.state_event = e.last",
      id_list(ids)));
}

void PatchStore::mark_indexed(const std::vector<std::uint64_t>& ids) {
  if (ids.empty()) return;
  m_connection.execute(fmt::format("UPDATE patch SET stale = 0 WHERE id IN ({})", id_list(ids)));
}

void PatchStore::mark_new_indexed(const std::vector<std::uint64_t>& ids) {
  if (ids.empty()) return;
  m_connection.execute(
      fmt::format("UPDATE patch SET stale = 0 WHERE id IN ({}) AND version = 1", id_list(ids)));
}

}  // namespace upkeep::patch
