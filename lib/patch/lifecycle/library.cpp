// SPDX-License-Identifier: MIT
#include "patch/lifecycle/library.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/lifecycle_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

std::string Library::called(const std::string& name) {
  const std::vector<std::string> names = LifecycleStore(m_connection).names_like(name);
  const bool exact = std::find(names.begin(), names.end(), name) != names.end();
  return exact || names.size() != 1 ? name : names[0];
}

std::int64_t Library::newest(const std::string& name) {
  LifecycleStore store(m_connection);
  if (const auto version = store.newest_version(name)) return *version;
  throw Error(ExitStatus::partial, fmt::format("there is no lifecycle '{}'", printable(name)),
              did_you_mean(name, store.names(), "'pmt-lifecycle list' lists the loaded ones"));
}

std::string Library::xml(const std::string& name, std::int64_t version) {
  if (auto found = LifecycleStore(m_connection).xml(name, version)) return std::move(*found);
  const auto last = newest(name);
  throw Error(ExitStatus::partial,
              fmt::format("{} has no version {}; the newest is {}", name, version, last));
}

std::shared_ptr<const Definition> Library::parsed(const std::string& xml,
                                                  const std::string& name) const {
  const auto parse = [&] { return definition_of(xml, name); };
  return m_parsed != nullptr ? m_parsed->value_of(name, xml, parse)
                             : std::make_shared<const Definition>(parse());
}

const Definition& Library::get(const std::string& name, std::int64_t version) {
  auto& read = m_read[{name, version}];
  if (!read) read = parsed(xml(name, version), name);
  return *read;
}

std::vector<LoadedDefinition> Library::loaded() {
  std::vector<LoadedDefinition> all;
  for (const LifecycleRow& row : LifecycleStore(m_connection).all()) {
    auto& read = m_read[{row.name, row.version}];
    try {
      if (!read) read = parsed(row.xml, row.name);
    } catch (const Error&) {
      m_read.erase({row.name, row.version});
      continue;
    }
    all.push_back({.name = row.name, .version = row.version, .definition = read.get()});
  }
  return all;
}

std::pair<std::int64_t, bool> Library::load(const Reading& reading, const std::string& user) {
  const Definition& definition = reading.definition;
  return db::transact_for<std::pair<std::int64_t, bool>>(m_connection, [&] {
    LifecycleStore store(m_connection);
    const auto newest = store.newest(definition.name, true);
    if (newest && newest->xml == reading.xml) return std::pair{newest->version, false};
    const std::int64_t version = newest ? newest->version + 1 : 1;
    store.insert({.name = definition.name,
                  .version = version,
                  .initial_state = definition.initial,
                  .xml = reading.xml},
                 user);
    return std::pair{version, true};
  });
}

std::vector<Listed> Library::list(const std::string& name) {
  std::vector<Listed> all;
  const std::string where = name.empty() ? "" : " WHERE l.name = ?";
  const std::vector<db::Param> params =
      name.empty() ? std::vector<db::Param>{} : std::vector<db::Param>{name};
  for (const db::Row& row : m_connection.query(
           "SELECT l.name, l.version, l.definition, l.loaded_at, COALESCE(p.patches, 0) AS patches"
           " FROM lifecycle l LEFT JOIN (SELECT lifecycle, lifecycle_version, COUNT(*) AS patches"
           " FROM patch WHERE lifecycle IS NOT NULL GROUP BY lifecycle, lifecycle_version) p"
           " ON p.lifecycle = l.name AND p.lifecycle_version = l.version" +
               where + " ORDER BY l.name, l.version",
           params)) {
    const std::string own_name = row.text("name");
    const Reading reading = read_lifecycle(row.text("definition"), own_name);
    all.push_back({.name = own_name,
                   .version = row.integer("version"),
                   .states = std::ssize(reading.definition.states),
                   .patches = row.integer("patches"),
                   .loaded_at = iso_time(row.maybe_text("loaded_at")).value_or("")});
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
  LifecycleStore store(connection);
  for (const auto& file : files) {
    const Reading reading = read_lifecycle_file(file);
    if (reading.has_errors()) throw DataError(fmt::format("{} is not a lifecycle", file.string()));
    const Definition& definition = reading.definition;
    // Two concurrent loads load it once; a changed lifecycle stays as it is.
    if (store.newest_version(definition.name)) continue;
    const LifecycleRow first{.name = definition.name,
                             .version = 1,
                             .initial_state = definition.initial,
                             .xml = reading.xml};
    if (store.insert_if_absent(first, user)) ++loaded;
  }
  return loaded;
}

}  // namespace upkeep::patch::lifecycle
