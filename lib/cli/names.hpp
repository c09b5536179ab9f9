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
  std::vector<std::string> names;      ///< valid names, in order, without duplicates
  ExitStatus status = ExitStatus::ok;  ///< bad_data if one was refused (and reported on stderr)
  bool named = true;                   ///< false: no operand, and stdin is a terminal
};

/// Reads all names given to a tool and checks each against its rule.
/// @param objection why a name is invalid; nullopt if it is valid
/// @throws UsageError for an empty operand
NamesTaken take_names(
    Io& io, const NameSource& source,
    const std::function<std::optional<std::string>(const std::string&)>& objection);

}  // namespace upkeep::cli
