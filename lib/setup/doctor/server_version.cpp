// SPDX-License-Identifier: MIT
#include "setup/doctor/server_version.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <tuple>

namespace upkeep::setup {

namespace {

/// The first dot-separated numbers; missing ones are 0.
std::array<int, 3> numbers(std::string_view text) {
  std::array<int, 3> found{};
  std::size_t at = 0;
  for (int& number : found) {
    bool any = false;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && number < 100'000) {
      number = number * 10 + (text[at++] - '0');
      any = true;
    }
    if (!any || at >= text.size() || text[at] != '.') break;
    ++at;
  }
  return found;
}

}  // namespace

ServerVersion parse_server_version(std::string_view version, std::string_view comment) {
  const std::string all = lower(std::string(version) + " " + std::string(comment));
  ServerVersion parsed;
  // MariaDB prefixes 5.5.5- for old replicas; TiDB reports a MySQL version first.
  if (version.starts_with("5.5.5-")) version.remove_prefix(6);
  if (const auto tidb = all.find("tidb"); tidb != std::string::npos) {
    parsed.vendor = Vendor::tidb;
    if (const auto at = version.find("-v"); at != std::string_view::npos) {
      version.remove_prefix(at + 2);
    }
  } else if (all.find("mariadb") != std::string::npos) {
    parsed.vendor = Vendor::mariadb;
  }
  const auto [major, minor, patch] = numbers(version);
  parsed.major = major;
  parsed.minor = minor;
  parsed.patch = patch;
  return parsed;
}

Finding judge_server_version(const ServerVersion& version, const std::string& shown) {
  const auto number = std::make_tuple(version.major, version.minor, version.patch);
  switch (version.vendor) {
    case Vendor::mariadb:
      if (number < std::make_tuple(10, 2, 2)) {
        return fail(fmt::format("{}: too old", shown), "use MariaDB 10.3 or later");
      }
      return ok(shown);
    case Vendor::mysql:
      if (number < std::make_tuple(5, 7, 5)) {
        return fail(fmt::format("{}: too old, a second named lock releases the first", shown),
                    "use MySQL 5.7 or later, or MariaDB 10.3 or later");
      }
      return ok(shown);
    case Vendor::tidb:
      break;
  }
  return warning(fmt::format("{}: its named locks expire after an hour", shown),
                 "the lease row still protects; the suite is tested with MariaDB and MySQL");
}

}  // namespace upkeep::setup
