// SPDX-License-Identifier: MIT
// One thread for calls that may block, so that the main thread can poll for signals and deadlines.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace upkeep {

/// Runs posted work in order, one at a time. fd() becomes readable when something has ended. The
/// destructor waits for the current call: end that first.
class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The future holds what `work` returns or throws.
  template <typename F>
  auto post(F work) -> std::future<decltype(work())> {
    auto task = std::make_shared<std::packaged_task<decltype(work())()>>(std::move(work));
    auto future = task->get_future();
    enqueue([task] { (*task)(); });
    return future;
  }

  /// Poll it for POLLIN, then call drain().
  [[nodiscard]] int fd() const noexcept { return m_ended.get(); }
  void drain() const noexcept;

 private:
  void enqueue(std::function<void()> work);
  void loop();

  Fd m_ended;
  std::mutex m_mutex;
  std::condition_variable m_wake;
  std::deque<std::function<void()>> m_queue;
  bool m_stop = false;
  std::thread m_thread;  // last: it uses all members above
};

/// Whether the future's result is available.
template <typename T>
bool is_ready(const std::future<T>& future) {
  return future.valid() && future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace upkeep
