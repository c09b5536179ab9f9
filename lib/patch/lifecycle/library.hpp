// SPDX-License-Identifier: MIT
// The loaded definitions, by name and version.
#pragma once

#include "db/connection.hpp"
#include "patch/lifecycle/definition_reader.hpp"
#include "patch/model/parsed_texts.hpp"

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

struct LoadedDefinition {
  std::string name;
  std::int64_t version = 0;
  const Definition* definition = nullptr;  ///< owned by the library
};

using ParsedDefinitions = ParsedTexts<Definition>;

class Library {
 public:
  /// @param connection, parsed not owned
  /// @param parsed the definitions that the process has parsed; nullptr: it keeps none
  explicit Library(db::Connection& connection, ParsedDefinitions* parsed = nullptr)
      : m_connection(connection), m_parsed(parsed) {}

  /// The loaded spelling of a name that differs from `name` only in case, if there is exactly one;
  /// otherwise `name`.
  std::string called(const std::string& name);
  /// The newest version of `name`. @throws Error(partial) suggesting the nearest name
  std::int64_t newest(const std::string& name);
  /// Parsed once and cached. @throws Error(partial) if that version is not loaded, DataError
  const Definition& get(const std::string& name, std::int64_t version);
  /// Every loaded version, by name and version, in one statement; cached. Faulty ones are missing.
  std::vector<LoadedDefinition> loaded();
  /// The XML as it was loaded. @throws as get()
  std::string xml(const std::string& name, std::int64_t version);

  /// Stores a reading without errors as a new version if it differs from the newest one.
  /// @returns its version, and whether it is new
  std::pair<std::int64_t, bool> load(const Reading& reading, const std::string& user);

  /// Every loaded version. @param name only those of this lifecycle; empty: all
  std::vector<Listed> list(const std::string& name = {});

 private:
  [[nodiscard]] std::shared_ptr<const Definition> parsed(const std::string& xml,
                                                         const std::string& name) const;

  db::Connection& m_connection;
  ParsedDefinitions* m_parsed;
  std::map<std::pair<std::string, std::int64_t>, std::shared_ptr<const Definition>> m_read;
};

/// Loads the supplied lifecycles of which no version is loaded. @returns how many
std::size_t load_shipped_lifecycles(db::Connection& connection,
                                    const std::filesystem::path& directory,
                                    const std::string& user);

}  // namespace upkeep::patch::lifecycle
