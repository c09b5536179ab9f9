// SPDX-License-Identifier: MIT
// The only room that knows Connector/C++. A connection belongs to one thread at a time.
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

/// How to reach a server. `socket` is used where `host` is empty.
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
  /// A server that is read only (a replica) takes no writes of this session, even where the account
  /// has the privilege to write there.
  bool obeys_read_only = false;
  /// abort() works on it. Made alone in this process: no other connection is made meanwhile.
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

/// One row of a result, all of it in memory. Columns are read by the name that the statement gives
/// them, best in its order (the next one is found at once), or by number, from 0. A name that the
/// result has not is a fault of the program: Error(internal).
class Row {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;
  Row(Names names, std::vector<std::optional<std::string>> columns)
      : m_names(std::move(names)), m_columns(std::move(columns)) {}

  /// Empty for NULL. Good as long as the row.
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
  /// nullopt for NULL (which is never taken for 0) and for what is no whole number.
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
  mutable std::size_t m_next = 0;  // behind the one that was found last
};

using Rows = std::vector<Row>;

/// An open connection. Never reconnects by itself: a new session would hold no lock.
class Connection {
 public:
  /// @throws db::Error; upkeep::Error(unavailable) when tls is wanted and the session is not
  /// encrypted
  explicit Connection(const Endpoint& endpoint);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs one statement that returns rows; every `?` outside of quotes is replaced by the next
  /// parameter, quoted. One round trip. @throws db::Error
  Rows query(std::string_view sql, const std::vector<Param>& params = {});
  /// The same, a row at a time, without keeping them: for results of many rows. `take` must not use
  /// this connection; the row is good until it returns. @throws db::Error, what `take` throws
  void query_each(std::string_view sql, const std::function<void(const Row&)>& take);
  /// Runs one statement that returns none. @returns the rows it changed. @throws db::Error
  std::uint64_t execute(std::string_view sql, const std::vector<Param>& params = {});
  /// The number the last INSERT drew from AUTO_INCREMENT.
  std::uint64_t last_insert_id();

  /// `sql` with its parameters in place, as it would be sent.
  [[nodiscard]] std::string bound(std::string_view sql, const std::vector<Param>& params) const;

  /// Ends whatever call another thread has running on this connection, with an error there. The one
  /// member that any thread may call. Needs Endpoint::can_abort.
  void abort() const noexcept;

  [[nodiscard]] const std::string& where() const noexcept { return m_where; }

 private:
  struct Session;
  std::unique_ptr<Session> m_session;
  std::string m_where;
};

/// `` `name` ``, with backticks doubled.
std::string quoted_identifier(std::string_view name);

/// `text` for `LIKE ... ESCAPE '!'`, with `%`, `_` and `!` taken literally.
std::string like_literal(std::string_view text);

}  // namespace upkeep::db
