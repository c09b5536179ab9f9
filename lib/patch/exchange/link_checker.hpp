// SPDX-License-Identifier: MIT
// Checks whether the link targets of imported rows exist.
#pragma once

#include "patch/exchange/import_row.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

class LinkChecker {
 public:
  /// @param connection, names not owned
  LinkChecker(db::Connection& connection, const NameRule& names)
      : m_connection(connection), m_names(names) {}

  /// Refuses rows that link to a patch that exists neither in the registry nor in the same batch.
  /// Rows with a history are not refused: their targets may follow later in the file, because a
  /// complete export contains both ends. @throws db::Error
  void check(ImportBatch& batch);
  /// Adds a row that was imported.
  void add_imported(const Draft& draft);
  /// Links of imported rows whose target does not exist, like `A requires B`. @throws db::Error
  [[nodiscard]] std::vector<std::string> loose_links();

 private:
  db::Connection& m_connection;
  const NameRule& m_names;
  std::map<std::string, std::string> m_promised;  // link target -> patch that links to it
};

}  // namespace upkeep::patch
