// SPDX-License-Identifier: MIT
// The reports. pmt-report(1) defines their figures.
#pragma once

#include "patch/report/periods.hpp"
#include "patch/report/report.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::report {

Report health(Scope& scope);

/// The age of requests in the queue. @pre the selector has no limit
Report queue(Scope& scope);
Report progress(Scope& scope);
Report over_eta(Scope& scope);
Report released(Scope& scope);
/// @param by the name of a period, `product`, `platform`, `client`, `category`, `developer` or `qa`
Report released_by(Scope& scope, const std::string& by);
const std::vector<std::string>& released_by_words();

Report trend(Scope& scope, Period period);
Report workload(Scope& scope);
Report time_spent(Scope& scope);
Report durations(Scope& scope);
/// The states at the time `at`, as SQL writes times.
Report state_at(Scope& scope, const std::string& at);

Report service_pack(Scope& scope, const std::string& product, const std::string& platform);
Report qa(Scope& scope, const std::string& product);

/// The state of a server: the patches applied to it, in no particular order.
struct Applied {
  std::vector<std::string> directories;   ///< `patch0001`, names of patches, `servicepack0001`
  std::vector<std::string> service_pack;  ///< contents of the service pack
};
/// @param applied null: every released patch
/// @throws DataError for an invalid patch; Error(partial) for one that does not exist
Report effective(Scope& scope, const std::string& platform, const std::string& jar,
                 const Applied* applied);
Report conflicts(Scope& scope);
/// @param names of patches. @throws DataError, Error(partial) for one that does not exist
Report install_order(Scope& scope, const std::vector<std::string>& names);

}  // namespace upkeep::patch::report
