// SPDX-License-Identifier: MIT
#include "db/connection.hpp"

#include "base/text.hpp"
#include "db/handshake.hpp"
#include "db/migration.hpp"
#include "db/new_sockets.hpp"
#include "db/session_state.hpp"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/metadata.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <fmt/format.h>
#include <mysql_connection.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <type_traits>

#include <sys/socket.h>

namespace upkeep::db {

namespace {

sql::Driver* driver() {
  static std::once_flag once;
  static sql::Driver* instance = nullptr;
  // get_driver_instance() fills an unguarded static map; several threads connect.
  std::call_once(once, [] { instance = get_driver_instance(); });
  return instance;
}

sql::ConnectOptionsMap options_for(const Endpoint& endpoint) {
  sql::ConnectOptionsMap options;
  if (endpoint.host.empty()) {
    options["hostName"] = sql::SQLString("unix://" + endpoint.socket);
  } else {
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + endpoint.host + "]" : endpoint.host;
    options["hostName"] = sql::SQLString(fmt::format("tcp://{}:{}", host, endpoint.port));
  }
  options["userName"] = sql::SQLString(endpoint.user);
  options["password"] = sql::SQLString(endpoint.password);
  if (!endpoint.schema.empty()) options["schema"] = sql::SQLString(endpoint.schema);
  options["OPT_CONNECT_TIMEOUT"] = static_cast<int>(endpoint.connect_timeout.count());
  // The connect timeout alone does not bound a server that accepts and then sends nothing; the read
  // timeout does not bound the handshake. Together they bound both.
  if (endpoint.read_timeout.count() > 0) {
    options["OPT_READ_TIMEOUT"] = static_cast<int>(endpoint.read_timeout.count());
    options["OPT_WRITE_TIMEOUT"] = static_cast<int>(endpoint.read_timeout.count());
  }
  options["OPT_RECONNECT"] = false;
  options["OPT_LOCAL_INFILE"] = 0;
  if (endpoint.tls != Tls::off) {
    options["sslEnforce"] = true;
    if (!endpoint.ca.empty()) options["sslCA"] = sql::SQLString(endpoint.ca);
    options["sslVerify"] = endpoint.tls == Tls::verify;
  }
  return options;
}

}  // namespace

struct Connection::Session {
  std::unique_ptr<sql::Connection> connection;
  std::unique_ptr<sql::Statement> statement;
  int socket = -1;

