// SPDX-License-Identifier: MIT
// Which jars a patch carries: recorded from its archive by pmt-verify (the table `patch_jar`, to
// which nobody else writes), or as a field lists them.
#pragma once

#include "db/connection.hpp"
#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/event_store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The field in which people list a patch's jars.
inline constexpr const char* k_jars_key = "patchInformation_jarsInvolved";

struct Jar {
  std::string name;     ///< of its file
  std::string bundle;   ///< what the server calls it: symbolic name, `_`, version, `.jar`
  std::string version;  ///< may be empty
  std::string md5, sha256;
  std::uint64_t size = 0;
  std::optional<std::string> recorded_at, recorded_by;  ///< ISO 8601; unknown before it is recorded
};

/// By name. Empty where none were recorded.
std::vector<Jar> recorded_jars(db::Connection& connection, std::uint64_t patch);

/// Those of several patches; one that has none is not in the map.
std::map<std::uint64_t, std::vector<Jar>> recorded_jars(db::Connection& connection,
                                                        const std::vector<std::uint64_t>& patches);

/// Whether both say the same, whoever recorded it when. @param a, b in any order
bool same_jars(std::vector<Jar> a, std::vector<Jar> b);

/// Replaces what was recorded for the patch and writes the event: each jar that came, went or
/// became another one, with its SHA-256 before and after. To be called in a transaction that holds
/// the patch's row. @param patch as it is locked
/// @param seen what was recorded when the jars were judged. @param now as SQL writes it
/// @returns whether that changed anything; nothing is written where it does not.
/// @throws Error(no) where others were recorded since
bool record_jars(db::Connection& connection, EventStore& events, Patch& patch,
                 const std::vector<Jar>& seen, const std::vector<Jar>& jars,
                 const std::string& comment, const std::string& now);

/// Replaces what was recorded for a patch, in the caller's transaction. @param who, at as below
void replace_jars(db::Connection& connection, std::uint64_t patch, const std::vector<Jar>& jars,
                  const std::string& who, const std::string& at);

/// Writes rows as they are, in as few statements as can be, in the caller's transaction.
/// @param who, at where a jar does not say them itself; `at` as SQL writes it
void insert_jars(db::Connection& connection,
                 const std::vector<std::pair<std::uint64_t, const Jar*>>& jars,
                 const std::string& who, const std::string& at);

/// The files that values of the field name: without directories, several with commas or lines.
std::vector<std::string> listed_jars(const Values& values);

}  // namespace upkeep::patch
