// SPDX-License-Identifier: MIT
// The only code that uses Connector/C++. A connection is used by one thread at a time.
#pragma once

#include "db/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace upkeep::db {

enum class Tls { off, require, verify };

/// How to reach a server. `socket` is used if `host` is empty.
struct Endpoint {
  std::string host;
  int port = 3306;
  std::string socket;
  std::string user;
  std::string password;  ///< never shown
  std::string schema;    ///< selected after connecting; empty: none
  Tls tls = Tls::off;
  std::string ca;
  std::chrono::seconds connect_timeout{5};
  /// Bounds every answer; must exceed the longest wait for a lock. 0: none.
  std::chrono::seconds read_timeout{0};
  /// The session cannot write to a read-only server (a replica), even if the account has the
  /// privilege to.
  bool obeys_read_only = false;
  /// abort() can be used. No other connection is made in this process while this one is.
  bool can_abort = false;

  /// `host:port` or the socket's path: for messages.
  [[nodiscard]] std::string where() const;
};

/// A value bound to a `?`.
class Param {
 public:
  Param(std::nullptr_t) {}                                        // NOLINT: converts
  Param(const char* value) : m_value(std::string(value)) {}       // NOLINT: converts
  Param(std::string value) : m_value(std::move(value)) {}         // NOLINT: converts
  Param(std::string_view value) : m_value(std::string(value)) {}  // NOLINT: converts
  Param(double value) : m_value(value) {}                         // NOLINT: converts
  Param(std::chrono::seconds value) : Param(value.count()) {}     // NOLINT: converts
  template <typename T>
  requires std::is_integral_v<T> Param(T value)
      : m_value(static_cast<std::int64_t>(value)) {}  // NOLINT: converts
  template <typename T>
  Param(const std::optional<T>& value) {  // NOLINT: converts
    if (value) *this = Param(*value);
  }

  [[nodiscard]] const std::variant<std::monostate, std::int64_t, double, std::string>& value()
      const {
    return m_value;
  }

 private:
  std::variant<std::monostate, std::int64_t, double, std::string> m_value;
};

/// One row of a result, entirely in memory. Columns are read by the names that the statement gives
/// them (fastest in the statement's order) or by number, from 0. A name that is not in the result
/// is a bug in the program: Error(internal).
class Row {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;
  Row(Names names, std::vector<std::optional<std::string>> columns)
      : m_names(std::move(names)), m_columns(std::move(columns)) {}

  /// Empty for NULL. Valid as long as the row.
  [[nodiscard]] std::string_view view(std::size_t column) const {
    const auto& text = m_columns.at(column);
    return text ? std::string_view(*text) : std::string_view();
  }
  [[nodiscard]] std::string_view view(std::string_view column) const { return view(find(column)); }

  [[nodiscard]] bool is_null(std::size_t column) const { return !m_columns.at(column); }
  [[nodiscard]] bool is_null(std::string_view column) const { return is_null(find(column)); }
  /// Empty for NULL.
  [[nodiscard]] std::string text(std::size_t column) const {
    return m_columns.at(column).value_or("");
  }
  [[nodiscard]] std::string text(std::string_view column) const { return text(find(column)); }
  [[nodiscard]] const std::optional<std::string>& maybe_text(std::size_t column) const {
    return m_columns.at(column);
  }
  [[nodiscard]] const std::optional<std::string>& maybe_text(std::string_view column) const {
    return maybe_text(find(column));
  }
  /// nullopt for NULL (which is never taken for 0) and for anything that is not a whole number.
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(std::size_t column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(std::string_view column) const {
    return maybe_integer(find(column));
  }
  /// The same of a column in seconds.
  [[nodiscard]] std::optional<std::chrono::seconds> maybe_seconds(std::string_view column) const {
    const auto count = maybe_integer(column);
    return count ? std::optional(std::chrono::seconds(*count)) : std::nullopt;
  }
  /// @throws Error(internal) for NULL.
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::string_view column) const {
    return integer(find(column));
  }
  [[nodiscard]] std::size_t size() const { return m_columns.size(); }

