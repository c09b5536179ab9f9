// SPDX-License-Identifier: MIT
#include "patch/store/number_sequence.hpp"

#include "base/error.hpp"
#include "base/warning.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace upkeep::patch {

namespace {

/// The directories on a server have four digits, and more for larger numbers.
constexpr std::uint32_t k_highest_of_four_digits = 9999;

void check_cap(const std::string& name, std::uint32_t number, std::optional<std::int64_t> cap) {
  if (!cap || number <= *cap) return;
  throw Error(
      ExitStatus::no,
      fmt::format("{} has no numbers left: the highest that may be drawn is {}", name, *cap),
      fmt::format("'pmt-patch numbers {} --cap N' raises its cap", name));
}

}  // namespace

NumberSequence::Drawn NumberSequence::draw(const std::string& name) {
  Drawn drawn;
  if (m_mode == Mode::preview) {
    drawn = preview(name);
  } else {
    m_connection.execute(
        "INSERT INTO number_sequence (name, last) VALUES (?, LAST_INSERT_ID(1))"
        " ON DUPLICATE KEY UPDATE last = LAST_INSERT_ID(last + 1)",
        {name});
    const db::Row row = m_connection
                            .query(
                                "SELECT LAST_INSERT_ID() AS number, UTC_TIMESTAMP() AS now,"
                                " (SELECT cap FROM number_sequence WHERE name = ?) AS cap",
                                {name})
                            .at(0);
    drawn = {.number = static_cast<std::uint32_t>(row.integer("number")), .now = row.text("now")};
    check_cap(name, drawn.number, row.maybe_integer("cap"));
  }
  if (!name.empty()) warn_of_order({name, drawn.number});
  return drawn;
}

void NumberSequence::lock_queue() {
  // Not SELECT ... FOR UPDATE: before the first request there is no row to lock.
  m_connection.execute(
      "INSERT INTO number_sequence (name, last) VALUES ('', 0)"
      " ON DUPLICATE KEY UPDATE last = last");
}

NumberSequence::Drawn NumberSequence::preview(const std::string& name) {
  std::uint32_t& last = m_told[name];
  std::optional<std::int64_t> cap;
  for (const db::Row& row :
       m_connection.query("SELECT last, cap FROM number_sequence WHERE name = ?", {name})) {
    last = std::max(last, static_cast<std::uint32_t>(row.integer("last")));
    cap = row.maybe_integer("cap");
  }
  check_cap(name, ++last, cap);
  return {.number = last,
          .now = m_connection.query("SELECT UTC_TIMESTAMP() AS now").at(0).text("now")};
}

void NumberSequence::raise(const std::map<std::string, std::uint32_t>& highest) {
  if (highest.empty()) return;
  std::string rows;
  for (const auto& [name, number] : highest) {
    rows += fmt::format("{}('{}', {})", rows.empty() ? "" : ", ", name, number);
    m_told[name] = std::max(m_told[name], number);
  }
  if (m_mode == Mode::preview) return;
  m_connection.execute("INSERT INTO number_sequence (name, last) VALUES " + rows +
                       " ON DUPLICATE KEY UPDATE last = GREATEST(last, VALUES(last))");
}

PlatformNumbers NumberSequence::set_cap(const std::string& platform,
                                        std::optional<std::uint32_t> cap) {
  check_platform(platform);
  m_connection.execute(
      "INSERT INTO number_sequence (name, last) VALUES (?, 0) ON DUPLICATE KEY UPDATE last = last",
      {platform});
  (void)m_connection.query("SELECT last FROM number_sequence WHERE name = ? FOR UPDATE",
                           {platform});
  const db::ReadsTables all(m_connection);
  const auto highest = static_cast<std::uint32_t>(
      m_connection
          .query("SELECT COALESCE(MAX(number), 0) AS highest FROM patch WHERE platform_key ="
                 " ? AND number <= ?",
                 {platform_key(platform), cap.value_or(std::numeric_limits<std::uint32_t>::max())})
          .at(0)
          .integer("highest"));
  m_connection.execute("UPDATE number_sequence SET cap = ?, last = ? WHERE name = ?",
                       {cap, highest, platform});
  return {.platform = platform, .last = highest, .cap = cap};
}

PlatformNumbers NumberSequence::continue_after(const std::string& platform, std::uint32_t number) {
  check_platform(platform);
  raise({{platform, number}});
  const db::Row row =
      m_connection.query("SELECT last, cap FROM number_sequence WHERE name = ?", {platform}).at(0);
  check_cap(platform, number, row.maybe_integer("cap"));
  return {.platform = platform,
          .last = static_cast<std::uint32_t>(row.integer("last")),
          .cap = maybe_number(row, "cap")};
}

std::vector<PlatformNumbers> NumberSequence::platforms() {
  std::vector<PlatformNumbers> all;
  const db::Rows rows =
      m_connection.query("SELECT name, last, cap FROM number_sequence WHERE name <> ''");
  all.reserve(rows.size());
  for (const db::Row& row : rows) {
    all.push_back({.platform = row.text("name"),
                   .last = static_cast<std::uint32_t>(row.integer("last")),
                   .cap = maybe_number(row, "cap")});
  }
  std::sort(all.begin(), all.end(), [](const PlatformNumbers& a, const PlatformNumbers& b) {
    return platform_key(a.platform) < platform_key(b.platform);
  });
  return all;
}

std::map<std::string, std::uint32_t> NumberSequence::caps() {
  std::map<std::string, std::uint32_t> caps;
  for (const db::Row& row :
       m_connection.query("SELECT name, cap FROM number_sequence WHERE cap IS NOT NULL")) {
    caps[row.text("name")] = static_cast<std::uint32_t>(row.integer("cap"));
  }
  return caps;
}

void NumberSequence::warn_of_order(const PatchRef& ref) {
  if (ref.number <= k_highest_of_four_digits) return;
  std::uint32_t shorter = k_highest_of_four_digits;  // the highest number with fewer digits
  while (ref.number / 10 > shorter) shorter = shorter * 10 + 9;
  const auto before = m_connection
                          .query(
                              "SELECT MAX(number) AS highest FROM patch WHERE platform_key = ? AND"
                              " number <= ?",
                              {platform_key(ref.platform), shorter})
                          .at(0)
                          .maybe_integer("highest");
  if (!before) return;
  warn(fmt::format(
      "{}: a server compares directories as text and applies patch{} before patch{:04}; if {} is"
      " a private number, exclude it from the counting: 'pmt-patch numbers {} --cap {}'",
      to_string(ref), ref.number, *before, *before, ref.platform, *before - 1));
}

}  // namespace upkeep::patch
