// SPDX-License-Identifier: MIT
#include "patch/registry/history_text.hpp"

#include "base/text.hpp"
#include "patch/registry/event_words.hpp"
#include "record/text_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace upkeep::patch {

namespace {

class HistoryPage {
 public:
  HistoryPage(const std::vector<Event>& events, const TextStyle& style) : m_style(style) {
    constexpr std::size_t k_widest_name = 20;
    for (const Event& event : events) {
      m_time_width = std::max(m_time_width, display_width(when(event)));
      m_name_width = std::max(m_name_width, display_width(printable(event.actor)));
    }
    m_name_width = std::min(m_name_width, k_widest_name);
    m_indent = k_margin + m_time_width + k_gap + m_name_width + k_gap;
    constexpr std::size_t k_least = 30;
    m_narrow = m_style.width > 0 && m_style.width < m_indent + k_least;
    if (m_narrow) m_indent = k_margin + k_gap;
  }

  void title(const std::string& text) { m_out += paint(Color::bold, printable(text)) + "\n"; }

  void event(const Event& event, const EventWords& words) {
    const std::string name = ellipsized(printable(event.actor), m_name_width);
    std::string start = std::string(k_margin, ' ') + padded(when(event), m_time_width) +
                        std::string(k_gap, ' ') + padded(name, m_name_width);
    if (m_narrow) {
      m_out += start.substr(0, start.find_last_not_of(' ') + 1) + "\n";
      start = std::string(m_indent, ' ');
    } else {
      start += std::string(k_gap, ' ');
    }
    m_out += start;
    head(words);
    for (const std::string& line : words.list) {
      m_out += std::string(m_indent, ' ') + "- ";
      text(line, m_indent + 2);
    }
    for (const std::string& line : split(trim(event.comment), '\n')) {
      if (trim(line).empty()) continue;
      m_out += std::string(m_indent, ' ');
      text(printable(replace_all(line, "\t", " ")), m_indent);
    }
  }

  [[nodiscard]] std::string text() && { return std::move(m_out); }

 private:
  static constexpr std::size_t k_margin = 2, k_gap = 2;

  void head(const EventWords& words) {
    const std::string remark = words.remark.empty() ? "" : "  (" + words.remark + ")";
    const std::string plain = words.head + words.state + remark;
    const bool fits = m_style.width == 0 || m_indent + display_width(plain) <= m_style.width;
    if (!fits || words.state.empty() || !m_style.color_of) return text(plain, m_indent);
    m_out +=
        words.head + paint(m_style.color_of("state", words.state), words.state) + remark + "\n";
  }

  /// The rest of a line, continued below `indent` blanks.
  void text(const std::string& line, std::size_t indent) {
    m_out += hanging_lines(line, indent, m_style.width);
  }

  [[nodiscard]] std::string when(const Event& event) const {
    return printable(human_time(event.at, m_style));
  }
  [[nodiscard]] std::string paint(Color color, std::string_view text) const {
    return m_style.color ? painted(color, text) : std::string(text);
  }

  const TextStyle& m_style;
  std::size_t m_time_width = 0, m_name_width = 0, m_indent = 0;
  bool m_narrow = false;
  std::string m_out;
};

}  // namespace

std::string history_text(const std::vector<Event>& events, const std::string& name,
                         const ArtifactType& type, const NameRule& names, const TextStyle& style) {
  if (events.empty()) return {};
  const std::set<std::uint64_t> revoked = revoked_events(events);
  HistoryPage page(events, style);
  page.title(name);
  for (const Event& event : events) {
    page.event(event, event_words(event, revoked.contains(event.id), type, names, style));
  }
  return std::move(page).text();
}

}  // namespace upkeep::patch
