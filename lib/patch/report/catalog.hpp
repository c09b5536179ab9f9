// SPDX-License-Identifier: MIT
// The reports by name, for what shows any of them: pages and the API.
#pragma once

#include "patch/report/applied.hpp"
#include "patch/report/report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::report {

/// What a report may be asked for beside a selector and a range; empty: not given.
struct Arguments {
  std::string by, product, platform, jar, date;
  std::vector<std::string> patches;
  std::optional<Applied> server;  ///< the parameters `applied` and `service-pack`
};

struct CatalogEntry {
  const char* name;
  const char* summary;
  std::vector<std::string_view> parameters;  ///< what it reads of Arguments
  bool selects;                              ///< whether it takes a selector and a range
  /// @throws UsageError for an argument that is missing or not valid, what the report throws
  Report (*make)(Scope& scope, const Arguments& arguments);
};

/// All of them, in the order of pmt-report(1).
const std::vector<CatalogEntry>& catalog();
/// The entry with this name; nullptr if there is none.
const CatalogEntry* find_report(std::string_view name);

/// A bound of a range as SQL writes times: a day, or a moment. The end of a day is the start of the
/// next. @param name of what was given, for the message. @throws UsageError if it is not a date
std::string time_bound(std::string_view name, const std::string& text, bool end, WallTime now);

}  // namespace upkeep::patch::report
