// SPDX-License-Identifier: MIT
#pragma once

#include "db/migration.hpp"

#include <vector>

namespace upkeep::upgrade {

/// The tables of the queue, the runs and the slots (component "ws").
const std::vector<db::Migration>& migrations();

}  // namespace upkeep::upgrade
