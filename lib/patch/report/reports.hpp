// SPDX-License-Identifier: MIT
// The reports. pmt-report(1) defines their figures.
#pragma once

#include "patch/report/applied.hpp"
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

/// @param applied null: every released patch
/// @throws DataError for an invalid patch; Error(partial) for one that does not exist
Report effective(Scope& scope, const std::string& platform, const std::string& jar,
                 const Applied* applied);
/// The released patches of the platform that a server lacks: neither applied, nor superseded by an
/// applied patch. @param product empty: of every product
/// @throws DataError for an entry of `applied` that is not a patch of the platform
Report missing(Scope& scope, const std::string& platform, const std::string& product,
               const Applied& applied);
/// The clients that have one of the patches, also as part of another patch.
/// @param names of patches. @throws DataError, Error(partial) for one that does not exist
Report recall(Scope& scope, const std::vector<std::string>& names);
Report conflicts(Scope& scope);
/// @param names of patches. @throws DataError, Error(partial) for one that does not exist
Report install_order(Scope& scope, const std::vector<std::string>& names);

}  // namespace upkeep::patch::report
