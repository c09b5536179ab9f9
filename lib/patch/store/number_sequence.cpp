// SPDX-License-Identifier: MIT
#include "patch/store/number_sequence.hpp"

#include "base/error.hpp"
#include "base/warning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace upkeep::patch {

namespace {

/// A server's directories: four digits, and more where four do not hold the number.
constexpr std::uint32_t k_highest_of_four_digits = 9999;

NumberSequence sequence_of(const db::Row& row) {
  NumberSequence one{row.text(0), static_cast<std::uint32_t>(row.integer(1)), {}};
  if (const auto cap = row.maybe_integer(2)) one.cap = static_cast<std::uint32_t>(*cap);
  return one;
}

}  // namespace

std::vector<NumberSequence> number_sequences(db::Connection& connection) {
  std::vector<NumberSequence> all;
  for (const db::Row& row :
       connection.query("SELECT name, last, cap FROM number_sequence WHERE name <> ''")) {
    all.push_back(sequence_of(row));
  }
  std::sort(all.begin(), all.end(), [](const NumberSequence& a, const NumberSequence& b) {
    return platform_key(a.platform) < platform_key(b.platform);
  });
  return all;
}

NumberSequence set_cap(db::Connection& connection, const std::string& platform,
                       std::optional<std::uint32_t> cap) {
  check_platform(platform);
  connection.execute(
      "INSERT INTO number_sequence (name, last) VALUES (?, 0) ON DUPLICATE KEY UPDATE last = last",
      {platform});
  (void)connection.query("SELECT last FROM number_sequence WHERE name = ? FOR UPDATE", {platform});
  const auto highest =
      connection
          .query(
              "SELECT COALESCE(MAX(number), 0) FROM patch WHERE platform_key ="
              " ? AND number <= ?",
              {platform_key(platform), cap.value_or(std::numeric_limits<std::uint32_t>::max())})
          .at(0)
          .integer(0);
  connection.execute("UPDATE number_sequence SET cap = ?, last = ? WHERE name = ?",
                     {cap, highest, platform});
  return {platform, static_cast<std::uint32_t>(highest), cap};
}

std::map<std::string, std::uint32_t> number_caps(db::Connection& connection) {
  std::map<std::string, std::uint32_t> caps;
  for (const db::Row& row :
       connection.query("SELECT name, cap FROM number_sequence WHERE cap IS NOT NULL")) {
    caps[row.text(0)] = static_cast<std::uint32_t>(row.integer(1));
  }
  return caps;
}

void check_cap(const PatchRef& ref, std::optional<std::int64_t> cap) {
  if (!cap || ref.number <= *cap) return;
  throw Error(ExitStatus::no,
              fmt::format("{} has no number left: the last one that may be drawn is {}",
                          ref.platform, *cap),
              fmt::format("'pmt-patch numbers {} --cap N' raises its cap", ref.platform));
}

void warn_of_order(db::Connection& connection, const PatchRef& ref) {
  if (ref.number <= k_highest_of_four_digits) return;
  std::uint32_t shorter = k_highest_of_four_digits;  // the highest number with fewer digits
  while (ref.number / 10 > shorter) shorter = shorter * 10 + 9;
  const auto before = connection
                          .query(
                              "SELECT MAX(number) FROM patch WHERE platform_key = ? AND"
                              " number <= ?",
                              {platform_key(ref.platform), shorter})
                          .at(0)
                          .maybe_integer(0);
  if (!before) return;
  warn(fmt::format(
      "{}: a server compares directories as text and applies patch{} before patch{:04}; where {} is"
      " a private number, leave it out of the counting: 'pmt-patch numbers {} --cap {}'",
      to_string(ref), ref.number, *before, *before, ref.platform, *before - 1));
}

}  // namespace upkeep::patch
