// SPDX-License-Identifier: MIT
#include "web/response.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace upkeep::web {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// What every answer says unless its page says otherwise.
constexpr std::array<Pair, 6> k_safety{
    {{"Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
      "'self'; "
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
     {"X-Content-Type-Options", "nosniff"},
     {"Referrer-Policy", "same-origin"},
     {"Cross-Origin-Opener-Policy", "same-origin"},
     {"Cross-Origin-Resource-Policy", "same-origin"},
     {"Cache-Control", "private, no-cache"}}};

auto find_header(Response& response, std::string_view name) {
  return std::find_if(response.headers.begin(), response.headers.end(),
                      [&](const auto& one) { return lower(one.first) == lower(name); });
}

}  // namespace

Response& Response::set(std::string_view name, std::string value) {
  const auto found = find_header(*this, name);
  if (found != headers.end()) {
    found->second = std::move(value);
  } else {
    headers.emplace_back(name, std::move(value));
  }
  return *this;
}

std::string_view reason_phrase(int status) {
  static const std::map<int, std::string_view> k_phrases{{200, "OK"},
                                                         {201, "Created"},
                                                         {301, "Moved Permanently"},
                                                         {303, "See Other"},
                                                         {304, "Not Modified"},
                                                         {400, "Bad Request"},
                                                         {403, "Forbidden"},
                                                         {404, "Not Found"},
                                                         {405, "Method Not Allowed"},
                                                         {406, "Not Acceptable"},
                                                         {409, "Conflict"},
                                                         {412, "Precondition Failed"},
                                                         {413, "Content Too Large"},
                                                         {414, "URI Too Long"},
                                                         {415, "Unsupported Media Type"},
                                                         {422, "Unprocessable Content"},
                                                         {428, "Precondition Required"},
                                                         {500, "Internal Server Error"},
                                                         {503, "Service Unavailable"}};
  const auto found = k_phrases.find(status);
  return found == k_phrases.end() ? std::string_view("Unknown") : found->second;
}

void add_safety_headers(Response& response) {
  for (const auto& [name, value] : k_safety) {
    if (find_header(response, name) == response.headers.end()) {
      response.headers.emplace_back(name, value);
    }
  }
}

Response see_other(const std::string& location) {
  Response response;
  response.status = 303;
  response.set("Location", location);
  return response;
}

}  // namespace upkeep::web
