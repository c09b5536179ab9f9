// SPDX-License-Identifier: MIT
#include "patch_web/api/api.hpp"
#include "patch_web/api/reads.hpp"

namespace upkeep::patch_web::api {

namespace {

using Kind = Parameter::Kind;

constexpr Parameter k_query{"q", "The selector, upkeep-select(7), as one text"};
constexpr Parameter k_limit{"limit", "At most so many, up to 5,000; 50 unless given", Kind::number};

void add_patch_reads(std::vector<Operation>& all) {
  all.push_back({"GET",
                 "/api/v1/patches",
                 {},
                 "List patches",
                 get_patches,
                 {k_query,
                  {"fields", "The columns, separated by commas"},
                  k_limit,
                  {"after", "The cursor that the link to the next page has"}}});
  all.push_back({"GET", "/api/v1/patches/{}", {"patch"}, "Show a patch", get_patch});
  all.push_back({"GET",
                 "/api/v1/patches/{}/history",
                 {"patch"},
                 "The events of a patch",
                 get_history,
                 {{"after", "Only events behind this one", Kind::number}, k_limit}});
  all.push_back({"GET",
                 "/api/v1/patches/{}/lifecycle",
                 {"patch"},
                 "The state of a patch, its checklist, and what blocks each event",
                 get_position});
  all.push_back({"GET", "/api/v1/patches/{}/eta", {"patch"}, "The estimates of a patch", get_eta});
  all.push_back({"GET",
                 "/api/v1/queue",
                 {},
                 "List requests",
                 get_queue,
                 {k_query, {"all", "Include promoted and declined ones", Kind::flag}}});
  all.push_back({"GET", "/api/v1/queue/{}", {"request"}, "Show a request", get_request});
  all.push_back({"GET",
                 "/api/v1/blockers",
                 {},
                 "What blocks patches, and since when",
                 get_blockers,
                 {k_query}});
}

void add_type_reads(std::vector<Operation>& all) {
  all.push_back({"GET", "/api/v1/fields", {}, "The fields of a patch", get_fields});
  all.push_back({"GET", "/api/v1/choices", {}, "The pick lists", get_choices});
  all.push_back({"GET", "/api/v1/choices/{}", {"list"}, "A pick list", get_choices});
  all.push_back({"GET",
                 "/api/v1/suggest",
                 {},
                 "Values for a field, 20 at most",
                 get_suggestions,
                 {{"key", "The field"}, {"q", "What has been typed, at least one letter"}}});
  all.push_back({"GET", "/api/v1/lifecycles", {}, "The loaded lifecycles", get_lifecycles});
  all.push_back({"GET",
                 "/api/v1/lifecycles/{}",
                 {"lifecycle"},
                 "A loaded lifecycle",
                 get_lifecycle,
                 {{"version", "Its version; the newest unless given", Kind::number}}});
  all.push_back({"GET",
                 "/api/v1/reports/{}",
                 {"report"},
                 "A report of pmt-report(1)",
                 get_report,
                 {k_query,
                  {"from", "Start of the range"},
                  {"to", "End of the range, included"},
                  {"by", "The period or group that is counted by"},
                  {"product", "The product"},
                  {"platform", "The platform"},
                  {"jar", "The jar"},
                  {"date", "The day"},
                  {"patch", "A patch", Kind::text, true}}});
}

void add_person_reads(std::vector<Operation>& all) {
  all.push_back({"GET", "/api/v1/me", {}, "Who you are, and what you may do", get_me});
  all.push_back({"GET",
                 "/api/v1/me/work",
                 {},
                 "What you have to do, wait for, are late with, and may take",
                 get_work});
  all.push_back({"GET", "/api/v1/openapi.json", {}, "This description", get_openapi});
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> k_operations = [] {
    std::vector<Operation> all;
    add_patch_reads(all);
    add_type_reads(all);
    add_person_reads(all);
    return all;
  }();
  return k_operations;
}

}  // namespace upkeep::patch_web::api
