// SPDX-License-Identifier: MIT
// The only writer of the table `link`: what a patch or a request links to. A target is stored by
// name, because it need not exist.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// The links of one patch.
struct LinksOf {
  PatchRef patch;
  std::vector<Link> links;  ///< in order; may be empty
};

/// Call the writing functions in the transaction of the change itself, with the patch's row locked
/// or new.
class LinkStore {
 public:
  /// @param connection not owned
  explicit LinkStore(db::Connection& connection) : m_connection(connection) {}

  struct NewLinks {
    std::uint64_t patch = 0;
    const std::vector<Link>* links = nullptr;  ///< not owned
  };
  /// Inserts the links of new rows, in one statement; does nothing for none. @throws db::Error
  void insert(const std::vector<NewLinks>& rows);
  /// Inserts the links of the row that this session has just inserted. @throws db::Error
  void insert_of_last(const std::vector<Link>& links);

  /// Adds a link after the patch's others. @returns false if it already exists. @throws db::Error
  bool add(std::uint64_t patch, const Link& link);
  /// @returns false if it does not exist. @throws db::Error
  bool remove(std::uint64_t patch, const Link& link);

  /// Whether anything links to `target` with that type ("": any type). @throws db::Error
  bool is_target(const PatchRef& target, const std::string& type);
  /// The ids of the patches with a link of that type to one of `targets`, each once. @throws
  /// db::Error
  std::vector<std::uint64_t> linking_to(const std::vector<PatchRef>& targets,
                                        const std::string& type);
  /// Those of `patches` that exist, with their links; both are locked until the transaction ends.
  /// @throws db::Error
  std::vector<LinksOf> locked(const std::vector<PatchRef>& patches);
  /// Calls `take` with every patch that has links. @throws db::Error
  void for_each(const std::function<void(const LinksOf&)>& take);

 private:
  db::Connection& m_connection;
};

/// The column `links` of a `SELECT ... FROM patch p`, for links_of().
std::string_view links_column();
std::vector<Link> links_of(const db::Row& row);

/// A condition on patches `p`: they have the link.
std::string has_link_sql(const Link& link);
/// A condition on patches `p`: they have no link of that type.
std::string has_no_link_sql(const std::string& type);

}  // namespace upkeep::patch
