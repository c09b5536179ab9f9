// SPDX-License-Identifier: MIT
// eta, log-time, time, durations.
#include "base/text.hpp"
#include "pmt-lifecycle/commands.hpp"
#include "pmt/lifecycle/duration.hpp"
#include "pmt/lifecycle/eta.hpp"
#include "pmt/lifecycle/survey.hpp"
#include "pmt/records.hpp"
#include "pmt/store.hpp"

#include <fmt/format.h>

#include <cmath>

namespace upkeep::tools {

namespace {

using namespace pmt::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                 // that

class EtaCommand final : public Command {
 public:
  const char* name() const override { return "eta"; }
  const char* summary() const override {
    return "Estimate a stage, or say when patches will be done";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names; - reads them from stdin")->type_name("PATCH");
    app.add_option("--stage", m_stage, "The state that the estimate is for (the current one)")
        ->type_name("STATE");
    app.add_option("--best", m_best, "Where all goes well")->type_name("DURATION");
    app.add_option("--likely", m_likely, "As a rule")->type_name("DURATION");
    app.add_option("--worst", m_worst, "Where all goes wrong")->type_name("DURATION");
    app.add_flag("--public", m_public, "Only what a customer may be told: a range of days");
  }
  void check(cli::CommonOptions& /*common*/) override {
    const int given = !m_best.empty() + !m_likely.empty() + !m_worst.empty();
    constexpr int k_points = 3;
    if (given != 0 && given != k_points) {
      throw UsageError("an estimate has three points", "give --best, --likely and --worst");
    }
    if (given == 0 && !m_stage.empty()) {
      throw UsageError("--stage without an estimate", "give --best, --likely and --worst");
    }
    if (given != 0 && m_public) throw UsageError("--public says an estimate, it does not make one");
  }
  ExitStatus run(Session& session) override {
    const auto acts = keeper(session);
    Estimate estimate = given(session);
    const auto out = session.printer(
        m_public ? std::vector<std::string>{"patch", "earliest", "latest"}
                 : std::vector<std::string>{"patch", "stage", "best_s", "likely_s", "worst_s",
                                            "expected_s", "stddev_s", "due"});
    const ExitStatus status = session.for_each_named(m_patches, true, [&](const pmt::Patch& patch) {
      const Standing standing = acts->standing(patch);
      if (estimate.worst_s > 0) {
        Estimate one = estimate;
        if (one.stage.empty()) one.stage = standing.state->name;
        acts->estimate(patch, one, session.why);
        return;
      }
      print(session, *out, standing);
    });
    out->finish();
    return status;
  }

 private:
  Estimate given(Session& session) const {
    Estimate estimate{m_stage, 0, 0, 0};
    if (m_best.empty()) return estimate;
    const auto& config = session.config().patch;
    estimate.best_s = parse_duration(m_best, config);
    estimate.likely_s = parse_duration(m_likely, config);
    estimate.worst_s = parse_duration(m_worst, config);
    if (estimate.best_s > estimate.likely_s || estimate.likely_s > estimate.worst_s) {
      throw UsageError("the points are out of order", "--best <= --likely <= --worst");
    }
    return estimate;
  }

  void print(Session& session, Printer& out, const Standing& standing) const {
    const std::string name = pmt::name_of(standing.patch, session.names());
    const Eta eta = eta_of(standing.patch, *standing.definition,
                           pmt::events_of(session.connection(), standing.patch.id),
                           session.config().patch, session.io.now());
    if (!eta.known()) return;
    if (m_public) {
      out.print({name, eta.earliest, eta.latest});
      return;
    }
    const auto whole = [](double seconds) {
      return static_cast<std::int64_t>(std::llround(seconds));
    };
    for (const StageEstimate& one : eta.stages) {
      out.print({name, one.stage, one.best_s, one.likely_s, one.worst_s, whole(one.expected_s()),
                 whole(one.stddev_s()), one.due});
    }
    out.print({name, "total", eta.best_s, eta.likely_s, eta.worst_s, whole(eta.expected_s),
               whole(eta.stddev_s), eta.due});
  }

  std::vector<std::string> m_patches;
  std::string m_stage, m_best, m_likely, m_worst;
  bool m_public = false;
};

class LogTime final : public Command {
 public:
  const char* name() const override { return "log-time"; }
  const char* summary() const override { return "Log time that was spent on a patch"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch; - reads them from stdin")
        ->type_name("PATCH")
        ->required();
    app.add_option("duration", m_time, "90m, 2h30m, 1d")->type_name("DURATION")->required();
    app.add_option("--comment", m_comment, "For the history")->type_name("TEXT");
  }
  ExitStatus run(Session& session) override {
    const std::int64_t time_s = parse_duration(m_time, session.config().patch);
    const auto acts = keeper(session);
    return session.for_each_named({m_patch}, true, [&](const pmt::Patch& patch) {
      acts->log_time(patch, time_s, m_comment.empty() ? session.why : m_comment);
    });
  }

