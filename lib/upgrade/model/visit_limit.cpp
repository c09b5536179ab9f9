// SPDX-License-Identifier: MIT
#include "upgrade/model/visit_limit.hpp"

#include "upgrade/model/visitor_address.hpp"

#include <algorithm>

namespace upkeep::upgrade {

namespace {
// A page asks some times in a minute, and many people may share an address.
constexpr Allowance k_one_visitor{100, 20};
constexpr std::size_t k_most_visitors = 10'000;  // about 1 MB
}  // namespace

double Allowance::left(std::int64_t now_ms) const {
  const auto passed_s = static_cast<double>(now_ms - m_last_ms) / 1000;
  return std::min(m_at_once, m_left + passed_s * m_per_second);
}

bool Allowance::take(std::int64_t now_ms) {
  m_left = left(now_ms);
  m_last_ms = now_ms;
  if (m_left < 1) return false;
  m_left -= 1;
  return true;
}

bool VisitLimit::take(const std::string& address, std::int64_t now_ms) {
  if (m_visitors.size() >= k_most_visitors)
    std::erase_if(m_visitors, [now_ms](const auto& one) { return one.second.is_whole(now_ms); });
  if (m_visitors.size() >= k_most_visitors) return false;
  Allowance& own =
      m_visitors.try_emplace(visitor_of(address).value_or(""), k_one_visitor).first->second;
  // What the visitor may not have is not taken from the others.
  return own.take(now_ms) && m_all.take(now_ms);
}

}  // namespace upkeep::upgrade