 private:
  friend class Connection;
  [[nodiscard]] std::size_t find(std::string_view column) const;

  Names m_names;
  std::vector<std::optional<std::string>> m_columns;
  mutable std::size_t m_next = 0;  // after the last one found
};

using Rows = std::vector<Row>;

/// What SELECTs see in place of a table: a SELECT of the same columns.
struct ReadView {
  std::string table;
  std::string select;
};

/// An open connection. Never reconnects by itself, because a new session would not hold the locks.
class Connection {
 public:
  /// @throws db::Error; upkeep::Error(unavailable) if TLS is required and the session is not
  /// encrypted
  explicit Connection(const Endpoint& endpoint);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs one statement that returns rows; every `?` outside quotes is replaced by the next
  /// parameter, quoted. One round trip. @throws db::Error
  Rows query(std::string_view sql, const std::vector<Param>& params = {});
  /// Like query(), but passes on each row without keeping it: for large results. `take` must not
  /// use this connection; the row is valid until `take` returns. @throws db::Error, and what `take`
  /// throws
  void query_each(std::string_view sql, const std::function<void(const Row&)>& take);
  /// Runs one statement that returns no rows. @returns the number of changed rows. @throws
  /// db::Error
  std::uint64_t execute(std::string_view sql, const std::vector<Param>& params = {});
  /// The AUTO_INCREMENT value of the last INSERT.
  std::uint64_t last_insert_id();

  /// Whether the server still answers on this connection. One round trip; throws nothing.
  [[nodiscard]] bool is_alive() noexcept;

  /// Ends every later wait for a row's lock after that time: transact() does not repeat what has
  /// waited so long. @throws db::Error
  void limit_lock_waits(std::chrono::seconds limit);
  [[nodiscard]] bool limits_lock_waits() const noexcept { return m_limits_lock_waits; }

  /// From now on, what query() and query_each() read comes from these views in place of their
  /// tables; none: from the tables. A view sees the tables themselves, unless a view of them comes
  /// before it. Statements that lock rows and subqueries of writes always see the tables: InnoDB
  /// does not lock through a view of this kind.
  void read_through(std::vector<ReadView> views) { m_views = std::move(views); }
  /// Whether some rows may be hidden from what is read now.
  [[nodiscard]] bool reads_views() const noexcept { return !m_views.empty() && m_direct == 0; }

  /// `sql` with its parameters substituted, as it would be sent.
  [[nodiscard]] std::string bound(std::string_view sql, const std::vector<Param>& params) const;

  /// Makes the call that another thread is running on this connection fail there. The only member
  /// that any thread may call. Requires Endpoint::can_abort.
  void abort() const noexcept;

  [[nodiscard]] const std::string& where() const noexcept { return m_where; }

 private:
  friend class ReadsTables;
  /// `sql`, a statement that reads, with the definitions of the views that it needs.
  [[nodiscard]] std::string with_views(std::string sql) const;

  struct Session;
  std::unique_ptr<Session> m_session;
  std::string m_where;
  bool m_limits_lock_waits = false;
  std::vector<ReadView> m_views;
  int m_direct = 0;  // ReadsTables that exist
};

/// While it exists, a connection reads the tables themselves: for what has to know every row.
class ReadsTables {
 public:
  explicit ReadsTables(Connection& connection) : m_connection(connection) {
    ++m_connection.m_direct;
  }
  ~ReadsTables() { --m_connection.m_direct; }
  ReadsTables(const ReadsTables&) = delete;
  ReadsTables& operator=(const ReadsTables&) = delete;

 private:
  Connection& m_connection;
};

/// `` `name` ``, with backticks doubled.
std::string quoted_identifier(std::string_view name);

/// `text` escaped for `LIKE ... ESCAPE '!'`: `%`, `_` and `!` are literal.
std::string like_literal(std::string_view text);

}  // namespace upkeep::db
