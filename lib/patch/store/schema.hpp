// SPDX-License-Identifier: MIT
#pragma once

#include "db/schema_file.hpp"

#include <vector>

namespace upkeep::patch {

/// share/schema/patch, embedded when the library is built.
const std::vector<db::SchemaFile>& schema_files();

/// The version this program knows: that of the last file.
int newest_schema();

/// The patch registry's part of the schema (component "pmt").
const std::vector<db::Migration>& migrations();

}  // namespace upkeep::patch
