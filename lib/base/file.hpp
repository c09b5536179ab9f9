// SPDX-License-Identifier: MIT
// Careful file access: no symlink is followed where another account could have placed one, every
// descriptor is close-on-exec, and errors name the path.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace upkeep {

/// Reads the whole file. @throws Error(no_input) naming the path and the reason.
std::string read_file(const std::filesystem::path& path);

/// Opens a regular file for reading. Anything else is refused; opening a FIFO never blocks.
/// @throws Error(no_input) naming the path and its file type
Fd open_regular_file(const std::filesystem::path& path);

/// Reads the rest of an open descriptor. If that is more than `most` bytes, the result is longer
/// than `most` but possibly incomplete. `name` is for the message. @throws Error(no_input)
std::string read_rest(int fd, const std::filesystem::path& name,
                      std::size_t most = std::string::npos);

/// Reads the rest of an open file; `path` is for the message. @throws Error(no_input)
std::string read_file(const Fd& file, const std::filesystem::path& path);

/// Reads a whole file whose name is not trusted. @throws as open_regular_file()
std::string read_regular_file(const std::filesystem::path& path);

/// Writes a file next to `path` and renames it over `path`: readers see the old text or the new
/// one, never a part.
/// @param durable fsync the file and its directory first (a verdict must survive a power failure).
/// @throws Error(cannot_create)
void replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode,
                  bool durable = false);

/// Opens for appending; creates the file with exactly `mode` if it is missing. Refuses a symlink, a
/// FIFO and anything else that is not a regular file. @throws Error(cannot_create)
Fd open_for_append(const std::filesystem::path& path, mode_t mode);

/// Creates a file for writing; it must not exist yet. @throws Error(cannot_create)
Fd create_new_file(const std::filesystem::path& path, mode_t mode);

/// Opens (creates) a lock file for flock(2), without locking it. @throws Error(cannot_create)
Fd open_lock_file(const std::filesystem::path& path);

/// flock(LOCK_EX|LOCK_NB); false if another process holds it. @throws Error(internal)
bool try_lock(const Fd& file);

/// Creates the directory (and its parents) with `mode`; an existing one is left unchanged.
/// @throws Error(cannot_create), also if the path is not a directory
void make_directory(const std::filesystem::path& path, mode_t mode);

/// Writes all of `text`, restarting after signals; on failure returns false with errno set.
bool write_all(int fd, std::string_view text);

/// Removes a file. A missing file is fine; any other failure is ignored.
void remove_quietly(const std::filesystem::path& path) noexcept;

/// The directory of the running binary, which also contains its companions, both in a build tree
/// and when installed.
std::filesystem::path binary_directory();

}  // namespace upkeep
