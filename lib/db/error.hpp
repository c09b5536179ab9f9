// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <string>

namespace upkeep::db {

/// An error of the server or the client library, with its exit status and advice.
class Error : public upkeep::Error {
 public:
  /// @param where the server, as shown to users
  Error(int number, const std::string& text, const std::string& where);

  [[nodiscard]] int number() const noexcept { return m_number; }
  /// The connection was lost or could not be made, or the node has left its cluster: another
  /// attempt may succeed.
  [[nodiscard]] bool connection_lost() const noexcept;
  /// The same transaction may succeed if retried: deadlock, lock wait, certification failure
  /// (Galera).
  [[nodiscard]] bool retryable() const noexcept;
  /// Another transaction held a lock for longer than this session waits.
  [[nodiscard]] bool lock_wait_ended() const noexcept;
  /// No such table, column or schema.
  [[nodiscard]] bool missing_object() const noexcept;
  /// A unique key rejected a row.
  [[nodiscard]] bool duplicate() const noexcept;
  /// A column or key to be added already exists.
  [[nodiscard]] bool already_added() const noexcept;
  /// The server has no such variable: some exist only in MariaDB, others only in MySQL.
  [[nodiscard]] bool unknown_variable() const noexcept;
  /// The account may not read the schema, table or column.
  [[nodiscard]] bool denied() const noexcept;
  /// The server refuses the function, as some clusters do with GET_LOCK.
  [[nodiscard]] bool not_supported() const noexcept;
  /// A time limit of the server has stopped the statement.
  [[nodiscard]] bool out_of_time() const noexcept;
  /// The server does not accept writes.
  [[nodiscard]] bool read_only() const noexcept;

 private:
  int m_number;
};

}  // namespace upkeep::db
