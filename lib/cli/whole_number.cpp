// SPDX-License-Identifier: MIT
#include "cli/whole_number.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <string>

namespace upkeep::cli {

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  const bool bounded = most != std::numeric_limits<std::int64_t>::max();
  const std::string range =
      bounded ? fmt::format("from {} to {}", least, most) : fmt::format("of at least {}", least);
  const auto objection = [=](const std::string& word) {
    const auto number = to_integer(word);
    if (number && *number >= least && *number <= most) return std::string();
    return fmt::format("'{}' is not a whole number {}", word, range);
  };
  return {objection, bounded ? fmt::format("INT in [{} - {}]", least, most) : ""};
}

}  // namespace upkeep::cli
