// SPDX-License-Identifier: MIT
// Reads and writes the table `link`: what a patch or a request links to. Nobody else writes to it.
// A target is a name, for it need not exist.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// What one patch links to.
struct LinksOf {
  PatchRef patch;
  std::vector<Link> links;  ///< in order; may be empty
};

/// All of it that writes is to be called in the transaction of what happened, with the patch's row
/// locked or new.
class LinkStore {
 public:
  /// @param connection stays the caller's
  explicit LinkStore(db::Connection& connection) : m_connection(connection) {}

  struct NewLinks {
    std::uint64_t patch = 0;
    const std::vector<Link>* links = nullptr;  ///< the caller's
  };
  /// The links of new rows, in one statement; nothing for none. @throws db::Error
  void insert(const std::vector<NewLinks>& rows);
  /// Those of the row that this session has just inserted. @throws db::Error
  void insert_of_last(const std::vector<Link>& links);

  /// Adds a link behind the patch's others. @returns false where it is there. @throws db::Error
  bool add(std::uint64_t patch, const Link& link);
  /// @returns false where it is not there. @throws db::Error
  bool remove(std::uint64_t patch, const Link& link);

  /// Whether anything links to `target` in that way ("": in any). @throws db::Error
  bool is_target(const PatchRef& target, const std::string& type);
  /// Those of `patches` that exist, with their links: neither changes until the transaction ends.
  /// @throws db::Error
  std::vector<LinksOf> locked(const std::vector<PatchRef>& patches);
  /// Calls `take` with every patch that links to anything. @throws db::Error
  void for_each(const std::function<void(const LinksOf&)>& take);

 private:
  db::Connection& m_connection;
};

/// The column `links` of a `SELECT ... FROM patch p`, for links_of().
std::string_view links_column();
std::vector<Link> links_of(const db::Row& row);

/// A condition on patches `p`: that they have the link.
std::string has_link_sql(const Link& link);
/// That they have no link of that type.
std::string has_no_link_sql(const std::string& type);

}  // namespace upkeep::patch
