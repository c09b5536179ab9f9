// SPDX-License-Identifier: MIT
#include "upgrade/gate/pulse.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace upkeep::upgrade {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds k_again_after{250};
// A server counts connections that are closed during the handshake, and blocks a host after a
// hundred of them (max_connect_errors), so a server that hangs is not tried often.
constexpr std::chrono::seconds k_connect_timeout{10};
constexpr milliseconds k_again_after_silence{5000};

}  // namespace

Pulse::Pulse(db::Endpoint endpoint) : m_endpoint(std::move(endpoint)) {
  m_endpoint.connect_timeout = std::max(m_endpoint.connect_timeout, k_connect_timeout);
  m_thread = std::thread([this] { loop(); });
}

Pulse::~Pulse() {
  {
    const std::lock_guard guard(m_mutex);
    m_stop = true;
  }
  m_wake.notify_one();
  m_thread.join();
}

void Pulse::feel() {
  const std::lock_guard guard(m_mutex);
  if (m_asking) return;
  m_asking = true;
  m_answered = false;
  m_wake.notify_one();
}

bool Pulse::has_answered() const {
  const std::lock_guard guard(m_mutex);
  return m_answered;
}

void Pulse::set_away() {
  const std::lock_guard guard(m_mutex);
  m_away = true;
  m_asking = true;
  m_answered = false;
  m_wake.notify_one();
}

bool Pulse::is_away() const {
  const std::lock_guard guard(m_mutex);
  return m_away;
}

bool Pulse::beats() const {
  try {
    db::Connection(m_endpoint).query("SELECT 1");
    return true;
  } catch (const db::Error& error) {
    return !error.connection_lost();  // a refusal is an answer as well
  } catch (const upkeep::Error&) {
    return false;
  }
}

void Pulse::loop() {
  std::unique_lock lock(m_mutex);
  for (;;) {
    m_wake.wait(lock, [this] { return m_stop || m_asking; });
    if (m_stop) return;
    lock.unlock();
    const auto began = Clock::now();
    const bool alive = beats();
    const bool was_silent = Clock::now() - began >= std::chrono::seconds(1);
    lock.lock();
    if (alive) m_away = false;
    m_answered = alive;
    m_asking = m_away;
    if (!m_away) continue;
    m_wake.wait_for(lock, was_silent ? k_again_after_silence : k_again_after,
                    [this] { return m_stop; });
  }
}

}  // namespace upkeep::upgrade
