// SPDX-License-Identifier: MIT
// Files, the careful way: no symlink is followed where somebody else could have put one, every
// descriptor is close-on-exec, errors name the path.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace upkeep {

/// The whole file. @throws Error(no_input) naming the path and the reason.
std::string read_file(const std::filesystem::path& path);

/// Opens a regular file to read, and nothing else: a FIFO is refused, not waited for.
/// @throws Error(no_input) naming the path and what it is
Fd open_regular_file(const std::filesystem::path& path);

/// What is left of an open descriptor; of more than `most` bytes, some more than `most`. `name` is
/// for the message. @throws Error(no_input)
std::string read_rest(int fd, const std::filesystem::path& name,
                      std::size_t most = std::string::npos);

/// The rest of an open file; `path` is for the message. @throws Error(no_input)
std::string read_file(const Fd& file, const std::filesystem::path& path);

/// The whole of a file whose name comes from elsewhere. @throws as open_regular_file()
std::string read_regular_file(const std::filesystem::path& path);

/// Writes beside `path` and renames over it: readers see the old text or the new, never a part.
/// @param durable fsync the file and its directory first (a verdict must survive a power cut).
/// @throws Error(cannot_create)
void replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode,
                  bool durable = false);

/// Opens for appending, creates with exactly `mode` where it is missing; refuses a symlink, a FIFO
/// and anything else that is not a regular file. @throws Error(cannot_create)
Fd open_for_append(const std::filesystem::path& path, mode_t mode);

/// Creates a file that must not exist yet, for writing. @throws Error(cannot_create)
Fd create_new_file(const std::filesystem::path& path, mode_t mode);

/// Opens (creates) a lock file for flock(2), without locking it. @throws Error(cannot_create)
Fd open_lock_file(const std::filesystem::path& path);

/// flock(LOCK_EX|LOCK_NB); false when somebody else holds it. @throws Error(internal)
bool try_lock(const Fd& file);

/// Creates the directory (parents too) with `mode`; an existing one is left as it is.
/// @throws Error(cannot_create), also where the path is something else
void make_directory(const std::filesystem::path& path, mode_t mode);

/// Writes all of `text`, restarting after signals; false with errno set when that fails.
bool write_all(int fd, std::string_view text);

/// Removes a file; a missing one is fine, every other failure is left to the next attempt.
void remove_quietly(const std::filesystem::path& path) noexcept;

/// The directory of the running binary: its companions lie there, in a build and when installed.
std::filesystem::path binary_directory();

}  // namespace upkeep
