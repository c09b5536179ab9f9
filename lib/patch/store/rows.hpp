// SPDX-License-Identifier: MIT
// Rows of the tables `patch` and `event` as model types.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"

#include <string_view>

namespace upkeep::patch {

/// The columns that patch_of() reads, for `SELECT ... FROM patch p`.
std::string_view patch_columns();
Patch patch_of(const db::Row& row);
/// The same with the further columns that a writer needs, for a locked row.
std::string_view locked_patch_columns();
Patch locked_patch_of(const db::Row& row);

/// The columns that event_of() reads, for `SELECT ... FROM event e`.
std::string_view event_columns();
Event event_of(const db::Row& row);

/// What a read within a transaction shows: the snapshot that its first read took, or what is
/// committed now. Decisions about a locked row need the latter if other reads came before the lock.
enum class Read { snapshot, current };
/// The end of a SELECT for it.
std::string_view read_clause(Read read);

/// A column of unsigned numbers. @pre it is not NULL
std::uint64_t unsigned_of(const db::Row& row, std::string_view column);
/// nullopt for NULL.
std::optional<std::uint32_t> maybe_number(const db::Row& row, std::string_view column);
/// The patch denoted by the columns `platform` and `number`; nullopt for a request.
std::optional<PatchRef> ref_of(const db::Row& row);

}  // namespace upkeep::patch
