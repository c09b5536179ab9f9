// SPDX-License-Identifier: MIT
// How often the visitors of the web server may have the tools asked.
#pragma once

#include "base/boot_time.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace upkeep::upgrade {

/// So many at once, and from then on so many a second. Pure.
class Allowance {
 public:
  constexpr Allowance(double at_once, double per_second)
      : m_at_once(at_once), m_per_second(per_second), m_left(at_once) {}

  /// Whether another one is allowed now; then it is taken. @param now must not fall
  bool take(BootTime now);
  /// Nothing has been taken that has not come back.
  [[nodiscard]] bool is_whole(BootTime now) const { return left(now) >= m_at_once; }

 private:
  [[nodiscard]] double left(BootTime now) const;

  double m_at_once, m_per_second, m_left;
  BootTime m_last;
};

/// An allowance for all visitors together, and one for each (visitor_of()). Pure.
class VisitLimit {
 public:
  /// Whether this visitor may have the tools asked now; then that is counted. An address that is
  /// none shares its allowance with all others of that kind.
  bool take(const std::string& address, BootTime now);
  [[nodiscard]] std::size_t size() const noexcept { return m_visitors.size(); }

 private:
  Allowance m_all{200, 50};
  std::unordered_map<std::string, Allowance> m_visitors;
};

}  // namespace upkeep::upgrade
