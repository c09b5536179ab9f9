// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace upkeep::upgrade {

/// Set once, by any thread; wakes all threads that pause on it.
class StopFlag {
 public:
  void set() {
    {
      const std::lock_guard guard(m_mutex);
      m_is_set = true;
    }
    m_changed.notify_all();
  }
  [[nodiscard]] bool is_set() const {
    const std::lock_guard guard(m_mutex);
    return m_is_set;
  }
  /// Returns after `time`, or as soon as the flag is set.
  void pause(std::chrono::milliseconds time) {
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, time, [this] { return m_is_set; });
  }

 private:
  mutable std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_is_set = false;
};

}  // namespace upkeep::upgrade
