// SPDX-License-Identifier: MIT
// Problems found in input: an archive, a lifecycle.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch {

enum class Severity { error, warning, note };

/// `error`, `warning`, `note`
constexpr std::string_view to_word(Severity severity) {
  if (severity == Severity::note) return "note";
  return severity == Severity::error ? "error" : "warning";
}

struct Finding {
  Severity severity = Severity::error;
  std::string rule;  ///< see pmt-verify(1), and pmt-lifecycle(5), LINT
  std::string detail{};
  long line = 0;  ///< 0: of the whole input
};

}  // namespace upkeep::patch
