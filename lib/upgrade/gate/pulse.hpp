// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace upkeep::upgrade {

/// Checks whether a server answers, with its own connections and thread. Use it from one thread; no
/// member waits, except the destructor while a question is open.
class Pulse {
 public:
  explicit Pulse(db::Endpoint endpoint);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// Asks, unless a question is open.
  void feel();
  /// Whether the last question has been answered.
  [[nodiscard]] bool has_answered() const;
  /// Marks the server as away until it answers: it is asked repeatedly.
  void set_away();
  [[nodiscard]] bool is_away() const;

 private:
  void loop();
  [[nodiscard]] bool beats() const;

  db::Endpoint m_endpoint;
  mutable std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_asking = false, m_answered = false, m_away = false, m_stop = false;
  std::thread m_thread;  // last: it uses everything above
};

}  // namespace upkeep::upgrade
