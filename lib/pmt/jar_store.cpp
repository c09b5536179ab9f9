// SPDX-License-Identifier: MIT
#include "pmt/jar_store.hpp"

#include "db/transaction.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace upkeep::pmt {

namespace {

auto all_of(const Jar& jar) {
  return std::tie(jar.name, jar.bundle, jar.version, jar.md5, jar.sha256, jar.size);
}

}  // namespace

std::vector<Jar> recorded_jars(db::Connection& connection, std::uint64_t patch) {
  std::vector<Jar> jars;
  for (const db::Row& row : connection.query(
           "SELECT name, bundle, version, md5, sha256, size FROM patch_jar WHERE patch = ?"
           " ORDER BY name",
           {patch})) {
    jars.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                    static_cast<std::uint64_t>(row.integer(5))});
  }
  return jars;
}

bool record_jars(db::Connection& connection, std::uint64_t patch, std::vector<Jar> jars,
                 const std::string& who) {
  const auto by_all = [](const Jar& a, const Jar& b) { return all_of(a) < all_of(b); };
  const auto same = [](const Jar& a, const Jar& b) { return all_of(a) == all_of(b); };
  std::sort(jars.begin(), jars.end(), by_all);
  return db::transact_for<bool>(connection, [&] {
    // Two at once for one patch: one after the other.
    connection.query("SELECT id FROM patch WHERE id = ? FOR UPDATE", {patch});
    std::vector<Jar> before = recorded_jars(connection, patch);
    std::sort(before.begin(), before.end(), by_all);
    if (std::equal(before.begin(), before.end(), jars.begin(), jars.end(), same)) return false;
    connection.execute("DELETE FROM patch_jar WHERE patch = ?", {patch});
    constexpr std::size_t k_at_once = 200;
    for (std::size_t start = 0; start < jars.size(); start += k_at_once) {
      std::string rows;
      std::vector<db::Param> params;
      for (std::size_t i = start; i < std::min(jars.size(), start + k_at_once); ++i) {
        rows += rows.empty() ? "" : ",";
        rows += "(?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(), ?)";
        const Jar& jar = jars[i];
        for (db::Param value :
             {db::Param(patch), db::Param(jar.name), db::Param(jar.bundle), db::Param(jar.version),
              db::Param(jar.md5), db::Param(jar.sha256), db::Param(jar.size), db::Param(who)}) {
          params.push_back(std::move(value));
        }
      }
      connection.execute(
          "INSERT INTO patch_jar (patch, name, bundle, version, md5, sha256, size,"
          " recorded_at, recorded_by) VALUES " +
              rows,
          params);
    }
    return true;
  });
}

std::string version_in(const std::string& file_name) {
  std::string_view stem = file_name;
  if (stem.ends_with(".jar")) stem.remove_suffix(std::string_view(".jar").size());
  for (std::size_t i = 0; i + 1 < stem.size(); ++i) {
    const bool digit = stem[i + 1] >= '0' && stem[i + 1] <= '9';
    if ((stem[i] == '_' || stem[i] == '-') && digit) return std::string(stem.substr(i + 1));
  }
  return {};
}

}  // namespace upkeep::pmt
