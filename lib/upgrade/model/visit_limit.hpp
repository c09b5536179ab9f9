// SPDX-License-Identifier: MIT
// How often visitors of the web server may cause the tools to run.
#pragma once

#include "base/boot_time.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace upkeep::upgrade {

/// A token bucket: `at_once` requests in a burst, refilled by `per_second`. Does not read the
/// clock.
class Allowance {
 public:
  constexpr Allowance(double at_once, double per_second)
      : m_at_once(at_once), m_per_second(per_second), m_left(at_once) {}

  /// Takes one, if that is allowed now. @returns whether it is. @param now must not decrease
  bool take(BootTime now);
  /// Whether everything taken has been refilled.
  [[nodiscard]] bool is_whole(BootTime now) const { return left(now) >= m_at_once; }

 private:
  [[nodiscard]] double left(BootTime now) const;

  double m_at_once, m_per_second, m_left;
  BootTime m_last;
};

/// An allowance for all visitors together, and one for each visitor (see visitor_of()). Does not
/// read the clock.
class VisitLimit {
 public:
  /// Counts a request of this visitor, if it is allowed now. @returns whether it is. All invalid
  /// addresses share one allowance.
  bool take(const std::string& address, BootTime now);
  [[nodiscard]] std::size_t size() const noexcept { return m_visitors.size(); }

 private:
  Allowance m_all{200, 50};
  std::unordered_map<std::string, Allowance> m_visitors;
};

}  // namespace upkeep::upgrade
