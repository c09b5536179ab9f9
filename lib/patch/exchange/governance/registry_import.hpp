// SPDX-License-Identifier: MIT
// Imports the patches of a governance registry.
#pragma once

#include "patch/exchange/governance/losses.hpp"
#include "patch/exchange/governance/resource.hpp"
#include "patch/exchange/governance/resource_drafts.hpp"
#include "patch/exchange/import_source.hpp"

#include <memory>
#include <string>

namespace upkeep::patch {

/// The dump of a database, or a directory with files of the registry's interfaces.
/// @param losses not owned; the resources that are not patches are counted there
/// @throws Error(no_input), DataError
std::unique_ptr<ResourceSource> open_registry(const std::string& file, const RegistryRules& rules,
                                              Losses& losses);

/// Passes the resources to the importer, and finishes it, all within one Importer::run(). The rows
/// are governance artifacts. @throws DataError if the source as a whole cannot be read
void import_registry(ResourceSource& source, ResourceDrafts& drafts, Importer& importer,
                     Losses& losses, const Progress& progress);

}  // namespace upkeep::patch
