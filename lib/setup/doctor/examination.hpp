// SPDX-License-Identifier: MIT
// The state that the checks of `upkeep doctor` share. Every check is a function of one Examination;
// it throws Error if it cannot continue, which is then reported as its finding.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "setup/doctor/account.hpp"
#include "setup/doctor/finding.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace upkeep::setup {

/// The tool's environment, passed in: the domain code does not read it.
struct DoctorSetting {
  std::optional<config::Config> config;  ///< nullopt: it could not be read
  std::string config_problem, config_advice;
  std::string search_path;                 ///< where programs are looked for
  std::filesystem::path binary_directory;  ///< contains the running tool
  std::string user;                        ///< of this process
  bool dry_run = false;                    ///< skip checks that write, even if they undo it
};

/// One run of the doctor. Use from one thread.
class Examination {
 public:
  explicit Examination(DoctorSetting setting) : m_setting(std::move(setting)) {}

  [[nodiscard]] const DoctorSetting& setting() const noexcept { return m_setting; }
  /// Only if the configuration could be read; checks that require it are skipped otherwise.
  [[nodiscard]] const config::Config& config() const { return m_setting.config.value(); }
  /// The account that runs upgrades: the owner of state_dir, or this user if it does not exist yet.
  /// Files and directories for upgrades must be accessible to this account.
  [[nodiscard]] const Account& runner() const;
  /// Whether upgrades are configured and concern this user: the account that runs them, or root.
  /// Other users only use the registry or look at the state.
  [[nodiscard]] bool upgrades() const {
    return !config().upgrade.target.empty() && runner().can_ask();
  }
  /// A finding about something that only upgrades require: a failure if they are configured, else a
  /// warning. Skipped for accounts that do not run upgrades, because they cannot fix it.
  [[nodiscard]] Finding problem(std::string detail, std::string fix) const {
    if (!runner().can_ask()) return skipped(std::move(detail));
    return upgrades() ? fail(std::move(detail), std::move(fix))
                      : warning(std::move(detail), std::move(fix));
  }

  /// The connection to the control database, no schema selected. Made by the check `database`;
  /// checks that require it are skipped without it.
  [[nodiscard]] db::Connection& control() { return m_control.value(); }
  [[nodiscard]] bool has_control() const noexcept { return m_control.has_value(); }
  void use_control(db::Connection connection) { m_control.emplace(std::move(connection)); }
  void lose_control() { m_control.reset(); }
  /// For further connections; responses are limited in time.
  [[nodiscard]] db::Endpoint control_endpoint() const;

  /// Whether every component's tables have the version that this program knows.
  bool schema_current = false;  // NOLINT: set by the check `schema`

 private:
  DoctorSetting m_setting;
  std::optional<db::Connection> m_control;
  mutable std::optional<Account> m_runner;  // determined on first use
};

/// For connections that only examine a server: short time-outs.
db::Endpoint quick_endpoint(const config::Server& server);

/// A server variable or expression; nullopt if this server does not know it or access is denied.
std::optional<std::string> try_value(db::Connection& connection, const std::string& expression);

}  // namespace upkeep::setup
