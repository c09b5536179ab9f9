// SPDX-License-Identifier: MIT
#include "patch/query/time_entries.hpp"

#include "patch/query/query.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace upkeep::patch {

namespace {

/// Reads entries together with the events that revoke them, so that no row is looked up twice: as
/// a subquery, the latter are searched for in all events again by every statement.
class EntryReader {
 public:
  EntryReader(db::Connection& connection, std::vector<std::uint64_t> patches)
      : m_connection(connection), m_patches(std::move(patches)) {
    std::sort(m_patches.begin(), m_patches.end());
    m_patches.erase(std::unique(m_patches.begin(), m_patches.end()), m_patches.end());
  }

  std::vector<TimeEntry> read() {
    if (are_most()) {
      scan();
    } else {
      look_up();
    }
    std::vector<TimeEntry> entries;
    entries.reserve(m_found.size());
    for (Found& one : m_found) {
      if (!m_revoked.contains(one.event)) entries.push_back(std::move(one.entry));
    }
    return entries;
  }

 private:
  struct Found {
    std::uint64_t event;
    TimeEntry entry;
  };

  /// Whether reading all events in their order costs less than looking up those of these patches.
  [[nodiscard]] bool are_most() const {
    constexpr std::uint64_t k_share = 8;
    const auto last =
        m_connection.query("SELECT MAX(id) AS last FROM patch").at(0).maybe_integer("last");
    return m_patches.size() * k_share > static_cast<std::uint64_t>(last.value_or(0));
  }

  void scan() {
    query("", [&](std::uint64_t patch) {
      return std::binary_search(m_patches.begin(), m_patches.end(), patch);
    });
  }

  void look_up() {
    for_each_page(m_patches, [&](const std::vector<std::uint64_t>& page) {
      query(fmt::format(" AND e.patch IN ({})", id_list(page)), [](std::uint64_t) { return true; });
    });
  }

  template <typename Wanted>
  void query(const std::string& condition, const Wanted& is_wanted) {
    m_connection.query_each(
        fmt::format("SELECT e.id, e.patch, e.actor, COALESCE(e.worked_on, e.at) AS day, e.time_s,"
                    " e.revokes FROM event e"
                    " WHERE (e.time_s IS NOT NULL OR e.revokes IS NOT NULL){}",
                    condition),
        [&](const db::Row& row) {
          if (!row.is_null("revokes")) m_revoked.insert(unsigned_of(row, "revokes"));
          if (row.is_null("time_s")) return;
          const std::uint64_t patch = unsigned_of(row, "patch");
          if (!is_wanted(patch)) return;
          m_found.push_back({unsigned_of(row, "id"),
                             {patch, row.text("actor"), row.text("day"), row.integer("time_s")}});
        });
  }

  db::Connection& m_connection;
  std::vector<std::uint64_t> m_patches;  // sorted
  std::vector<Found> m_found;
  std::unordered_set<std::uint64_t> m_revoked;
};

}  // namespace

std::vector<TimeEntry> time_entries(db::Connection& connection,
                                    std::vector<std::uint64_t> patches) {
  return EntryReader(connection, std::move(patches)).read();
}

}  // namespace upkeep::patch