  /// @throws db::Error, upkeep::Error
  void open(const Endpoint& endpoint, sql::ConnectOptionsMap& options);
};

std::string Endpoint::where() const {
  return host.empty() ? socket : fmt::format("{}:{}", host, port);
}

std::size_t Row::find(std::string_view column) const {
  const std::vector<std::string>& names = *m_names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t at = (m_next + i) % names.size();
    if (names[at] != column) continue;
    m_next = at + 1;
    return at;
  }
  throw upkeep::Error(ExitStatus::internal, fmt::format("the result has no column '{}'", column));
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
  const auto& text = m_columns.at(column);
  if (!text) return std::nullopt;
  const auto value = to_integer(*text);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::int64_t Row::integer(std::size_t column) const {
  const auto value = maybe_integer(column);
  if (!value) {
    throw upkeep::Error(ExitStatus::internal,
                        fmt::format("column {} is not a whole number", column));
  }
  return *value;
}

namespace {

/// Whether the table may be one of the statement's: its name is a word there. `state_event` is not
/// `event`, and each view costs the server as much as a small statement.
bool has_word(std::string_view sql, std::string_view table) {
  const auto belongs = [&](std::size_t at) {
    const char c = at < sql.size() ? sql[at] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (auto at = sql.find(table); at != std::string_view::npos; at = sql.find(table, at + 1)) {
    if ((at == 0 || !belongs(at - 1)) && !belongs(at + table.size())) return true;
  }
  return false;
}

/// @throws upkeep::Error if the handshake was ended before the server could learn the password
void refuse_to_tell(HandshakeFault fault, const std::string& where) {
  if (fault == HandshakeFault::no_tls) {
    throw upkeep::Error(
        ExitStatus::unavailable,
        fmt::format(
            "the server at {} does not support TLS, which tls requires: no password was sent",
            where),
        "check the server's TLS set-up, and whether it is the right server");
  }
  if (fault == HandshakeFault::clear_text) {
    throw upkeep::Error(
        ExitStatus::not_permitted,
        fmt::format(
            "the server at {} asks for the password in clear text without TLS: it was not sent",
            where),
        "check whether it is the right server; an account with this authentication needs tls = "
        "\"verify\"");
  }
}

/// Statements about the session itself do not write.
bool is_write(std::string_view sql) {
  const std::string_view word = sql.substr(0, sql.find(' '));
  constexpr std::array k_session{"SET", "USE", "START", "BEGIN", "COMMIT", "ROLLBACK", "DO"};
  return std::find(k_session.begin(), k_session.end(), word) == k_session.end();
}

Row::Names names_of(const sql::ResultSet& result) {
  sql::ResultSetMetaData& columns = *result.getMetaData();  // owned by the result
  auto names = std::make_shared<std::vector<std::string>>();
  const unsigned count = columns.getColumnCount();
  names->reserve(count);
  for (unsigned i = 1; i <= count; ++i) names->push_back(columns.getColumnLabel(i).asStdString());
  return names;
}

void insist_on_encryption(Connection& connection) {
  // The client library silently ignores options it was built without, so check.
  const Rows rows = connection.query("SHOW STATUS LIKE 'Ssl_cipher'");
  if (!rows.empty() && !rows[0].text(1).empty()) return;
  throw upkeep::Error(ExitStatus::unavailable,
                      fmt::format("the connection to {} is not encrypted although tls requires it",
                                  connection.where()),
                      "check the server's TLS set-up and the client library");
}

}  // namespace

void Connection::Session::open(const Endpoint& endpoint, sql::ConnectOptionsMap& options) {
  // Connecting to an unreachable server is slow, so connections are made in parallel, unless the
  // new socket has to be distinguished from others.
  static std::shared_mutex connecting;
  std::shared_lock beside(connecting, std::defer_lock);
  std::unique_lock alone(connecting, std::defer_lock);
  if (endpoint.can_abort) {
    alone.lock();
  } else {
    beside.lock();
  }
  const HandshakeWatch watch(endpoint.tls != Tls::off);
  try {
    const std::set<int> before = open_sockets();
    connection.reset(driver()->connect(options));
    const int newest = tune_new_sockets(before);
    if (endpoint.can_abort) socket = newest;
    statement.reset(connection->createStatement());
  } catch (const sql::SQLException& error) {
    refuse_to_tell(watch.fault(), endpoint.where());
    throw Error(error.getErrorCode(), error.what(), endpoint.where());
  }
}

Connection::Connection(const Endpoint& endpoint)
    : m_session(std::make_unique<Session>()), m_where(endpoint.where()) {
  auto options = options_for(endpoint);
  try {
    // Before Connector/C++'s own queries, which limits of the server (max_join_size) may refuse.
    options["preInit"] = sql::SQLString(session_state(endpoint.obeys_read_only));
    m_session->open(endpoint, options);
  } catch (const Error& error) {
    if (!error.unknown_variable()) throw;
    options.erase("preInit");
    m_session->open(endpoint, options);
    set_known_session_state(*this, endpoint.obeys_read_only);
  }
  if (endpoint.tls != Tls::off) insist_on_encryption(*this);
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Rows Connection::query(std::string_view sql, const std::vector<Param>& params) {
  try {
    const std::unique_ptr<sql::ResultSet> result(
        m_session->statement->executeQuery(with_views(bound(sql, params))));
    Rows rows;
    if (!result->next()) return rows;
    const Row::Names names = names_of(*result);
    const auto columns = static_cast<unsigned>(names->size());
    do {
      std::vector<std::optional<std::string>> row;
      row.reserve(columns);
      for (unsigned i = 1; i <= columns; ++i) {
        const sql::SQLString text = result->getString(i);
        row.push_back(result->wasNull() ? std::nullopt
                                        : std::optional<std::string>(text.asStdString()));
      }
      rows.emplace_back(names, std::move(row));
    } while (result->next());
    return rows;
  } catch (const sql::SQLException& error) {
    throw Error(error.getErrorCode(), error.what(), m_where);
  }
}

void Connection::query_each(std::string_view sql, const std::function<void(const Row&)>& take) {
  try {
    const std::unique_ptr<sql::ResultSet> result(
        m_session->statement->executeQuery(with_views(std::string(sql))));
    const Row::Names names = names_of(*result);
    const auto columns = static_cast<unsigned>(names->size());
    Row row(names, std::vector<std::optional<std::string>>(columns));  // reuses capacity
    while (result->next()) {
      for (unsigned i = 0; i < columns; ++i) {
        const sql::SQLString text = result->getString(i + 1);
        auto& column = row.m_columns[i];
        if (result->wasNull()) {
          column.reset();
        } else if (column) {
          *column = text.asStdString();
        } else {
          column = text.asStdString();
        }
      }
      take(row);
    }
  } catch (const sql::SQLException& error) {
    throw Error(error.getErrorCode(), error.what(), m_where);
  }
}

std::string Connection::with_views(std::string sql) const {
  const auto ends = [&](std::string_view end) { return std::string_view(sql).ends_with(end); };
  const bool reads =
      sql.starts_with("SELECT ") && !ends("FOR UPDATE") && !ends("LOCK IN SHARE MODE");
  if (!reads_views() || !reads) return sql;
  std::string definitions;
  for (const ReadView& view : m_views) {
    if (!has_word(sql, view.table)) continue;
    definitions +=
        fmt::format("{}{} AS ({})", definitions.empty() ? "WITH " : ", ", view.table, view.select);
  }
  return definitions.empty() ? sql : fmt::format("{} {}", definitions, sql);
}

std::uint64_t Connection::execute(std::string_view sql, const std::vector<Param>& params) {
  if (is_write(sql)) check_writes();
  try {
    return static_cast<std::uint64_t>(m_session->statement->executeUpdate(bound(sql, params)));
  } catch (const sql::SQLException& error) {
    throw Error(error.getErrorCode(), error.what(), m_where);
  }
}

std::uint64_t Connection::last_insert_id() {
  return static_cast<std::uint64_t>(query("SELECT LAST_INSERT_ID()").at(0).integer(0));
}

bool Connection::is_alive() noexcept {
  try {
    return m_session->connection->isValid();
  } catch (...) {
    return false;
  }
}

void Connection::limit_lock_waits(std::chrono::seconds limit) {
  execute("SET SESSION innodb_lock_wait_timeout = ?", {limit});
  m_limits_lock_waits = true;
}

std::string Connection::bound(std::string_view sql, const std::vector<Param>& params) const {
  if (params.empty())
    return std::string(sql);  // may already be bound, so its quotes are not parsed
  const auto& session = dynamic_cast<sql::mysql::MySQL_Connection&>(*m_session->connection);
  std::string out;
  out.reserve(sql.size() + 64 * params.size());
  std::size_t next = 0;
  char quote = 0;
  for (const char c : sql) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '?') {
      const auto literal = [&](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return "NULL";
        } else if constexpr (std::is_same_v<T, std::string>) {
          // Uses the session's character set and NO_BACKSLASH_ESCAPES.
          auto& escaper = const_cast<sql::mysql::MySQL_Connection&>(session);  // NOLINT: non-const
          return "'" + escaper.escapeString(value).asStdString() + "'";
        } else {
          return fmt::format("{}", value);
        }
      };
      out += std::visit(literal, params.at(next++).value());
      continue;
    }
    out += c;
  }
  if (next != params.size()) throw upkeep::Error(ExitStatus::internal, "too many parameters");
  return out;
}

void Connection::abort() const noexcept {
  if (m_session->socket >= 0) ::shutdown(m_session->socket, SHUT_RDWR);
}

std::string quoted_identifier(std::string_view name) {
  return "`" + replace_all(std::string(name), "`", "``") + "`";
}

std::string like_literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out;
}

}  // namespace upkeep::db
