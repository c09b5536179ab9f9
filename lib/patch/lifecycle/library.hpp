// SPDX-License-Identifier: MIT
// The definitions that are loaded, by name and version.
#pragma once

#include "db/connection.hpp"
#include "patch/lifecycle/definition_reader.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch::lifecycle {

struct Listed {
  std::string name;
  std::int64_t version = 0, states = 0, patches = 0;
  std::string loaded_at;
};

class Library {
 public:
  /// @param connection stays the caller's
  explicit Library(db::Connection& connection) : m_connection(connection) {}

  /// The own spelling of what differs from `name` in case alone, where only one does; else `name`.
  std::string called(const std::string& name);
  /// The newest version of `name`. @throws Error(partial) with the nearest name
  std::int64_t newest(const std::string& name);
  /// Read once and kept. @throws Error(partial) where that version is not loaded, DataError
  const Definition& get(const std::string& name, std::int64_t version);
  /// The XML as it was loaded. @throws as get()
  std::string xml(const std::string& name, std::int64_t version);

  /// Stores a reading without errors as a new version, where it differs from the newest one.
  /// @returns its version, and whether it is new
  std::pair<std::int64_t, bool> load(const Reading& reading, const std::string& user);

  /// Every version that is loaded. @param name only that one; empty: all
  std::vector<Listed> list(const std::string& name = {});

 private:
  db::Connection& m_connection;
  std::map<std::pair<std::string, std::int64_t>, std::unique_ptr<Definition>> m_read;
};

/// Loads the lifecycles that ship and are not there under any version. @returns how many
std::size_t load_shipped_lifecycles(db::Connection& connection,
                                    const std::filesystem::path& directory,
                                    const std::string& user);

}  // namespace upkeep::patch::lifecycle
