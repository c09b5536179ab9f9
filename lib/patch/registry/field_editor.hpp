// SPDX-License-Identifier: MIT
// Edits of the fields of patches that exist.
#pragma once

#include "patch/lifecycle/tick_guard.hpp"
#include "patch/registry/conflict.hpp"
#include "patch/registry/field_rules.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/patch_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// A tick that an edit removed.
struct Cleared {
  std::string patch, item;
  std::vector<std::string> keys;  ///< the fields that it attested
};

/// What an edit changes in a patch.
struct EditedPatch {
  std::uint64_t patch = 0;  ///< its row's id
  std::uint64_t event = 0;
  std::vector<Change> changes{};
};

/// The result of an edit of patches.
struct Edited {
  std::size_t changed = 0;             ///< number of patches
  std::vector<EditedPatch> patches{};  ///< of save(): each that changed
  std::vector<FieldEdit> idle;         ///< edits that changed none of the patches
  std::vector<Cleared> cleared;
};

/// A field as a form sends it back.
struct FieldChange {
  std::string key;
  Values set;  ///< in order; empty: no value
  /// What the caller saw, in order. The field counts only if `set` differs from it, and conflicts
  /// if another value is stored by now, unless that is `set`. Compared by plain_values().
  std::optional<Values> was{};
  /// values_digest() of what the caller saw, in place of `was`. Neither: whatever is stored is
  /// replaced.
  std::string was_digest{};
};

/// Changes of fields. @see FieldEditor::save()
struct FieldsRequest {
  std::vector<FieldChange> changes{};
  std::vector<FieldEdit> edits{};  ///< add and remove, which never conflict
  [[nodiscard]] bool empty() const noexcept { return changes.empty() && edits.empty(); }
};

/// A patch whose fields are to be changed, as the caller expects it.
struct EditTarget {
  std::uint64_t patch = 0;                    ///< its row's id
  std::string stay{};                         ///< stay_of() it; empty: wherever it is
  std::optional<std::uint64_t> last_event{};  ///< of its history; none: whatever came since
};

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

  /// Changes fields as a form of them does, of all targets or of none. The first event of each
  /// target is a part of the act, with its own key.
  /// @throws Conflict naming every field of a patch that someone else has changed, or who has moved
  /// it; DataError, UsageError; Error(partial) if a patch no longer exists; otherwise as edit()
  Edited save(const std::vector<EditTarget>& targets, const FieldsRequest& wanted,
              const std::string& why, bool dry_run);
  /// The same for one patch, within the caller's transaction. @param patch the row, locked; changed
  Edited save_within(Patch& patch, const FieldsRequest& wanted, const std::string& why);

 private:
  [[nodiscard]] std::vector<FieldEdit> edits_for(const Patch& now, const FieldsRequest& wanted);
  void refuse_conflicts(const Patch& now, std::vector<FieldConflict> conflicts);
  void refuse_elsewhere(const Patch& now, const EditTarget& target);
  std::uint64_t write(Patch& now, std::vector<Change> changes, const std::string& why,
                      const std::string& at, std::vector<Cleared>& cleared);
  [[nodiscard]] Patch locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits);

  db::Connection& m_connection;
  FieldRules& m_rules;
  const NameRule& m_names;
  lifecycle::TickGuard& m_guard;
  EventStore& m_events;
  PatchStore& m_patches;
};

}  // namespace upkeep::patch
