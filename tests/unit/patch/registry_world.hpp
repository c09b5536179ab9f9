// SPDX-License-Identifier: MIT
// The registry of a test installation on a real server, for acts as the library's callers make
// them. Hidden tests: tests/cli/pmt-patch/test_acts.py starts them.
#pragma once

#include "catch2_compat.hpp"
#include "db/transaction.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/store/store.hpp"

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::test {

inline db::Connection connect_to_test_server() {
  const auto from_environment = [](const char* name) {
    const char* value = std::getenv(name);
    REQUIRE(value != nullptr);
    return std::string(value);
  };
  db::Endpoint endpoint;
  endpoint.socket = from_environment("UPKEEP_TEST_SOCKET");
  endpoint.user = "root";
  endpoint.schema = from_environment("UPKEEP_TEST_SCHEMA");
  return db::Connection(endpoint);
}

/// One person at work, on a connection of their own.
class Desk {
 public:
  explicit Desk(const std::string& person, const std::string& key = "",
                const std::string& digest = "")
      : connection(connect_to_test_server()),
        once(std::make_shared<patch::Once>(key, digest)),
        actor{person, "test", once},
        registry(connection, config.patch, actor),
        service(connection, config, registry, actor, false) {}

  /// A new patch. @returns its id
  std::uint64_t make(const std::vector<patch::FieldEdit>& fields = {}) {
    patch::NewPatch wanted;
    wanted.platform = "4.4.0";
    wanted.fields = fields;
    patch::Registry maker(connection, config.patch, {"maker", "test"});
    const patch::Patch made = maker.create(wanted);
    return patch::find_patch(connection, {made.ref, {}}).value().id;
  }
  patch::Patch patch(std::uint64_t id) { return patch::patches_of(connection, {id}).at(0); }
  std::vector<patch::Event> events(std::uint64_t id) { return patch::events_of(connection, id); }

  config::Config config;
  db::Connection connection;
  std::shared_ptr<patch::Once> once;
  patch::Actor actor;
  patch::Registry registry;
  patch::lifecycle::LifecycleService service;
};

}  // namespace upkeep::test
