// SPDX-License-Identifier: MIT
#include "base/confinement.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// gcc says it by a macro, clang by a feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UPKEEP_HAS_SHADOW_MEMORY
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UPKEEP_HAS_SHADOW_MEMORY
#endif

namespace upkeep {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t k_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t k_architecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t k_architecture = AUDIT_ARCH_RISCV64;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr std::uint32_t k_architecture = AUDIT_ARCH_PPC64LE;
#else
constexpr std::uint32_t k_architecture = 0;  // unknown
#endif

[[noreturn]] void fail_to(const char* what) {
  throw Error(ExitStatus::unavailable, fmt::format("cannot {}: {}", what, std::strerror(errno)),
              "without confinement, nothing is read");
}

void limit_memory(std::uint64_t most) {
#if defined(UPKEEP_HAS_SHADOW_MEMORY)
  (void)most;  // the sanitizer's alone is larger
#else
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) fail_to("limit the memory");
#endif
}

/// The file descriptors that a connection to a database may have.
void end_connections() {
  constexpr int k_highest = 256;
  for (int fd = STDERR_FILENO + 1; fd < k_highest; ++fd) {
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode)) ::shutdown(fd, SHUT_RDWR);
  }
}

void refuse_sockets() {
  if (k_architecture == 0) {
    errno = ENOSYS;
    fail_to("refuse network connections");
  }
  constexpr std::uint32_t k_refused =
      SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(EACCES) & SECCOMP_RET_DATA);
  constexpr std::uint32_t k_other_abi = 0x40000000;  // x32 calls
  const auto load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  };
  const auto answer = [](std::uint32_t what) {
    return sock_filter BPF_STMT(BPF_RET | BPF_K, what);
  };
  std::array<sock_filter, 9> code{
      load(offsetof(seccomp_data, arch)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k_architecture, 1, 0),
      answer(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, k_other_abi, 3, 0),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 2, 0),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 1, 0),
      answer(SECCOMP_RET_ALLOW),
      answer(k_refused),
  };
  const sock_fprog program{.len = code.size(), .filter = code.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    fail_to("refuse network connections");
  }
}

}  // namespace

void confine(std::uint64_t most_memory) {
  end_connections();
  refuse_sockets();
  limit_memory(most_memory);
}

}  // namespace upkeep
