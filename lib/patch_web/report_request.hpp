// SPDX-License-Identifier: MIT
// A report as an address asks for it, for its page and for the API.
#pragma once

#include "patch/report/catalog.hpp"
#include "patch_web/visit.hpp"

#include <memory>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// @throws Refusal(unknown), suggesting the nearest name
const patch::report::CatalogEntry& report_called(const std::string& name);

/// A report that was made. Further rows read with the scope.
struct MadeReport {
  std::shared_ptr<patch::report::Scope> scope;
  std::shared_ptr<patch::report::Report> report;
};

/// Makes the report with the parameters of the query. @param others parameters that are the
/// caller's. @throws UsageError for a parameter that the report does not have or that is not valid
MadeReport make_report(Visit& visit, const patch::report::CatalogEntry& entry,
                       const std::vector<std::string>& others = {});

}  // namespace upkeep::patch_web
