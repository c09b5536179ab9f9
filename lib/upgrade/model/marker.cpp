// SPDX-License-Identifier: MIT
#include "upgrade/model/marker.hpp"

#include "base/text.hpp"

namespace upkeep::upgrade {

namespace {

constexpr std::size_t k_longest_workspace = 64;

/// Removes what the application removes as well: blanks, line ends, NULs.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_around(" \t\r\n\v\0", 6);
  const auto first = text.find_first_not_of(k_around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_around) - first + 1);
}

}  // namespace

bool Marker::names(const std::string& name, bool ignores_case) const {
  if (!present) return false;
  return workspace.empty() || workspace == name ||
         (ignores_case && lower(workspace) == lower(name));
}

Marker marker_from(std::string_view content, bool is_new) {
  Marker marker;
  const std::string name(trimmed(content));
  if (name.empty()) {
    marker.present = is_new;
    return marker;
  }
  if (name.size() > k_longest_workspace || printable(name) != name) return marker;
  marker.present = true;
  if (name != "true") marker.workspace = name;  // `true`: every workspace of the server
  return marker;
}

bool is_leftover(const Marker& marker, const std::string& workspace, const RunFacts& runs) {
  return marker.present && marker.workspace == workspace && !runs.active && runs.last_failure;
}

}  // namespace upkeep::upgrade
