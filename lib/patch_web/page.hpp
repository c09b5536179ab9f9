// SPDX-License-Identifier: MIT
// The frame of every page: head, navigation, search box.
#pragma once

#include "patch_web/visit.hpp"
#include "record/markup.hpp"
#include "web/refusal.hpp"
#include "web/response.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

/// Which entry of the navigation a page belongs to.
enum class Section { none, my_work, patches, queue, lifecycles, reports, admin, me };

class Page {
 public:
  /// @param visit not owned. @param title of the document; not yet a heading
  Page(Visit& visit, const std::string& title, Section section);

  /// What is inside `<main>`.
  [[nodiscard]] Markup& out() noexcept { return m_out; }
  /// The command that prints the same as this page, for a terminal.
  void command(const std::string& text) { m_command = text; }
  /// The whole answer.
  [[nodiscard]] web::Response response(int status = 200);

 private:
  void head(const std::string& title);
  void header(Section section);

  Visit& m_visit;
  Markup m_out;
  std::string m_command;
};

/// A page about a problem, for a visitor who may be unknown.
/// @param base empty if the configuration is not known: then without the style sheet
web::Response problem_page(const Texts& texts, const std::string* base,
                           const web::ProblemKind& kind, const Error& error,
                           const std::string& request_id);

}  // namespace upkeep::patch_web
