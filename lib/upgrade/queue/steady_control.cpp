// SPDX-License-Identifier: MIT
#include "upgrade/queue/steady_control.hpp"

#include "base/time.hpp"
#include "upgrade/store/endpoint.hpp"

#include <chrono>
#include <thread>

namespace upkeep::upgrade {

bool SteadyControl::run(const std::function<void()>& work) {
  constexpr std::chrono::milliseconds k_try_every{250};
  const std::int64_t give_up = boot_clock_ms() + 1000LL * m_config.upgrade.lease_s;
  while (m_away.empty()) {
    try {
      if (m_lost) m_control = connect_control(m_config);
      m_lost = false;
      work();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
      m_lost = m_was_lost = true;
      if (boot_clock_ms() >= give_up) m_away = error.message();
    }
    if (m_away.empty()) std::this_thread::sleep_for(k_try_every);
  }
  return false;
}

}  // namespace upkeep::upgrade
