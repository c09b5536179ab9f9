// SPDX-License-Identifier: MIT
#include "patch/store/database.hpp"

#include "db/configured.hpp"
#include "patch/store/schema.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {
constexpr const char* k_component = "pmt";
}  // namespace

db::Connection connect(const config::Config& config, std::chrono::seconds patience) {
  db::Connection control = db::connect_control(config, config.database.schema, patience);
  respect_schema(control);
  return control;
}

void respect_schema(db::Connection& control) {
  db::respect_schema(control, k_component, newest_schema());
}

std::optional<std::string> schema_objection(db::Connection& control) {
  const int version = db::schema_version(control, k_component);
  if (version < newest_schema()) {
    return fmt::format("the schema has version {}, this program needs version {}", version,
                       newest_schema());
  }
  return db::writing_objection(control, k_component, newest_schema());
}

}  // namespace upkeep::patch
