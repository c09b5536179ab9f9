// SPDX-License-Identifier: MIT
// The result of one check of `upkeep doctor`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::setup {

enum class CheckResult { ok, warning, fail, skipped };

/// A record of `upkeep doctor`. Never contains a secret.
struct Finding {
  std::string check;  ///< empty: the check's name in the table
  CheckResult result = CheckResult::ok;
  std::string detail;
  std::string fix;  ///< empty: nothing to do
};

using Findings = std::vector<Finding>;

/// `ok`, `warning`, `fail`, `skipped`
std::string_view to_word(CheckResult result);

inline Finding ok(std::string detail) {
  return {{}, CheckResult::ok, std::move(detail), {}};
}
inline Finding warning(std::string detail, std::string fix) {
  return {{}, CheckResult::warning, std::move(detail), std::move(fix)};
}
inline Finding fail(std::string detail, std::string fix) {
  return {{}, CheckResult::fail, std::move(detail), std::move(fix)};
}
inline Finding skipped(std::string why) {
  return {{}, CheckResult::skipped, std::move(why), {}};
}

}  // namespace upkeep::setup
