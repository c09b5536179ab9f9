// SPDX-License-Identifier: MIT
// Creates requests and patches, and provides the editors of existing ones. Every action is one
// transaction over the patch's row, one event, and, if a number is drawn, the sequence's row; it
// succeeds or fails as a whole.
#pragma once

#include "config/config.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/registry/duplicates.hpp"
#include "patch/registry/field_editor.hpp"
#include "patch/registry/link_editor.hpp"
#include "patch/registry/voider.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch/store/patch_store.hpp"
#include "patch/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct NewRequest {
  std::vector<FieldEdit> fields;
  std::string why;
  bool unique = false;  ///< refuse duplicates
};

struct NewPatch {
  std::string platform;  ///< empty: the request's
  std::optional<std::uint32_t> from;
  std::optional<PatchRef> ported_from;
  std::string category;   ///< empty: `normal`, `ported` or the request's
  std::string lifecycle;  ///< empty: [patch] lifecycle
  std::vector<FieldEdit> fields;
  std::string why;
  bool unique = false;  ///< refuse duplicates
  /// What a person saw of the request and the source: the fields that they give to the new patch.
  /// It is not created if they give others now.
  std::optional<Document> seen = std::nullopt;
};

class Registry {
 public:
  /// @param connection, parsed not owned
  /// @param parsed the artifact types that the process has parsed; nullptr: it keeps none
  Registry(db::Connection& connection, const config::Patch& config, Actor actor,
           ParsedTypes* parsed = nullptr);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] const ArtifactType& type() { return m_rules.type(); }
  [[nodiscard]] const NameRule& names() const noexcept { return m_names; }

  /// FieldRules::checked(). @throws DataError
  [[nodiscard]] std::string checked(const Field& field, const std::string& value) {
    return m_rules.checked(field, value);
  }

  /// FieldRules::offered()
  [[nodiscard]] const std::vector<std::string>& offered(const Field& field) {
    return m_rules.offered(field);
  }

  /// The fields that request() would store. @throws DataError
  [[nodiscard]] Document draft(const NewRequest& wanted);
  /// The fields that create() would store, as far as they do not depend on the number.
  /// @throws as create()
  [[nodiscard]] Document draft(const NewPatch& wanted);
  /// The fields that a patch gets from its request and its source. @throws as create()
  [[nodiscard]] Document given(const NewPatch& wanted);

  /// Queues a request. @returns it, without its id. @throws DataError, NotUnique
  Patch request(const NewRequest& wanted, bool dry_run = false);
  /// Ends a request, within the caller's transaction; lifecycle::Mover::decline() is the complete
  /// action. @returns the request, locked. @throws Error(partial) if there is none, Error(no) if it
  /// is no longer open
  Patch decline_within(std::uint32_t queue, const std::string& why);
  /// Opens a declined request again, within the caller's transaction; lifecycle::Mover::reopen() is
  /// the complete action. @returns the request, locked. @throws Error(partial) if there is none,
  /// Error(no) if it is not declined
  Patch reopen_within(std::uint32_t queue, const std::string& why);
  /// Draws the platform's next number and creates the patch. @returns it, without an id unless it
  /// was a request. @throws DataError, NotUnique; ConfigError if the lifecycle is not loaded;
  /// Error(partial|no) about the request or the source, which stay locked until the end
  Patch create(const NewPatch& wanted, bool dry_run = false);
  /// create() within the caller's transaction.
  PatchRef create_within(const NewPatch& wanted);

  /// Open requests and patches that this one repeats; see duplicates.hpp.
  [[nodiscard]] Duplicates duplicates(const Newcomer& newcomer);
  /// Records a comment on a patch or request. @throws UsageError if it is blank, DataError if it is
  /// not UTF-8 or too long, Error(partial) if the patch no longer exists
  void comment(std::uint64_t patch, const std::string& text, bool dry_run);

  /// Edits fields.
  [[nodiscard]] FieldEditor& fields() noexcept { return m_fields; }
  /// Guards what was attested.
  [[nodiscard]] lifecycle::TickGuard& guard() noexcept { return m_guard; }
  [[nodiscard]] LinkEditor& links() noexcept { return m_link_editor; }
  /// Voids patches.
  [[nodiscard]] const Voider& voider() const noexcept { return m_voider; }

 private:
  struct Attached {
    std::string lifecycle, state;
    std::int64_t version = 0;
  };
  [[nodiscard]] std::optional<Attached> lifecycle_for(const std::string& wanted);
  /// What a new patch is made from.
  struct Origin {
    std::optional<Patch> request, source;  ///< source: the one that it is ported from
  };
  [[nodiscard]] Origin origin_of(const NewPatch& wanted, bool lock = false);
  [[nodiscard]] Document given_by(const Origin& origin);
  void refuse_changed(const NewPatch& wanted, const Origin& origin);
  [[nodiscard]] Document initial_fields(const NewPatch& wanted, const Origin& origin);
  /// The patch's category, checked; also put into its field, if the type has one.
  [[nodiscard]] std::string categorize(const NewPatch& wanted, const Origin& origin,
                                       Document& fields);
  static NewEvent creation_of(const Origin& origin, const std::optional<Attached>& attached);
  /// Inserts the patch with its links, or makes it of its request.
  void store(const Patch& made, const std::optional<Patch>& request);
  /// A request, locked. @throws Error(partial) if there is none
  [[nodiscard]] Patch locked_request(std::uint32_t queue);
  [[nodiscard]] Patch open_request(std::uint32_t queue);
  [[nodiscard]] Patch write_new(const NewPatch& wanted, const std::optional<Attached>& attached);

  db::Connection& m_connection;
  const config::Patch& m_config;
  EventStore m_events;
  PatchStore m_patches;
  NumberSequence m_numbers;
  NameRule m_names;
  FieldRules m_rules;
  lifecycle::TickGuard m_guard;
  FieldEditor m_fields;
  LinkStore m_links;
  LinkEditor m_link_editor;
  Voider m_voider;
};

}  // namespace upkeep::patch
