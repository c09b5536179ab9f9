// SPDX-License-Identifier: MIT
// Void patches: the number stays used, and the patch is in no list or report unless it is asked
// for.
#pragma once

#include "patch/lifecycle/tick_guard.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/patch_store.hpp"

#include <cstdint>
#include <string>

namespace upkeep::patch {

/// @throws Error(no) if the patch is void: nothing is done to it
void refuse_void(const Patch& patch, const NameRule& names);

class Voider {
 public:
  /// @param connection, names, guard, events, patches not owned
  Voider(db::Connection& connection, const NameRule& names, const lifecycle::TickGuard& guard,
         EventStore& events, PatchStore& patches)
      : m_connection(connection),
        m_names(names),
        m_guard(guard),
        m_events(events),
        m_patches(patches) {}

  /// Voids a patch, or restores a void one; its state and its data are kept. @param why not empty
  /// @throws Error(no) if it is void, or is not, or is a request; Error(not_permitted) if it is
  /// released and the actor lacks the role [patch] released_edit; Error(partial) if it is gone
  void annul(std::uint64_t id, const std::string& why, bool dry_run) const;
  void restore(std::uint64_t id, const std::string& why, bool dry_run) const;

 private:
  [[nodiscard]] Patch locked(std::uint64_t id) const;
  void write(Patch& patch, NewEvent event) const;

  db::Connection& m_connection;
  const NameRule& m_names;
  const lifecycle::TickGuard& m_guard;
  EventStore& m_events;
  PatchStore& m_patches;
};

}  // namespace upkeep::patch
