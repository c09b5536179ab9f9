// SPDX-License-Identifier: MIT
#include "upgrade/model/visit_limit.hpp"

#include "upgrade/model/visitor_address.hpp"

#include <algorithm>

namespace upkeep::upgrade {

namespace {
// A page polls several times a minute, and many people may share an address.
constexpr Allowance k_one_visitor{100, 20};
constexpr std::size_t k_most_visitors = 10'000;  // about 1 MB
}  // namespace

double Allowance::left(BootTime now) const {
  return std::min(m_at_once, m_left + in_seconds(now - m_last) * m_per_second);
}

bool Allowance::take(BootTime now) {
  m_left = left(now);
  m_last = now;
  if (m_left < 1) return false;
  m_left -= 1;
  return true;
}

bool VisitLimit::take(const std::string& address, BootTime now) {
  if (m_visitors.size() >= k_most_visitors)
    std::erase_if(m_visitors, [now](const auto& one) { return one.second.is_whole(now); });
  if (m_visitors.size() >= k_most_visitors) return false;
  Allowance& own =
      m_visitors.try_emplace(visitor_of(address).value_or(""), k_one_visitor).first->second;
  // A request refused to the visitor does not reduce the allowance of the others.
  return own.take(now) && m_all.take(now);
}

}  // namespace upkeep::upgrade
