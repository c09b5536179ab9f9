// SPDX-License-Identifier: MIT
// upkeep: sets up the suite and diagnoses problems with the set-up.
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "setup/doctor/account_uses.hpp"
#include "setup/doctor/doctor.hpp"
#include "setup/init.hpp"
#include "setup/local/local_server.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdlib>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class Upkeep final : public cli::Tool {
 public:
  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "upkeep";
    info.summary = "Set up the suite and diagnose problems with the set-up";
    info.writes = true;
    info.examples = {
        {"upkeep local start", "start the private database, for a first try or a single machine"},
        {"upkeep init", "create or migrate the schema; running it again changes nothing"},
        {"upkeep init --dry-run", "say what would be created"},
        {"upkeep doctor", "check everything; a record for each check, with what to do"},
        {"upkeep doctor --json | jq -r '.[] | select(.result == \"fail\") | .fix'",
         "only what has to be mended"},
        {"upkeep grants --for patches --user patches",
         "the SQL of an account that cannot rewrite history"},
        {"upkeep local stop", "end the private database"},
    };
    info.statuses = {
        {0, "done; doctor: no check failed; local status: it runs"},
        {1, "doctor: a check failed; local status: it does not run"},
        {64, "usage"},
        {69, "the database does not answer, or no server is installed"},
        {73, "the private database's directory or data cannot be made"},
        {75, "another init, start or stop is at work"},
        {77, "the database user may not do it; the message says what to grant"},
        {78, "configuration"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    app.require_subcommand(0, 1);  // check() names what is missing
    app.fallthrough();             // common options may follow the command
    m_init = app.add_subcommand("init", "Create or migrate the schema, load what ships");
    m_doctor = app.add_subcommand("doctor", "Check the set-up: a record for each check");
    m_grants = app.add_subcommand("grants", "Print the SQL of a database account for one use");
    m_grants->add_option("--for", m_use, "upgrades, patches, reader or web")->type_name("USE");
    m_grants->add_option("--user", m_user, "The account's name (upkeep, or upkeep_USE)")
        ->type_name("USER");
    m_grants->add_option("--host", m_host, "Where it connects from (localhost)")->type_name("HOST");
    m_local = app.add_subcommand("local", "A private MariaDB on a Unix socket");
    m_local->require_subcommand(0, 1);
    m_start = m_local->add_subcommand("start", "Start it, and wait until it answers");
    m_stop = m_local->add_subcommand("stop", "Shut it down, and wait until it has ended");
    m_status = m_local->add_subcommand("status", "Say whether it runs");
  }

  void check() override {
    const std::string help = "'upkeep --help' shows them";
    if (!m_init->parsed() && !m_doctor->parsed() && !m_local->parsed() && !m_grants->parsed()) {
      throw UsageError("a command is missing: init, doctor, grants or local", help);
    }
    if (m_grants->parsed()) check_use();
    if (m_local->parsed() && m_local->get_subcommands().empty()) {
      throw UsageError("a command is missing: local start, local stop or local status", help);
    }
  }

  ExitStatus run(Io& io) override {
    if (m_init->parsed()) return init(io);
    if (m_doctor->parsed()) return doctor(io);
    if (m_grants->parsed()) return grants(io);
    setup::LocalServer server(local_setting(io));
    if (m_start->parsed()) return start(io, server);
    if (m_stop->parsed()) return stop(io, server);
    return status(io, server);
  }

 private:
  void check_use() const {
    std::vector<std::string> uses;
    for (const auto& one : setup::account_uses()) uses.push_back(one.name);
    if (m_use.empty()) throw UsageError("grants needs --for", "one of " + join(uses, ", "));
    if (setup::find_account_use(m_use) == nullptr) {
      throw UsageError(fmt::format("--for {}: no such use", printable(m_use)),
                       did_you_mean(m_use, uses, "the uses are " + join(uses, ", ")));
    }
  }

  ExitStatus grants(Io& io) {
    const setup::AccountUse& use = *setup::find_account_use(m_use);
    const std::string user = !m_user.empty()          ? m_user
                             : use.name == "upgrades" ? "upkeep"
                                                      : "upkeep_" + use.name;
    const auto statements = setup::account_sql(use, load_config(), user, m_host);
    // As SQL it goes into a client as it is, backslashes and all.
    if (common.json || common.format == "json" || common.format == "jsonl") {
      const auto out = printer(io, {"statement"});
      for (const std::string& one : statements) out->print({one});
      out->finish();
      return ExitStatus::ok;
    }
    for (const std::string& one : statements) io.out.write(one + "\n");
    return ExitStatus::ok;
  }

  ExitStatus init(Io& io) {
    setup::InitTellers tell;
    bool any = false;
    tell.done = [&](const std::string& line) {
      any = true;
      common.dry_run ? io.note(line) : io.detail(line);
    };
    tell.warning = [&](const std::string& line) { io.warning(line); };
    setup::initialise(load_config(), common.dry_run, tell);
    if (common.dry_run && !any) io.note("nothing would be created or changed");
    return ExitStatus::ok;
  }

  ExitStatus doctor(Io& io) {
    const auto out = printer(io, {"check", "result", "detail", "fix"});
    setup::DoctorSetting setting;
    try {
      setting.config = load_config();
    } catch (const ConfigError& error) {
      setting.config_problem = error.what();
      setting.config_advice = error.advice();
    }
    setting.search_path = search_path();
    setting.binary_directory = binary_directory();
    setting.user = surroundings().user;
    setting.dry_run = common.dry_run;
    const bool sound = setup::examine(std::move(setting), [&](const setup::Finding& finding) {
      io.detail(fmt::format("{}: {}", finding.check, to_word(finding.result)));
      out->print({finding.check, to_word(finding.result), null_if_empty(finding.detail),
                  null_if_empty(finding.fix)});
    });
    out->finish();
    return sound ? ExitStatus::ok : ExitStatus::no;
  }

  ExitStatus start(Io& io, setup::LocalServer& server) const {
    if (common.dry_run) {
      const bool runs = server.status().state == setup::LocalState::running;
      io.note(fmt::format(
          "{} in {}",
          runs ? "the private database runs already" : "would start the private database",
          server.setting().directory.string()));
      return ExitStatus::ok;
    }
    server.start();
    return ExitStatus::ok;
  }

  ExitStatus stop(Io& io, setup::LocalServer& server) const {
    if (common.dry_run) {
      const auto pid = server.status().pid;
      io.note(pid ? fmt::format("would end the private database, process {}", *pid)
                  : "the private database does not run");
      return ExitStatus::ok;
    }
    if (!server.stop()) io.detail("it does not run");
    return ExitStatus::ok;
  }

  ExitStatus status(Io& io, const setup::LocalServer& server) {
    const auto out = printer(io, {"state", "socket", "pid", "version", "datadir", "detail"});
    const setup::LocalStatus found = server.status();
    out->print({setup::to_word(found.state), server.setting().socket.string(), found.pid,
                null_if_empty(found.version), server.data_directory().string(),
                null_if_empty(found.detail)});
    out->finish();
    return found.state == setup::LocalState::running ? ExitStatus::ok : ExitStatus::no;
  }

  [[nodiscard]] setup::LocalSetting local_setting(Io& io) const {
    const config::Surroundings around = surroundings();
    setup::LocalSetting setting;
    setting.directory = config::local_directory(around);
    setting.socket = config::local_socket(around);
    setting.user = around.user;
    setting.search_path = search_path();
    setting.comment = [&io](std::string_view line) { io.detail(line); };
    return setting;
  }

  static std::string search_path() {
    const char* path = std::getenv("PATH");
    return path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  }

  CLI::App* m_init = nullptr;
  CLI::App* m_doctor = nullptr;
  CLI::App* m_local = nullptr;
  CLI::App* m_grants = nullptr;
  CLI::App* m_start = nullptr;
  CLI::App* m_stop = nullptr;
  CLI::App* m_status = nullptr;
  std::string m_use, m_user, m_host = "localhost";
};

}  // namespace

int main(int argc, char** argv) {
  Upkeep tool;
  return cli::run_main(argc, argv, tool);
}
