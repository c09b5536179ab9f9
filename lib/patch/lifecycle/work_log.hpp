// SPDX-License-Identifier: MIT
// Records about a patch that do not move it: time spent, estimates, reminders.
#pragma once

#include "patch/lifecycle/writer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::patch::lifecycle {

struct Estimate {
  std::string stage;
  std::chrono::seconds best{0}, likely{0}, worst{0};
};

/// Time spent on a patch.
struct WorkTime {
  std::chrono::seconds time{0};
  std::optional<std::string> worked_on;  ///< YYYY-MM-DD; none: today
};

/// A time entry that was excluded from all sums.
struct Revoked {
  std::string patch;
  Event entry;
};

class WorkLog {
 public:
  /// @param connection, writer, names not owned
  WorkLog(db::Connection& connection, LifecycleWriter& writer, const NameRule& names)
      : m_connection(connection), m_writer(writer), m_names(names) {}

  void log_time(const Patch& seen, const WorkTime& work, const std::string& why);
  /// Excludes the time of an event, an entry or a move, from all sums.
  /// @throws Error(partial) no such event, Error(no) it has no time, or none that still counts
  Revoked revoke_time(std::uint64_t event, const std::string& why);
  /// @throws Error(partial) for an unknown stage
  void estimate(const Patch& seen, const Estimate& estimate, const std::string& why);
  /// Records a reminder for the patch: at most once a day, and not if it has moved.
  void remind(const Patch& seen, const std::string& whom);

 private:
  db::Connection& m_connection;
  LifecycleWriter& m_writer;
  const NameRule& m_names;
};

/// The event that revoked the time of `entry`; nullptr if it counts.
const Event* revoker_of(const std::vector<Event>& events, std::uint64_t entry);

}  // namespace upkeep::patch::lifecycle
