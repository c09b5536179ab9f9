// SPDX-License-Identifier: MIT
// The building blocks of every lifecycle action: one transaction over the patch's row and its
// events, which succeeds or fails as a whole; decisions are based on the locked row.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/position.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/patch_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// A patch whose row is locked until the transaction ends.
struct LockedPatch {
  Position position;
  std::string now;  ///< as SQL writes it
};

/// Where a caller expects a patch that it acts on.
struct Expected {
  std::string event{};  ///< that is refused if the patch is elsewhere
  std::string from{};   ///< the state; empty: any
  std::string stay{};   ///< stay_of() the patch; empty: that of the patch as it was read
};

class LifecycleWriter {
 public:
  /// @param connection, positions, names, config not owned
  /// @param dry_run every action is rolled back at the end
  LifecycleWriter(db::Connection& connection, PositionReader& positions, const NameRule& names,
                  const config::Patch& config, Actor actor, bool dry_run);

  /// Thrown within act(): nothing is done. The caller has the reasons.
  struct Refused {};
  /// EventStore::act(), also rolled back if `work` throws Refused.
  void act(const std::function<void()>& work);
  [[nodiscard]] bool dry_run() const noexcept { return m_dry_run; }
  [[nodiscard]] const Actor& actor() const noexcept { return m_events.actor(); }

  // The following functions must be called within act().

  /// Locks the row only; of the position, only the patch is set. @throws Error(partial),
  /// Error(no) if it is void
  LockedPatch lock(std::uint64_t id);
  /// Locks the patch and reads its position. @throws Error(no) if it has none, or was declined
  LockedPatch lock_position(std::uint64_t id);

  /// Whether another user has moved the patch since the caller saw it: a conflict, with who did.
  std::optional<Blocker> overtaken(const Patch& seen, const Patch& now,
                                   const Expected& expected = {});

  /// Writes an event, with its hash in the patch's row. @returns its id
  std::uint64_t record(LockedPatch& locked, NewEvent event);
  /// The same for an event whose hash is written to the row with its new state: call
  /// PatchStore::enter() next.
  std::uint64_t record_entering(LockedPatch& locked, NewEvent event);
  /// Writes dates that the entered state sets, or that an undo takes back, after record_entering()
  /// and before PatchStore::enter().
  void write_dates(LockedPatch& locked, const std::vector<Change>& dates);
  /// Keeps the queue's state of a request consistent with its lifecycle.
  void follow_in_queue(LockedPatch& locked, const Definition& definition,
                       const std::string& entered, const std::string& why);

  /// When a patch that enters `state` at `now` was released, as SQL writes it.
  [[nodiscard]] std::optional<std::string> released_after(const Patch& patch,
                                                          const std::string& state,
                                                          const std::string& now) const;
  [[nodiscard]] bool is_released(const std::string& state) const;

  [[nodiscard]] EventStore& events() noexcept { return m_events; }
  [[nodiscard]] PatchStore& patches() noexcept { return m_patches; }

 private:
  db::Connection& m_connection;
  PositionReader& m_positions;
  const NameRule& m_names;
  const config::Patch& m_config;
  EventStore m_events;
  PatchStore m_patches;
  bool m_dry_run;
};

}  // namespace upkeep::patch::lifecycle
