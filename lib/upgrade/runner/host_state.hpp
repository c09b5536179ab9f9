// SPDX-License-Identifier: MIT
// A host is a state directory: it holds an identity and the host locks. Liveness is read from
// flock(2), which the kernel lets go of when the last process that holds it is gone, never from a
// flag on disk.
//
//   <state_dir>/host-id            who we are in the lease rows
//   <state_dir>/locks/slot-N       held by the guardian and the command of slot N
//   <state_dir>/locks/drain-N      held by a draining ws-upgrade
//   <state_dir>/locks/drain-rules  shared by those of them that have rules of their own
//   <state_dir>/locks/drain-waits  held by the one that waits until those are done
//   <state_dir>/runs/ID.lock       held by the ws-upgrade that runs, or waits with, run ID
//   <state_dir>/runs/ID.json       what the guardian of run ID says (progress, then the verdict)
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
  /// For tools that run upgrades: makes what is missing. @throws Error(cannot_create)
  static HostState open(const std::filesystem::path& state_dir);
  /// For tools that look: nullopt where there is no state here, or none this user may see.
  static std::optional<HostState> open_existing(const std::filesystem::path& state_dir);

  [[nodiscard]] const std::string& id() const noexcept { return m_id; }

  /// The slot's lock file, locked now; nullopt while a command (or what it left behind) holds it.
  [[nodiscard]] std::optional<Fd> try_slot_lock(int slot) const;
  /// The right to drain as the Nth drainer; nullopt while another process has it.
  [[nodiscard]] std::optional<Fd> try_drain_lock(int number) const;
  /// Shows that a drain with rules of its own is at work, until the descriptor is closed.
  [[nodiscard]] Fd hold_drain_rules() const;
  /// Whether one is.
  [[nodiscard]] bool drain_has_rules() const;
  /// The place of the one drain that waits until those are done; nullopt while another has it.
  [[nodiscard]] std::optional<Fd> try_waiting_lock() const;
  /// Shows that this process lives and looks after the run; nullopt while another one does, or
  /// recovers what is left of it. @throws Error(cannot_create)
  [[nodiscard]] std::optional<Fd> try_hold_run(std::int64_t run) const;
  /// The same of a new run, which nobody else can know. @throws Error(try_later) where one does
  [[nodiscard]] Fd hold_run(std::int64_t run) const;
  /// The run's lock where nobody lives who looks after it; nullopt while somebody does, or where
  /// there is none.
  [[nodiscard]] std::optional<Fd> try_run_lock(std::int64_t run) const;
  /// The run's lock file, whoever has locked it; nullopt where there is none.
  [[nodiscard]] std::optional<Fd> open_run_lock(std::int64_t run) const;
  /// Whether this host has ever looked after the run and not yet forgotten it.
  [[nodiscard]] bool knows_run(std::int64_t run) const;
  /// The runs with files here, in order.
  [[nodiscard]] std::vector<std::int64_t> known_runs() const;
  /// Those of them that nobody looks after.
  [[nodiscard]] std::vector<std::int64_t> abandoned_runs() const;
  /// Removes the run's files: its end is recorded. Each holder of a run has a lock file of its own:
  /// where the name is another's by now than that of `lock`, nothing is removed. Files that cannot
  /// be removed now are left to the next tool that looks.
  void forget_run(std::int64_t run, const Fd& lock) const;

  [[nodiscard]] std::filesystem::path status_path(std::int64_t run) const;

 private:
  HostState(std::filesystem::path directory, std::string id);
  [[nodiscard]] std::filesystem::path run_lock_path(std::int64_t run) const;
  std::filesystem::path m_directory;
  std::string m_id;
};

}  // namespace upkeep::upgrade
