// SPDX-License-Identifier: MIT
// lint, load, list, export, graph.
#include "base/text.hpp"
#include "patch/lifecycle/call_rules.hpp"
#include "patch/lifecycle/graph.hpp"
#include "patch/lifecycle/listed_records.hpp"
#include "patch/lifecycle/records.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class Lint final : public Command {
 public:
  const char* name() const override { return "lint"; }
  const char* summary() const override { return "Check lifecycle files"; }
  void declare(CLI::App& app) override {
    app.add_option("file", m_files, "Lifecycle XML of a governance registry")
        ->type_name("FILE")
        ->required();
  }
  std::vector<NamedFile> files() const override {
    std::vector<NamedFile> named;
    for (const std::string& file : m_files) named.push_back({file});
    return named;
  }
  ExitStatus run(Session& session) override {
    const auto out = session.printer(lint_columns());
    ExitStatus status = ExitStatus::ok;
    for (const std::string& file : m_files) {
      try {
        const Reading reading = read_lifecycle_file(file);
        for (const patch::Finding& one : reading.findings) out->print(lint_record(file, one));
        if (reading.has_errors()) status = worse(status, ExitStatus::no);
      } catch (const Error& error) {
        session.io.error(error);
        status = worse(status, error.status());
      }
    }
    out->finish();
    return status;
  }

 private:
  std::vector<std::string> m_files;
};

class Load final : public Command {
 public:
  const char* name() const override { return "load"; }
  const char* summary() const override {
    return "Load a lifecycle; a changed one becomes a new version";
  }
  void declare(CLI::App& app) override {
    app.add_option("file", m_file, "Lifecycle XML of a governance registry")
        ->type_name("FILE")
        ->required();
    app.add_option("--name", m_name, "Its name if the file does not give one (its stem)")
        ->type_name("NAME");
  }
  std::vector<NamedFile> files() const override { return {{m_file}}; }
  ExitStatus run(Session& session) override {
    Reading reading = read_lifecycle_file(m_file);
    for (const patch::Finding& one : reading.findings) {
      const std::string text = fmt::format("{}:{}: {}: {}", m_file, one.line, one.rule, one.detail);
      if (one.severity == patch::Severity::warning) session.io.warning(text);
      if (one.severity == patch::Severity::error) session.io.error(text);
    }
    if (reading.has_errors()) {
      throw DataError(m_file + " is not loaded", "'pmt-lifecycle lint' lists the errors");
    }
    if (!m_name.empty()) {
      const std::string stem = std::filesystem::path(m_file).stem().string();
      if (reading.definition.name != stem && reading.definition.name != m_name) {
        throw UsageError(fmt::format("--name {}: the file names it {}", printable(m_name),
                                     printable(reading.definition.name)));
      }
      reading.definition.name = m_name;
    }
    session.need_role("pmt-lifecycle");
    Library library(session.connection());
    warn_of_registry(session, reading.definition);
    if (session.common.dry_run) {
      session.io.note(would_load(library, reading));
      return ExitStatus::ok;
    }
    const auto [version, fresh] = library.load(reading, session.actor().name);
    if (!fresh) session.io.note(fmt::format("version {} is identical", version));
    const auto out = session.printer(listed_columns());
    for (const Listed& one : library.list(reading.definition.name)) {
      if (one.version == version) out->print(listed_record(one));
    }
    out->finish();
    return ExitStatus::ok;
  }

 private:
  /// Warns of what the definition requires and this registry does not have.
  void warn_of_registry(Session& session, const Definition& definition) const {
    Configured configured;
    if (session.config().patch.roles) {
      configured.roles.emplace();
      for (const auto& role : *session.config().patch.roles) configured.roles->insert(role.first);
    }
    configured.executors.reserve(session.config().executors.size());
    for (const auto& one : session.config().executors) configured.executors.push_back(one.first);
    for (const patch::Finding& one : registry_findings(definition, session.type(), configured)) {
      session.io.warning(fmt::format("{}:{}: {}: {}", m_file, one.line, one.rule, one.detail));
    }
  }

  static std::string would_load(Library& library, const Reading& reading) {
    const std::string& name = reading.definition.name;
    std::int64_t newest = 0;
    for (const Listed& one : library.list(name)) newest = std::max(newest, one.version);
    if (newest > 0 && library.xml(name, newest) == reading.xml) {
      return fmt::format("{}: version {} is identical", printable(name), newest);
    }
    return fmt::format("{} would be loaded as version {}, with {} states", printable(name),
                       newest + 1, reading.definition.states.size());
  }

  std::string m_file, m_name;
};

class List final : public Command {
 public:
  const char* name() const override { return "list"; }
  const char* summary() const override { return "List the loaded lifecycles"; }
  void declare(CLI::App& /*app*/) override {}
  ExitStatus run(Session& session) override {
    const auto out = session.printer(listed_columns());
    for (const Listed& one : Library(session.connection()).list()) out->print(listed_record(one));
    out->finish();
    return ExitStatus::ok;
  }
};

/// A command about one version of a lifecycle: NAME, and optionally `--of`.
class OfOne : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("lifecycle", m_name, "Its name")->type_name("LIFECYCLE")->required();
    app.add_option("--of", m_version, "This version (the newest)")->type_name("VERSION");
  }

 protected:
  /// The version of the named lifecycle; sets the name to the loaded spelling.
  [[nodiscard]] std::int64_t version(Library& library) {
    m_name = library.called(m_name);
    return m_version ? *m_version : library.newest(m_name);
  }
  std::string m_name;                     // NOLINT: for the commands below
  std::optional<std::int64_t> m_version;  // NOLINT
};

class Export final : public OfOne {
 public:
  const char* name() const override { return "export"; }
  const char* summary() const override { return "Print a lifecycle's XML as loaded"; }
  ExitStatus run(Session& session) override {
    Library library(session.connection());
    const std::int64_t wanted = version(library);
    session.io.out.write(library.xml(m_name, wanted));
    return ExitStatus::ok;
  }
};

class Graph final : public OfOne {
 public:
  const char* name() const override { return "graph"; }
  const char* summary() const override { return "Draw a lifecycle: --format dot or svg"; }
  void check(cli::CommonOptions& common) override {
    if (common.format.empty()) common.format = "dot";
    if (common.json || (common.format != "dot" && common.format != "svg")) {
      throw UsageError("graph: the formats are dot and svg");
    }
  }
  ExitStatus run(Session& session) override {
    Library library(session.connection());
    const std::int64_t wanted = version(library);
    const Definition& definition = library.get(m_name, wanted);
    const bool svg = session.common.format == "svg";
    session.io.out.write(svg ? graph_svg(definition) : graph_dot(definition));
    return ExitStatus::ok;
  }
};

}  // namespace

Commands definition_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Lint>());
  commands.push_back(std::make_unique<Load>());
  commands.push_back(std::make_unique<List>());
  commands.push_back(std::make_unique<Export>());
  commands.push_back(std::make_unique<Graph>());
  return commands;
}

}  // namespace upkeep::tools
