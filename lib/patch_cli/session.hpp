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
#include <vector>

namespace upkeep::patch_cli {

/// What a command of the pmt-* tools works with: configuration, database, registry, actor and
/// printers, each made when it is first asked for. One per process; PatchTool makes it.
class Session : public cli::Session {
 public:
  /// Who acts, and how.
  struct Acting {
    std::string as;   ///< `--as`, or empty
    std::string why;  ///< `--why`, or empty
    /// Behind sudo: the account's rights are shared by many people.
    bool shared_account = false;
  };
  Session(Io& the_io, const cli::Tool& tool, Acting acting);

  const std::string why;  // NOLINT: a bundle

  [[nodiscard]] db::Connection& connection();
  [[nodiscard]] patch::Registry& registry();
  [[nodiscard]] const patch::ArtifactType& type() { return registry().type(); }
  [[nodiscard]] const patch::NameRule& names();
  /// @throws Error(not_permitted) for an --as that this user may not use
  [[nodiscard]] patch::Actor actor();

  /// Roles whose names begin with `pmt-` guard the registry, where [patch.roles] names them.
  /// @throws Error(not_permitted)
  void need_role(const std::string& role);

  /// The same for acts that can write any state and any history: where people share an account
  /// through sudo, a role that [patch.roles] does not name is granted to no one.
  /// @throws Error(not_permitted)
  void need_granted_role(const std::string& role);

  /// The bytes of a file, or of stdin for `-`, from which it stops reading soon after `most` bytes.
  /// @throws Error(no_input)
  [[nodiscard]] std::string input(const std::string& file,
                                  std::size_t most = std::size_t{1} << 30U) const;

  /// A selector, ready to run. Warns of values that nothing has. @throws UsageError
  [[nodiscard]] patch::SelectorSql select(const std::vector<std::string>& operands);
  /// Warns where nothing has the value of an option that is compared as `key` is in a selector.
  void warn_unless_known(const std::string& key, const std::string& value);

  /// Calls `take` for every patch or request that the operands or stdin name and that exists; tells
  /// of the others. @returns the worst that was met
  ExitStatus for_each_named(const std::vector<std::string>& operands, bool requests_too,
                            const std::function<void(patch::Patch)>& take);

  /// After a change: the term index catches up when enough has changed.
  void changed();

 private:
  [[noreturn]] void refuse_without(const std::string& role);
  std::string m_as;
  bool m_shared_account;
  std::optional<db::Connection> m_connection;
  std::unique_ptr<patch::Registry> m_registry;
  [[nodiscard]] patch::SelectorContext selector_context();
  std::optional<patch::NameRule> m_names;
  std::optional<patch::ProductNames> m_products;
};

}  // namespace upkeep::patch_cli
