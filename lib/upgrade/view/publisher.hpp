// SPDX-License-Identifier: MIT
// Publishes what anonymous visitors may see of workspaces, as files that a web server serves
// without running a program: <status_dir>/<workspace>.json, one JSON object, replaced atomically.
// While a file is kept up to date, it is at most k_refresh old, or, far back in the queue,
// k_far_refresh plus the time between two looks; a page that finds one older than 15 s runs the
// tool instead.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"
#include "base/interrupts.hpp"
#include "config/config.hpp"
#include "record/value.hpp"
#include "upgrade/model/public_steps.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/view/progress_view.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// A published file is rewritten at least this often while its workspace waits.
inline constexpr std::chrono::milliseconds k_refresh{5000};
/// The same for a workspace far back in the queue.
inline constexpr std::chrono::milliseconds k_far_refresh{8000};

/// The fields of a published record, in order.
const std::vector<std::string>& published_columns();
/// The part of a record that visitors may see. A pure function. @param record with its step already
/// replaced by a public name. @param active how many runs are active: the more there are, the less
/// often each page may poll (`poll_s`, in seconds)
Record published_record(const ProgressRecord& record, std::int64_t active, WallTime now);

class StatusDirectory {
 public:
  /// Creates the directory if it is missing, readable by everyone, and the files that limit
  /// concurrent requests (the CGI programs lock them).
  /// @throws ConfigError if none is configured, Error(cannot_create)
  explicit StatusDirectory(const config::Config& config);

  /// Writes the file, unless one with the same content (ignoring times) was written a moment ago.
  /// Writes none for an unknown workspace: strangers could fill the directory with names.
  void write(const ProgressRecord& record, std::int64_t active);
  /// Notes for a few seconds that there is no such workspace, so that the web server need not run
  /// the tool again; keeps the newest 64. Call only with the lock of wait_for_turn().
  void remember_unknown(const ProgressRecord& record, std::int64_t active) const;
  /// Removes files that have not been updated for ten minutes.
  void sweep();
  /// The right to keep the files up to date; invalid while another process has it.
  [[nodiscard]] Fd try_keeper_lock() const;
  /// Waits for the right to look up a single workspace: one process at a time, regardless of the
  /// number of pages. @throws Error(try_later) after two seconds
  [[nodiscard]] Fd wait_for_turn() const;

 private:
  struct Written {
    Record record;
    BootTime at;
  };
  std::filesystem::path m_path;
  std::map<std::string, Written> m_written;
};

/// Keeps the files of all active workspaces up to date, across restarts of the database, until no
/// workspace is active; returns at once if another process does so. Also replaces lost jobs.
/// @returns ok, or killed_by() after a signal. @throws Error if the database stays unavailable for
/// 15 minutes
ExitStatus keep_published(const config::Config& config, const std::string& target,
                          Interrupts& interrupts, const MakeBackend& make_backend);

}  // namespace upkeep::upgrade
