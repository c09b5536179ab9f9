// SPDX-License-Identifier: MIT
#include "db/error.hpp"

#include <fmt/format.h>

namespace upkeep::db {

namespace {

struct Meaning {
  ExitStatus status;
  const char* what;
  const char* advice;
};

/// The server's and the client library's numbers that a user can meet.
Meaning meaning_of(int number) {
  switch (number) {
    case 2000:
    case 2002:
    case 2003:
    case 2005:
    case 2006:
    case 2012:
    case 2013:
    case 2055:
    case 1053:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1927:
    case 4031:
      return {ExitStatus::unavailable, "the database does not answer",
              "is the server running, and are host, port or socket right? 'upkeep doctor' looks "
              "closer"};
    case 2026:
      return {ExitStatus::unavailable, "no encrypted connection", "check tls and ca"};
    case 1040:
    case 1203:
    case 1226:
    case 1041:
      return {ExitStatus::try_later, "the database takes no more connections",
              "try again later, or raise max_connections"};
    case 1045:
    case 1698:
    case 1130:
    case 1129:
    case 1524:
    case 2059:
    case 2061:
      return {ExitStatus::not_permitted, "the database does not let us in",
              "check user and password_file"};
    case 1044:
    case 1142:
    case 1143:
    case 1227:
    case 1370:
    case 1410:
      return {ExitStatus::not_permitted, "the database user lacks a privilege",
              "'upkeep doctor' says which one"};
    case 1049:
    case 1146:
    case 1054:
    case 1932:
      return {ExitStatus::config, "the schema is not set up, or is older than this program",
              "run 'upkeep init'"};
    case 1290:
    case 1792:
    case 1836:
    case 1047:
      return {ExitStatus::unavailable, "the database takes no writes",
              "name the primary server in the configuration"};
    case 1235:
      return {ExitStatus::unavailable, "the database refuses a function the lock needs",
              "use a server on which GET_LOCK works; 'upkeep doctor' looks closer"};
    case 1205:
    case 1213:
    case 1180:
    case 1020:
    case 1467:
    case 3572:
    case 3058:
      return {ExitStatus::try_later, "the database was too busy with others", "try again"};
    case 1114:
    case 1021:
    case 3:
    case 28:
      return {ExitStatus::unavailable, "the database has no space left", "make room on the server"};
    default:
      return {ExitStatus::internal, "the database refused a statement", ""};
  }
}

}  // namespace

Error::Error(int number, const std::string& text, const std::string& where)
    : upkeep::Error(meaning_of(number).status,
                    fmt::format("{} ({}): {} [{}]", meaning_of(number).what, where, text, number),
                    meaning_of(number).advice),
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
    case 1053:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1927:
    case 4031:
      return true;
    default:
      return false;
  }
}

bool Error::retryable() const noexcept {
  switch (m_number) {
    // 1205 lock wait, 1213 deadlock (and a certification failure), 1180 commit refused, 1020 row
    // changed under a snapshot, 1467 a deadlock over an AUTO_INCREMENT (INSERT ... SELECT), 1047 a
    // cluster node that is just joining.
    case 1205:
    case 1213:
    case 1180:
    case 1020:
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
  return m_number == 1290 || m_number == 1792 || m_number == 1836;
}

}  // namespace upkeep::db
