// SPDX-License-Identifier: MIT
#include "patch_web/routes.hpp"

#include "base/text.hpp"
#include "patch_web/admin_acts.hpp"
#include "patch_web/api/api.hpp"
#include "patch_web/bulk.hpp"
#include "patch_web/form_acts.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/views.hpp"
#include "web/pattern.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

const std::vector<Route>& routes() {
  static const std::vector<Route> k_routes{
      {"GET", "/", my_work_page},
      {"GET", "/patches", list_page},
      {"GET", "/patches/new", new_patch_page},
      {"GET", "/patches/bulk", bulk_page},
      {"GET", "/patches/{}", patch_page},
      {"GET", "/patches/{}/edit", edit_page},
      {"GET", "/patches/{}/history", history_page},
      {"GET", "/patches/{}/eta", public_eta},
      {"GET", "/patches/{}/verify", verify_page},
      {"GET", "/queue", queue_page},
      {"GET", "/queue/new", new_request_page},
      {"GET", "/queue/{}", request_page},
      {"GET", "/queue/{}/edit", edit_page},
      {"GET", "/queue/{}/history", history_page},
      {"GET", "/queue/{}/eta", public_eta},
      {"GET", "/search", search},
      {"GET", "/lifecycles", lifecycles_page},
      {"GET", "/lifecycles/{}", lifecycle_page},
      {"GET", "/reports", reports_page},
      {"GET", "/reports/{}", report_page},
      {"GET", "/me", me_page},
      {"GET", "/admin", admin_page},
      {"GET", "/problems", problems_page},
      {"GET", "/problems/{}", problem_kind_page},
      {"GET", "/feeds/patches.atom", patches_feed},
      {"POST", "/views", me_page, views_form},
      {"POST", "/admin/deliveries", admin_page, revive_form},
      {"POST", "/admin/attach", admin_page, attach_form},
      {"POST", "/admin/migrate", admin_page, migrate_form},
      {"POST", "/admin/choices", admin_page, choices_form},
      {"POST", "/admin/aliases", admin_page, alias_form},
      {"POST", "/admin/lifecycles", admin_page, load_form},
      {"POST", "/patches/new", new_patch_page, new_patch_form},
      {"POST", "/patches/bulk", bulk_page, bulk_form},
      {"POST", "/patches/{}/edit", edit_page, edit_form},
      {"POST", "/patches/{}/verify", verify_upload},
      {"POST", "/patches/{}/tick", subject_page, tick_form},
      {"POST", "/patches/{}/untick", subject_page, untick_form},
      {"POST", "/patches/{}/vote", subject_page, vote_form},
      {"POST", "/patches/{}/unvote", subject_page, unvote_form},
      {"POST", "/patches/{}/move", subject_page, move_form},
      {"POST", "/patches/{}/undo", subject_page, undo_form},
      {"POST", "/patches/{}/link", subject_page, link_form},
      {"POST", "/patches/{}/unlink", subject_page, unlink_form},
      {"POST", "/patches/{}/comment", subject_page, comment_form},
      {"POST", "/patches/{}/log-time", time_page, log_time_form},
      {"POST", "/patches/{}/eta", subject_page, eta_form},
      {"POST", "/queue/new", new_request_page, new_request_form},
      {"POST", "/queue/{}/take", subject_page, take_form},
      {"POST", "/queue/{}/decline", subject_page, decline_form},
      {"POST", "/queue/{}/reopen", subject_page, reopen_form},
      {"POST", "/queue/{}/edit", edit_page, edit_form},
      {"POST", "/queue/{}/tick", subject_page, tick_form},
      {"POST", "/queue/{}/untick", subject_page, untick_form},
      {"POST", "/queue/{}/vote", subject_page, vote_form},
      {"POST", "/queue/{}/unvote", subject_page, unvote_form},
      {"POST", "/queue/{}/move", subject_page, move_form},
      {"POST", "/queue/{}/undo", subject_page, undo_form},
      {"POST", "/queue/{}/link", subject_page, link_form},
      {"POST", "/queue/{}/unlink", subject_page, unlink_form},
      {"POST", "/queue/{}/comment", subject_page, comment_form},
      {"POST", "/queue/{}/log-time", time_page, log_time_form},
      {"POST", "/queue/{}/eta", subject_page, eta_form},
  };
  return k_routes;
}

namespace {

web::Refusal no_such_address(const Visit& visit) {
  std::vector<std::string> patterns;
  patterns.reserve(routes().size());
  for (const Route& route : routes()) {
    if (std::string_view(route.method) == "GET") patterns.emplace_back(route.pattern);
  }
  const auto like = nearest(visit.request().path, web::filled(patterns, visit.request().path));
  return {"unknown", "there is no such address",
          like ? fmt::format("did you mean {}?", printable(visit.address(*like))) : ""};
}

}  // namespace

web::Response answer_visit(Visit& visit) {
  if (api::is_api(visit.request().path)) return api::answer(visit);
  const std::string method = visit.request().method == "HEAD" ? "GET" : visit.request().method;
  std::vector<std::string> allowed;
  for (const Route& route : routes()) {
    const auto names = web::match(route.pattern, visit.request().path);
    if (!names) continue;
    if (method == route.method) {
      return route.act == nullptr ? route.answer(visit, *names)
                                  : answer_form(visit, *names, route.act, route.answer);
    }
    allowed.emplace_back(route.method);
    if (std::string_view(route.method) == "GET") allowed.emplace_back("HEAD");
  }
  if (allowed.empty()) throw no_such_address(visit);
  web::Refusal refusal(
      "method", fmt::format("this address does not support {}", printable(visit.request().method)));
  refusal.headers.emplace_back("Allow", join(allowed, ", "));
  throw web::Refusal(std::move(refusal));
}

}  // namespace upkeep::patch_web
