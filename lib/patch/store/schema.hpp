// SPDX-License-Identifier: MIT
#pragma once

#include "db/migration.hpp"

namespace upkeep::patch {

/// The patch registry's part of the schema: component "pmt".
const std::vector<db::Migration>& migrations();

}  // namespace upkeep::patch
