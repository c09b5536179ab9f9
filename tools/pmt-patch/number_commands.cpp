// SPDX-License-Identifier: MIT
// numbers.
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/store/number_sequence.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class Numbers final : public Command {
 public:
  const char* name() const override { return "numbers"; }
  std::vector<std::string> columns() const override { return {"platform", "last", "cap"}; }
  const char* summary() const override {
    return "Show the last number of each platform, or change how one continues";
  }
  void declare(CLI::App& app) override {
    app.add_option("platform", m_platform, "Only this platform")->type_name("VERSION");
    app.add_option("--cap", m_cap, "The highest number that may be drawn; 0: no limit")
        ->type_name("N");
    app.add_option("--after", m_after, "Draw only numbers above this one from now on")
        ->type_name("N");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (!m_cap.empty()) {
      const std::uint32_t cap = number_in("--cap", m_cap);
      if (cap > 0) m_highest = cap;
    }
    if (!m_after.empty()) m_least = number_in("--after", m_after);
  }
  ExitStatus run(Session& session) override {
    if (!m_platform.empty()) patch::check_platform(m_platform);
    std::vector<Record> records;
    if (!m_cap.empty() || !m_after.empty()) {
      session.need_role("pmt-new");
      records.push_back(record_of(change(session)));
    } else {
      for (const auto& one : patch::NumberSequence(session.connection()).platforms()) {
        if (m_platform.empty() || one.platform == m_platform) records.push_back(record_of(one));
      }
      if (records.empty() && !m_platform.empty()) {
        session.io.warning(fmt::format("no number of {} has been drawn", m_platform));
      }
    }
    session.print_all(columns(), records);
    return ExitStatus::ok;
  }

 private:
  static Record record_of(const patch::PlatformNumbers& one) {
    return {one.platform, one.last, one.cap};
  }
  /// @throws UsageError
  [[nodiscard]] std::uint32_t number_in(const char* option, const std::string& text) const {
    const auto number = to_integer(text);
    constexpr long long k_most = 999'999'999;
    if (!number || *number < 0 || *number > k_most) {
      throw UsageError(fmt::format("{} {}: not a number", option, printable(text)));
    }
    if (m_platform.empty()) {
      throw UsageError(fmt::format("{} needs a platform", option),
                       fmt::format("like: numbers 4.4.0 {} 8999", option));
    }
    return static_cast<std::uint32_t>(*number);
  }
  patch::PlatformNumbers change(Session& session) const {
    patch::PlatformNumbers done;
    const auto work = [&] {
      patch::NumberSequence sequence(session.connection());
      if (!m_cap.empty()) done = sequence.set_cap(m_platform, m_highest);
      if (!m_after.empty()) done = sequence.continue_after(m_platform, m_least);
    };
    db::transact(session.connection(), work,
                 session.common.dry_run ? db::Ending::roll_back : db::Ending::commit);
    return done;
  }

  std::string m_platform, m_cap, m_after;
  std::optional<std::uint32_t> m_highest;
  std::uint32_t m_least = 0;
};

}  // namespace

Commands number_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Numbers>());
  return commands;
}

}  // namespace upkeep::tools
