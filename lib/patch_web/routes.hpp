// SPDX-License-Identifier: MIT
// The addresses of the application, below its base.
#pragma once

#include "patch_web/forms.hpp"
#include "patch_web/visit.hpp"
#include "web/response.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

struct Route {
  const char* method;   ///< `GET` also answers HEAD
  const char* pattern;  ///< as web::match() reads it
  /// Answers the request; of a form, makes the page that comes back if it is refused.
  /// @param names the values of the `{}` of the pattern
  web::Response (*answer)(Visit& visit, const std::vector<std::string>& names);
  FormAct act = nullptr;  ///< of a form
};

/// The routes, of which the first that matches counts.
const std::vector<Route>& routes();

/// Answers a request of a person. @throws Refusal(unknown|method), Error
web::Response answer_visit(Visit& visit);

}  // namespace upkeep::patch_web
