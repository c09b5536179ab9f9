// SPDX-License-Identifier: MIT
// Writing the registry. Every act is one transaction: the patch's row, one event, and where a
// number is drawn its sequence's row; it happens as a whole or not at all.
#pragma once

#include "config/config.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch/store/patch_store.hpp"
#include "patch/store/store.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

/// One `--set`, `--add`, `--remove` or `--expect`.
struct FieldEdit {
  enum class Kind { set, add, remove, expect } kind = Kind::set;
  std::string key, value;
};

/// What an edit of patches came to.
struct Edited {
  std::size_t changed = 0;      ///< patches
  std::vector<FieldEdit> idle;  ///< those that found nothing to do in any of them
};

struct NewPatch {
  std::string platform;  ///< empty: the request's
  std::optional<std::uint32_t> from;
  std::optional<PatchRef> ported_from;
  std::string category;   ///< empty: `normal`, `ported` or the request's
  std::string lifecycle;  ///< empty: [patch] lifecycle
  std::vector<FieldEdit> fields;
  std::string why;
};

class Registry {
 public:
  /// @param connection stays the caller's
  Registry(db::Connection& connection, const config::Patch& config, Actor actor);

  [[nodiscard]] const ArtifactType& type();
  [[nodiscard]] const NameRule& names() const noexcept { return m_names; }

  /// ArtifactType::checked(), and that the value is on the field's pick list. @throws DataError
  [[nodiscard]] std::string checked(const Field& field, const std::string& value);

  /// Puts a request into the queue. @returns its number. @throws DataError
  std::uint32_t request(const std::vector<FieldEdit>& fields, const std::string& why,
                        bool dry_run = false);
  /// Ends a request, within a transaction of the caller's; lifecycle::Mover::decline()
  /// is the whole of it. @returns it, locked. @throws Error(partial) no such request, Error(no) not
  /// open any more
  Patch decline_within(std::uint32_t queue, const std::string& why);
  /// Draws the platform's next number and makes the patch. @throws DataError; ConfigError where the
  /// lifecycle is not loaded; Error(partial|no) about the request or the source
  PatchRef create(const NewPatch& wanted);
  /// create() within a transaction of the caller's.
  PatchRef create_within(const NewPatch& wanted);
  /// What create() would be refused for, without doing it.
  void check_create(const NewPatch& wanted);

  /// Changes fields of patches, all of them or none.
  /// @param seen the patches as they were when the caller chose them: a field that somebody else
  /// has
  ///   changed since is not overwritten
  /// What adds to a field or takes from it means the field as it is when it is written, and takes
  /// nothing from anybody.
  /// @throws DataError, Error(no)
  Edited edit(const std::vector<Patch>& seen, const std::vector<FieldEdit>& edits,
              const std::string& why, bool dry_run);

  /// @returns false where the link was there already. @throws Error(partial), DataError
  bool link(const PatchRef& patch, const Link& link, const std::string& why, bool dry_run = false);
  /// @returns false where there was no such link. @throws Error(partial)
  bool unlink(const PatchRef& patch, const Link& link, const std::string& why,
              bool dry_run = false);

 private:
  struct Attached {
    std::string lifecycle, state;
    std::int64_t version = 0;
  };
  [[nodiscard]] std::vector<Change> apply(const std::vector<FieldEdit>& edits, Document& fields,
                                          bool creating);
  [[nodiscard]] std::optional<Attached> lifecycle_for(const std::string& wanted);
  [[nodiscard]] Document initial_fields(const NewPatch& wanted, const Patch* request,
                                        const Patch* source);
  [[nodiscard]] Patch open_request(std::uint32_t queue, bool lock);
  [[nodiscard]] Patch existing(const PatchRef& ref, bool lock);
  [[nodiscard]] Patch locked_unchanged(const Patch& seen, const std::vector<FieldEdit>& edits);
  PatchRef write_new(const NewPatch& wanted, const std::optional<Attached>& attached);
  [[nodiscard]] bool has_effect(const FieldEdit& edit, const Document& fields);
  void refuse_circle(const Patch& patch, const Link& link);
  bool change_links(const PatchRef& patch, const Link& link, bool add, const std::string& why,
                    bool dry_run);
  /// db::transact(); with `dry_run` everything is rolled back in the end.
  void act(bool dry_run, const std::function<void()>& work);

  db::Connection& m_connection;
  const config::Patch& m_config;
  EventStore m_events;
  PatchStore m_patches;
  NumberSequence m_numbers;
  NameRule m_names;
  std::optional<ArtifactType> m_type;
  std::map<std::string, std::vector<std::string>> m_choices;  // by list, as first read
};

/// A link type that exists. @throws DataError with the nearest
void check_link_type(const std::string& type);

}  // namespace upkeep::patch
