// SPDX-License-Identifier: MIT
// Modes for the web server: the status files, the page without scripts, the end of a log.
#include "base/interrupts.hpp"
#include "upgrade/view/publisher.hpp"
#include "ws-progress/commands.hpp"
#include "ws-progress/pages.hpp"
#include "ws-progress/publish.hpp"

#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class Publish final : public Command {
 public:
  explicit Publish(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return "--publish"; }
  [[nodiscard]] const char* summary() const override {
    return "Keep the public status in [web] status_dir; with names: publish it once";
  }
  [[nodiscard]] std::vector<std::string> takes() const override {
    return {"WORKSPACE", "--target"};
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return upgrade::published_columns();
  }
  void check(cli::CommonOptions& common) override { refuse_html(common); }

  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    const std::string target = upgrade::target_of(config, m_shared.target);
    if (m_shared.operands.empty()) {
      Interrupts interrupts;
      return upgrade::keep_published(config, target, interrupts, session.readers_backend());
    }
    const cli::NamesTaken taken = session.take_names(m_shared.operands, k_name_some);
    std::vector<Record> published;
    Records records;
    if (!taken.names.empty()) {
      records = publish(
          config, target, taken.names,
          [&](Record record) { published.push_back(std::move(record)); },
          session.readers_backend());
    }
    session.print_all(columns(), published);
    return worse(taken.status, status_of(records));
  }

 private:
  SharedOptions& m_shared;
};

class Log final : public Command {
 public:
  explicit Log(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return "--log"; }
  [[nodiscard]] const char* summary() const override {
    return "The end of the log of the newest run of one workspace";
  }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE"}; }
  void check(cli::CommonOptions& common) override {
    if (!common.fields.empty()) throw UsageError("--log prints no records", "omit --fields");
  }
  ExitStatus run(Session& session) override {
    const cli::NamesTaken taken = session.take_names(m_shared.operands, k_name_some);
    if (taken.names.empty()) return taken.status;
    if (taken.names.size() != 1) throw UsageError("--log shows one workspace", "name one");
    return print_log(session.io, session.config(), taken.names.front(),
                     session.common.format == "html");
  }

 private:
  SharedOptions& m_shared;
};

class VisitorPage final : public Command {
 public:
  explicit VisitorPage(SharedOptions& /*shared*/) {}
  [[nodiscard]] const char* name() const override { return "--page"; }
  [[nodiscard]] const char* summary() const override {
    return "The page for visitors, from a published record on stdin and the texts in FILE";
  }
  CLI::Option* declare_choice(CLI::App& app) override {
    return app.add_option(name(), m_page.texts, summary())->type_name("FILE");
  }
  void declare(CLI::App& app) override {
    app.add_option("--lang", m_page.lang, "With --page: the language in the URL")
        ->type_name("LANG")
        ->needs(name());
    app.add_option("--skin", m_page.skin, "With --page: the skin in the URL")
        ->type_name("SKIN")
        ->needs(name());
    app.add_option("--accept-language", m_page.accept_language,
                   "With --page: the languages that the browser accepts")
        ->type_name("LIST")
        ->needs(name());
    app.add_option("--login", m_page.login,
                   "With --page: the login page; {workspace}, {lang} and {skin} are replaced")
        ->type_name("URL")
        ->needs(name());
  }
  void check(cli::CommonOptions& common) override {
    refuse_html(common);
    if (!common.fields.empty()) throw UsageError("--page prints no records", "omit --fields");
  }
  ExitStatus run(Session& session) override { return print_visitor_page(session.io, m_page); }

 private:
  PageOptions m_page;
};

}  // namespace

Commands page_modes(SharedOptions& shared) {
  return cli::make_commands<Session, Publish, Log, VisitorPage>(shared);
}

}  // namespace upkeep::tools
