// SPDX-License-Identifier: MIT
// The jars of a patch: recorded from its archive by pmt-verify (in the table `patch_jar`, which
// only this file writes), or listed in a field.
#pragma once

#include "db/connection.hpp"
#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/rows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The field that lists a patch's jars.
inline constexpr const char* k_jars_key = "patchInformation_jarsInvolved";

struct Jar {
  std::string name;     ///< of its file
  std::string bundle;   ///< its name on the server: symbolic name, `_`, version, `.jar`
  std::string version;  ///< may be empty
  std::string md5, sha256;
  std::uint64_t size = 0;
  std::optional<std::string> recorded_at, recorded_by;  ///< ISO 8601; unknown before it is recorded
};

/// By name. Empty if none were recorded.
std::vector<Jar> recorded_jars(db::Connection& connection, std::uint64_t patch,
                               Read read = Read::snapshot);

/// Those of several patches; patches without jars are not in the map.
std::map<std::uint64_t, std::vector<Jar>> recorded_jars(db::Connection& connection,
                                                        const std::vector<std::uint64_t>& patches,
                                                        Read read = Read::snapshot);

/// Whether both have the same contents, regardless of when and by whom they were recorded. @param
/// a, b in any order
bool same_jars(std::vector<Jar> a, std::vector<Jar> b);

/// Replaces the recorded jars of the patch and writes the event: each jar that was added, removed
/// or changed, with its SHA-256 before and after. Call it within a transaction that has locked the
/// patch's row. @param patch as it is locked
/// @param seen the recorded jars when the archive was checked. @param now as SQL writes it
/// @returns whether that changed anything; if not, nothing is written.
/// @throws Error(no) if others were recorded since
bool record_jars(db::Connection& connection, EventStore& events, Patch& patch,
                 const std::vector<Jar>& seen, const std::vector<Jar>& jars,
                 const std::string& comment, const std::string& now);

/// Replaces the recorded jars of a patch, in the caller's transaction. @param who, at as below
void replace_jars(db::Connection& connection, std::uint64_t patch, const std::vector<Jar>& jars,
                  const std::string& who, const std::string& at);

/// Inserts rows unchanged, in as few statements as possible, in the caller's transaction.
/// @param who, at for jars that lack them; `at` as SQL writes it
void insert_jars(db::Connection& connection,
                 const std::vector<std::pair<std::uint64_t, const Jar*>>& jars,
                 const std::string& who, const std::string& at);

/// The files named in values of the field: without directories, separated by commas or lines.
std::vector<std::string> listed_jars(const Values& values);

}  // namespace upkeep::patch
