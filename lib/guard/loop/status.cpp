// SPDX-License-Identifier: MIT
#include "guard/loop/status.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "guard/loop/status_json.hpp"

namespace upkeep::guard {

using nlohmann::json;

bool Verdict::clean() const {
  return phase == Phase::command && exit_status == 0 && success && !timed_out &&
         stopped == Stopped::no && spawn_error.empty();
}

std::string Status::to_json() const {
  return lenient_text(to_json_value(*this));
}

std::optional<Status> Status::from_json(std::string_view text) {
  try {
    Status status;
    from_json_value(json::parse(text), status);
    return status;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<Status> read_status(const std::filesystem::path& path) {
  try {
    return Status::from_json(read_regular_file(path));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace upkeep::guard
