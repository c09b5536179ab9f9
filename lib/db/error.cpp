// SPDX-License-Identifier: MIT
#include "db/error.hpp"

#include "db/error_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace upkeep::db {

namespace {

struct Meaning {
  ExitStatus status;
  const char* what;
  const char* advice;
  std::vector<int> numbers;
};

constexpr const char* k_not_let_in = "access to the database was denied";
constexpr const char* k_no_writes = "the database does not accept writes";

/// Error numbers of servers and client libraries that a user may see: MariaDB, MySQL and their
/// proxies. Any other error is a bug of ours.
const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> k_meanings{
      {ExitStatus::unavailable,
       "the database does not answer",
       "is the server running, and are host, port or socket correct? 'upkeep doctor' checks them",
       {CR_UNKNOWN_ERROR,
        CR_SOCKET_CREATE_ERROR,
        CR_CONNECTION_ERROR,
        CR_CONN_HOST_ERROR,
        CR_IPSOCK_ERROR,
        CR_UNKNOWN_HOST,
        CR_SERVER_GONE_ERROR,
        CR_VERSION_ERROR,
        CR_SERVER_HANDSHAKE_ERR,
        CR_SERVER_LOST,
        CR_SERVER_LOST_EXTENDED,
        ER_HANDSHAKE_ERROR,
        ER_SERVER_SHUTDOWN,
        ER_NORMAL_SHUTDOWN,
        ER_SHUTDOWN_COMPLETE,
        ER_ABORTING_CONNECTION,
        ER_NET_READ_ERROR_FROM_PIPE,
        ER_NET_FCNTL_ERROR,
        ER_NET_PACKETS_OUT_OF_ORDER,
        ER_NET_UNCOMPRESS_ERROR,
        ER_NET_READ_ERROR,
        ER_NET_READ_INTERRUPTED,
        ER_NET_ERROR_ON_WRITE,
        ER_NET_WRITE_INTERRUPTED,
        ER_CONNECTION_KILLED,
        k_mysql_server_isnt_available,
        k_mysql_session_was_killed,
        k_mysql_client_interaction_timeout,
        k_proxysql_connect_timeout,
        k_proxysql_server_away}},
      {ExitStatus::unavailable,
       "the database closes every new connection of this account",
       "the server's init_connect fails: its error log has the reason",
       {ER_NEW_ABORTING_CONNECTION}},
      {ExitStatus::unavailable,
       "the database is in offline mode",
       "an administrator has set offline_mode: try again later",
       {ER_SERVER_OFFLINE_MODE}},
      {ExitStatus::unavailable,
       "no encrypted connection",
       "check tls and ca",
       {CR_SSL_CONNECTION_ERROR}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the server accepts only encrypted connections: set tls = \"require\" or \"verify\"",
       {k_mysql_secure_transport_required}},
      {ExitStatus::try_later,
       "the database accepts no more connections",
       "try again later, or raise max_connections or the account's limits",
       {ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED,
        ER_OUT_OF_RESOURCES, ER_CANT_CREATE_THREAD}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "check user and password_file, and tls if the account requires it",
       {ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR,
        ER_ACCESS_DENIED_CHANGE_USER_ERROR, ER_NOT_SUPPORTED_AUTH_MODE,
        ER_SERVER_IS_IN_SECURE_AUTH_MODE, CR_SECURE_AUTH}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the server has no account of this user for this host: check the host part of the account",
       {ER_HOST_NOT_PRIVILEGED, ER_BAD_HOST_ERROR}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "too many failed connections came from this host: run FLUSH HOSTS there as administrator",
       {ER_HOST_IS_BLOCKED}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the account's authentication plugin is missing on the server or in the client library",
       {ER_PLUGIN_IS_NOT_LOADED, CR_ALREADY_CONNECTED, CR_AUTH_PLUGIN_CANNOT_LOAD,
        CR_DUPLICATE_CONNECTION_ATTR, CR_AUTH_PLUGIN_ERR}},
      {ExitStatus::not_permitted,
       "access to the database was denied: the account is locked",
       "an administrator unlocks it: ALTER USER ... ACCOUNT UNLOCK",
       {ER_ACCOUNT_HAS_BEEN_LOCKED, k_mysql_account_has_been_locked}},
      {ExitStatus::not_permitted,
       "access to the database was denied: too many wrong passwords have blocked the account",
       "correct password_file; an administrator unblocks the account: FLUSH PRIVILEGES, or ALTER "
       "USER ... ACCOUNT UNLOCK",
       {ER_USER_IS_BLOCKED, k_mysql_blocked_by_password_lock}},
      {ExitStatus::not_permitted,
       "access to the database was denied: the password has expired",
       "set a new password (ALTER USER ... IDENTIFIED BY) and write it into password_file",
       {ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD_LOGIN}},
      {ExitStatus::not_permitted,
       "the database user lacks a privilege",
       "'upkeep doctor' reports which one",
       {ER_DBACCESS_DENIED_ERROR, ER_KILL_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR,
        ER_COLUMNACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_PROCACCESS_DENIED_ERROR,
        ER_CANT_CREATE_USER_WITH_GRANT, ER_BINLOG_CREATE_ROUTINE_NEED_SUPER}},
      {ExitStatus::config,
       "the schema is not set up, or is older than this program",
       "run 'upkeep init'",
       {ER_BAD_DB_ERROR, ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR, ER_NO_SUCH_TABLE_IN_ENGINE}},
      {ExitStatus::unavailable,
       k_no_writes,
       "name the primary server in the configuration",
       {ER_OPTION_PREVENTS_STATEMENT, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_READ_ONLY_MODE}},
      {ExitStatus::unavailable,
       "the database node is not connected to its cluster",
       "try again; if this persists, the node has lost contact with the majority of its cluster: "
       "check wsrep_cluster_status and the server's error log",
       {ER_UNKNOWN_COM_ERROR}},
      {ExitStatus::unavailable,
       k_no_writes,
       "a table or the storage engine is read-only: check the server's error log",
       {ER_OPEN_AS_READONLY, ER_INNODB_READ_ONLY}},
      {ExitStatus::unavailable,
       "the database refuses a function that the lock requires",
       "use a server on which GET_LOCK works; 'upkeep doctor' checks this",
       {ER_NOT_SUPPORTED_YET}},
      {ExitStatus::try_later,
       "lock contention in the database",
       "try again",
       {ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, ER_ERROR_DURING_COMMIT, ER_CHECKREAD,
        ER_LOCK_TABLE_FULL, ER_CANT_UPDATE_WITH_READLOCK, ER_TABLE_DEF_CHANGED,
        ER_AUTOINC_READ_FAILED, ER_TOO_MANY_CONCURRENT_TRXS, k_mysql_lock_nowait,
        ER_USER_LOCK_DEADLOCK}},
      {ExitStatus::try_later,
       "the database stopped the statement",
       "try again; if a time limit of the server stopped it (max_statement_time, "
       "max_execution_time), raise that for this account",
       {ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT, k_mysql_query_timeout}},
      {ExitStatus::unavailable,
       "the database has no space left",
       "free some space on the server",
       {ER_RECORD_FILE_FULL, ER_DISK_FULL, k_storage_write_failed, k_storage_no_space}},
      {ExitStatus::unavailable,
       "the database has no memory left",
       "give the server more memory, or reduce its load",
       {ER_OUTOFMEMORY, ER_OUT_OF_SORTMEMORY, CR_OUT_OF_MEMORY}},
      {ExitStatus::unavailable,
       "the database cannot read or write its files",
       "check the server's error log",
       {ER_CANT_CREATE_FILE,  ER_CANT_CREATE_TABLE,   ER_CANT_CREATE_DB, ER_CANT_LOCK,
        ER_CANT_OPEN_FILE,    ER_FILE_NOT_FOUND,      ER_CANT_READ_DIR,  ER_ERROR_ON_CLOSE,
        ER_ERROR_ON_READ,     ER_ERROR_ON_RENAME,     ER_ERROR_ON_WRITE, ER_GET_ERRNO,
        ER_NOT_FORM_FILE,     ER_NOT_KEYFILE,         ER_OLD_KEYFILE,    ER_CRASHED_ON_USAGE,
        ER_CRASHED_ON_REPAIR, ER_TABLE_NEEDS_UPGRADE, ER_INDEX_CORRUPT,  ER_TABLESPACE_MISSING,
        ER_TABLE_CORRUPT}},
      {ExitStatus::unavailable,
       "the database cannot write its binary log",
       "check binlog_format and the server's error log",
       {ER_TRANS_CACHE_FULL, ER_BINLOG_ROW_LOGGING_FAILED, ER_BINLOG_LOGGING_IMPOSSIBLE,
        ER_BINLOG_STMT_MODE_AND_ROW_ENGINE, ER_BINLOG_ROW_INJECTION_AND_STMT_MODE}},
      {ExitStatus::unavailable,
       "the statement is larger than the database accepts",
       "raise max_allowed_packet on the server",
       {ER_NET_PACKET_TOO_LARGE, CR_NET_PACKET_TOO_LARGE}},
  };
  return k_meanings;
}

