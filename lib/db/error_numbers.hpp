// SPDX-License-Identifier: MIT
// Error numbers by name: ER_* and CR_* from MariaDB's headers, and those of other servers. For db/
// only.
#pragma once

#include <cerrno>

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

namespace upkeep::db {

/// MySQL's own: MariaDB does not have these numbers, or uses them for something else.
enum MysqlError : int {
  k_mysql_query_timeout = 3024,
  k_mysql_account_has_been_locked = 3118,
  k_mysql_secure_transport_required = 3159,
  k_mysql_server_isnt_available = 3168,
  k_mysql_session_was_killed = 3169,
  k_mysql_lock_nowait = 3572,
  k_mysql_blocked_by_password_lock = 3955,
  k_mysql_client_interaction_timeout = 4031,
};

/// ProxySQL's own: none of its servers answered.
enum ProxysqlError : int {
  k_proxysql_connect_timeout = 9001,
  k_proxysql_server_away = 9002,
};

/// Errors that the storage layer passes on: a failed write, and the system's own number.
enum StorageError : int {
  k_storage_write_failed = 3,
  k_storage_no_space = ENOSPC,
};

}  // namespace upkeep::db
