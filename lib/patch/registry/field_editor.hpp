// SPDX-License-Identifier: MIT
// Edits of the fields of patches that exist.
#pragma once

#include "patch/lifecycle/tick_guard.hpp"
#include "patch/registry/field_rules.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/patch_store.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// A tick that an edit removed.
struct Cleared {
  std::string patch, item;
  std::vector<std::string> keys;  ///< the fields that it attested
};

/// The result of an edit of patches.
struct Edited {
  std::size_t changed = 0;      ///< number of patches
  std::vector<FieldEdit> idle;  ///< edits that changed none of the patches
  std::vector<Cleared> cleared;
};

/// Values as a message shows them: `'a, b'`, or `nothing`.
std::string shown_values(const Values& values);

class FieldEditor {
 public:
  /// @param connection, rules, names, guard, events, patches not owned
  FieldEditor(db::Connection& connection, FieldRules& rules, const NameRule& names,
              lifecycle::TickGuard& guard, EventStore& events, PatchStore& patches)
      : m_connection(connection),
        m_rules(rules),
        m_names(names),
        m_guard(guard),
        m_events(events),
        m_patches(patches) {}

  /// Changes fields of patches: of all of them or of none. Adding a value to a field or removing
  /// one applies to the field as it is when it is written, and so never conflicts.
  /// @param seen the patches as they were when the caller chose them: a field that another user has
  /// changed since then is not overwritten
  /// @throws DataError, Error(no); Error(no|not_permitted) for attested fields of a released patch
  Edited edit(const std::vector<Patch>& seen, const std::vector<FieldEdit>& edits,
              const std::string& why, bool dry_run);

 private:
  void write(Patch& now, std::vector<Change> changes, const std::string& why, const std::string& at,
             std::vector<Cleared>& cleared);
  [[nodiscard]] Patch locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits);

  db::Connection& m_connection;
  FieldRules& m_rules;
  const NameRule& m_names;
  lifecycle::TickGuard& m_guard;
  EventStore& m_events;
  PatchStore& m_patches;
};

}  // namespace upkeep::patch
