// SPDX-License-Identifier: MIT
#include "patch/store/nearest.hpp"

#include <algorithm>
#include <cstdlib>

namespace upkeep::patch {

std::vector<Subject> neighbours_of(db::Connection& connection, const Subject& missing) {
  const std::uint32_t number = missing.ref ? missing.ref->number : missing.queue.value();
  const db::Rows rows =
      missing.ref
          ? connection.query(
                "SELECT (SELECT MAX(number) FROM patch WHERE platform_key = ? AND number < ?)"
                " AS below, (SELECT MIN(number) FROM patch WHERE platform_key = ? AND number > ?)"
                " AS above",
                {platform_key(missing.ref->platform), number, platform_key(missing.ref->platform),
                 number})
          : connection.query(
                "SELECT (SELECT MAX(queue) FROM patch WHERE queue < ?) AS below,"
                " (SELECT MIN(queue) FROM patch WHERE queue > ?) AS above",
                {number, number});
  std::vector<std::uint32_t> numbers;
  for (const char* side : {"below", "above"}) {
    if (const auto found = maybe_number(rows.at(0), side)) numbers.push_back(*found);
  }
  const auto distance = [&](std::uint32_t one) {
    return std::abs(static_cast<std::int64_t>(one) - static_cast<std::int64_t>(number));
  };
  std::stable_sort(numbers.begin(), numbers.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return distance(a) < distance(b); });
  std::vector<Subject> found;
  found.reserve(numbers.size());
  for (const std::uint32_t one : numbers) {
    Subject subject;
    if (missing.ref) {
      subject.ref = PatchRef{missing.ref->platform, one};
    } else {
      subject.queue = one;
    }
    found.push_back(std::move(subject));
  }
  return found;
}

std::vector<std::string> platforms_in_use(db::Connection& connection) {
  std::vector<std::string> platforms;
  const db::Rows rows =
      connection.query("SELECT DISTINCT platform FROM patch WHERE platform IS NOT NULL");
  platforms.reserve(rows.size());
  for (const db::Row& row : rows) platforms.push_back(row.text("platform"));
  return platforms;
}

}  // namespace upkeep::patch
