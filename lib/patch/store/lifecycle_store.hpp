// SPDX-License-Identifier: MIT
// Reads and writes the table `lifecycle`: every version of every definition, as loaded.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct LifecycleRow {
  std::string name;
  std::int64_t version = 1;
  std::string initial_state;
  std::string xml;
};

class LifecycleStore {
 public:
  /// @param connection not owned
  explicit LifecycleStore(db::Connection& connection) : m_connection(connection) {}

  /// Every name, sorted. @throws db::Error
  std::vector<std::string> names();
  /// Names that equal `name` except for upper and lower case. @throws db::Error
  std::vector<std::string> names_like(const std::string& name);
  /// nullopt: no such lifecycle. @throws db::Error
  std::optional<std::int64_t> newest_version(const std::string& name);
  /// The newest one. @param lock keeps it until the transaction ends. @throws db::Error
  std::optional<LifecycleRow> newest(const std::string& name, bool lock = false);
  /// Every version, by name and version. @throws db::Error
  std::vector<LifecycleRow> all();
  /// nullopt: no such version. @throws db::Error
  std::optional<std::string> xml(const std::string& name, std::int64_t version);

  /// @throws db::Error also for a version that exists
  void insert(const LifecycleRow& row, const std::string& user);
  /// @returns whether it was absent. @throws db::Error
  bool insert_if_absent(const LifecycleRow& row, const std::string& user);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
