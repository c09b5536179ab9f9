// SPDX-License-Identifier: MIT
// durations, trend, workload, time, state-at, qa.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "pmt-report/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class Trend final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "trend"; }
  const char* summary() const override { return "Requests, patches and releases over time"; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("--by", m_by, "day, week, month, quarter or year")->type_name("PERIOD");
  }
  void check_more() override {
    if (patch::report::parse_period(m_by)) return;
    const auto& words = patch::report::period_words();
    throw UsageError(fmt::format("--by {}: no such period", printable(m_by)),
                     did_you_mean(m_by, words, "one of " + join(words, ", ")));
  }
  std::vector<std::string> columns() const override {
    return {"period", "requested", "created", "released", "open"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::trend(scope, *patch::report::parse_period(m_by));
  }
  std::string m_by = "month";
};

class StateAt final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "state-at"; }
  const char* summary() const override { return "States at the end of a day"; }

 private:
  void check_more() override {
    if (m_operands.empty()) throw UsageError("state-at needs a date", "e.g. state-at 2014-03-01");
    (void)moment("state-at", m_operands.front(), true);
  }
  std::vector<std::string> columns() const override {
    return {"patch", "state", "category", "created_at"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    // The last second of the day, or the moment itself.
    constexpr std::size_t k_day = 10;
    std::string at = iso8601(parse_typed_date(m_operands.front(), wall_now())->last());
    at.pop_back();
    at[k_day] = ' ';
    return patch::report::state_at(scope, at);
  }
  [[nodiscard]] bool first_is_date() const override { return true; }
};

class Qa final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "qa"; }
  const char* summary() const override { return "What to test again at a product's release"; }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option("--product", m_product, "Of this product")->type_name("PRODUCT");
  }
  void check_more() override {
    if (m_product.empty()) throw UsageError("qa needs --product", "e.g. --product 'ESB 4.8.1'");
  }
  std::vector<std::string> columns() const override {
    return {"patch", "area", "jira", "test_location"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return patch::report::qa(scope, m_product);
  }
  std::string m_product;
};

}  // namespace

Commands figure_commands(Range& range) {
  Commands commands;
  commands.push_back(plain(
      range, "durations", "How long patches stay in their states",
      {"stage", "kind", "count", "median_s", "p90_s", "median_business_days", "p90_business_days"},
      patch::report::durations));
  commands.push_back(std::make_unique<Trend>(range));
  commands.push_back(plain(range, "workload", "Work in progress by person",
                           {"person", "developing", "testing", "oldest_s", "released"},
                           patch::report::workload));
  commands.push_back(plain(range, "time", "Working time by client and month",
                           {"client", "month", "time_s", "patches"}, patch::report::time_spent));
  commands.push_back(std::make_unique<StateAt>(range));
  commands.push_back(std::make_unique<Qa>(range));
  return commands;
}

}  // namespace upkeep::tools
