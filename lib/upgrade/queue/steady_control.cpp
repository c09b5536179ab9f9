// SPDX-License-Identifier: MIT
#include "upgrade/queue/steady_control.hpp"

#include "base/boot_time.hpp"
#include "upgrade/store/endpoint.hpp"

#include <chrono>
#include <thread>

namespace upkeep::upgrade {

bool SteadyControl::run(const std::function<void()>& work) {
  constexpr std::chrono::milliseconds k_try_every{250};
  const Deadline give_up = Deadline::in(m_config.upgrade.lease);
  while (m_away.empty()) {
    try {
      if (m_lost) m_control = connect_control(m_config);
      m_lost = false;
      work();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
      m_lost = m_was_lost = true;
      if (give_up.has_passed()) m_away = error.message();
    }
    if (m_away.empty()) std::this_thread::sleep_for(k_try_every);
  }
  return false;
}

}  // namespace upkeep::upgrade
