// SPDX-License-Identifier: MIT
#include "patch_web/routes.hpp"

#include "base/text.hpp"
#include "patch_web/form_acts.hpp"
#include "patch_web/pages.hpp"
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
      {"GET", "/patches/{}", patch_page},
      {"GET", "/patches/{}/edit", edit_page},
      {"GET", "/patches/{}/history", history_page},
      {"GET", "/queue", queue_page},
      {"GET", "/queue/new", new_request_page},
      {"GET", "/queue/{}", request_page},
      {"GET", "/queue/{}/edit", edit_page},
      {"GET", "/search", search},
      {"POST", "/patches/new", post_new_patch},
      {"POST", "/patches/{}/edit", post_edit},
      {"POST", "/patches/{}/tick", post_tick},
      {"POST", "/patches/{}/untick", post_untick},
      {"POST", "/patches/{}/vote", post_vote},
      {"POST", "/patches/{}/unvote", post_unvote},
      {"POST", "/patches/{}/move", post_move},
      {"POST", "/patches/{}/undo", post_undo},
      {"POST", "/patches/{}/link", post_link},
      {"POST", "/patches/{}/unlink", post_unlink},
      {"POST", "/patches/{}/comment", post_comment},
      {"POST", "/patches/{}/log-time", post_log_time},
      {"POST", "/patches/{}/eta", post_eta},
      {"POST", "/queue/new", post_new_request},
      {"POST", "/queue/{}/take", post_take},
      {"POST", "/queue/{}/decline", post_decline},
      {"POST", "/queue/{}/edit", post_edit},
      {"POST", "/queue/{}/tick", post_tick},
      {"POST", "/queue/{}/untick", post_untick},
      {"POST", "/queue/{}/vote", post_vote},
      {"POST", "/queue/{}/unvote", post_unvote},
      {"POST", "/queue/{}/move", post_move},
      {"POST", "/queue/{}/undo", post_undo},
      {"POST", "/queue/{}/comment", post_comment},
  };
  return k_routes;
}

web::Response answer_visit(Visit& visit) {
  const std::string method = visit.request().method == "HEAD" ? "GET" : visit.request().method;
  std::vector<std::string> allowed;
  for (const Route& route : routes()) {
    const auto names = web::match(route.pattern, visit.request().path);
    if (!names) continue;
    if (method == route.method) return route.answer(visit, *names);
    allowed.emplace_back(route.method);
    if (std::string_view(route.method) == "GET") allowed.emplace_back("HEAD");
  }
  if (allowed.empty()) throw web::Refusal("unknown", "there is no such address");
  web::Refusal refusal(
      "method", fmt::format("this address does not support {}", printable(visit.request().method)));
  refusal.headers.emplace_back("Allow", join(allowed, ", "));
  throw web::Refusal(std::move(refusal));
}

}  // namespace upkeep::patch_web
