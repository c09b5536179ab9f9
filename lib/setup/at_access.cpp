// SPDX-License-Identifier: MIT
#include "setup/at_access.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::setup {

namespace {

bool lists(const std::string& text, const std::string& user) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return trim(line) == user; });
}

}  // namespace

bool may_use_at(const std::string& user, const std::optional<std::string>& allow,
                const std::optional<std::string>& deny) {
  if (user == "root") return true;
  if (allow) return lists(*allow, user);
  if (deny) return !lists(*deny, user);
  return false;
}

std::string way_into_at(const std::string& user, bool allow_exists) {
  const std::string other =
      "or let another account run at: [schedule] prefix = [\"sudo\", \"-n\", \"-u\", \"upkeep\"]";
  if (allow_exists) return fmt::format("as root, add {} to /etc/at.allow; {}", user, other);
  return fmt::format("as root, take {} out of /etc/at.deny; {}", user, other);
}

}  // namespace upkeep::setup
