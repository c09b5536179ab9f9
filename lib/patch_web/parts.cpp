// SPDX-License-Identifier: MIT
#include "patch_web/parts.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/model/state_color.hpp"
#include "web/token.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// What may surround a word without belonging to it.
std::string_view without_punctuation(std::string_view word) {
  constexpr std::string_view k_before = "([{<\"'";
  constexpr std::string_view k_behind = ")]}>\"'.,;:!?";
  while (!word.empty() && k_before.find(word.front()) != std::string_view::npos) {
    word.remove_prefix(1);
  }
  while (!word.empty() && k_behind.find(word.back()) != std::string_view::npos) {
    word.remove_suffix(1);
  }
  return word;
}

/// Where a word leads; nullopt: nowhere.
std::optional<std::string> target_of(Visit& visit, const std::string& word) {
  if (patch::parse_queue_id(word)) return visit.patch_address(word);
  if (word.find('-') != std::string::npos) {
    if (const auto ref = visit.names().parse(word)) {
      const std::string name = visit.names().format(*ref);
      if (name == word) return visit.patch_address(name);
    }
  }
  if (word.starts_with("http://") || word.starts_with("https://")) return word;
  for (const auto& [pattern, address] : visit.web().links) {
    if (Regex(pattern).matches(word)) return replace_all(address, "{}", web::url_encoded(word));
  }
  return std::nullopt;
}

/// A time of this week relative to now; empty for others.
std::string relative_text(const Visit& visit, WallTime time) {
  const TimeTexts& texts = visit.texts().times;
  using std::chrono::floor;
  using std::chrono::seconds;
  constexpr seconds k_none{0};
  const seconds apart = floor<seconds>(visit.now()) - floor<seconds>(time);
  const seconds length = apart < k_none ? -apart : apart;
  if (length >= std::chrono::weeks{1}) return {};
  if (length == k_none) return texts.now;
  const std::string words = human_duration(length);
  return fmt::format(fmt::runtime(apart < k_none ? texts.ahead : texts.ago),
                     words.substr(0, words.find(' ')));
}

/// Not with a capital, and not with the key of a field or the name of a file or command: those are
/// spelled as they are.
bool starts_with_a_small_word(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  const std::string_view word = text.substr(0, text.find_first_of(" ,;:!?"));
  return std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || c >= 0x80U;  // other scripts have letters, too
  });
}

}  // namespace

std::string sentence(std::string_view text) {
  std::string out(text);
  if (out.empty()) return out;
  if (starts_with_a_small_word(out)) out[0] = static_cast<char>(out[0] - 'a' + 'A');
  const char last = out.back();
  if (last != '.' && last != '!' && last != '?') out += '.';
  return out;
}

std::string counted(const std::string& text, std::size_t number) {
  const auto bar = text.find('|');
  const std::string form =
      number == 1 || bar == std::string::npos ? text.substr(0, bar) : text.substr(bar + 1);
  return fmt::format(fmt::runtime(form), number);
}

void message_element(Markup& out, const char* tag, const Texts& texts, const std::string& message,
                     Markup::Attributes attributes) {
  const std::string text = message_of(texts.messages, message);
  if (text == message && texts.language != english().language) {
    attributes.push_back({"lang", english().language});
  }
  out.element(tag, sentence(text), attributes);
}

void state_badge(Markup& out, Visit& visit, const std::string& state) {
  if (state.empty()) return;
  std::string kind = "state";
  switch (patch::state_color(visit.config().patch, state)) {
    case Color::green:
      kind += " good";
      break;
    case Color::yellow:
      kind += " wait";
      break;
    case Color::red:
      kind += " bad";
      break;
    default:
      break;
  }
  out.element("span", state, {{"class", kind}});
}

std::string age_text(const Visit& visit, const std::string& iso) {
  return human_duration(patch::lifecycle::time_since(iso, visit.now()));
}

void time_of(Markup& out, const Visit& visit, const std::string& iso) {
  const auto time = parse_iso8601(iso);
  if (!time) {
    out.text(iso);
    return;
  }
  constexpr std::size_t k_minutes = 16;
  std::string shown = iso8601(*time).substr(0, k_minutes);
  std::replace(shown.begin(), shown.end(), 'T', ' ');
  out.element("time", shown + " UTC", {{"datetime", iso}});
  if (const std::string age = relative_text(visit, *time); !age.empty()) {
    out.element("span", " " + age, {{"class", "quiet"}});
  }
}

void linked_text(Markup& out, Visit& visit, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && is_blank(text[end]) == is_blank(text[at])) ++end;
    const std::string_view run = text.substr(at, end - at);
    at = end;
    const std::string_view word = is_blank(run.front()) ? "" : without_punctuation(run);
    const bool may_link = word.size() > 2 && std::any_of(word.begin(), word.end(),
                                                         [](char c) { return is_word_byte(c); });
    const auto target = may_link ? target_of(visit, std::string(word)) : std::nullopt;
    if (!target) {
      out.text(run);
      continue;
    }
    const auto before = static_cast<std::size_t>(word.data() - run.data());
    out.text(run.substr(0, before));
    out.element("a", word, {{"href", *target}});
    out.text(run.substr(before + word.size()));
  }
}

std::string customer_sentence(const Texts& texts, const patch::lifecycle::Eta& eta) {
  return fmt::format(fmt::runtime(texts.expected), eta.earliest, eta.latest);
}

void patch_link(Markup& out, const Visit& visit, const std::string& name) {
  out.element("a", name, {{"href", visit.patch_address(name)}});
}

void form_guards(Markup& out, const Visit& visit, const std::optional<std::string>& stay,
                 const std::string& back) {
  const auto hidden = [&](const char* name, const std::string& value) {
    out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  };
  hidden("token", visit.token());
  hidden("once", web::random_once());
  if (stay) hidden("stay", *stay);
  if (!back.empty()) hidden("back", back);
}

}  // namespace upkeep::patch_web
