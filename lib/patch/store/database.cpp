// SPDX-License-Identifier: MIT
#include "patch/store/database.hpp"

#include "db/configured.hpp"
#include "patch/store/schema.hpp"

namespace upkeep::patch {

db::Connection connect(const config::Config& config, std::chrono::seconds patience) {
  db::Connection control = db::connect_control(config, config.database.schema, patience);
  db::respect_schema(control, "pmt", newest_schema());
  return control;
}

}  // namespace upkeep::patch
