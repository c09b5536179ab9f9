// SPDX-License-Identifier: MIT
#include "patch_web/texts.hpp"

#include "web/accept_language.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace upkeep::patch_web {

namespace {

/// What stands for the gaps of `pattern` in `text`; nullopt: it does not match.
std::optional<std::vector<std::string>> gaps_of(std::string_view pattern, std::string_view text) {
  constexpr std::string_view k_gap = "{}";
  std::vector<std::string> gaps;
  auto gap = pattern.find(k_gap);
  if (!text.starts_with(pattern.substr(0, gap))) return std::nullopt;
  if (gap == std::string_view::npos) {
    return text == pattern ? std::optional(std::move(gaps)) : std::nullopt;
  }
  text.remove_prefix(gap);
  while (gap != std::string_view::npos) {
    pattern.remove_prefix(gap + k_gap.size());
    gap = pattern.find(k_gap);
    const std::string_view behind = pattern.substr(0, gap);
    const bool last = gap == std::string_view::npos;
    if (last && !text.ends_with(behind)) return std::nullopt;
    const auto end = last ? text.size() - behind.size() : text.find(behind);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    gaps.emplace_back(text.substr(0, end));
    text.remove_prefix(end + behind.size());
  }
  return gaps;
}

}  // namespace

const std::string& text_of(const WordTexts& texts, const std::string& word) {
  const auto found =
      std::find_if(texts.begin(), texts.end(), [&](const auto& one) { return one.first == word; });
  return found == texts.end() ? word : found->second;
}

std::string message_of(const WordTexts& texts, const std::string& message) {
  for (const auto& [english_text, text] : texts) {
    const auto gaps = gaps_of(english_text, message);
    if (!gaps) continue;
    fmt::dynamic_format_arg_store<fmt::format_context> values;
    for (const std::string& one : *gaps) values.push_back(message_of(texts, one));
    return fmt::vformat(text, values);
  }
  return message;
}

const Texts& texts_for(std::string_view header) {
  const Texts& otherwise = english();
  const Texts& other = spanish();
  const auto language = web::preferred_language(header, {otherwise.language, other.language});
  return language == other.language ? other : otherwise;
}

std::string problem_title(const Texts& texts, std::string_view word) {
  const auto found = std::find_if(texts.problems.begin(), texts.problems.end(),
                                  [&](const ProblemText& one) { return one.word == word; });
  return found == texts.problems.end() ? std::string(word) : found->title;
}

}  // namespace upkeep::patch_web
