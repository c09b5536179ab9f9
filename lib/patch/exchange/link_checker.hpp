// SPDX-License-Identifier: MIT
// Whether what the rows of an import link to exists.
#pragma once

#include "patch/exchange/import_row.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

class LinkChecker {
 public:
  /// @param connection, names stay the caller's
  LinkChecker(db::Connection& connection, const NameRule& names)
      : m_connection(connection), m_names(names) {}

  /// Refuses rows that link to what is neither there nor in the same batch. Rows with a history
  /// are not refused: what they link to may come later in the file, for a whole export brings both
  /// ends. @throws db::Error
  void check(ImportBatch& batch);
  /// A row that was imported.
  void add_imported(const Draft& draft);
  /// Links of imported rows whose other end does not exist, like `A requires B`. @throws db::Error
  [[nodiscard]] std::vector<std::string> loose_links();

 private:
  db::Connection& m_connection;
  const NameRule& m_names;
  std::map<std::string, std::string> m_promised;  // what links point at -> who does
};

}  // namespace upkeep::patch
