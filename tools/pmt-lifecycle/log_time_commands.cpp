// SPDX-License-Identifier: MIT
// log-time, time.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/model/date.hpp"
#include "patch/query/time_entries.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class LogTime final : public Command {
 public:
  const char* name() const override { return "log-time"; }
  const char* summary() const override { return "Log time spent on a patch, or revoke an entry"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch; - reads them from stdin")->type_name("PATCH");
    app.add_option("duration", m_time, "90m, 2h30m, 1d")->type_name("DURATION");
    app.add_option("--date", m_date, "The day of the work (today)")->type_name("DATE");
    app.add_option("--comment", m_comment, "For the history")->type_name("TEXT");
    app.add_option("--revoke", m_event, "Remove the time of this event from all sums; needs --why")
        ->type_name("EVENT");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (!m_event.empty()) {
      const auto number = to_integer(m_event);
      if (!number || *number <= 0) {
        throw UsageError(fmt::format("--revoke {}: not the number of an event", printable(m_event)),
                         "'pmt-lifecycle history PATCH --fields event,action,time_s' shows them");
      }
      if (!m_patch.empty() || !m_date.empty()) {
        throw UsageError("--revoke takes an event, but no patch, duration or date");
      }
      m_revoke = static_cast<std::uint64_t>(*number);
      return;
    }
    if (m_patch.empty() || m_time.empty()) {
      throw UsageError("log-time needs a patch and a duration", "like 4.4.0-1 2h30m");
    }
  }
  ExitStatus run(Session& session) override {
    const auto acts = service(session);
    if (m_revoke) return revoke(session, acts->work_log());
    WorkTime work{parse_duration(m_time, session.config().patch), {}};
    if (!m_date.empty()) work.worked_on = day_of_work(session);
    const std::string comment = session.history_comment(m_comment);
    return session.for_each_named({m_patch}, true, [&](const patch::Patch& patch) {
      acts->work_log().log_time(patch, work, comment);
      if (!session.common.dry_run) return;
      session.io.note(fmt::format(
          "{}: {} would be logged for {}", patch::name_of(patch, session.names()),
          spelled_duration(work.time, session.config().patch), work.worked_on.value_or("today")));
    });
  }

 private:
  /// In some time zone it is already tomorrow; later dates are in the future everywhere.
  std::string day_of_work(Session& session) const {
    const auto date = patch::typed_date(m_date, session.io.now());
    if (!date) {
      throw UsageError(fmt::format("'{}' is not a date", printable(m_date)), k_date_advice);
    }
    const auto tomorrow =
        std::chrono::floor<std::chrono::days>(session.io.now()) + std::chrono::days{1};
    constexpr std::size_t k_day = 10;
    std::string day = date->substr(0, k_day);
    if (day > iso_day(tomorrow)) {
      throw UsageError(fmt::format("--date {}: that day is in the future", day));
    }
    return day;
  }

  ExitStatus revoke(Session& session, WorkLog& log) const {
    if (trim(session.why).empty()) {
      throw UsageError("--revoke needs a reason", "give it with --why");
    }
    try {
      const Revoked done = log.revoke_time(*m_revoke, session.history_comment(m_comment));
      if (!session.common.dry_run) return ExitStatus::ok;
      session.io.note(fmt::format("{}: {} of {} (event {}, {}) would no longer count", done.patch,
                                  spelled_duration(*done.entry.time, session.config().patch),
                                  done.entry.actor, done.entry.id, done.entry.action));
    } catch (const Error& error) {
      if (error.status() != ExitStatus::no && error.status() != ExitStatus::partial) throw;
      session.io.error(error);
      return error.status();
    }
    return ExitStatus::ok;
  }

  std::string m_patch, m_time, m_date, m_comment, m_event;
  std::optional<std::uint64_t> m_revoke;
};

const std::vector<std::string>& sum_columns() {
  static const std::vector<std::string> k_columns{"patch", "actor", "client", "month"};
  return k_columns;
}

class TimeSums final : public Command {
 public:
  const char* name() const override { return "time"; }
  const char* summary() const override { return "Sum the logged time"; }
  void declare(CLI::App& app) override {
    app.add_option("term", m_operands, "Names, or selector terms (see upkeep-select(7))")
        ->type_name("PATCH|TERM");
    app.add_option("--by", m_by,
                   "Keep these columns, sum over the others: patch, actor, client, month")
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
    std::unordered_map<std::uint64_t, Names> names;
    std::vector<std::uint64_t> ids;
    const ExitStatus status = for_each_meant(session, m_operands, [&](const patch::Patch& patch) {
      const auto client = patch.fields.find("overview_client");
      names[patch.id] = {patch::name_of(patch, session.names()),
                         client == patch.fields.end() ? "" : join(client->second, ", ")};
      ids.push_back(patch.id);
    });
    std::map<std::vector<std::string>, std::int64_t> sums;
    for (const patch::TimeEntry& entry :
         patch::time_entries(session.connection(), std::move(ids))) {
      const Names& of = names.at(entry.patch);
      std::vector<std::string> key{of.patch, entry.actor, of.client, entry.month()};
      for (std::size_t i = 0; i < sum_columns().size(); ++i) {
        if (std::find(m_columns.begin(), m_columns.end(), sum_columns()[i]) == m_columns.end())
          key[i].clear();
      }
      sums[key] += entry.time_s;
    }
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
  struct Names {
    std::string patch, client;
  };

  std::vector<std::string> m_operands, m_columns = sum_columns();
  std::string m_by;
};

}  // namespace

Commands log_time_commands() {
  Commands commands;
  commands.push_back(std::make_unique<LogTime>());
  commands.push_back(std::make_unique<TimeSums>());
  return commands;
}

}  // namespace upkeep::tools
