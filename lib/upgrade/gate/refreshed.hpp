// SPDX-License-Identifier: MIT
// A value that is read repeatedly in the background, so that answers need not wait for it.
#pragma once

#include "base/boot_time.hpp"
#include "base/worker.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <utility>

namespace upkeep::upgrade {

/// A value read by a background thread, and read again while it is requested. The pause after a
/// reading is twenty times as long as the reading took, and at least `shortest`.
template <typename T>
class Refreshed {
 public:
  using Value = std::shared_ptr<const T>;
  using Milliseconds = std::chrono::milliseconds;

  /// @param read runs in the thread; an exception means that it could not be read
  explicit Refreshed(std::function<T()> read, Milliseconds shortest = std::chrono::seconds(2))
      : m_read(std::move(read)), m_shortest(shortest) {}

  /// The last value read, however old; nullptr if it could not be read yet. If this call starts a
  /// reading and there is no recent value, waits for it, up to `wait_for_first`.
  Value get(Milliseconds wait_for_first) {
    if (look() && !is_recent() && m_running.wait_for(wait_for_first) == std::future_status::ready)
      take();
    return m_value;
  }
  /// A recent value; nullptr if there is none. Does not wait.
  Value recent() {
    look();
    return is_recent() ? m_value : nullptr;
  }

 private:
  struct Reading {
    Value value;  // nullptr: it could not be read
    BootTime began, ended;
  };

  /// Starts a reading if one is due. @returns whether it did
  bool look() {
    if (is_ready(m_running)) take();
    if (m_running.valid() || BootClock::now() < m_next) return false;
    m_running = m_worker.post([this] { return read(); });
    return true;
  }

  Reading read() const {
    Reading reading;
    reading.began = BootClock::now();
    try {
      reading.value = std::make_shared<const T>(m_read());
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): then the value is unknown
    }
    reading.ended = BootClock::now();
    return reading;
  }

  void take() {
    constexpr int k_share = 20, k_pauses = 3;
    const Reading reading = m_running.get();
    const Milliseconds pause = std::max(m_shortest, k_share * (reading.ended - reading.began));
    m_next = reading.ended + pause;
    m_recent_until = reading.value ? reading.began + k_pauses * pause : BootTime();
    if (reading.value) m_value = reading.value;
  }

  [[nodiscard]] bool is_recent() const { return BootClock::now() < m_recent_until; }

  std::function<T()> m_read;
  Milliseconds m_shortest;
  Value m_value;
  BootTime m_next, m_recent_until;
  std::future<Reading> m_running;
  Worker m_worker;  // last: its thread uses everything above
};

}  // namespace upkeep::upgrade
