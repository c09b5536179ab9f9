// SPDX-License-Identifier: MIT
// service-pack, effective, missing, recall, conflicts, install-order.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "pmt-report/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

/// A list of directories as the server writes it: one per line.
std::vector<std::string> lines_of(const Session& session, const std::string& file) {
  std::vector<std::string> lines;
  for (const std::string& line : split(without_bom(session.input(file)), '\n')) {
    const std::string_view name = trim(line);
    if (!name.empty() && !name.starts_with('#')) lines.emplace_back(name);
  }
  return lines;
}

void need_platform(const std::string& command, const std::string& platform) {
  if (platform.empty()) throw UsageError(command + " needs --platform", "e.g. --platform 4.4.0");
  if (patch::platform_key(platform)) return;
  throw UsageError(fmt::format("--platform {}: not a version", printable(platform)), "e.g. 4.4.0");
}

class ServicePack final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "service-pack"; }
  const char* summary() const override { return "Contents of a service pack"; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("--product", m_product, "For this product")->type_name("PRODUCT");
    app.add_option("--platform", m_platform, "On this platform")->type_name("VERSION");
    app.add_flag("--list", m_list,
                 "Print only the directories: the pack's servicepack_patches.txt");
  }
  void check_more() override {
    if (m_product.empty()) throw UsageError("service-pack needs --product", "e.g. 'ESB 4.8.1'");
    need_platform("service-pack", m_platform);
  }
  std::vector<std::string> columns() const override {
    return {"patch", "order", "jars", "superseded_by", "directory"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::service_pack(scope, m_product, m_platform);
  }
  bool print_itself(Session& session, const patch::report::Report& report) override {
    if (!m_list) return false;
    for (const Record& row : report.rows) {
      if (!row[1].is_null()) session.io.out.write(to_text(row[4]) + "\n");
    }
    return true;
  }
  std::string m_product, m_platform;
  bool m_list = false;
};

/// The options that describe a server.
struct ServerOptions {
  std::string platform, applied, pack;

  void declare(CLI::App& app) {
    app.add_option("--platform", platform, "On this platform")->type_name("VERSION");
    app.add_option("--applied", applied,
                   "Applied patches (- is stdin): one directory per line, as in prePatchedDir.txt")
        ->type_name("FILE");
    app.add_option("--service-pack", pack, "Contents of its service pack, in the same format")
        ->type_name("FILE");
  }
  void check(const std::string& command) const {
    need_platform(command, platform);
    if (applied == "-" && pack == "-") {
      throw UsageError("--applied and --service-pack are both stdin");
    }
  }
  [[nodiscard]] std::vector<NamedFile> files() const { return {{applied, true}, {pack, true}}; }
  /// What the files list.
  [[nodiscard]] patch::report::Applied read(const Session& session) const {
    patch::report::Applied listed;
    if (!applied.empty()) listed.directories = lines_of(session, applied);
    if (!pack.empty()) listed.service_pack = lines_of(session, pack);
    return listed;
  }
};

class Effective final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "effective"; }
  const char* summary() const override { return "Which patch's copy of each jar a server uses"; }

 private:
  void declare_more(CLI::App& app) override {
    m_server.declare(app);
    app.add_option("--product", m_product, "Only patches for this product")->type_name("PRODUCT");
    app.add_option("--jar", m_jar, "Only this jar: its file or its name, with or without version")
        ->type_name("JAR");
  }
  void check_more() override { m_server.check(name()); }
  std::vector<NamedFile> files() const override { return m_server.files(); }
  std::vector<std::string> columns() const override {
    return {"jar", "patch", "version", "digest", "md5"};
  }
  patch::report::Report make(Session& session, patch::report::Scope& scope) override {
    if (!m_product.empty()) {
      auto terms = m_operands;
      terms.push_back("product=" + replace_all(m_product, ",", "\\,"));
      scope.selected = session.select(terms);
      scope.terms = std::move(terms);
    }
    session.warn_unless_known("platform", m_server.platform);
    if (m_server.applied.empty() && m_server.pack.empty()) {
      return patch::report::effective(scope, m_server.platform, m_jar, nullptr);
    }
    const patch::report::Applied applied = m_server.read(session);
    return patch::report::effective(scope, m_server.platform, m_jar, &applied);
  }
  ServerOptions m_server;
  std::string m_product, m_jar;
};

class Missing final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "missing"; }
  const char* summary() const override { return "Released patches that a server lacks"; }

 private:
  void declare_more(CLI::App& app) override {
    m_server.declare(app);
    app.add_option("--product", m_product, "Only what a server of this product can use")
        ->type_name("PRODUCT");
  }
  void check_more() override {
    m_server.check(name());
    if (m_server.applied.empty()) {
      throw UsageError("missing needs --applied", "the server's prePatchedDir.txt");
    }
  }
  std::vector<NamedFile> files() const override { return m_server.files(); }
  std::vector<std::string> columns() const override { return {"patch", "order", "jars", "why"}; }
  patch::report::Report make(Session& session, patch::report::Scope& scope) override {
    session.warn_unless_known("platform", m_server.platform);
    return patch::report::missing(scope, m_server.platform, m_product, m_server.read(session));
  }
  ServerOptions m_server;
  std::string m_product;
};

/// A report on patches that are named.
class NamedPatches : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;

 protected:
  /// The names of those that exist.
  [[nodiscard]] const std::vector<std::string>& existing() const noexcept { return m_existing; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names; - reads them from stdin")->type_name("PATCH");
  }
  [[nodiscard]] bool has_selector() const override { return false; }
  ExitStatus run(Session& session) override {
    m_existing.clear();
    const ExitStatus status =
        session.for_each_named(m_patches, false, [&](const patch::Patch& patch) {
          m_existing.push_back(session.names().format(*patch.ref));
        });
    return worse(ReportCommand::run(session), status);
  }
  std::vector<std::string> m_patches, m_existing;
};

class InstallOrder final : public NamedPatches {
 public:
  using NamedPatches::NamedPatches;
  const char* name() const override { return "install-order"; }
  const char* summary() const override { return "Patches in the order to install them"; }

 private:
  std::vector<std::string> columns() const override {
    return {"order", "patch", "requires", "missing"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::install_order(scope, existing());
  }
};

class Recall final : public NamedPatches {
 public:
  using NamedPatches::NamedPatches;
  const char* name() const override { return "recall"; }
  const char* summary() const override { return "Clients that have a patch that is bad"; }

 private:
  std::vector<std::string> columns() const override {
    return {"patch", "client", "state", "since", "recalled", "how"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::recall(scope, existing());
  }
};

}  // namespace

Commands jar_commands(Range& range) {
  Commands commands;
  commands.push_back(std::make_unique<ServicePack>(range));
  commands.push_back(std::make_unique<Effective>(range));
  commands.push_back(std::make_unique<Missing>(range));
  commands.push_back(std::make_unique<Recall>(range));
  commands.push_back(plain(range, "conflicts", "Jars that a later patch overwrites",
                           {"jar", "earlier", "later", "why"}, patch::report::conflicts));
  commands.push_back(std::make_unique<InstallOrder>(range));
  return commands;
}

}  // namespace upkeep::tools
