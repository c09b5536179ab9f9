// SPDX-License-Identifier: MIT
// Which servers have no place for another run.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/store/slot_store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The name of the lock that is held by the process which is next on a full server, and waited for
/// by those behind it. @param prefix of the installation's lock names
std::string server_lock_name(const std::string& prefix, const std::string& endpoint);

/// What is taken on the bounded servers at one moment.
struct ServerPlaces {
  std::set<std::string> full;   ///< no place is left
  std::set<std::string> asked;  ///< a process waits there for a run that it was given by name
  std::vector<SlotRow> rows;    ///< the leases on full servers

  /// Those that a drain passes over: a process that waits for a place there comes first.
  [[nodiscard]] std::set<std::string> closed() const;
};

/// Reads them; without a bounded server, nothing is read. @param prefix of the installation's lock
/// names. @throws db::Error
ServerPlaces read_places(db::Connection& connection, SlotStore& slots, const ServerBounds& bounds,
                         const std::string& prefix);

}  // namespace upkeep::upgrade
