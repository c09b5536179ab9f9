// SPDX-License-Identifier: MIT
#include "upgrade/model/version.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

std::string target_of(const config::Config& config, const std::string& option) {
  if (!option.empty()) {
    try {
      (void)config.probes_of(option);
    } catch (const ConfigError& error) {
      throw UsageError(fmt::format("--target: {}", error.what()), error.advice());
    }
    return option;
  }
  if (config.upgrade.target.empty()) {
    throw ConfigError(
        config.file.empty()
            ? std::string("there is no configuration, and therefore no target version")
            : fmt::format("{}: [upgrade] target is missing", config.file.string()),
        "write an upkeep.toml with [upgrade] target and a [[probe]], see upkeep.toml(5)");
  }
  return config.upgrade.target;
}

bool has_probes(const config::Config& config, const std::string& version) {
  return std::any_of(config.probes.begin(), config.probes.end(),
                     [&](const config::Probe& probe) { return probe.version == version; });
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto left = split(a, '.'), right = split(b, '.');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i >= left.size()) return -1;
    if (i >= right.size()) return 1;
    const auto x = to_integer(left[i]), y = to_integer(right[i]);
    if (x && y && *x != *y) return *x < *y ? -1 : 1;
    if ((!x || !y) && left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return 0;
}

}  // namespace upkeep::upgrade
