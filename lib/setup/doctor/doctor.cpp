// SPDX-License-Identifier: MIT
#include "setup/doctor/doctor.hpp"

#include "setup/doctor/checks.hpp"

#include <algorithm>
#include <array>

namespace upkeep::setup {

namespace {

enum class Needs { nothing, configuration, database, schema };

struct Check {
  const char* name;
  Needs needs;
  Findings (*run)(Examination&);
};

constexpr std::array k_checks{
    Check{"configuration", Needs::nothing, check_configuration},
    Check{"password-files", Needs::configuration, check_password_files},
    Check{"workspace-names", Needs::configuration, check_workspace_names},
    Check{"target", Needs::configuration, check_target},
    Check{"slots", Needs::configuration, check_slots},
    Check{"command", Needs::configuration, check_command},
    Check{"application", Needs::configuration, check_application},
    Check{"hooks", Needs::configuration, check_hooks},
    Check{"helpers", Needs::configuration, check_helpers},
    Check{"marker", Needs::configuration, check_marker},
    Check{"roles", Needs::configuration, check_roles},
    Check{"notify", Needs::configuration, check_notify},
    Check{"database", Needs::configuration, check_database},
    Check{"server-version", Needs::database, check_server_version},
    Check{"read-only", Needs::database, check_writable},
    Check{"schema", Needs::database, check_schema},
    Check{"privileges", Needs::schema, check_privileges},
    Check{"lock", Needs::database, check_named_lock},
    Check{"one-server", Needs::database, check_one_server},
    Check{"cluster", Needs::database, check_cluster},
    Check{"session-timeout", Needs::database, check_session_timeout},
    Check{"connections", Needs::database, check_headroom},
    Check{"server-clock", Needs::database, check_server_clock},
    Check{"queue", Needs::schema, check_queue},
    Check{"workspaces", Needs::schema, check_workspaces},
    Check{"patch-words", Needs::schema, check_patch_words},
    Check{"server", Needs::configuration, check_servers},
    Check{"clock", Needs::configuration, check_clock},
    Check{"scheduler", Needs::configuration, check_backend},
    Check{"atd", Needs::configuration, check_at_daemon},
    Check{"at-permission", Needs::configuration, check_at_permission},
    Check{"at-queue", Needs::configuration, check_at_queue},
    Check{"status-dir", Needs::configuration, check_published},
    Check{"web-rights", Needs::configuration, check_web_rights},
    Check{"map-program", Needs::configuration, check_map_program},
    Check{"gate-table", Needs::configuration, check_gate_table},
    Check{"pmt-web-account", Needs::configuration, check_pmt_web_account},
    Check{"pmt-web-secret", Needs::configuration, check_pmt_web_secret},
    Check{"pmt-web-socket", Needs::configuration, check_pmt_web_socket},
    Check{"log-dir", Needs::configuration, check_log_directory},
    Check{"state-dir", Needs::configuration, check_state_directory},
};

/// Why a check cannot run; empty: it can.
const char* obstacle(const Examination& examination, Needs needs) {
  if (needs == Needs::nothing) return "";
  if (!examination.setting().config) return "the configuration could not be read";
  if (needs == Needs::configuration) return "";
  if (!examination.has_control()) return "no connection to the database";
  if (needs == Needs::schema && !examination.schema_current) return "the schema is not set up";
  return "";
}

Findings run(Examination& examination, const Check& check) {
  const std::string why_not = obstacle(examination, check.needs);
  if (!why_not.empty()) return {skipped(why_not)};
  try {
    return check.run(examination);
  } catch (const db::Error& error) {
    if (error.connection_lost()) examination.lose_control();  // avoid waiting for it repeatedly
    return {fail(error.what(), error.advice())};
  } catch (const Error& error) {
    return {fail(error.what(), error.advice())};
  }
}

/// Ensures that every failure has advice, at least a reference; 'upkeep doctor' is not useful
/// advice here.
void complete(Finding& finding, const Check& check) {
  if (finding.check.empty()) finding.check = check.name;
  finding.fix.resize(std::min(finding.fix.size(), finding.fix.find("'upkeep doctor'")));
  finding.fix.resize(finding.fix.find_last_not_of(" ;:,") + 1);
  if (finding.result == CheckResult::fail && finding.fix.empty()) {
    finding.fix = "upkeep(8), CHECKS, describes this check";
  }
}

}  // namespace

bool examine(DoctorSetting setting, const std::function<void(const Finding&)>& take) {
  Examination examination(std::move(setting));
  bool sound = true;
  for (const Check& check : k_checks) {
    for (Finding& finding : run(examination, check)) {
      complete(finding, check);
      if (finding.result == CheckResult::fail) sound = false;
      take(finding);
    }
  }
  return sound;
}

}  // namespace upkeep::setup
