// SPDX-License-Identifier: MIT
// Which patches may have a term: an inverted index in segments, each written once, for all patches
// that were stale at that moment. It only narrows down the candidates: the server still compares
// each of them, and a patch that has changed since it was indexed (`stale`) is always a candidate.
// So results are correct even if the index is outdated or missing.
//
// A row per term would cost dozens of rows per action; this costs none, and a segment now and then.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

/// ` AND (p.stale = 1 OR p.id IN (...))` if the index narrows a selector down to a few rows,
/// otherwise empty.
std::string narrowing_sql(db::Connection& connection, const SelectorSql& selected);

/// Updates the statistics of the server's optimizer after many segments were written. Never fails.
void learn_segments(db::Connection& connection);

/// Keeps other processes from indexing stale patches, until release_index() or the end of the
/// connection. @returns whether no other process is doing so. @throws db::Error
bool lock_index(db::Connection& connection);
/// @throws db::Error
void release_index(db::Connection& connection);

/// Indexes stale patches if there are enough of them and no other process is doing so. Never fails:
/// the next session tries again. Must be the last action of a session: it waits for no lock
/// afterwards.
void index_stale(db::Connection& connection, std::size_t at_least);

}  // namespace upkeep::patch
