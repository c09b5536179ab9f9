// SPDX-License-Identifier: MIT
// A host is a state directory: it contains an identity and the host locks. Whether a process is
// alive is read from flock(2), which the kernel releases when the last holder exits, never from a
// flag on disk.
//
//   <state_dir>/host-id            identifies this host in the lease rows
//   <state_dir>/locks/slot-N       held by the guardian and the command of slot N
//   <state_dir>/locks/drain-N      held by a draining ws-upgrade
//   <state_dir>/locks/drain-rules  shared by the draining processes that have rules
//   <state_dir>/locks/drain-waits  held by the process that waits until those are done
//   <state_dir>/locks/place-N     held by a draining process that waits for a place on a server
//   <state_dir>/runs/ID.lock       held by the ws-upgrade that performs, or waits with, run ID
//   <state_dir>/runs/ID.json       written by the guardian of run ID (progress, then the verdict)
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class HostState {
 public:
  /// For tools that run upgrades: creates missing files and directories.
  /// @throws Error(cannot_create)
  static HostState open(const std::filesystem::path& state_dir);
  /// For tools that only read: nullopt if there is no state here, or none that this user may read.
  static std::optional<HostState> open_existing(const std::filesystem::path& state_dir);

  [[nodiscard]] const std::string& id() const noexcept { return m_id; }

  /// The slot's lock file, locked; nullopt while a command, or a process it left behind, holds it.
  [[nodiscard]] std::optional<Fd> try_slot_lock(int slot) const;
  /// The right to drain as the Nth drainer; nullopt while another process has it.
  [[nodiscard]] std::optional<Fd> try_drain_lock(int number) const;
  /// Shows that a drain with rules is running, until the descriptor is closed.
  [[nodiscard]] Fd hold_drain_rules() const;
  /// Whether a drain with rules is running.
  [[nodiscard]] bool drain_has_rules() const;
  /// The right to wait until they are done, for one process; nullopt while another has it.
  [[nodiscard]] std::optional<Fd> try_waiting_lock() const;
  /// The right to drain without a place on any server until there is one, for that many processes;
  /// nullopt while as many have it.
  [[nodiscard]] std::optional<Fd> try_place_lock(int most) const;
  /// Shows that this process is alive and in charge of the run; nullopt while another one is, or
  /// recovers it. @throws Error(cannot_create)
  [[nodiscard]] std::optional<Fd> try_hold_run(std::int64_t run) const;
  /// The same for a new run, which no other process should know. @throws Error(try_later) if one
  /// holds it
  [[nodiscard]] Fd hold_run(std::int64_t run) const;
  /// The run's lock if no live process holds it; nullopt if one does, or if there is no lock file.
  [[nodiscard]] std::optional<Fd> try_run_lock(std::int64_t run) const;
  /// The run's lock file, opened without locking it; nullopt if there is none.
  [[nodiscard]] std::optional<Fd> open_run_lock(std::int64_t run) const;
  /// Whether this host still has the lock file of the run.
  [[nodiscard]] bool knows_run(std::int64_t run) const;
  /// The runs with a lock file here, in order.
  [[nodiscard]] std::vector<std::int64_t> known_runs() const;
  /// Those of them whose lock no live process holds.
  [[nodiscard]] std::vector<std::int64_t> abandoned_runs() const;
  /// Removes the run's files once its end is recorded. Each holder creates its own lock file: if
  /// the name no longer belongs to `lock`, nothing is removed. Files that cannot be removed now are
  /// left to the next tool.
  void forget_run(std::int64_t run, const Fd& lock) const;

  [[nodiscard]] std::filesystem::path status_path(std::int64_t run) const;

 private:
  HostState(std::filesystem::path directory, std::string id);
  [[nodiscard]] std::filesystem::path run_lock_path(std::int64_t run) const;
  std::filesystem::path m_directory;
  std::string m_id;
};

}  // namespace upkeep::upgrade
