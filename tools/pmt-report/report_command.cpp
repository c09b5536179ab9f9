// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/report/catalog.hpp"
#include "patch/report/markup.hpp"
#include "pmt-report/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

std::string moment(const std::string& option, const std::string& text, bool end) {
  return patch::report::time_bound(option, text, end, wall_now());
}

void ReportCommand::declare(CLI::App& app) {
  if (has_selector()) {
    app.add_option("term", m_operands, "Only these patches: upkeep-select(7)")->type_name("TERM");
  }
  app.add_option("--from", m_range.from, "Start of the range")->type_name("DATE");
  app.add_option("--to", m_range.to, "End of the range, included")->type_name("DATE");
  declare_more(app);
}

void ReportCommand::check(cli::CommonOptions& common) {
  if (!m_range.from.empty()) (void)moment("--from", m_range.from, false);
  if (!m_range.to.empty()) (void)moment("--to", m_range.to, true);
  if (!m_range.from.empty() && !m_range.to.empty() &&
      moment("--from", m_range.from, false) >= moment("--to", m_range.to, true)) {
    throw UsageError("--from is later than --to");
  }
  const bool document = common.format == "html" || common.format == "svg";
  if (common.null && document) {
    throw UsageError(fmt::format("--null cannot be combined with --format {}", common.format),
                     "a document is one record");
  }
  check_more();
}

patch::report::Scope ReportCommand::scope_of(Session& session) const {
  const auto maybe = [](const char* option, const std::string& text, bool end) {
    return text.empty() ? std::nullopt : std::optional(moment(option, text, end));
  };
  std::vector<std::string> terms;
  if (has_selector()) terms = m_operands;
  if (first_is_date()) terms.erase(terms.begin());
  return {session.connection(),
          session.config(),
          session.names(),
          session.select(terms),
          maybe("--from", m_range.from, false),
          maybe("--to", m_range.to, true),
          session.io.now(),
          std::move(terms)};
}

ExitStatus ReportCommand::run(Session& session) {
  patch::report::Scope scope = scope_of(session);
  // In a snapshot, so that a patch that moves between two statements is counted once.
  patch::report::Report report;
  db::in_snapshot(scope.connection, [&] { report = make(session, scope); });
  for (const std::string& warning : report.warnings) session.io.warning(warning);
  if (!print_itself(session, report)) print(session, report);
  return ExitStatus::ok;
}

bool ReportCommand::print_itself(Session&, const patch::report::Report&) {
  return false;
}

void ReportCommand::print(Session& session, const patch::report::Report& report) const {
  Io& io = session.io;
  const std::string& format = session.common.format;
  if (format == "svg") return io.out.write(patch::report::report_svg(report));
  if (format == "html") {
    std::vector<std::string> remarks{"Made " + iso8601(io.now())};
    if (!m_range.from.empty()) remarks.push_back("From " + m_range.from);
    if (!m_range.to.empty()) remarks.push_back("Up to " + m_range.to);
    if (!m_operands.empty()) remarks.push_back("Restricted to: " + join(m_operands, " "));
    const auto shown =
        session.common.fields.empty() ? report.columns : split(session.common.fields, ',');
    return io.out.write(patch::report::report_html(report, shown, remarks));
  }
  const auto out = session.printer(report.columns);
  report.for_each_row([&](const Record& row) { out->print(row); });
  out->finish();
  const bool text = format == "text" || (format.empty() && !session.common.json && io.out_tty);
  if (text && io.out_tty && !session.common.null) {
    io.out.write(patch::report::charts_text(report, static_cast<std::size_t>(io.width())));
  }
}

namespace {

class Plain final : public ReportCommand {
 public:
  Plain(Range& range, const char* name, const char* summary, std::vector<std::string> columns,
        Maker maker)
      : ReportCommand(range),
        m_name(name),
        m_summary(summary),
        m_columns(std::move(columns)),
        m_maker(std::move(maker)) {}
  const char* name() const override { return m_name; }
  const char* summary() const override { return m_summary; }

 private:
  std::vector<std::string> columns() const override { return m_columns; }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return m_maker(scope);
  }
  const char* m_name;
  const char* m_summary;
  std::vector<std::string> m_columns;
  Maker m_maker;
};

}  // namespace

std::unique_ptr<Command> plain(Range& range, const char* name, const char* summary,
                               std::vector<std::string> columns, Maker maker) {
  return std::make_unique<Plain>(range, name, summary, std::move(columns), std::move(maker));
}

}  // namespace upkeep::tools
