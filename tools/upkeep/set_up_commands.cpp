// SPDX-License-Identifier: MIT
#include "base/boot_time.hpp"
#include "base/file.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"
#include "setup/config_draft.hpp"
#include "setup/doctor/account_uses.hpp"
#include "setup/doctor/doctor.hpp"
#include "setup/doctor/doctor_page.hpp"
#include "setup/doctor/nagios.hpp"
#include "setup/gate/gate_file.hpp"
#include "setup/init.hpp"
#include "upkeep/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <vector>

namespace upkeep::tools {

namespace {

class Init final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "init"; }
  [[nodiscard]] const char* summary() const override {
    return "Create or migrate the schema, load supplied data";
  }
  ExitStatus run(Session& session) override {
    setup::InitTellers tell;
    bool any = false;
    const bool dry_run = session.common.dry_run;
    Io& io = session.io;
    tell.done = [&](const std::string& line) {
      any = true;
      dry_run ? io.note(line) : io.detail(line);
    };
    tell.warning = session.warn();
    setup::initialise(session.config(), dry_run, tell);
    if (dry_run && !any) io.note("nothing would be created or changed");
    return ExitStatus::ok;
  }
};

class Doctor final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "doctor"; }
  [[nodiscard]] const char* summary() const override {
    return "Check the set-up: one record per check";
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"check", "result", "detail", "fix"};
  }
  void declare(CLI::App& app) override {
    app.add_flag("--nagios", m_nagios, "Answer as a monitoring plugin: one line, status 0 to 3");
  }
  ExitStatus run(Session& session) override {
    return m_nagios ? answer_plugin(session) : print_findings(session);
  }

 private:
  static setup::DoctorSetting setting_of(Session& session) {
    setup::DoctorSetting setting;
    try {
      setting.config = session.config();
    } catch (const ConfigError& error) {
      setting.config_problem = error.what();
      setting.config_advice = error.advice();
    }
    setting.search_path = search_path();
    setting.binary_directory = binary_directory();
    setting.user = session.tool().surroundings().user;
    setting.dry_run = session.common.dry_run;
    return setting;
  }

  /// Nothing but the line is printed, and no other status is returned.
  static ExitStatus answer_plugin(Session& session) {
    const BootTime start = BootClock::now();
    setup::PluginAnswer answer;
    try {
      setup::DoctorSetting setting = setting_of(session);
      if (!setting.config) {
        answer = setup::plugin_unknown("configuration: " + setting.config_problem);
      } else {
        std::vector<setup::Finding> findings;
        setup::examine(std::move(setting),
                       [&](const setup::Finding& finding) { findings.push_back(finding); });
        answer = setup::plugin_answer(findings, BootClock::now() - start);
      }
    } catch (const std::exception& error) {
      answer = setup::plugin_unknown(error.what());
    }
    session.io.out.write(answer.line + "\n");
    return answer.status();
  }

  ExitStatus print_findings(Session& session) const {
    std::vector<setup::Finding> findings;
    const bool sound = setup::examine(setting_of(session), [&](const setup::Finding& finding) {
      session.io.detail(fmt::format("{}: {}", finding.check, to_word(finding.result)));
      findings.push_back(finding);
    });
    print(session, findings);
    return sound ? ExitStatus::ok : ExitStatus::no;
  }

  void print(const Session& session, const std::vector<setup::Finding>& findings) const {
    constexpr std::size_t k_table_width = 160;  // for two columns of sentences
    const TextStyle style = session.page_style();
    if (session.wants_page() && style.width > 0 && style.width < k_table_width) {
      return session.io.out.write(setup::doctor_page(findings, style));
    }
    const auto out = session.printer(columns());
    for (const setup::Finding& finding : findings) {
      out->print({finding.check, to_word(finding.result), null_if_empty(finding.detail),
                  null_if_empty(finding.fix)});
    }
    out->finish();
  }

  bool m_nagios = false;
};

