// SPDX-License-Identifier: MIT
// pmt-web: from one request to one answer.
#pragma once

#include "patch_web/site.hpp"
#include "web/refusal.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <memory>
#include <optional>

namespace upkeep::patch_web {

class Application {
 public:
  explicit Application(Surroundings around) : m_around(std::move(around)) {}

  /// The path below which the application is served. Empty if the configuration cannot be read.
  [[nodiscard]] std::string base();

  /// The answer to a request. Throws nothing: errors become answers.
  /// @param fault why the request could not be read; nullptr: it could
  [[nodiscard]] web::Response answer(const web::Request& request,
                                     const web::Refusal* fault = nullptr) noexcept;

  /// The exit status that belongs to the last answer, for a request made by hand.
  [[nodiscard]] ExitStatus status() const noexcept { return m_status; }

 private:
  [[nodiscard]] Site& site();
  [[nodiscard]] web::Response answer_or_throw(const web::Request& request);
  [[nodiscard]] web::Response failure(const web::Request& request, const Error& error);
  /// A line about a request that was refused; its exit status is status().
  void log(const web::Request& request, const Error& error);
  [[nodiscard]] web::Response health();

  Surroundings m_around;
  std::optional<Site> m_site;
  ExitStatus m_status = ExitStatus::ok;
};

}  // namespace upkeep::patch_web
