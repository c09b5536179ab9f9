// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

namespace upkeep::patch {

/// Connects to the control database and selects its schema. @throws db::Error, with advice if it is
/// the private local one and is not running
db::Connection connect(const config::Config& config);

}  // namespace upkeep::patch
