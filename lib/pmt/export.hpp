// SPDX-License-Identifier: MIT
// A patch with all there is to it, as `export` writes it and `import` reads it.
#pragma once

#include "pmt/artifact_type.hpp"
#include "pmt/jar_store.hpp"
#include "pmt/patch.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::pmt {

/// The members of an exported patch beside its fields, in order.
const std::vector<std::string>& export_members();

/// One patch. @param events its own, oldest first. @param jars those that were recorded for it
ValueObject export_object(const Patch& patch, const std::vector<Event>& events,
                          const std::vector<Jar>& jars, const ArtifactType& type,
                          const NameRule& names);

/// The header of an export in CSV: the members, then every field of the type.
std::vector<std::string> export_csv_header(const ArtifactType& type);
/// `object` (of export_object()) as a row under that header.
Record export_csv_row(const ValueObject& object, const ArtifactType& type);

}  // namespace upkeep::pmt
