// SPDX-License-Identifier: MIT
#include "upgrade/queue/backends/backend.hpp"

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "record/value.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

constexpr std::chrono::seconds k_answer_within{60};

class CommandBackend final : public Backend {
 public:
  CommandBackend(BackendSetting setting, std::vector<std::string> command)
      : m_setting(std::move(setting)), m_command(std::move(command)) {}

  [[nodiscard]] std::string name() const override { return "command"; }
  [[nodiscard]] bool takes_many() const override { return false; }

  Submitted submit(const Submission& submission) override {
    Submitted submitted;
    submitted.due = submission.due;
    submitted.job = submit_one(submission.items.at(0), submission.due);
    return submitted;
  }

  void withdraw(const std::string&) override {}  // not possible; the job will find nothing due

 private:
  std::string submit_one(const Submission::Item& item, WallTime due) const {
    SpawnOptions options;
    options.argv = m_setting.prefix;
    for (std::string word : m_command) {
      word = replace_all(std::move(word), "{run}", std::to_string(item.run));
      word = replace_all(std::move(word), "{workspace}", item.workspace);
      options.argv.push_back(replace_all(std::move(word), "{due}", iso8601(due)));
    }
    options.environment = m_setting.environment;
    options.directory = "/";
    ValueList drain(m_setting.drain.begin(), m_setting.drain.end());
    const Value json(ValueObject{{"run", item.run},
                                 {"workspace", item.workspace},
                                 {"due", iso8601(due)},
                                 {"command", std::move(drain)}});
    const Finished finished = run(options, to_json(json) + "\n");
    const std::string first_line(
        trim(std::string_view(finished.out).substr(0, finished.out.find('\n'))));
    return first_line.empty() ? std::string("-") : ellipsized(printable(first_line), 60);
  }

  static Finished run(const SpawnOptions& options, const std::string& input) {
    const std::string& program = options.argv.front();
    try {
      Finished finished = run_process(options, input, k_answer_within);
      if (finished.timed_out) {
        throw Error(ExitStatus::unavailable,
                    fmt::format("{} did not exit within {} s", program, k_answer_within.count()));
      }
      if (finished.exit_status != 0) {
        throw Error(ExitStatus::unavailable,
                    fmt::format("{} refused the run (exit status {}): {}", program,
                                finished.exit_status, printable(trim(finished.err))),
                    "see [schedule] command");
      }
      return finished;
    } catch (const Error& error) {
      if (error.status() != ExitStatus::no_input) throw;
      throw Error(ExitStatus::unavailable, error.what(), "see [schedule] command");
    }
  }

  BackendSetting m_setting;
  std::vector<std::string> m_command;
};

}  // namespace

std::unique_ptr<Backend> make_command_backend(BackendSetting setting,
                                              std::vector<std::string> command) {
  return std::make_unique<CommandBackend>(std::move(setting), std::move(command));
}

}  // namespace upkeep::upgrade