const Meaning& meaning_of(int number) {
  static const Meaning k_ours{ExitStatus::internal, "the database refused a statement", "", {}};
  for (const Meaning& meaning : meanings()) {
    const auto& numbers = meaning.numbers;
    if (std::find(numbers.begin(), numbers.end(), number) != numbers.end()) return meaning;
  }
  return k_ours;
}

/// The account in "Access denied for user 'NAME'@'HOST' …".
std::string account_in(const std::string& text) {
  constexpr std::string_view k_before = "for user '";
  const auto begin = text.find(k_before);
  if (begin == std::string::npos) return {};
  const auto from = begin + k_before.size();
  const auto end = text.find("'@'", from);
  return end == std::string::npos ? "" : text.substr(from, end - from);
}

/// Over a socket and without a password, an account may admit only the Unix user of the same name.
bool is_about_unix_name(int number, const std::string& text, const std::string& where) {
  return number == ER_ACCESS_DENIED_NO_PASSWORD_ERROR ||
         (number == ER_ACCESS_DENIED_ERROR && where.starts_with('/') &&
          text.find("using password: NO") != std::string::npos);
}

std::string advice_of(int number, const std::string& text, const std::string& where) {
  if (!is_about_unix_name(number, text, where)) return meaning_of(number).advice;
  const std::string account = account_in(text);
  return fmt::format(
      "the account may allow only authentication by Unix name (unix_socket): run this as that "
      "user, 'sudo "
      "-u {} ...'; or give it a password and name its password_file",
      account.empty() ? "USER" : account);
}

}  // namespace

