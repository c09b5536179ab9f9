// SPDX-License-Identifier: MIT
#include "patch/lifecycle/show_page.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "record/text_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace upkeep::patch::lifecycle {

namespace {

class ChecklistPage {
 public:
  explicit ChecklistPage(const TextStyle& style) : m_style(style) {}

  /// A line, continued below `indent` blanks if the terminal is too narrow.
  void line(std::size_t indent, const std::string& text) {
    m_out += hanging_lines(text, indent, m_style.width);
  }
  /// What precedes the next line() on the same line.
  void start(const std::string& text) { m_out += text; }
  [[nodiscard]] std::string paint(Color color, std::string_view text) const {
    return m_style.color ? painted(color, text) : std::string(text);
  }
  [[nodiscard]] std::string text() && { return std::move(m_out); }

 private:
  const TextStyle& m_style;
  std::string m_out;
};

void head(ChecklistPage& page, const Position& position, const std::string& name,
          const TextStyle& style) {
  const std::string state = *shown_state_of(position.patch);
  const Color color = style.color_of ? style.color_of("state", state) : Color::none;
  page.start(
      fmt::format("{}  {}", page.paint(Color::bold, name), page.paint(color, printable(state))));
  std::string since;
  if (const auto& start = position.patch.state_since) {
    since = fmt::format(", for {}", human_duration(time_since(*start, style.now)));
  }
  const std::string lifecycle = fmt::format("  ({} {})", printable(*position.patch.lifecycle),
                                            position.patch.lifecycle_version.value_or(0));
  const std::size_t width = display_width(name + "  " + printable(state) + since + lifecycle);
  const bool fits = style.width == 0 || width <= style.width;
  page.start(since + (fits ? "" : "\n") + lifecycle + "\n");
}

std::string remark(const Item& item, const Progress& progress, const TextStyle& style) {
  const auto tick = progress.ticks.find(item.name);
  if (tick != progress.ticks.end()) {
    return fmt::format("({}, {})", printable(tick->second.by),
                       printable(human_time(tick->second.at, style)));
  }
  if (item.events.empty()) return "(not required)";
  return fmt::format("(for {})", printable(join(item.events, ", ")));
}

void transition_lines(ChecklistPage& page, const Transition& one,
                      const std::vector<Blocker>& reasons) {
  constexpr std::size_t k_hang = 6;
  const std::string target = one.target.empty() ? "nowhere" : printable(one.target);
  page.start(
      fmt::format("  {} {} -> {}\n",
                  reasons.empty() ? page.paint(Color::green, ">") : page.paint(Color::red, "-"),
                  printable(one.event), target));
  std::size_t items = 0;
  for (const Blocker& reason : reasons) {
    if (reason.reason == "item") {
      ++items;
    } else {
      page.start(std::string(k_hang, ' '));
      page.line(k_hang + 2, printable(reason.reason + ": " + reason.detail));
    }
  }
  if (items > 0) {
    page.start(fmt::format("      {} item{} to tick\n", items, items == 1 ? "" : "s"));
  }
}

}  // namespace

std::string show_page(const Position& position, const Rules& rules, const std::string& name,
                      const std::optional<SentBack>& back, const TextStyle& style) {
  constexpr std::size_t k_hang = 9;
  ChecklistPage page(style);
  head(page, position, name, style);
  if (back) {
    page.start("  ");
    page.line(4, sent_back_text(*back, style));
  }
  std::size_t order = 0;
  for (const Item& item : position.state->items) {
    const bool ticked = position.progress.ticks.contains(item.name);
    page.start(fmt::format("  [{}] {:2} ", ticked ? page.paint(Color::green, "x") : " ", ++order));
    page.line(k_hang,
              fmt::format("{}  {}", printable(item.name), remark(item, position.progress, style)));
  }
  for (const Transition& one : position.state->transitions) {
    transition_lines(page, one, blockers(position.situation(), one, rules));
  }
  return std::move(page).text();
}

}  // namespace upkeep::patch::lifecycle
