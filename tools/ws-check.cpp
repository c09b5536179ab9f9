// SPDX-License-Identifier: MIT
// ws-check: reports whether workspaces are upgraded.
#include "base/text.hpp"
#include "upgrade/gate/map_watchdog.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade_cli/session.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep
using upgrade_cli::Command;
using upgrade_cli::Session;

/// The main job: the state of workspaces.
class Check final : public Command {
 public:
  explicit Check(std::string& target) : m_target(target) {}
  [[nodiscard]] const char* name() const override { return ""; }
  [[nodiscard]] const char* summary() const override { return ""; }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"workspace", "state", "version", "target", "server", "schema", "detail"};
  }

  void declare(CLI::App& app) override {
    app.add_option("WORKSPACE", m_operands, "Workspaces to examine; - reads names from stdin");
    app.add_flag("--all", m_all, "All workspaces")->excludes("WORKSPACE");
    app.add_option("--state", m_states, "Print only these states")
        ->type_name("S,...")
        ->delimiter(',')
        ->allow_extra_args(false);  // the next word is a workspace
    app.add_flag("--pending", m_pending,
                 "Print only pending ones (--state pending), held ones left out")
        ->excludes("--state");
    app.add_flag("--upgraded", m_upgraded, "Print only upgraded ones (--state upgraded)")
        ->excludes("--state")
        ->excludes("--pending");
    app.add_option("--target", m_target, "Check for this version instead of the configured one")
        ->type_name("V");
    app.add_flag("--explain", m_explain, "List the probes that do not hold in detail");
  }

  void check(cli::CommonOptions& /*common*/) override {
    if (m_pending) m_states = {"pending"};
    if (m_upgraded) m_states = {"upgraded"};
    for (const std::string& text : m_states) {
      const auto state = upgrade::parse_state(text);
      if (!state) {
        throw UsageError(fmt::format("no state '{}'", printable(text)),
                         did_you_mean(text, upgrade::state_words(),
                                      "one of " + join(upgrade::state_words(), ", ")));
      }
      m_wanted.insert(*state);
    }
  }

  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    const std::string target = upgrade::target_of(config, m_target);
    cli::NamesTaken taken;
    if (!m_all) {
      taken = session.take_names(m_operands, "name at least one, or use --all");
      if (taken.names.empty()) {
        session.print_all(columns(), {});
        return taken.status;
      }
    }
    upgrade::Inspector inspector(config, session.control());
    upgrade::recover_before_reading(config, session.control(), inspector, "ws-check");
    if (shows_version(session.common.fields)) inspector.look_at_every_version();
    std::vector<std::string> down;
    const auto found = m_all ? inspector.inspect_all(target, m_explain, down)
                             : inspector.inspect(taken.names, target, m_explain);
    ExitStatus status = taken.status;
    for (const std::string& server : down) {
      session.io.error(
          fmt::format("server {} does not answer: its workspaces are not in this list", server));
      status = worse(status, ExitStatus::partial);
    }
    if (m_all && found.empty() && down.empty()) {
      warn_of_none(session);
      status = worse(status, ExitStatus::partial);
    }
    return worse(status, print(session, found));
  }

 private:
  /// The probes of other versions are read only for that column.
  static bool shows_version(const std::string& fields) {
    const auto shown = split(fields, ',');
    return fields.empty() || std::find(shown.begin(), shown.end(), "version") != shown.end();
  }

  static void warn_of_none(Session& session) {
    const config::Config& config = session.config();
    session.io.warning("no workspaces found: check " + upgrade::discovery_of(config.workspaces));
  }

  ExitStatus print(const Session& session,
                   const std::vector<upgrade::WorkspaceStatus>& found) const {
    const auto out = session.printer(columns());
    ExitStatus status = ExitStatus::ok;
    for (const upgrade::WorkspaceStatus& one : found) {
      if (one.state == upgrade::State::unknown) {
        status = worse(status, ExitStatus::partial);
      } else if (one.state != upgrade::State::upgraded) {
        status = worse(status, ExitStatus::no);
      }
      if (!m_wanted.empty() && !m_wanted.contains(one.state)) continue;
      // This lists workspaces to upgrade, which does not include held ones.
      if (!m_wanted.empty() && one.state == upgrade::State::pending && one.hold) continue;
      out->print({one.workspace, upgrade::word(one.state), one.version, one.target,
                  null_if_empty(one.server), null_if_empty(one.schema), null_if_empty(one.detail)});
    }
    out->finish();
    return status;
  }

  std::vector<std::string> m_operands, m_states;
  std::set<upgrade::State> m_wanted;
  std::string& m_target;
  bool m_all = false, m_pending = false, m_upgraded = false, m_explain = false;
};

class MapMode final : public Command {
 public:
  explicit MapMode(std::string& target) : m_target(target) {}
  [[nodiscard]] const char* name() const override { return "--map"; }
  [[nodiscard]] const char* summary() const override {
    return "For each input line with a name, write its state (RewriteMap prg:)";
  }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"--target"}; }
  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    return upgrade::keep_map_served(config, upgrade::target_of(config, m_target), session.io.in_fd,
                                    session.io.out);
  }

 private:
  const std::string& m_target;
};

class WsCheck final : public upgrade_cli::CommandTool {
 public:
  WsCheck() { add(cli::make_commands<Session, MapMode, Check>(m_target)); }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-check";
    info.summary = "Report whether workspaces are upgraded";
    info.examples = {
        {"ws-check acme", "the state of one workspace; the exit status is the answer"},
        {"ws-check --all --pending", "every workspace that still needs the upgrade"},
        {"ws-check --all --json | jq .", "all workspaces as JSON"},
        {"ws-check --all --pending | ws-schedule", "queue all of them"},
    };
    info.statuses = {
        {0, "all examined workspaces are upgraded"},
        {1, "some are not"},
        {2, "some are unknown, or could not be checked"},
        {64, "usage"},
        {65, "a name breaks the name rule"},
        {69, "the database does not answer"},
        {77, "access to the database was denied"},
        {78, "configuration"},
    };
    return info;
  }

 private:
  std::string m_target;
};

}  // namespace

int main(int argc, char** argv) {
  WsCheck tool;
  return cli::run_main(argc, argv, tool);
}