Error::Error(int number, const std::string& text, const std::string& where)
    : upkeep::Error(meaning_of(number).status,
                    fmt::format("{} ({}): {} [{}]", meaning_of(number).what, where, text, number),
                    advice_of(number, text, where)),
      m_number(number) {}

bool Error::connection_lost() const noexcept {
  switch (m_number) {
    case CR_UNKNOWN_ERROR:
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_HANDSHAKE_ERR:
    case CR_SERVER_LOST:
    case CR_SERVER_LOST_EXTENDED:
    case ER_CON_COUNT_ERROR:
    case ER_UNKNOWN_COM_ERROR:
    case ER_SERVER_SHUTDOWN:
    case ER_ABORTING_CONNECTION:
    case ER_NET_READ_ERROR:
    case ER_NET_READ_INTERRUPTED:
    case ER_NET_ERROR_ON_WRITE:
    case ER_NET_WRITE_INTERRUPTED:
    case ER_NEW_ABORTING_CONNECTION:
    case ER_CONNECTION_KILLED:
    case k_mysql_server_isnt_available:
    case k_mysql_session_was_killed:
    case k_mysql_client_interaction_timeout:
    case k_proxysql_connect_timeout:
      return true;
    default:
      return false;
  }
}

bool Error::retryable() const noexcept {
  switch (m_number) {
    // A deadlock is also reported for a failed certification in a cluster; CHECKREAD means a row
    // that changed under a snapshot, AUTOINC_READ_FAILED a deadlock over an AUTO_INCREMENT (INSERT
    // ... SELECT), UNKNOWN_COM_ERROR a cluster node that is still joining.
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case ER_ERROR_DURING_COMMIT:
    case ER_CHECKREAD:
    case ER_TABLE_DEF_CHANGED:
    case ER_AUTOINC_READ_FAILED:
    case ER_UNKNOWN_COM_ERROR:
      return true;
    default:
      return false;
  }
}

bool Error::lock_wait_ended() const noexcept {
  return m_number == ER_LOCK_WAIT_TIMEOUT;
}

bool Error::missing_object() const noexcept {
  return m_number == ER_BAD_DB_ERROR || m_number == ER_NO_SUCH_TABLE ||
         m_number == ER_BAD_FIELD_ERROR;
}

bool Error::duplicate() const noexcept {
  return m_number == ER_DUP_ENTRY;
}

bool Error::already_added() const noexcept {
  return m_number == ER_DUP_FIELDNAME || m_number == ER_DUP_KEYNAME;
}

bool Error::unknown_variable() const noexcept {
  return m_number == ER_UNKNOWN_SYSTEM_VARIABLE;
}

bool Error::denied() const noexcept {
  return m_number == ER_DBACCESS_DENIED_ERROR || m_number == ER_TABLEACCESS_DENIED_ERROR ||
         m_number == ER_COLUMNACCESS_DENIED_ERROR || m_number == ER_SPECIFIC_ACCESS_DENIED_ERROR;
}

bool Error::not_supported() const noexcept {
  return m_number == ER_NOT_SUPPORTED_YET;
}

bool Error::out_of_time() const noexcept {
  return m_number == ER_STATEMENT_TIMEOUT || m_number == k_mysql_query_timeout;
}

bool Error::read_only() const noexcept {
  return m_number == ER_OPTION_PREVENTS_STATEMENT ||
         m_number == ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION || m_number == ER_READ_ONLY_MODE ||
         m_number == ER_INNODB_READ_ONLY;
}

}  // namespace upkeep::db
