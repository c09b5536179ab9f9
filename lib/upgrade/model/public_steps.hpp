// SPDX-License-Identifier: MIT
// What anonymous visitors see of a step: never the text of the log.
#pragma once

#include "base/regex.hpp"
#include "config/config.hpp"
#include "upgrade/model/progress_record.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::upgrade {

/// The public names of a profile's steps.
class PublicSteps {
 public:
  /// For the configured profile.
  explicit PublicSteps(const config::Config& config);

  /// The text of the first match; nullopt if none matches, or no step is open.
  [[nodiscard]] std::optional<std::string> of(const std::optional<std::string>& step) const;
  /// The same records with the public names of their steps.
  [[nodiscard]] std::vector<ProgressRecord> of(std::vector<ProgressRecord> records) const;

 private:
  std::vector<std::pair<Regex, std::string>> m_names;
};

}  // namespace upkeep::upgrade
