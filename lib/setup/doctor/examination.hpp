// SPDX-License-Identifier: MIT
// What the checks of `upkeep doctor` look at, and what they share. Every check is a function of one
// Examination; it throws Error where it cannot go on, which its record then says.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "setup/doctor/account.hpp"
#include "setup/doctor/finding.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace upkeep::setup {

/// What the tool knows of its surroundings; the domain reads no environment.
struct DoctorSetting {
  std::optional<config::Config> config;  ///< nullopt: it could not be read
  std::string config_problem, config_advice;
  std::string search_path;                 ///< where programs are looked for
  std::filesystem::path binary_directory;  ///< of the running tool
  std::string user;                        ///< of this process
  bool dry_run = false;                    ///< omit checks that write, even if it is undone
};

/// One run of the doctor. Use from one thread.
class Examination {
 public:
  explicit Examination(DoctorSetting setting) : m_setting(std::move(setting)) {}

  [[nodiscard]] const DoctorSetting& setting() const noexcept { return m_setting; }
  /// Only where there is one: checks that need it are skipped otherwise.
  [[nodiscard]] const config::Config& config() const { return m_setting.config.value(); }
  /// The account that runs upgrades: the owner of state_dir, or this user where that is not there
  /// yet. What lies there for upgrades is right where it is right for this account.
  [[nodiscard]] const Account& runner() const;
  /// Whether upgrades are configured, and are an affair of this user's: of the account that runs
  /// them, or root's. Others only use the registry, or ask how things are.
  [[nodiscard]] bool upgrades() const {
    return !config().upgrade.target.empty() && runner().can_ask();
  }
  /// Something that upgrades alone need is not there: a failure where they are configured, and only
  /// worth a warning where they are not.
  /// Others than the account that runs them can do nothing about it: for them it is skipped.
  [[nodiscard]] Finding problem(std::string detail, std::string fix) const {
    if (!runner().can_ask()) return skipped(std::move(detail));
    return upgrades() ? fail(std::move(detail), std::move(fix))
                      : warning(std::move(detail), std::move(fix));
  }

  /// The connection to the control database, no schema selected. Made by the check `database`;
  /// checks that need it are skipped without it.
  [[nodiscard]] db::Connection& control() { return m_control.value(); }
  [[nodiscard]] bool has_control() const noexcept { return m_control.has_value(); }
  void use_control(db::Connection connection) { m_control.emplace(std::move(connection)); }
  void lose_control() { m_control.reset(); }
  /// How to make another one; answers within a bounded time.
  [[nodiscard]] db::Endpoint control_endpoint() const;

  /// Whether the tables of every component are there in the version this program knows.
  bool schema_current = false;  // NOLINT: set by the check `schema`

 private:
  DoctorSetting m_setting;
  std::optional<db::Connection> m_control;
  mutable std::optional<Account> m_runner;  // looked for when first asked for
};

/// How to reach a server for a look: nothing may take long here.
db::Endpoint quick_endpoint(const config::Server& server);

/// A server variable or expression; nullopt where this server does not know it or shows it to
/// nobody.
std::optional<std::string> try_value(db::Connection& connection, const std::string& expression);

}  // namespace upkeep::setup
