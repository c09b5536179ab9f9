// SPDX-License-Identifier: MIT
// eta, durations.
#include "base/text.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class EtaCommand final : public Command {
 public:
  const char* name() const override { return "eta"; }
  const char* summary() const override {
    return "Estimate a stage, or show when patches will be finished";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names; - reads them from stdin")->type_name("PATCH");
    app.add_option("--stage", m_stage, "The state that the estimate is for (the current one)")
        ->type_name("STATE");
    app.add_option("--best", m_best, "Best case")->type_name("DURATION");
    app.add_option("--likely", m_likely, "Most likely case")->type_name("DURATION");
    app.add_option("--worst", m_worst, "Worst case")->type_name("DURATION");
    app.add_flag("--public", m_public, "Only the range of dates for the customer");
  }
  void check(cli::CommonOptions& /*common*/) override {
    const int given = !m_best.empty() + !m_likely.empty() + !m_worst.empty();
    constexpr int k_points = 3;
    if (given != 0 && given != k_points) {
      throw UsageError("an estimate needs three values", "give --best, --likely and --worst");
    }
    if (given == 0 && !m_stage.empty()) {
      throw UsageError("--stage without an estimate", "give --best, --likely and --worst");
    }
    if (given != 0 && m_public)
      throw UsageError("--public shows an estimate and does not record one");
  }
  ExitStatus run(Session& session) override {
    const auto acts = service(session);
    Estimate estimate = given(session);
    const auto out = session.printer(m_public ? public_eta_columns() : eta_columns());
    const ExitStatus status =
        session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
          const Position position = acts->positions().position(patch);
          if (estimate.worst.count() > 0) {
            Estimate one = estimate;
            if (one.stage.empty()) one.stage = position.state->name;
            acts->work_log().estimate(patch, one, session.why);
            if (session.common.dry_run) {
              session.io.note(fmt::format(
                  "{}: the stage '{}' would be estimated at {} to {}, likely {}",
                  patch::name_of(patch, session.names()), one.stage, human_hours(one.best),
                  human_hours(one.worst), human_hours(one.likely)));
            }
            return;
          }
          print(session, *out, position);
        });
    out->finish();
    return status;
  }

 private:
  Estimate given(Session& session) const {
    Estimate estimate{.stage = m_stage};
    if (m_best.empty()) return estimate;
    const auto& config = session.config().patch;
    estimate.best = parse_duration(m_best, config);
    estimate.likely = parse_duration(m_likely, config);
    estimate.worst = parse_duration(m_worst, config);
    if (estimate.best > estimate.likely || estimate.likely > estimate.worst) {
      throw UsageError("the values are out of order", "--best <= --likely <= --worst");
    }
    return estimate;
  }

  static std::string why_unknown(const Eta& eta) {
    if (eta.done || eta.unestimated.empty()) return "no stage is left to estimate";
    return fmt::format("there is no estimate for {}; --best, --likely and --worst record one",
                       join(eta.unestimated, ", "));
  }

  void print(Session& session, Printer& out, const Position& position) const {
    const std::string name = patch::name_of(position.patch, session.names());
    const Eta eta = eta_of(position.patch, *position.definition,
                           patch::events_of(session.connection(), position.patch.id),
                           session.config().patch, session.io.now());
    if (m_public && !eta.unestimated.empty()) {
      session.io.warning(fmt::format("{}: no date: there is no estimate for {}", name,
                                     join(eta.unestimated, ", ")));
      return;
    }
    if (!eta.known() || (m_public && eta.done)) {
      // People need the reason; for programs, the missing record is the answer.
      if (session.tool().format(session.io) == Format::text) {
        session.io.note(fmt::format("{}: {}", name, why_unknown(eta)));
      }
      return;
    }
    if (m_public) {
      out.print(public_eta_record(name, eta));
      return;
    }
    for (const Record& one : eta_records(name, eta)) out.print(one);
  }

  std::vector<std::string> m_patches;
  std::string m_stage, m_best, m_likely, m_worst;
  bool m_public = false;
};

class Durations final : public Command {
 public:
  const char* name() const override { return "durations"; }
  const char* summary() const override { return "Show how long patches were in each state"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_operands,
                   "Names, or selector terms (see upkeep-select(7)); - for stdin")
        ->type_name("PATCH|TERM");
  }
  ExitStatus run(Session& session) override {
    const auto out =
        session.printer({"patch", "state", "from", "to", "duration_s", "days", "business_days"});
    const ExitStatus status = for_each_meant(session, m_operands, [&](const patch::Patch& patch) {
      for (const Visit& one : visits_of(patch::events_of(session.connection(), patch.id))) {
        const auto from = parse_iso8601(one.from).value_or(session.io.now());
        const auto to = one.to.empty() ? session.io.now() : parse_iso8601(one.to).value_or(from);
        const auto first = std::chrono::floor<std::chrono::days>(from);
        const auto last = std::chrono::floor<std::chrono::days>(to);
        out->print({patch::name_of(patch, session.names()), one.state, one.from,
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
  commands.push_back(std::make_unique<Durations>());
  return commands;
}

}  // namespace upkeep::tools