 private:
  std::string m_patch, m_time, m_comment;
};

const std::vector<std::string>& sum_columns() {
  static const std::vector<std::string> k_columns{"patch", "actor", "client", "month"};
  return k_columns;
}

class TimeSums final : public Command {
 public:
  const char* name() const override { return "time"; }
  const char* summary() const override { return "Sum the time that was spent"; }
  void declare(CLI::App& app) override {
    app.add_option("term", m_operands, "Names, or selector terms (see upkeep-select(7))")
        ->type_name("PATCH|TERM");
    app.add_option("--by", m_by, "Sum over all but these: patch, actor, client, month")
        ->type_name("COLUMN,...");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_by.empty()) return;
    m_columns.clear();
    for (const std::string& word : split(m_by, ',')) {
      if (std::find(sum_columns().begin(), sum_columns().end(), word) == sum_columns().end()) {
        throw UsageError(fmt::format("--by {}: no such column", printable(word)),
                         did_you_mean(word, sum_columns(), "patch, actor, client and month are"));
      }
      m_columns.push_back(word);
    }
  }
  ExitStatus run(Session& session) override {
    std::map<std::vector<std::string>, std::int64_t> sums;
    std::vector<pmt::Patch> page;
    const auto add_page = [&] {
      add(session, page, sums);
      page.clear();
    };
    const ExitStatus status = for_each_meant(session, m_operands, [&](pmt::Patch patch) {
      page.push_back(std::move(patch));
      constexpr std::size_t k_page = 500;
      if (page.size() >= k_page) add_page();
    });
    add_page();
    const auto out = session.printer({"patch", "actor", "client", "month", "time_s"});
    for (const auto& [key, sum] : sums) {
      Record record;
      for (const std::string& one : key) record.push_back(null_if_empty(one));
      record.emplace_back(sum);
      out->print(record);
    }
    out->finish();
    return status;
  }

 private:
  void add(Session& session, const std::vector<pmt::Patch>& page,
           std::map<std::vector<std::string>, std::int64_t>& sums) const {
    if (page.empty()) return;
    std::map<std::uint64_t, const pmt::Patch*> patches;
    std::vector<std::uint64_t> ids;
    for (const pmt::Patch& one : page) {
      patches[one.id] = &one;
      ids.push_back(one.id);
    }
    const auto rows = session.connection().query(fmt::format(
        "SELECT patch, actor, DATE_FORMAT(at, '%Y-%m'), SUM(time_s) FROM event WHERE patch IN ({})"
        " AND time_s IS NOT NULL GROUP BY patch, actor, DATE_FORMAT(at, '%Y-%m')",
        pmt::id_list(ids)));
    for (const db::Row& row : rows) {
      const pmt::Patch& patch = *patches.at(static_cast<std::uint64_t>(row.integer(0)));
      const auto client = patch.fields.find("overview_client");
      std::vector<std::string> key{pmt::name_of(patch, session.names()), row.text(1),
                                   client == patch.fields.end() ? "" : join(client->second, ", "),
                                   row.text(2)};
      for (std::size_t i = 0; i < sum_columns().size(); ++i) {
        if (std::find(m_columns.begin(), m_columns.end(), sum_columns()[i]) == m_columns.end())
          key[i].clear();
      }
      sums[key] += row.integer(3);
    }
  }

  std::vector<std::string> m_operands, m_columns = sum_columns();
  std::string m_by;
};

class Durations final : public Command {
 public:
  const char* name() const override { return "durations"; }
  const char* summary() const override { return "Say how long patches were in each state"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_operands,
                   "Names, or selector terms (see upkeep-select(7)); - for stdin")
        ->type_name("PATCH|TERM");
  }
  ExitStatus run(Session& session) override {
    const auto out =
        session.printer({"patch", "state", "from", "to", "duration_s", "days", "business_days"});
    const ExitStatus status = for_each_meant(session, m_operands, [&](const pmt::Patch& patch) {
      for (const Visit& one : visits_of(pmt::events_of(session.connection(), patch.id))) {
        const auto from = parse_iso8601(one.from).value_or(session.io.now());
        const auto to = one.to.empty() ? session.io.now() : parse_iso8601(one.to).value_or(from);
        const auto first = std::chrono::floor<std::chrono::days>(from);
        const auto last = std::chrono::floor<std::chrono::days>(to);
        out->print({pmt::name_of(patch, session.names()), one.state, one.from,
                    null_if_empty(one.to),
                    std::chrono::floor<std::chrono::seconds>(to - from).count(),
                    (last - first).count(), business_days(first, last)});
      }
    });
    out->finish();
    return status;
  }

 private:
  std::vector<std::string> m_operands;
};

}  // namespace

Commands time_commands() {
  Commands commands;
  commands.push_back(std::make_unique<EtaCommand>());
  commands.push_back(std::make_unique<LogTime>());
  commands.push_back(std::make_unique<TimeSums>());
  commands.push_back(std::make_unique<Durations>());
  return commands;
}

}  // namespace upkeep::tools
