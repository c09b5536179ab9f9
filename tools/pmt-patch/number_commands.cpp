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
    return "Show the last number of each platform, or cap the numbers of one";
  }
  void declare(CLI::App& app) override {
    app.add_option("platform", m_platform, "Only this platform")->type_name("VERSION");
    app.add_option("--cap", m_cap, "The highest number that may be drawn; 0: no limit")
        ->type_name("N");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_cap.empty()) return;
    const auto number = to_integer(m_cap);
    constexpr long long k_most = 999'999'999;
    if (!number || *number < 0 || *number > k_most) {
      throw UsageError(fmt::format("--cap {}: not a number", printable(m_cap)));
    }
    if (m_platform.empty())
      throw UsageError("--cap needs a platform", "like: numbers 4.4.0 --cap 8999");
    if (*number > 0) m_highest = static_cast<std::uint32_t>(*number);
  }
  ExitStatus run(Session& session) override {
    if (!m_platform.empty()) patch::check_platform(m_platform);
    std::vector<Record> records;
    if (!m_cap.empty()) {
      session.need_role("pmt-new");
      records.push_back(record_of(cap(session)));
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
  patch::PlatformNumbers cap(Session& session) const {
    patch::PlatformNumbers done;
    db::transact(
        session.connection(),
        [&] { done = patch::NumberSequence(session.connection()).set_cap(m_platform, m_highest); },
        session.common.dry_run ? db::Ending::roll_back : db::Ending::commit);
    return done;
  }

  std::string m_platform, m_cap;
  std::optional<std::uint32_t> m_highest;
};

}  // namespace

Commands number_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Numbers>());
  return commands;
}

}  // namespace upkeep::tools
