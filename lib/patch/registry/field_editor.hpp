// SPDX-License-Identifier: MIT
// Edits of the fields of patches that exist.
#pragma once

#include "patch/registry/field_rules.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/patch_store.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// The result of an edit of patches.
struct Edited {
  std::size_t changed = 0;      ///< number of patches
  std::vector<FieldEdit> idle;  ///< edits that changed none of the patches
};

class FieldEditor {
 public:
  /// @param connection, rules, names, events, patches not owned
  FieldEditor(db::Connection& connection, FieldRules& rules, const NameRule& names,
              EventStore& events, PatchStore& patches)
      : m_connection(connection),
        m_rules(rules),
        m_names(names),
        m_events(events),
        m_patches(patches) {}

  /// Changes fields of patches: of all of them or of none. Adding a value to a field or removing
  /// one applies to the field as it is when it is written, and so never conflicts.
  /// @param seen the patches as they were when the caller chose them: a field that another user has
  /// changed since then is not overwritten
  /// @throws DataError, Error(no)
  Edited edit(const std::vector<Patch>& seen, const std::vector<FieldEdit>& edits,
              const std::string& why, bool dry_run);

 private:
  [[nodiscard]] Patch locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits);

  db::Connection& m_connection;
  FieldRules& m_rules;
  const NameRule& m_names;
  EventStore& m_events;
  PatchStore& m_patches;
};

}  // namespace upkeep::patch
