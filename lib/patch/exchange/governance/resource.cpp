// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/resource.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <algorithm>

namespace upkeep::patch {

std::string history_name(std::string path) {
  std::replace(path.begin(), path.end(), '/', '_');
  return path;
}

std::string registry_time(const std::string& text, const std::string& zone) {
  constexpr std::size_t k_millis = 12, k_moment = 20;
  if (text.size() >= k_millis && text.find_first_not_of("0123456789") == std::string::npos) {
    const auto millis = to_integer(text);
    constexpr long long k_most = 32503680000000;  // the year 3000
    if (!millis || *millis > k_most) return {};
    return iso8601(WallTime(std::chrono::milliseconds(*millis)));
  }
  const auto time = parse_iso8601(text + zone);
  const auto own = time ? time : parse_iso8601(text);  // it has an offset
  if (!own) return {};
  std::string iso = iso8601(*own);
  return iso.size() == k_moment && iso >= "1000" ? iso : std::string();
}

}  // namespace upkeep::patch
