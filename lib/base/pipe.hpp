// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <array>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep {

/// Both ends of a pipe; child programs do not inherit them.
struct Pipe {
  Fd read, write;
};

/// @returns nullopt, with the reason in errno, if the process cannot open more files
inline std::optional<Pipe> make_pipe() noexcept {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

}  // namespace upkeep
