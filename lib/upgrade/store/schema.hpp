// SPDX-License-Identifier: MIT
#pragma once

#include "db/schema_file.hpp"

#include <vector>

namespace upkeep::upgrade {

/// share/schema/upgrade, embedded when the library is built.
const std::vector<db::SchemaFile>& schema_files();

/// The schema version that this program knows: that of the last file.
int newest_schema();

/// The tables of the queue, the runs and the slots (component "ws").
const std::vector<db::Migration>& migrations();

}  // namespace upkeep::upgrade
