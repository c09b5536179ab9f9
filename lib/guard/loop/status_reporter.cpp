// SPDX-License-Identifier: MIT
#include "guard/loop/status_reporter.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep::guard {

namespace {
constexpr std::chrono::milliseconds k_file_every{500};
constexpr std::chrono::milliseconds k_socket_every{250};
constexpr mode_t k_file_mode = 0640;

/// Overwrites the existing file: on a full disk, its first block is the only space available.
bool overwrite(const std::filesystem::path& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  return file && write_all(file.get(), text) &&
         ::ftruncate(file.get(), static_cast<off_t>(text.size())) == 0 && ::fsync(file.get()) == 0;
}
}  // namespace

Progress::Progress(const Spec& spec, SupervisorLink& link, const LogScanner& scanner)
    : m_link(&link), m_scanner(&scanner), m_path(spec.status_path) {
  m_status.run = spec.run;
  m_status.epoch = spec.epoch;
  m_status.workspace = spec.workspace;
  m_status.pid = ::getpid();
}

void Progress::running(Phase phase, std::int64_t pid) {
  m_status.phase = phase;
  m_status.command_pid = pid;
  if (phase == Phase::command && pid != 0) {
    m_status.command_started_at = wall_now();
  }
  changed();
}

void Progress::take_over_counts() {
  m_status.lines = m_scanner->lines();
  m_status.bytes = m_scanner->bytes();
  m_status.step = m_scanner->step();
  m_status.step_since = m_scanner->step_since();
  m_status.steps_done = m_scanner->steps_done();
  m_status.steps = m_scanner->steps();
  m_status.says_done = m_scanner->says_done();
}

void Progress::tick(BootTime now) {
  const bool file = m_for_file && now >= m_file_at;
  const bool socket = m_for_socket && now >= m_socket_at && !m_link->gone();
  if (!file && !socket) return;
  take_over_counts();
  if (socket) {
    Message message;
    message.status = m_status;
    m_for_socket = !m_link->offer(message);
    m_socket_at = now + k_socket_every;
  }
  if (file) {
    m_for_file = false;
    m_file_at = now + k_file_every;
    m_status.verdict ? save_verdict() : save_progress();
  }
}

BootTime Progress::due() const {
  const bool socket = m_for_socket && !m_link->gone();
  return std::min(m_for_file ? m_file_at : k_never, socket ? m_socket_at : k_never);
}

void Progress::ended(const Verdict& verdict) {
  take_over_counts();
  m_status.phase = Phase::ended;
  m_status.command_pid = 0;
  m_status.verdict = verdict;
  m_for_file = m_for_socket = false;
  save_verdict();
  Message message;
  message.kind = Message::Kind::ended;
  message.status = m_status;
  m_link->send(message);
}

void Progress::save_progress() {
  try {
    replace_file(m_path, m_status.to_json() + "\n", k_file_mode);
  } catch (const Error&) {
    return;  // a full disk must not end the run
  }
}

void Progress::save_verdict() {
  try {
    replace_file(m_path, m_status.to_json() + "\n", k_file_mode, true);
  } catch (const Error&) {
    Status shorter = m_status;
    shorter.steps.clear();
    m_for_file = !overwrite(m_path, shorter.to_json() + "\n");
  }
}

}  // namespace upkeep::guard
