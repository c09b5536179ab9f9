// SPDX-License-Identifier: MIT
#include "upgrade/model/public_steps.hpp"

#include "base/text.hpp"

namespace upkeep::upgrade {

/// A published file has a constant length, so the length of names is limited.
constexpr std::size_t k_bytes = 100;

PublicSteps::PublicSteps(const config::Config& config) {
  for (const config::PublicStep& step : config.profiles.at(config.upgrade.profile).public_steps)
    m_names.emplace_back(Regex(step.match), utf8_prefix(step.text, k_bytes));
}

std::optional<std::string> PublicSteps::of(const std::optional<std::string>& step) const {
  if (!step) return std::nullopt;
  for (const auto& [match, text] : m_names) {
    if (match.search(*step)) return text;
  }
  return std::nullopt;
}

std::vector<ProgressRecord> PublicSteps::of(std::vector<ProgressRecord> records) const {
  for (ProgressRecord& record : records) record.step = of(record.step);
  return records;
}

}  // namespace upkeep::upgrade