class Grants final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "grants"; }
  [[nodiscard]] const char* summary() const override {
    return "Print the SQL of a database account for one use";
  }
  void declare(CLI::App& app) override {
    app.add_option("--for", m_use, "upgrades, patches, reader or web")->type_name("USE");
    app.add_option("--user", m_user, "The account's name (upkeep, or upkeep_USE)")
        ->type_name("USER");
    app.add_option("--host", m_host, "The host that it connects from (localhost)")
        ->type_name("HOST");
  }
  [[nodiscard]] std::vector<std::string> columns() const override { return {"statement"}; }
  void check(cli::CommonOptions& /*common*/) override {
    std::vector<std::string> uses;
    for (const auto& one : setup::account_uses()) uses.push_back(one.name);
    if (m_use.empty()) throw UsageError("grants needs --for", "one of " + join(uses, ", "));
    if (setup::find_account_use(m_use) == nullptr) {
      throw UsageError(fmt::format("--for {}: no such use", printable(m_use)),
                       did_you_mean(m_use, uses, "the uses are " + join(uses, ", ")));
    }
  }
  ExitStatus run(Session& session) override {
    const setup::AccountUse& use = *setup::find_account_use(m_use);
    const std::string user = !m_user.empty()          ? m_user
                             : use.name == "upgrades" ? "upkeep"
                                                      : "upkeep_" + use.name;
    const auto statements = setup::account_sql(use, session.config(), user, m_host);
    const cli::CommonOptions& common = session.common;
    // Plain SQL can be piped into a client unchanged, including its backslashes.
    if (common.json || common.format == "json" || common.format == "jsonl") {
      const auto out = session.printer(columns());
      for (const std::string& one : statements) out->print({one});
      out->finish();
      return ExitStatus::ok;
    }
    for (const std::string& one : statements) session.io.out.write(one + "\n");
    return ExitStatus::ok;
  }

 private:
  std::string m_use, m_user, m_host = "localhost";
};

class Setup final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "setup"; }
  [[nodiscard]] const char* summary() const override {
    return "Print an upkeep.toml for an application";
  }
  void declare(CLI::App& app) override {
    app.add_option("--profile", m_request.profile, "A shipped profile, such as mediawiki")
        ->type_name("NAME");
    app.add_option("--directory", m_request.directory, "Where the application is installed")
        ->type_name("DIR");
    app.add_option("--target", m_request.target, "The version to upgrade to (the profile's)")
        ->type_name("V");
  }
  ExitStatus run(Session& session) override {
    m_request.share_directory = session.tool().surroundings().share_directory;
    m_request.sockets = setup::usual_sockets();
    const setup::Draft draft = setup::draft_config(m_request);
    for (const std::string& doubt : draft.doubts) session.io.warning(doubt);
    session.io.out.write(draft.text);
    return ExitStatus::ok;
  }

 private:
  setup::DraftRequest m_request;
};

class Gate final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "gate"; }
  [[nodiscard]] const char* summary() const override {
    return "Print the web server's configuration of the gate";
  }
  void declare(CLI::App& app) override {
    app.add_option("--server", m_server, "apache or nginx (apache)")->type_name("SERVER");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_server == "apache" || m_server == "nginx") return;
    throw UsageError(fmt::format("--server {}: no such web server", printable(m_server)),
                     did_you_mean(m_server, {"apache", "nginx"}, "apache or nginx"));
  }
  ExitStatus run(Session& session) override {
    const auto server = m_server == "nginx" ? setup::WebServer::nginx : setup::WebServer::apache;
    session.io.out.write(setup::gate_file(session.config(), server, installed_prefix()));
    return ExitStatus::ok;
  }

 private:
  /// Where the suite is installed; /usr for a program in its build directory.
  static std::filesystem::path installed_prefix() {
    auto prefix = binary_directory().parent_path();
    std::error_code ignored;
    if (std::filesystem::exists(prefix / "share/upkeep/web/index.html", ignored)) return prefix;
    return "/usr";
  }

  std::string m_server = "apache";
};

}  // namespace

std::string search_path() {
  return cli::environment("PATH").value_or(k_default_search_path);
}

Commands set_up_commands() {
  return cli::make_commands<Session, Init, Setup, Doctor, Gate, Grants>();
}

}  // namespace upkeep::tools
