// SPDX-License-Identifier: MIT
#include "guard/loop/client.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/helpers.hpp"
#include "base/process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace upkeep::guard {

namespace {

[[noreturn]] void fail(std::string_view what) {
  throw Error(ExitStatus::internal,
              fmt::format("cannot start the guardian: {}: {}", what, std::strerror(errno)));
}

std::filesystem::path guardian_binary() {
  const std::filesystem::path here = binary_directory();
  if (auto found = find_helper(here, "ws-guardian")) return *found;
  std::vector<std::string> places;
  for (const auto& place : helper_directories(here)) places.push_back(place.string());
  throw Error(ExitStatus::internal,
              fmt::format("ws-guardian was not found in {}", fmt::join(places, ", ")),
              "install the suite again");
}

/// The spec in a sealed memory file, positioned at its start.
Fd sealed(const std::string& text) {
  Fd memory(::memfd_create("upkeep-run", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || !write_all(memory.get(), text)) fail("no memory file");
  ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  ::lseek(memory.get(), 0, SEEK_SET);
  return memory;
}

/// The guardian leaves our directory at once, so every path passed to it must be absolute.
Spec with_absolute_paths(Spec spec) {
  spec.status_path = std::filesystem::absolute(spec.status_path);
  if (!spec.directory.empty()) spec.directory = std::filesystem::absolute(spec.directory).string();
  return spec;
}

}  // namespace

Guardian Guardian::start(const Spec& spec, const Fd& slot_lock, const Fd& log, const Fd& hooks_log,
                         const std::filesystem::path& binary) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("no socket");
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const Fd memory = sealed(with_absolute_paths(spec).to_json());

  SpawnOptions options;
  const std::filesystem::path program = binary.empty() ? guardian_binary() : binary;
  options.argv = {program.string(), spec.workspace, fmt::format("run={}", spec.run)};
  options.descriptors = {
      {theirs.get(), 3}, {slot_lock.get(), 4}, {memory.get(), 5}, {log.get(), 6}};
  if (hooks_log) options.descriptors.emplace_back(hooks_log.get(), 7);
  const pid_t pid = spawn(options);
  return {std::move(ours), pid};
}

Guardian& Guardian::operator=(Guardian&& other) noexcept {
  std::swap(m_socket, other.m_socket);
  std::swap(m_pid, other.m_pid);
  std::swap(m_reaped, other.m_reaped);
  std::swap(m_exit_status, other.m_exit_status);
  return *this;
}

Guardian::~Guardian() {
  m_socket.reset();
  // A guardian that waits for descendants is orphaned when this process exits.
  if (m_pid > 0 && !m_reaped) ::waitpid(m_pid, nullptr, WNOHANG);
}

std::optional<Message> Guardian::receive() {
  std::string packet(k_message_limit, '\0');
  while (m_socket) {
    const ssize_t n = ::recv(m_socket.get(), packet.data(), packet.size(), MSG_DONTWAIT);
    // ECONNRESET is reported once, before messages that are still in the queue.
    if (n < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
    if (n <= 0) break;
    if (auto message = Message::from_json({packet.data(), static_cast<std::size_t>(n)})) {
      return message;
    }
  }
  m_socket.reset();
  reap();
  Message gone;
  gone.kind = Message::Kind::gone;
  gone.exit_status = m_exit_status;
  return gone;
}

void Guardian::renewed(BootTime asked_at) {
  send({.kind = Order::Kind::renewed, .asked_at = asked_at});
}

void Guardian::stop() {
  send({.kind = Order::Kind::stop});
}

void Guardian::kill() {
  send({.kind = Order::Kind::kill});
}

void Guardian::after(const std::vector<std::string>& argv) {
  send({.kind = Order::Kind::after, .argv = argv});
}

void Guardian::done() {
  send({.kind = Order::Kind::done});
}

void Guardian::send(const Order& order) {
  const std::string packet = order.to_json();
  if (packet.size() > k_message_limit) {
    throw Error(ExitStatus::internal, "the hook's arguments are too long");
  }
  // If the buffer is full, the guardian is stopped; it enforces its deadlines without our messages.
  while (m_socket &&
         ::send(m_socket.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return;
  }
}

void Guardian::reap() noexcept {
  if (m_reaped || m_pid <= 0) return;
  int status = 0;
  while (::waitpid(m_pid, &status, 0) < 0) {
    if (errno == EINTR) continue;
    status = 0;  // it was reaped elsewhere
    break;
  }
  m_exit_status = exit_status_of(status);
  m_reaped = true;
}

}  // namespace upkeep::guard
