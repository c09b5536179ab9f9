// SPDX-License-Identifier: MIT
// What anonymous visitors may see of workspaces, as files that a web server serves without asking
// anybody: <status_dir>/<workspace>.json, one JSON object, replaced as a whole. While it is kept up
// to date it is not older than k_refresh, far behind in the queue k_far_refresh and the time
// between two looks; a page that finds one older than 15 s asks instead.
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

/// A published file is written again at least this often while its workspace waits.
inline constexpr std::chrono::milliseconds k_refresh{5000};
/// The same for one that waits far behind others.
inline constexpr std::chrono::milliseconds k_far_refresh{8000};

/// The fields of a published record, in order.
const std::vector<std::string>& published_columns();
/// One record of what visitors may see. Pure. @param record its step is a public name already
/// @param active how many runs are active: the more there are, the less often
/// each page may ask (`poll_s`)
Record published_record(const ProgressRecord& record, std::int64_t active, WallTime now);

class StatusDirectory {
 public:
  /// Makes the directory where it is missing, readable by everybody, and the places of those who
  /// may ask at once (the CGI programs lock them).
  /// @throws ConfigError where none is configured, Error(cannot_create)
  explicit StatusDirectory(const config::Config& config);

  /// Writes the file, unless the last one written said the same (times aside) a moment ago. An
  /// unknown workspace gets none: strangers could fill the directory with names.
  void write(const ProgressRecord& record, std::int64_t active);
  /// Notes for some seconds that there is no such workspace, so that the web server need not ask
  /// again; of many the newest ones. Only with the turn of wait_for_turn().
  void remember_unknown(const ProgressRecord& record, std::int64_t active) const;
  /// Removes what nobody has kept up to date for long.
  void sweep();
  /// The right to be the one who keeps it up to date; invalid while another process is.
  [[nodiscard]] Fd try_keeper_lock() const;
  /// The turn of one who asks for a single workspace: one at a time, however many pages there are.
  /// @throws Error(try_later) after two seconds
  [[nodiscard]] Fd wait_for_turn() const;

 private:
  struct Written {
    Record record;
    BootTime at;
  };
  std::filesystem::path m_path;
  std::map<std::string, Written> m_written;
};

/// Keeps the files of all active workspaces up to date, through restarts of the database, until
/// nothing is active any more; at once where another process does so already. It also
/// replaces jobs that came to nothing.
/// @returns unavailable when the database has been away for long; killed_by() a signal
ExitStatus keep_published(const config::Config& config, const std::string& target,
                          Interrupts& interrupts, const MakeBackend& make_backend);

}  // namespace upkeep::upgrade
