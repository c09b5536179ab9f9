// SPDX-License-Identifier: MIT
#include "patch/store/jar_store.hpp"

#include "base/text.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

namespace upkeep::patch {

namespace {

auto all_of(const Jar& jar) {
  return std::tie(jar.name, jar.bundle, jar.version, jar.md5, jar.sha256, jar.size);
}

/// The change of each jar, by name.
std::vector<Change> changes_between(const std::vector<Jar>& before, const std::vector<Jar>& after) {
  std::map<std::string, std::pair<const Jar*, const Jar*>> both;
  for (const Jar& jar : before) both[jar.name].first = &jar;
  for (const Jar& jar : after) both[jar.name].second = &jar;
  const auto digest = [](const Jar* jar) { return jar == nullptr ? Value() : Value(jar->sha256); };
  std::vector<Change> changes;
  for (const auto& [name, jars] : both) {
    const auto& [old, now] = jars;
    if (old != nullptr && now != nullptr && all_of(*old) == all_of(*now)) continue;
    changes.push_back({name, digest(old), digest(now)});
  }
  return changes;
}

}  // namespace

std::vector<Jar> recorded_jars(db::Connection& connection, std::uint64_t patch, Read read) {
  auto found = recorded_jars(connection, std::vector{patch}, read);
  return found.empty() ? std::vector<Jar>{} : std::move(found.begin()->second);
}

std::map<std::uint64_t, std::vector<Jar>> recorded_jars(db::Connection& connection,
                                                        const std::vector<std::uint64_t>& patches,
                                                        Read read) {
  std::map<std::uint64_t, std::vector<Jar>> jars;
  if (patches.empty()) return jars;
  for (const db::Row& row : connection.query(fmt::format(
           "SELECT patch, name, bundle, version, md5, sha256, size, recorded_at, recorded_by"
           " FROM patch_jar WHERE patch IN ({}) ORDER BY patch, name{}",
           id_list(patches), read_clause(read)))) {
    jars[unsigned_of(row, "patch")].push_back(
        {.name = row.text("name"),
         .bundle = row.text("bundle"),
         .version = row.text("version"),
         .md5 = row.text("md5"),
         .sha256 = row.text("sha256"),
         .size = unsigned_of(row, "size"),
         .recorded_at = iso_time(row.maybe_text("recorded_at")),
         .recorded_by = row.maybe_text("recorded_by")});
  }
  return jars;
}

bool same_jars(std::vector<Jar> a, std::vector<Jar> b) {
  const auto by_all = [](const Jar& one, const Jar& other) { return all_of(one) < all_of(other); };
  std::sort(a.begin(), a.end(), by_all);
  std::sort(b.begin(), b.end(), by_all);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Jar& one, const Jar& other) { return all_of(one) == all_of(other); });
}

void replace_jars(db::Connection& connection, std::uint64_t patch, const std::vector<Jar>& jars,
                  const std::string& who, const std::string& at) {
  connection.execute("DELETE FROM patch_jar WHERE patch = ?", {patch});
  std::vector<std::pair<std::uint64_t, const Jar*>> rows;
  rows.reserve(jars.size());
  for (const Jar& jar : jars) rows.emplace_back(patch, &jar);
  insert_jars(connection, rows, who, at);
}

bool record_jars(db::Connection& connection, EventStore& events, Patch& patch,
                 const std::vector<Jar>& seen, const std::vector<Jar>& jars,
                 const std::string& comment, const std::string& now) {
  const std::vector<Jar> before = recorded_jars(connection, patch.id);
  if (same_jars(before, jars)) return false;
  if (!same_jars(before, seen)) {
    throw Error(ExitStatus::no,
                "other jars were recorded while this archive was checked; nothing was recorded",
                "run it again to check the archive against them");
  }
  replace_jars(connection, patch.id, jars, events.actor().name, now);
  (void)events.append(patch, {.at = now,
                              .kind = EventKind::record,
                              .changes = changes_between(before, jars),
                              .comment = comment});
  return true;
}

void insert_jars(db::Connection& connection,
                 const std::vector<std::pair<std::uint64_t, const Jar*>>& jars,
                 const std::string& who, const std::string& at) {
  constexpr std::size_t k_jars_at_once = 200;
  for (std::size_t start = 0; start < jars.size(); start += k_jars_at_once) {
    std::string rows;
    std::vector<db::Param> params;
    for (std::size_t i = start; i < std::min(jars.size(), start + k_jars_at_once); ++i) {
      rows += rows.empty() ? "(?,?,?,?,?,?,?,?,?)" : ",(?,?,?,?,?,?,?,?,?)";
      const Jar& jar = *jars[i].second;
      const std::optional<std::string> own = sql_time(jar.recorded_at);
      for (db::Param value :
           {db::Param(jars[i].first), db::Param(jar.name), db::Param(jar.bundle),
            db::Param(jar.version), db::Param(jar.md5), db::Param(jar.sha256), db::Param(jar.size),
            db::Param(own.value_or(at)), db::Param(jar.recorded_by.value_or(who))}) {
        params.push_back(std::move(value));
      }
    }
    connection.execute(
        "INSERT INTO patch_jar (patch, name, bundle, version, md5, sha256, size,"
        " recorded_at, recorded_by) VALUES " +
            rows,
        params);
  }
}

std::vector<std::string> listed_jars(const Values& values) {
  std::vector<std::string> names;
  for (const std::string& value : values) {
    for (const std::string& line : split(replace_all(value, ",", "\n"), '\n')) {
      const std::string_view path = trim(line);
      const std::string_view name = path.substr(path.rfind('/') + 1);
      if (!name.empty()) names.emplace_back(name);
    }
  }
  return names;
}

}  // namespace upkeep::patch
