// SPDX-License-Identifier: MIT
#include "patch/lifecycle/library.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/model/patch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

std::string Library::called(const std::string& name) {
  const db::Rows rows = m_connection.query(
      "SELECT DISTINCT name FROM lifecycle WHERE LOWER(name) = LOWER(?)", {name});
  const bool exact = std::any_of(rows.begin(), rows.end(),
                                 [&](const db::Row& row) { return row.text(0) == name; });
  return exact || rows.size() != 1 ? name : rows[0].text(0);
}

std::int64_t Library::newest(const std::string& name) {
  const db::Row row =
      m_connection.query("SELECT MAX(version) FROM lifecycle WHERE name = ?", {name}).at(0);
  if (const auto version = row.maybe_integer(0)) return *version;
  std::vector<std::string> names;
  for (const db::Row& one : m_connection.query("SELECT DISTINCT name FROM lifecycle")) {
    names.push_back(one.text(0));
  }
  throw Error(ExitStatus::partial, fmt::format("there is no lifecycle '{}'", printable(name)),
              did_you_mean(name, names, "'pmt-lifecycle list' shows what is loaded"));
}

std::string Library::xml(const std::string& name, std::int64_t version) {
  const db::Rows rows = m_connection.query(
      "SELECT definition FROM lifecycle WHERE name = ? AND version = ?", {name, version});
  if (!rows.empty()) return rows[0].text(0);
  const auto last = newest(name);
  throw Error(ExitStatus::partial,
              fmt::format("{} has no version {}; the newest is {}", name, version, last));
}

const Definition& Library::get(const std::string& name, std::int64_t version) {
  auto& read = m_read[{name, version}];
  if (!read) read = std::make_unique<Definition>(definition_of(xml(name, version), name));
  return *read;
}

std::pair<std::int64_t, bool> Library::load(const Reading& reading, const std::string& user) {
  const Definition& definition = reading.definition;
  return db::transact_for<std::pair<std::int64_t, bool>>(m_connection, [&] {
    const db::Rows rows = m_connection.query(
        "SELECT version, definition FROM lifecycle WHERE name = ? ORDER BY version DESC LIMIT 1"
        " FOR UPDATE",
        {definition.name});
    if (!rows.empty() && rows[0].text(1) == reading.xml)
      return std::pair{rows[0].integer(0), false};
    const std::int64_t version = rows.empty() ? 1 : rows[0].integer(0) + 1;
    m_connection.execute(
        "INSERT INTO lifecycle (name, version, initial_state, definition, loaded_at, loaded_by)"
        " VALUES (?, ?, ?, ?, UTC_TIMESTAMP(), ?)",
        {definition.name, version, definition.initial, reading.xml, user});
    return std::pair{version, true};
  });
}

std::vector<Listed> Library::list(const std::string& name) {
  std::vector<Listed> all;
  const std::string where = name.empty() ? "" : " WHERE l.name = ?";
  const std::vector<db::Param> params =
      name.empty() ? std::vector<db::Param>{} : std::vector<db::Param>{name};
  for (const db::Row& row : m_connection.query(
           "SELECT l.name, l.version, l.definition, l.loaded_at, COALESCE(p.patches, 0)"
           " FROM lifecycle l LEFT JOIN (SELECT lifecycle, lifecycle_version, COUNT(*) AS patches"
           " FROM patch WHERE lifecycle IS NOT NULL GROUP BY lifecycle, lifecycle_version) p"
           " ON p.lifecycle = l.name AND p.lifecycle_version = l.version" +
               where + " ORDER BY l.name, l.version",
           params)) {
    const Reading reading = read_lifecycle(row.text(2), row.text(0));
    all.push_back({row.text(0), row.integer(1), std::ssize(reading.definition.states),
                   row.integer(4), iso_time(row.maybe_text(3)).value_or("")});
  }
  return all;
}

std::size_t load_shipped_lifecycles(db::Connection& connection,
                                    const std::filesystem::path& directory,
                                    const std::string& user) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".xml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::size_t loaded = 0;
  for (const auto& file : files) {
    const Reading reading = read_lifecycle_file(file);
    if (reading.has_errors()) throw DataError(fmt::format("{} is no lifecycle", file.string()));
    const Definition& definition = reading.definition;
    // Two at once load it once; what somebody has changed stays.
    if (!connection.query("SELECT 1 FROM lifecycle WHERE name = ? LIMIT 1", {definition.name})
             .empty()) {
      continue;
    }
    loaded += connection.execute(
        "INSERT IGNORE INTO lifecycle (name, version, initial_state, definition, loaded_at, "
        "loaded_by)"
        " VALUES (?, 1, ?, ?, UTC_TIMESTAMP(), ?)",
        {definition.name, definition.initial, reading.xml, user});
  }
  return loaded;
}

}  // namespace upkeep::patch::lifecycle
