// SPDX-License-Identifier: MIT
// Reads the registry.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/rows.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// What a user named: a patch or a request.
struct Subject {
  std::optional<PatchRef> ref;
  std::optional<std::uint32_t> queue;
};

/// @throws DataError if `name` is neither a patch's name nor a queue id
Subject subject_called(const NameRule& names, const std::string& name);

/// nullopt if there is none, or none that the connection sees. @param lock locks the row until the
/// transaction ends
std::optional<Patch> find_patch(db::Connection& connection, const Subject& subject,
                                bool lock = false);

/// Like find_patch(), for a patch that must exist. @throws Error(partial) if it does not
Patch required_patch(db::Connection& connection, const NameRule& names, const PatchRef& ref,
                     bool lock = false);

/// The current row, locked until the transaction ends. @throws Error(partial) if it no longer
/// exists
Patch locked_patch(db::Connection& connection, std::uint64_t id);

/// Those of `refs` that exist, in no particular order.
std::vector<Patch> find_patches(db::Connection& connection, const std::vector<PatchRef>& refs);

/// Those of `ids` that exist, in no particular order.
std::vector<Patch> patches_of(db::Connection& connection, const std::vector<std::uint64_t>& ids);

/// The events of one patch, oldest first.
std::vector<Event> events_of(db::Connection& connection, std::uint64_t patch,
                             Read read = Read::snapshot);

/// The events of several patches, by patch, oldest first.
std::vector<Event> events_of(db::Connection& connection, const std::vector<std::uint64_t>& patches,
                             Read read = Read::snapshot);

/// The events of a patch after the event `after`, oldest first, at most `limit`.
std::vector<Event> events_after(db::Connection& connection, std::uint64_t patch,
                                std::uint64_t after, std::size_t limit);

/// What changes with every event of a patch.
struct PatchMark {
  std::uint64_t id = 0;
  std::uint32_t version = 0;     ///< of its row
  std::uint64_t last_event = 0;  ///< of its history; 0: it has none
};
/// Read in one statement, without the patch itself. nullopt if there is none.
std::optional<PatchMark> mark_of(db::Connection& connection, const Subject& subject);
/// The last event of a patch whose row was read; 0: none.
std::uint64_t last_event_of(db::Connection& connection, std::uint64_t patch,
                            Read read = Read::snapshot);

/// The patch as it was at `at` (ISO 8601), by reverting later changes. nullopt if it did not have a
/// number yet.
std::optional<Patch> patch_at(Patch patch, const std::vector<Event>& events, const std::string& at);

/// The server's time, as SQL writes it. @throws db::Error
std::string sql_now(db::Connection& connection);

/// `a, b, c` for an IN list.
std::string id_list(const std::vector<std::uint64_t>& ids);

}  // namespace upkeep::patch
