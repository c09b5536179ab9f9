// SPDX-License-Identifier: MIT
// Every check of `upkeep doctor`, by theme; the table in doctor.cpp defines their names, order and
// requirements.
#pragma once

#include "setup/doctor/examination.hpp"
#include "setup/doctor/finding.hpp"

namespace upkeep::setup {

// config_checks.cpp
Findings check_configuration(Examination& examination);
Findings check_password_files(Examination& examination);
Findings check_workspace_names(Examination& examination);
Findings check_roles(Examination& examination);

// upgrade_checks.cpp
Findings check_target(Examination& examination);
Findings check_command(Examination& examination);
Findings check_application(Examination& examination);
Findings check_hooks(Examination& examination);
Findings check_helpers(Examination& examination);
Findings check_marker(Examination& examination);

// database_checks.cpp
Findings check_database(Examination& examination);
Findings check_server_version(Examination& examination);
Findings check_writable(Examination& examination);
Findings check_schema(Examination& examination);
Findings check_privileges(Examination& examination);
Findings check_headroom(Examination& examination);
Findings check_server_clock(Examination& examination);

// lock_checks.cpp
Findings check_named_lock(Examination& examination);
Findings check_one_server(Examination& examination);
Findings check_cluster(Examination& examination);
Findings check_session_timeout(Examination& examination);

// queue_checks.cpp
Findings check_queue(Examination& examination);
Findings check_workspaces(Examination& examination);

// patch_checks.cpp
Findings check_patch_words(Examination& examination);

// server_checks.cpp
Findings check_servers(Examination& examination);

// scheduler_checks.cpp
Findings check_backend(Examination& examination);
Findings check_at_daemon(Examination& examination);
Findings check_at_permission(Examination& examination);
Findings check_at_queue(Examination& examination);
Findings check_notify(Examination& examination);

// web_checks.cpp
Findings check_published(Examination& examination);
Findings check_web_rights(Examination& examination);
Findings check_map_program(Examination& examination);
Findings check_gate_table(Examination& examination);

// pmt_web_checks.cpp
Findings check_pmt_web_account(Examination& examination);
Findings check_pmt_web_secret(Examination& examination);
Findings check_pmt_web_socket(Examination& examination);

// slot_checks.cpp
Findings check_slots(Examination& examination);

// file_checks.cpp
Findings check_log_directory(Examination& examination);
Findings check_state_directory(Examination& examination);
Findings check_clock(Examination& examination);

}  // namespace upkeep::setup
