// SPDX-License-Identifier: MIT
#pragma once

#include "db/schema_file.hpp"

#include <vector>

namespace upkeep::patch {

/// share/schema/patch, embedded when the library is built.
const std::vector<db::SchemaFile>& schema_files();

/// The version that this program knows: that of the last file.
int newest_schema();

/// The migrations of the patch registry (component "pmt").
const std::vector<db::Migration>& migrations();

}  // namespace upkeep::patch
