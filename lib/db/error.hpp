// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <string>

namespace upkeep::db {

/// What the server or the client library said, with the status and the advice that belong to it.
class Error : public upkeep::Error {
 public:
  /// @param where the server, as a person would name it
  Error(int number, const std::string& text, const std::string& where);

  [[nodiscard]] int number() const noexcept { return m_number; }
  /// The connection is gone or could not be made, or its cluster node has left the cluster:
  /// another attempt may find the server again.
  [[nodiscard]] bool connection_lost() const noexcept;
  /// Worth the same transaction once more: deadlock, lock wait, certification failure (Galera).
  [[nodiscard]] bool retryable() const noexcept;
  /// No such table, column or schema.
  [[nodiscard]] bool missing_object() const noexcept;
  /// A unique key refused a row.
  [[nodiscard]] bool duplicate() const noexcept;
  /// A column or a key that is to be added is there already.
  [[nodiscard]] bool already_added() const noexcept;
  /// The server has no such variable: MariaDB and MySQL have each some of their own.
  [[nodiscard]] bool unknown_variable() const noexcept;
  /// The account may not look at the schema, table or column.
  [[nodiscard]] bool denied() const noexcept;
  /// The server refuses the function: GET_LOCK, on some clusters.
  [[nodiscard]] bool not_supported() const noexcept;
  /// A time limit of the server has stopped the statement.
  [[nodiscard]] bool out_of_time() const noexcept;
  /// The server takes no writes.
  [[nodiscard]] bool read_only() const noexcept;

 private:
  int m_number;
};

}  // namespace upkeep::db
