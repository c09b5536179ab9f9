// SPDX-License-Identifier: MIT
#include "patch/store/database.hpp"

#include "db/configured.hpp"
#include "patch/store/schema.hpp"

namespace upkeep::patch {

namespace {
// A selector that no index supports reads every document; a server silent for longer is considered
// dead.
constexpr std::chrono::seconds k_read_timeout{120};
}  // namespace

db::Connection connect(const config::Config& config) {
  db::Connection control = db::connect_control(config, config.database.schema, k_read_timeout);
  db::respect_schema(control, "pmt", newest_schema());
  return control;
}

}  // namespace upkeep::patch
