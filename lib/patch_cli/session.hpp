// SPDX-License-Identifier: MIT
#pragma once

#include "cli/session.hpp"
#include "patch/model/actor.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/registry/registry.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch_cli {

/// What a command of the pmt-* tools works with: configuration, database, registry, actor and
/// printers, each created on first use. One per process; PatchTool creates it.
class Session : public cli::Session {
 public:
  /// The options that identify the actor.
  struct Acting {
    std::string as;   ///< `--as`, or empty
    std::string why;  ///< `--why`, or empty
    /// Under sudo: many people share the account's rights.
    bool shared_account = false;
  };
  Session(Io& the_io, const cli::Tool& tool, Acting acting);

  const std::string why;  // NOLINT: a bundle

  [[nodiscard]] db::Connection& connection();
  /// Replaces the connection by a new one, for the registry as well. @throws db::Error
  void reconnect();
  [[nodiscard]] patch::Registry& registry();
  [[nodiscard]] const patch::ArtifactType& type() { return registry().type(); }
  [[nodiscard]] const patch::NameRule& names();
  /// @throws Error(not_permitted) if this user may not use --as
  [[nodiscard]] patch::Actor actor();

  /// The actor's names in people fields: `@me`.
  [[nodiscard]] patch::Person me();

  /// The text that the history keeps: `comment`, --why, or both.
  [[nodiscard]] std::string history_comment(const std::string& comment) const;

  /// Roles whose names begin with `pmt-` protect the registry, if [patch.roles] defines them.
  /// @throws Error(not_permitted)
  void need_role(const std::string& role);

  /// Whether need_role() would not refuse.
  [[nodiscard]] bool has_role(const std::string& role);

  /// The same for actions that can write any state and any history: if people share an account
  /// through sudo, no one has a role that [patch.roles] does not define.
  /// @throws Error(not_permitted)
  void need_granted_role(const std::string& role);

  /// Under sudo the caller must not start programs with the account's rights.
  /// @throws Error(not_permitted)
  void refuse_editor_under_sudo() const;

  /// The contents of a file, or of stdin for `-`; reading stops soon after `most` bytes.
  /// @throws Error(no_input)
  [[nodiscard]] std::string input(const std::string& file,
                                  std::size_t most = std::size_t{1} << 30U) const;

  /// A selector, ready to run. Warns of values that do not occur anywhere. @throws UsageError
  [[nodiscard]] patch::SelectorSql select(const std::vector<std::string>& operands,
                                          patch::Rows rows = patch::Rows::patches);
  /// For a selection without a result: notes that bare words which are names were searched for as
  /// text.
  void hint_at_names(const std::vector<std::string>& operands);
  /// Values for `key` of a selector, for completions.
  [[nodiscard]] std::vector<std::string> known_values(const std::string& key);
  /// What a selector needs, for conditions that a command makes itself. References this session.
  [[nodiscard]] patch::SelectorContext selector_context();
  /// Warns if the value of an option that is compared like `key` in a selector does not occur
  /// anywhere.
  void warn_unless_known(const std::string& key, const std::string& value);

  /// Calls `take` for every existing patch or request that the operands or stdin name, and reports
  /// those that do not exist. @returns the worst status
  ExitStatus for_each_named(const std::vector<std::string>& operands, bool requests_too,
                            const std::function<void(patch::Patch)>& take);

  /// Call it after a change: updates the term index if enough has changed.
  void changed();

 private:
  [[nodiscard]] db::Connection connected();
  [[nodiscard]] Color color_of_cell(std::string_view column, std::string_view text);
  [[noreturn]] void refuse_without(const std::string& role);
  std::string m_as;
  bool m_shared_account;
  std::optional<db::Connection> m_connection;
  std::unique_ptr<patch::Registry> m_registry;
  std::optional<patch::NameRule> m_names;
  std::optional<patch::ProductNames> m_products;
};

}  // namespace upkeep::patch_cli
