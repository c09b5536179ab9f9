// SPDX-License-Identifier: MIT
// A patch with all its data, as `export` writes it and `import` reads it.
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/selector.hpp"
#include "patch/store/jar_store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The members of an exported patch other than its fields, in order.
const std::vector<std::string>& export_members();

/// A patch with its data from other tables.
struct WholePatch {
  Patch patch;
  std::vector<Event> events;  ///< oldest first
  std::vector<Jar> jars;
};

/// Calls `take` with every selected patch, in order, each with all its data as of one moment.
void for_each_whole(db::Connection& connection, const SelectorSql& selected,
                    const std::function<void(const WholePatch&)>& take);

/// The same for every request that has not become a patch, by id.
void for_each_whole_request(db::Connection& connection,
                            const std::function<void(const WholePatch&)>& take);

/// One patch or request, with the members of export_members().
ValueObject export_object(const WholePatch& whole, const ArtifactType& type, const NameRule& names);

/// The header of an export in CSV: the members, then every field of the type.
std::vector<std::string> export_csv_header(const ArtifactType& type);
/// `object` (of export_object()) as a row under that header.
Record export_csv_row(const ValueObject& object, const ArtifactType& type);

}  // namespace upkeep::patch
