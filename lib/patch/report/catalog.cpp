// SPDX-License-Identifier: MIT
#include "patch/report/catalog.hpp"

#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/report/reports.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::report {

namespace {

template <Report (*Make)(Scope&)>
Report plain(Scope& scope, const Arguments& /*arguments*/) {
  return Make(scope);
}

void need(const char* name, const std::string& value, const char* advice) {
  if (value.empty()) throw UsageError(fmt::format("the parameter '{}' is missing", name), advice);
}

[[noreturn]] void refuse_by(const std::string& by, const std::vector<std::string>& words) {
  throw UsageError(fmt::format("by={}: not a known word", printable(by)),
                   did_you_mean(by, words, "one of " + join(words, ", ")));
}

void need_platform(const std::string& platform) {
  need("platform", platform, "e.g. 4.4.0");
  if (platform_key(platform)) return;
  throw UsageError(fmt::format("platform={}: not a version", printable(platform)), "e.g. 4.4.0");
}

Report any_released(Scope& scope, const Arguments& arguments) {
  if (arguments.by.empty()) return released(scope);
  const auto& words = released_by_words();
  if (std::find(words.begin(), words.end(), arguments.by) == words.end()) {
    refuse_by(arguments.by, words);
  }
  return released_by(scope, arguments.by);
}

Report any_trend(Scope& scope, const Arguments& arguments) {
  const std::string by = arguments.by.empty() ? "month" : arguments.by;
  const auto period = parse_period(by);
  if (!period) refuse_by(by, period_words());
  return trend(scope, *period);
}

Report states_at(Scope& scope, const Arguments& arguments) {
  need("date", arguments.date, "e.g. 2014-03-01");
  const auto date = parse_typed_date(arguments.date, scope.now);
  if (!date) {
    throw UsageError(fmt::format("date={}: not a date", printable(arguments.date)), k_date_advice);
  }
  // The last second of the day, or the moment itself.
  constexpr std::size_t k_day = 10;
  std::string at = iso8601(date->last());
  at.pop_back();
  at[k_day] = ' ';
  return state_at(scope, at);
}

Report qa_of(Scope& scope, const Arguments& arguments) {
  need("product", arguments.product, "e.g. ESB 4.8.1");
  return qa(scope, arguments.product);
}

Report pack_of(Scope& scope, const Arguments& arguments) {
  need("product", arguments.product, "e.g. ESB 4.8.1");
  need_platform(arguments.platform);
  return service_pack(scope, arguments.product, arguments.platform);
}

Report effective_on(Scope& scope, const Arguments& arguments) {
  need_platform(arguments.platform);
  return effective(scope, arguments.platform, arguments.jar,
                   arguments.server ? &*arguments.server : nullptr);
}

Report missing_on(Scope& scope, const Arguments& arguments) {
  need_platform(arguments.platform);
  if (!arguments.server) {
    throw UsageError("the parameter 'applied' is missing", "the lines of prePatchedDir.txt");
  }
  return missing(scope, arguments.platform, arguments.product, *arguments.server);
}

/// The names as the registry writes them.
std::vector<std::string> whole_names(const Scope& scope, const Arguments& arguments) {
  if (arguments.patches.empty()) {
    throw UsageError("the parameter 'patch' is missing", "it may be repeated");
  }
  std::vector<std::string> names;
  names.reserve(arguments.patches.size());
  for (const std::string& one : arguments.patches) {
    const auto ref = scope.names.parse(one);
    names.push_back(ref ? scope.names.format(*ref) : one);
  }
  return names;
}

Report recall_of(Scope& scope, const Arguments& arguments) {
  return recall(scope, whole_names(scope, arguments));
}

Report order_of(Scope& scope, const Arguments& arguments) {
  return install_order(scope, whole_names(scope, arguments));
}

}  // namespace

const std::vector<CatalogEntry>& catalog() {
  static const std::vector<CatalogEntry> k_catalog{
      {"health", "Patches that are not process-complete", {}, true, plain<health>},
      {"queue", "Age of open requests", {}, true, plain<queue>},
      {"progress", "Patches that are not released", {}, true, plain<progress>},
      {"over-eta", "Patches over their estimate", {}, true, plain<over_eta>},
      {"released",
       "Released patches, or their number by period or group",
       {"by"},
       true,
       any_released},
      {"durations", "How long patches stay in their states", {}, true, plain<durations>},
      {"trend", "Requests, patches and releases over time", {"by"}, true, any_trend},
      {"workload", "Work in progress by person", {}, true, plain<workload>},
      {"time", "Working time by client and month", {}, true, plain<time_spent>},
      {"state-at", "States at the end of a day", {"date"}, true, states_at},
      {"qa", "What to test again at a product's release", {"product"}, true, qa_of},
      {"service-pack", "Contents of a service pack", {"product", "platform"}, true, pack_of},
      {"effective",
       "Which patch's copy of each jar a server uses",
       {"platform", "jar", "applied", "service-pack"},
       true,
       effective_on},
      {"missing",
       "Released patches that a server lacks",
       {"platform", "product", "applied", "service-pack"},
       true,
       missing_on},
      {"recall", "Clients that have a patch that is bad", {"patch"}, false, recall_of},
      {"conflicts", "Jars that a later patch overwrites", {}, true, plain<conflicts>},
      {"install-order", "Patches in the order to install them", {"patch"}, false, order_of},
  };
  return k_catalog;
}

const CatalogEntry* find_report(std::string_view name) {
  const auto& all = catalog();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string time_bound(std::string_view name, const std::string& text, bool end, WallTime now) {
  const auto date = parse_typed_date(text, now);
  if (!date)
    throw UsageError(fmt::format("{} {}: not a date", name, printable(text)), k_date_advice);
  constexpr std::size_t k_day = 10;
  WallTime time = date->time;
  if (end && date->whole_day) {  // the day after the last one has five digits
    constexpr std::chrono::sys_days k_last = std::chrono::year{9999} / 12 / 31;
    time = date->last() + std::chrono::seconds{time < k_last ? 1 : 0};
  }
  std::string iso = iso8601(time);
  iso.pop_back();
  iso[k_day] = ' ';
  return iso;
}

}  // namespace upkeep::patch::report
