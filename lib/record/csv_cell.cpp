// SPDX-License-Identifier: MIT
#include "record/csv_cell.hpp"

#include <algorithm>

namespace upkeep {

namespace {

constexpr std::string_view k_leading = "=+-@\t\r'";

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

/// A sign, digits, and optionally a fraction after a point or comma.
bool is_plain_number(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  const auto point = text.find_first_of(".,");
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_decimal)) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view part = text.substr(point + 1);
  return !part.empty() && std::all_of(part.begin(), part.end(), is_decimal);
}

}  // namespace

std::string csv_escaped(std::string cell) {
  if (cell.empty() || k_leading.find(cell.front()) == std::string_view::npos) return cell;
  if (!is_plain_number(cell)) cell.insert(cell.begin(), '\'');
  return cell;
}

std::string csv_unescaped(std::string cell) {
  const bool escaped =
      cell.size() > 1 && cell.front() == '\'' && k_leading.find(cell[1]) != std::string_view::npos;
  if (escaped) cell.erase(cell.begin());
  return cell;
}

}  // namespace upkeep
