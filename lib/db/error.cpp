// SPDX-License-Identifier: MIT
#include "db/error.hpp"

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

/// The server's and the client library's numbers that a user can meet, of MariaDB, of MySQL and of
/// the proxies before them. Any other error is a fault of ours.
const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> k_meanings{
      {ExitStatus::unavailable,
       "the database does not respond",
       "is the server running, and are host, port or socket correct? 'upkeep doctor' checks them",
       {2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2012, 2013, 2055,
        1043, 1053, 1077, 1079, 1152, 1154, 1155, 1156, 1157, 1158, 1159,
        1160, 1161, 1184, 1927, 3168, 3169, 4031, 9001, 9002}},
      {ExitStatus::unavailable,
       "the database is in offline mode",
       "an administrator has set offline_mode: try again later",
       {3032}},
      {ExitStatus::unavailable, "no encrypted connection", "check tls and ca", {2026}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the server accepts only encrypted connections: set tls = \"require\" or \"verify\"",
       {3159}},
      {ExitStatus::try_later,
       "the database accepts no more connections",
       "try again later, or raise max_connections or the account's limits",
       {1040, 1203, 1226, 1041, 1135}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "check user and password_file, and tls if the account requires it",
       {1045, 1698, 1873, 1251, 1275, 2049}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the server has no account of this user for this host: check the host part of the account",
       {1130, 1042}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "too many failed connections came from this host: run FLUSH HOSTS there as administrator",
       {1129}},
      {ExitStatus::not_permitted,
       k_not_let_in,
       "the account's authentication plugin is missing on the server or in the client library",
       {1524, 2058, 2059, 2060, 2061}},
      {ExitStatus::not_permitted,
       "access to the database was denied: the account is locked",
       "an administrator unlocks it: ALTER USER ... ACCOUNT UNLOCK",
       {4151, 3118}},
      {ExitStatus::not_permitted,
       "access to the database was denied: too many wrong passwords have blocked the account",
       "correct password_file; an administrator unblocks the account: FLUSH PRIVILEGES, or ALTER "
       "USER ... ACCOUNT UNLOCK",
       {4150, 3955}},
      {ExitStatus::not_permitted,
       "access to the database was denied: the password has expired",
       "set a new password (ALTER USER ... IDENTIFIED BY) and write it into password_file",
       {1820, 1862}},
      {ExitStatus::not_permitted,
       "the database user lacks a privilege",
       "'upkeep doctor' says which one",
       {1044, 1095, 1142, 1143, 1227, 1370, 1410, 1419}},
      {ExitStatus::config,
       "the schema is not set up, or is older than this program",
       "run 'upkeep init'",
       {1049, 1146, 1054, 1932}},
      {ExitStatus::unavailable,
       k_no_writes,
       "name the primary server in the configuration",
       {1290, 1792, 1836}},
      {ExitStatus::unavailable,
       "the database node is not connected to its cluster",
       "try again; if this persists, the node has lost contact with the majority of its cluster: "
       "check wsrep_cluster_status and the server's error log",
       {1047}},
      {ExitStatus::unavailable,
       k_no_writes,
       "a table or the storage engine is read-only: check the server's error log",
       {1036, 1874}},
      {ExitStatus::unavailable,
       "the database refuses a function that the lock requires",
       "use a server on which GET_LOCK works; 'upkeep doctor' checks this",
       {1235}},
      {ExitStatus::try_later,
       "lock contention in the database",
       "try again",
       {1205, 1213, 1180, 1020, 1206, 1223, 1412, 1467, 1637, 3572, 3058}},
      {ExitStatus::try_later,
       "the database stopped the statement",
       "try again; if a time limit of the server stopped it (max_statement_time, "
       "max_execution_time), raise that for this account",
       {1317, 1969, 3024}},
      {ExitStatus::unavailable,
       "the database has no space left",
       "free some space on the server",
       {1114, 1021, 3, 28}},
      {ExitStatus::unavailable,
       "the database has no memory left",
       "give the server more memory, or reduce its load",
       {1037, 1038, 2008}},
      {ExitStatus::unavailable,
       "the database cannot read or write its files",
       "check the server's error log",
       {1004, 1005, 1006, 1015, 1016, 1017, 1018, 1023, 1024, 1025, 1026,
        1030, 1033, 1034, 1035, 1194, 1195, 1459, 1712, 1812, 1877}},
      {ExitStatus::unavailable,
       "the database cannot write its binary log",
       "check binlog_format and the server's error log",
       {1197, 1534, 1598, 1665, 1666}},
      {ExitStatus::unavailable,
       "the statement is larger than the database accepts",
       "raise max_allowed_packet on the server",
       {1153, 2020}},
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

/// The account of "Access denied for user 'NAME'@'HOST' …".
std::string account_in(const std::string& text) {
  constexpr std::string_view k_before = "for user '";
  const auto begin = text.find(k_before);
  if (begin == std::string::npos) return {};
  const auto from = begin + k_before.size();
  const auto end = text.find("'@'", from);
  return end == std::string::npos ? "" : text.substr(from, end - from);
}

/// Over a socket and without a password, an account may admit only the Unix user of that name.
bool is_about_unix_name(int number, const std::string& text, const std::string& where) {
  constexpr int k_no_password = 1698, k_denied = 1045;
  return number == k_no_password || (number == k_denied && where.starts_with('/') &&
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
    case 2000:
    case 2002:
    case 2003:
    case 2005:
    case 2006:
    case 2012:
    case 2013:
    case 2055:
    case 1040:
    case 1047:
    case 1053:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1184:
    case 1927:
    case 3168:
    case 3169:
    case 4031:
    case 9001:
      return true;
    default:
      return false;
  }
}

bool Error::retryable() const noexcept {
  switch (m_number) {
    // 1205 lock wait, 1213 deadlock (and a certification failure), 1180 commit refused, 1020 row
    // changed under a snapshot, 1412 a table changed, 1467 a deadlock over an AUTO_INCREMENT
    // (INSERT ... SELECT), 1047 a cluster node that is just joining.
    case 1205:
    case 1213:
    case 1180:
    case 1020:
    case 1412:
    case 1467:
    case 1047:
      return true;
    default:
      return false;
  }
}

bool Error::missing_object() const noexcept {
  return m_number == 1049 || m_number == 1146 || m_number == 1054;
}

bool Error::read_only() const noexcept {
  return m_number == 1290 || m_number == 1792 || m_number == 1836 || m_number == 1874;
}

}  // namespace upkeep::db
