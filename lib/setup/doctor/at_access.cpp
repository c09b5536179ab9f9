// SPDX-License-Identifier: MIT
#include "setup/doctor/at_access.hpp"

#include "base/process.hpp"
#include "base/text.hpp"
#include "setup/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

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
      "  # or let another account run at: [schedule] prefix = [\"sudo\", \"-n\", \"-u\", "
      "\"upkeep\"]";
  const std::string name = shell_quoted(user);
  if (allow_exists)
    return fmt::format("echo {} | {}{}", name, as_root("tee -a /etc/at.allow"), other);
  std::error_code ignored;
  // If neither file exists, only root may use at; an empty at.deny admits everyone.
  if (!std::filesystem::exists("/etc/at.deny", ignored))
    return as_root("touch /etc/at.deny") + other;
  return as_root(fmt::format("sed -i '/^{}$/d' /etc/at.deny", user)) + other;
}

}  // namespace upkeep::setup
