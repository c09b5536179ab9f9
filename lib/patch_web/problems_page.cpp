// SPDX-License-Identifier: MIT
// /problems and /problems/WORD: what the kinds of problems mean, and what to do.
#include "base/text.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

std::vector<std::string> words() {
  std::vector<std::string> all;
  all.reserve(web::problem_kinds().size());
  for (const web::ProblemKind& kind : web::problem_kinds()) all.emplace_back(kind.word);
  return all;
}

const web::ProblemKind& kind_called(const std::string& word) {
  const auto& kinds = web::problem_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const web::ProblemKind& one) { return one.word == word; });
  if (found != kinds.end()) return *found;
  throw web::Refusal("unknown", fmt::format("'{}' is not a kind of problem", printable(word)),
                     did_you_mean(word, words(), ""));
}

}  // namespace

web::Response problems_page(Visit& visit, const Names& /*names*/) {
  Page page(visit, visit.texts().all_problems, Section::none);
  Markup& out = page.out();
  out.element("h1", visit.texts().all_problems).open("dl", {{"class", "card"}});
  for (const web::ProblemKind& kind : web::problem_kinds()) {
    const std::string word(kind.word);
    out.open("dt").element("a", word, {{"href", visit.address("/problems/" + word)}}).close();
    out.element("dd", problem_title(visit.texts(), kind.word));
  }
  out.close();
  return page.response();
}

web::Response problem_kind_page(Visit& visit, const Names& names) {
  const web::ProblemKind& kind = kind_called(names.at(0));
  const Texts& texts = visit.texts();
  const std::string title = problem_title(texts, kind.word);
  Page page(visit, title, Section::none);
  Markup& out = page.out();
  out.element("h1", title);
  out.element("p", fmt::format(fmt::runtime(texts.problem_status), kind.http, code(kind.exit)),
              {{"class", "sub"}});
  const auto text = std::find_if(texts.problems.begin(), texts.problems.end(),
                                 [&](const ProblemText& one) { return one.word == kind.word; });
  if (text != texts.problems.end()) {
    out.open("div", {{"class", "card"}});
    out.element("p", text->meaning).element("p", text->remedy).close();
  }
  out.open("p").element("a", texts.all_problems, {{"href", visit.address("/problems")}}).close();
  return page.response();
}

}  // namespace upkeep::patch_web
