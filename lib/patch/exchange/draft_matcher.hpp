// SPDX-License-Identifier: MIT
// Determines which patch a row of an import is, how they differ, and what is to be done.
#pragma once

#include "patch/exchange/import_row.hpp"
#include "patch/lifecycle/loaded_states.hpp"
#include "patch/model/artifact_type.hpp"

#include <string>

namespace upkeep::patch {

struct MatchOptions {
  bool update = false;   ///< a different row under the same key changes the patch
  bool replace = false;  ///< with `update`: also its lifecycle and state
};

class DraftMatcher {
 public:
  /// @param connection, type, names not owned
  DraftMatcher(db::Connection& connection, const ArtifactType& type, const NameRule& names,
               MatchOptions options)
      : m_connection(connection),
        m_type(type),
        m_names(names),
        m_options(options),
        m_states(connection, {}) {}

  /// Gives each row its plan, the id of its patch, or its problem, and completes the drafts: what a
  /// row means depends on whether its patch exists, and on the patch's state. Locks the rows of
  /// patches that an update may change. @throws db::Error
  void match(ImportBatch& batch);

 private:
  [[nodiscard]] std::string other_kind(const Draft& draft, const Patch& existing) const;
  void match_to(ImportRow& one, const Patch& existing);
  void compare(ImportRow& one, const Patch& existing);
  void complete(ImportRow& one);
  void check_required(ImportRow& one) const;
  static void resolve_category(Draft& draft, const Patch& existing);
  void resolve_state(Draft& draft, const Patch& existing);
  void resolve_queue(Draft& draft, const Patch& existing);
  [[nodiscard]] std::string difference(const Draft& draft, const Patch& existing);
  [[nodiscard]] std::string difference_for_good(const Draft& draft, const Patch& existing);
  [[nodiscard]] bool history_differs(const Draft& draft, const Patch& existing);

  db::Connection& m_connection;
  const ArtifactType& m_type;
  const NameRule& m_names;
  MatchOptions m_options;
  lifecycle::LoadedStates m_states;
};

/// How the row's lifecycle, state or place in the queue differs from the patch's; empty: they
/// agree.
[[nodiscard]] std::string difference_of_state(const Draft& draft, const Patch& existing);

/// Whether the row has jars that differ from the recorded ones. @throws db::Error
[[nodiscard]] bool jars_differ(db::Connection& connection, const Draft& draft,
                               const Patch& existing);

}  // namespace upkeep::patch
