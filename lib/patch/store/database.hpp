// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

namespace upkeep::patch {

/// The control database, its schema selected. @throws db::Error, with advice where it is the
/// private local one that does not run
db::Connection connect(const config::Config& config);

}  // namespace upkeep::patch
