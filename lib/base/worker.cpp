// SPDX-License-Identifier: MIT
#include "base/worker.hpp"

#include "base/error.hpp"

#include <cstdint>

#include <sys/eventfd.h>

namespace upkeep {

Worker::Worker() : m_ended(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!m_ended) throw Error(ExitStatus::internal, "no eventfd");
  m_thread = std::thread([this] { loop(); });
}

Worker::~Worker() {
  {
    const std::lock_guard guard(m_mutex);
    m_stop = true;
  }
  m_wake.notify_one();
  m_thread.join();
}

void Worker::drain() const noexcept {
  std::uint64_t count = 0;
  while (::read(m_ended.get(), &count, sizeof count) > 0) {
  }
}

void Worker::enqueue(std::function<void()> work) {
  {
    const std::lock_guard guard(m_mutex);
    m_queue.push_back(std::move(work));
  }
  m_wake.notify_one();
}

void Worker::loop() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(m_mutex);
      m_wake.wait(lock, [this] { return m_stop || !m_queue.empty(); });
      if (m_stop) return;
      work = std::move(m_queue.front());
      m_queue.pop_front();
    }
    work();
    const std::uint64_t one = 1;
    (void)!::write(m_ended.get(), &one, sizeof one);
  }
}

}  // namespace upkeep
