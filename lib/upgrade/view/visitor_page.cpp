// SPDX-License-Identifier: MIT
#include "upgrade/view/visitor_page.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "record/markup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace upkeep::upgrade {

namespace {

using Json = nlohmann::json;

/// The parts of a record that the page needs.
struct Status {
  std::string workspace, state;
  std::optional<std::int64_t> percent, position, eta_s, start_s, reference, poll_s;
  std::optional<std::string> step;
  std::optional<double> retry_in_s;  ///< of a failed one: time until it may be retried

  [[nodiscard]] bool active() const { return state == "queued" || state == "running"; }
};

std::optional<std::int64_t> number(const Json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || !found->is_number()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<std::string> word(const Json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Status read_status(const std::string& text, const PageTexts& texts) {
  Status status;
  const Json record = Json::parse(text, nullptr, false);
  if (!record.is_object()) throw DataError("stdin is not a published record", "see ws-progress(1)");
  status.workspace = word(record, "workspace").value_or("");
  status.state = word(record, "state").value_or("unknown");
  constexpr std::array<const char*, 9> k_known{"pending", "queued", "running", "upgraded", "failed",
                                               "held",    "closed", "busy",    "away"};
  const bool known = std::any_of(k_known.begin(), k_known.end(),
                                 [&](const char* state) { return status.state == state; });
  if (!known || !texts.has(status.state)) status.state = "unknown";
  status.percent = number(record, "percent");
  status.position = number(record, "position");
  status.eta_s = number(record, "eta_s");
  status.start_s = number(record, "start_s");
  status.reference = number(record, "reference");
  status.poll_s = number(record, "poll_s");
  status.step = word(record, "step");
  const auto retry = word(record, "retry_at"), as_of = word(record, "as_of");
  const auto from = as_of ? parse_iso8601(*as_of) : std::nullopt;
  const auto to = retry ? parse_iso8601(*retry) : std::nullopt;
  if (from && to) status.retry_in_s = std::chrono::duration<double>(*to - *from).count();
  return status;
}

void paragraph(Markup& page, const std::string& text, const char* look = nullptr) {
  if (text.empty()) return;
  if (look == nullptr) {
    page.element("p", text);
  } else {
    page.element("p", text, {{"class", look}});
  }
}

std::string queue_words(const Status& status, const PageTexts& texts) {
  std::vector<std::string> words;
  if (status.position) {
    const std::int64_t ahead = *status.position;
    words.push_back(ahead == 0   ? texts.say("ahead.0")
                    : ahead == 1 ? texts.say("ahead.1")
                                 : texts.say("ahead.n", "n", fmt::to_string(ahead)));
  }
  if (status.start_s) {
    words.push_back(
        *status.start_s < 10
            ? texts.say("starts.now")
            : texts.say("starts", "time", texts.duration(static_cast<double>(*status.start_s))));
  }
  if (status.eta_s) {
    words.push_back(texts.say("ready", "time", texts.duration(static_cast<double>(*status.eta_s))));
  }
  return join(words, " ");
}

/// When the page reloads itself; nullopt: never.
std::optional<std::string> refresh_of(const Status& status, const std::string& login) {
  if (status.state == "upgraded") return "8; url=" + login;
  if (status.state == "away" || status.state == "busy") return "10";
  if (status.active()) return fmt::to_string(std::max<std::int64_t>(3, status.poll_s.value_or(3)));
  if (status.state == "failed" && status.retry_in_s.value_or(0) > 0)
    return fmt::to_string(std::clamp(std::ceil(*status.retry_in_s), 5.0, 60.0));
  if (status.state == "unknown" || status.state == "closed") return "30";
  return std::nullopt;
}

void head(Markup& page, const Status& status, const PageTexts& texts, const std::string& login) {
  page.doctype().open("html", {{"lang", texts.language()}}).open("head");
  page.open("meta", {{"charset", "utf-8"}});
  page.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.open("meta", {{"name", "robots"}, {"content", "noindex"}});
  page.open("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  if (const auto refresh = refresh_of(status, login))
    page.open("meta", {{"http-equiv", "refresh"}, {"content", *refresh}});
  const std::string percent =
      status.active() ? fmt::format("{} % – ", status.percent.value_or(0)) : "";
  page.element("title", percent + texts.say("title"));
  page.open("link", {{"rel", "stylesheet"}, {"href", "/upkeep/page.css"}});
}

void failed_words(Markup& page, const Status& status, const PageTexts& texts) {
  paragraph(page, texts.say("failed.more"));
  if (status.reference)
    paragraph(page, texts.say("reference", "reference", fmt::to_string(*status.reference)));
  if (status.retry_in_s.value_or(0) > 0)
    paragraph(page, texts.say("retry", "time", texts.duration(*status.retry_in_s)));
}

void form(Markup& page, const std::string& words) {
  page.open("form", {{"method", "post"}, {"action", "request"}});
  page.element("button", words, {{"class", "button"}}).close();
}

void body(Markup& page, const Status& status, const PageTexts& texts, const std::string& login) {
  paragraph(page, status.workspace, "workspace");
  const std::string percent = fmt::to_string(status.percent.value_or(0));
  page.element("h1", texts.say(status.state), {{"id", "said"}});
  if (status.active() || status.state == "upgraded") {
    page.element("progress", "", {{"max", "100"}, {"value", percent}, {"aria-labelledby", "said"}});
    paragraph(page, percent + " %", "percent");
  }
  if (status.state == "queued") paragraph(page, queue_words(status, texts));
  if (status.state == "running") {
    if (status.eta_s) {
      paragraph(page,
                texts.say("left", "time", texts.duration(static_cast<double>(*status.eta_s))));
    }
    if (status.step) paragraph(page, texts.say("step", "step", *status.step), "quiet");
  }
  if (status.state == "failed") failed_words(page, status, texts);
  if (status.state == "upgraded") paragraph(page, texts.say("going"));
  if (status.state == "held" || status.state == "closed")
    paragraph(page, texts.say(status.state + ".more"));
  if (status.state == "upgraded" || status.state == "unknown" || status.state == "held") {
    page.open("p");
    page.element("a", texts.say("login"),
                 {{"class", "button"}, {"href", login}, {"target", "_top"}});
    page.close();
  }
  if (status.state == "pending") form(page, texts.say("start"));
  if (status.state == "failed" && status.retry_in_s.value_or(1) <= 0)
    form(page, texts.say("again"));
  if (status.active()) paragraph(page, texts.say("wait"), "quiet");
}

}  // namespace

PageTexts::PageTexts(const std::string& tsv, const std::vector<std::string>& tags) {
  const std::vector<std::string> lines = split(tsv, '\n');
  const std::vector<std::string> titles = split(lines.front(), '\t');
  if (titles.size() < 2 || titles.front() != "key")
    throw DataError("not a table of page texts",
                    "the first line must be 'key', then the languages");
  std::size_t column = 1;
  for (const std::string& tag : tags) {
    const auto found =
        std::find(titles.begin() + 1, titles.end(), lower(tag.substr(0, tag.find('-'))));
    if (found == titles.end()) continue;
    column = static_cast<std::size_t>(found - titles.begin());
    break;
  }
  m_language = titles.at(column);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = split(lines[i], '\t');
    if (cells.size() < 2) continue;
    m_texts[cells[0]] = column < cells.size() ? cells[column] : cells[1];
  }
}

std::string PageTexts::say(const std::string& key) const {
  const auto found = m_texts.find(key);
  return found == m_texts.end() ? "" : found->second;
}

std::string PageTexts::say(const std::string& key, const std::string& name,
                           const std::string& value) const {
  return replace_all(say(key), "{" + name + "}", value);
}

std::string PageTexts::duration(double seconds) const {
  const auto minutes = std::llround(seconds / 60), hours = std::llround(seconds / 3600);
  if (seconds < 50) return say("time.0");
  if (minutes < 2) return say("time.1");
  if (minutes < 55) return say("time.n", "n", fmt::to_string(minutes));
  return hours < 2 ? say("time.hour") : say("time.hours", "n", fmt::to_string(hours));
}

std::vector<std::string> language_tags(const std::string& header) {
  std::vector<std::string> tags;
  for (const std::string& part : split(header, ','))
    tags.emplace_back(trim(part.substr(0, part.find(';'))));
  return tags;
}

std::string visitor_page(const std::string& record, const PageTexts& texts,
                         const PageAddress& address) {
  const Status status = read_status(record, texts);
  std::string login = replace_all(address.login, "{workspace}", status.workspace);
  login = replace_all(std::move(login), "{lang}", address.lang);
  login = replace_all(std::move(login), "{skin}", address.skin);
  Markup page;
  head(page, status, texts, login);
  page.close().open("body").open("main");  // the head is complete
  body(page, status, texts, login);
  return page.finish();
}

}  // namespace upkeep::upgrade
