// SPDX-License-Identifier: MIT
// service-pack, effective, conflicts, install-order.
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

class Effective final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "effective"; }
  const char* summary() const override { return "Which patch's copy of each jar a server uses"; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("--platform", m_platform, "On this platform")->type_name("VERSION");
    app.add_option("--product", m_product, "Only patches for this product")->type_name("PRODUCT");
    app.add_option("--jar", m_jar, "Only this jar: its file or its name, with or without version")
        ->type_name("JAR");
    app.add_option("--applied", m_applied,
                   "Applied patches (- is stdin): one directory per line, as in prePatchedDir.txt")
        ->type_name("FILE");
    app.add_option("--service-pack", m_pack, "Contents of its service pack, in the same format")
        ->type_name("FILE");
  }
  void check_more() override {
    need_platform("effective", m_platform);
    if (m_applied == "-" && m_pack == "-") {
      throw UsageError("--applied and --service-pack are both stdin");
    }
  }
  std::vector<NamedFile> files() const override { return {{m_applied, true}, {m_pack, true}}; }
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
    session.warn_unless_known("platform", m_platform);
    if (m_applied.empty() && m_pack.empty()) {
      return patch::report::effective(scope, m_platform, m_jar, nullptr);
    }
    patch::report::Applied applied;
    if (!m_applied.empty()) applied.directories = lines_of(session, m_applied);
    if (!m_pack.empty()) applied.service_pack = lines_of(session, m_pack);
    return patch::report::effective(scope, m_platform, m_jar, &applied);
  }
  std::string m_platform, m_product, m_jar, m_applied, m_pack;
};

class InstallOrder final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "install-order"; }
  const char* summary() const override { return "Patches in the order to install them"; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names; - reads them from stdin")->type_name("PATCH");
  }
  [[nodiscard]] bool has_selector() const override { return false; }
  std::vector<std::string> columns() const override {
    return {"order", "patch", "requires", "missing"};
  }
  ExitStatus run(Session& session) override {
    m_names.clear();
    m_status = session.for_each_named(m_patches, false, [&](const patch::Patch& patch) {
      m_names.push_back(session.names().format(*patch.ref));
    });
    return worse(ReportCommand::run(session), m_status);
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::install_order(scope, m_names);
  }
  std::vector<std::string> m_patches, m_names;
  ExitStatus m_status = ExitStatus::ok;
};

}  // namespace

Commands jar_commands(Range& range) {
  Commands commands;
  commands.push_back(std::make_unique<ServicePack>(range));
  commands.push_back(std::make_unique<Effective>(range));
  commands.push_back(plain(range, "conflicts", "Jars that a later patch overwrites",
                           {"jar", "earlier", "later", "why"}, patch::report::conflicts));
  commands.push_back(std::make_unique<InstallOrder>(range));
  return commands;
}

}  // namespace upkeep::tools
