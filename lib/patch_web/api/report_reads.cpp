// SPDX-License-Identifier: MIT
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"
#include "patch_web/report_request.hpp"

namespace upkeep::patch_web::api {

web::Response get_report(Visit& visit, const Names& names) {
  const MadeReport made = make_report(visit, report_called(names.at(0)));
  const auto columns = made.report->columns;
  return streamed_array(visit, columns, [made](Visit& /*kept*/, Printer& out) {
    made.report->for_each_row([&](const Record& row) { out.print(row); });
  });
}

}  // namespace upkeep::patch_web::api
