// SPDX-License-Identifier: MIT
#pragma once

#include "cli/tool.hpp"
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
class Session {
 public:
  /// What the tool gives: its own protected helpers, so that a session needs no tool in tests.
  struct Frame {
    std::function<config::Config()> load_config;
    std::function<std::unique_ptr<Printer>(const std::vector<std::string>&)> printer;
    std::function<NameSource(std::vector<std::string>)> names;
    /// Who typed the command, a user of the system.
    std::function<std::string(const config::Config&)> person;
    std::string tool;  ///< what changes are said to have come through
    /// Behind sudo: the account's rights are shared by many people.
    bool shared_account = false;
  };
  /// @param as `--as`, or empty. @param reason `--why`, or empty
  Session(Io& the_io, const cli::CommonOptions& options, std::string as, std::string reason,
          Frame frame);

  Io& io;                            // NOLINT: a bundle
  const cli::CommonOptions& common;  // NOLINT
  const std::string why;             // NOLINT: --why

  [[nodiscard]] const config::Config& config();
  [[nodiscard]] db::Connection& connection();
  [[nodiscard]] patch::Registry& registry();
  [[nodiscard]] const patch::ArtifactType& type() { return registry().type(); }
  [[nodiscard]] const patch::NameRule& names();
  [[nodiscard]] std::unique_ptr<Printer> printer(const std::vector<std::string>& columns) const {
    return m_frame.printer(columns);
  }
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
  Frame m_frame;
  std::string m_as;
  std::optional<config::Config> m_config;
  std::optional<db::Connection> m_connection;
  std::unique_ptr<patch::Registry> m_registry;
  [[nodiscard]] patch::SelectorContext selector_context();
  std::optional<patch::NameRule> m_names;
  std::optional<patch::ProductNames> m_products;
};

/// Prints records made in one go.
void print_all(Session& session, const std::vector<std::string>& columns,
               const std::vector<Record>& records);

}  // namespace upkeep::patch_cli
