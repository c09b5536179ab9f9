// SPDX-License-Identifier: MIT
#pragma once

#include "base/io.hpp"
#include "record/reader.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::cli {

struct NamesTaken {
  std::vector<std::string> names;      ///< the good ones, in order, each once
  ExitStatus status = ExitStatus::ok;  ///< bad_data where one was refused (and named on stderr)
  bool named = true;                   ///< false: no operand, and stdin is a terminal
};

/// All names of a tool, checked against their rule.
/// @param objection why a name is none; nullopt when it is one
/// @throws UsageError for an empty operand
NamesTaken take_names(
    Io& io, const NameSource& source,
    const std::function<std::optional<std::string>(const std::string&)>& objection);

}  // namespace upkeep::cli
