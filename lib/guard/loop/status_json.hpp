// SPDX-License-Identifier: MIT
// A status as JSON, for status.cpp and message.cpp alone.
#pragma once

#include "guard/loop/status.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace upkeep::guard {

nlohmann::json status_to(const Status& status);

/// @throws nlohmann::json::exception
Status status_from(const nlohmann::json& from);

/// Compact; bytes that are not UTF-8 become U+FFFD.
inline std::string lenient_text(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace upkeep::guard
