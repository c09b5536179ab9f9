// SPDX-License-Identifier: MIT
// Selectors that people keep under a name. Only this class writes to the table `view`.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct SavedView {
  std::string owner;       ///< an account
  std::string name;        ///< unique for its owner
  std::string query;       ///< as query_words() reads it; `@me` is the reader, not the owner
  bool is_shared = false;  ///< everyone sees it
};

class ViewStore {
 public:
  /// @param connection not owned
  explicit ViewStore(db::Connection& connection) : m_connection(connection) {}

  /// The views of a person, by name, and then those that others share, by name and owner.
  /// @throws db::Error
  std::vector<SavedView> of(const std::string& person);

  /// Saves a view; one of its owner with the same name is replaced. @throws DataError if the name
  /// is blank, longer than 100 characters or not plain text; UsageError for a faulty selector;
  /// db::Error
  void put(const SavedView& view, const SelectorContext& context);

  /// @returns whether there was one. @throws db::Error
  bool remove(const std::string& owner, const std::string& name);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
