// SPDX-License-Identifier: MIT
// health, queue, progress, over-eta, released.
#include "base/text.hpp"
#include "pmt-report/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

namespace {

const std::vector<std::string> k_status_columns{"patch",   "state", "developer",   "qa",
                                                "since_s", "eta",   "released_at", "business_days"};

class Released final : public ReportCommand {
 public:
  using ReportCommand::ReportCommand;
  const char* name() const override { return "released"; }
  const char* summary() const override {
    return "Released patches, or their number by period or group";
  }

 private:
  void declare_more(CLI::App& app) override {
    app.add_option(
           "--by", m_by,
           "Count them by day, week, month, quarter, year, product, platform, client, category,"
           " developer or qa")
        ->type_name("GROUP");
  }
  void check_more() override {
    const auto& words = patch::report::released_by_words();
    if (m_by.empty() || std::find(words.begin(), words.end(), m_by) != words.end()) return;
    throw UsageError(fmt::format("--by {}: no such group", printable(m_by)),
                     did_you_mean(m_by, words, "one of " + join(words, ", ")));
  }
  std::vector<std::string> columns() const override {
    if (m_by.empty()) return k_status_columns;
    return {"period", "count", "proactive", "reactive", "security", "uncategorised"};
  }
  patch::report::Report make(Session& /*session*/, patch::report::Scope& scope) override {
    return m_by.empty() ? patch::report::released(scope) : patch::report::released_by(scope, m_by);
  }
  std::string m_by;
};

}  // namespace

Commands status_commands(Range& range) {
  Commands commands;
  commands.push_back(plain(range, "health", "Patches that are not process-complete",
                           {"patch", "state", "problem", "detail"}, patch::report::health));
  commands.push_back(plain(range, "queue", "Age of open requests", {"bucket", "count", "oldest_s"},
                           patch::report::queue));
  commands.push_back(plain(range, "progress", "Patches that are not released", k_status_columns,
                           patch::report::progress));
  commands.push_back(plain(range, "over-eta", "Patches over their estimate", k_status_columns,
                           patch::report::over_eta));
  commands.push_back(std::make_unique<Released>(range));
  return commands;
}

}  // namespace upkeep::tools
