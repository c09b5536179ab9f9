// SPDX-License-Identifier: MIT
#include "patch/archive/spool.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/unnamed_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <sys/mman.h>

namespace upkeep::patch::archive {

namespace {

constexpr std::uint64_t k_most_in_memory = 8U << 20U;

[[noreturn]] void fail() {
  throw Error(ExitStatus::cannot_create,
              fmt::format("a temporary file cannot be written: {}", std::strerror(errno)),
              "free some space in $TMPDIR, or set it to another directory");
}

Fd in_directory() {
  std::error_code error;
  const std::filesystem::path directory = std::filesystem::temp_directory_path(error);
  if (error) {
    errno = error.value();
    fail();
  }
  Fd file = unnamed_file(directory);
  if (!file) fail();
  return file;
}

}  // namespace

Spool::Spool(std::uint64_t expected) {
  if (expected <= k_most_in_memory) m_file.reset(::memfd_create("upkeep-entry", MFD_CLOEXEC));
  if (!m_file) m_file = in_directory();
}

void Spool::write(std::string_view data) {
  if (!write_all(m_file.get(), data)) fail();
  m_size += data.size();
}

}  // namespace upkeep::patch::archive
