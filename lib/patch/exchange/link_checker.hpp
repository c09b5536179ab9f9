// SPDX-License-Identifier: MIT
// Checks the links of imported rows: their targets exist, and they close no cycle.
#pragma once

#include "patch/exchange/import_row.hpp"
#include "patch/exchange/link_cycles.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

class LinkChecker {
 public:
  /// @param connection, names not owned
  LinkChecker(db::Connection& connection, const NameRule& names)
      : m_connection(connection), m_names(names) {}

  /// Refuses rows that link to a patch that exists neither in the registry nor in the same batch,
  /// and rows with a link that would close a cycle, as `link` does. New rows with a history are not
  /// refused: their targets may follow later in the file, because a complete export contains both
  /// ends, and it is restored as it is. @throws db::Error
  void check(ImportBatch& batch);
  /// Adds a row that was imported.
  void add_imported(const Draft& draft);
  /// Links of imported rows whose target does not exist, like `A requires B`. @throws db::Error
  [[nodiscard]] std::vector<std::string> loose_links();
  /// Links of restored rows that close a cycle, like `A requires B`.
  [[nodiscard]] const std::set<std::string>& cycles() const noexcept { return m_closing; }

 private:
  void check_targets(ImportBatch& batch);
  void check_cycles(ImportBatch& batch);
  void check_cycles_of(ImportRow& one);
  void load();
  void take_current_links(const PatchRef& target);
  db::Connection& m_connection;
  const NameRule& m_names;
  LinkCycles m_cycles;
  bool m_loaded = false;  // whether m_cycles has the links of the registry
  std::map<std::string, std::vector<Link>> m_held;  // in m_cycles, and perhaps not written
  std::set<std::string> m_closing;
  std::map<std::string, std::string> m_promised;  // link target -> patch that links to it
};

}  // namespace upkeep::patch
