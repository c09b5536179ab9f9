// SPDX-License-Identifier: MIT
// Small helpers that several unit tests share.
#pragma once

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "catch2_compat.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep::test {

/// A directory that is removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "upkeep-unit-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return m_path / name;
  }

 private:
  std::filesystem::path m_path;
};

/// An unnamed file that takes what is written to its descriptor, and gives it back.
class Capture {
 public:
  Capture() : m_file(::open(m_directory.path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
    if (!m_file) m_file = create_new_file(m_directory / "capture", 0600);
  }
  [[nodiscard]] int fd() const noexcept { return m_file.get(); }
  [[nodiscard]] std::string text() const {
    std::string out;
    std::array<char, 65536> chunk{};
    off_t at = 0;
    for (;;) {
      const ssize_t n = ::pread(m_file.get(), chunk.data(), chunk.size(), at);
      if (n <= 0) return out;
      out.append(chunk.data(), static_cast<std::size_t>(n));
      at += n;
    }
  }

 private:
  TemporaryDirectory m_directory;
  Fd m_file;
};

struct Pipe {
  Fd read, write;
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
};

/// The Error that `work` throws; the test fails when it throws none.
template <typename Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("not reached");
}

}  // namespace upkeep::test
