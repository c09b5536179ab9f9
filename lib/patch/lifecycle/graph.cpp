// SPDX-License-Identifier: MIT
#include "patch/lifecycle/graph.hpp"

#include "base/text.hpp"
#include "record/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch::lifecycle {

namespace {

std::string dot_text(const std::string& text) {
  return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

/// The events that lead from one state to another, as one label.
std::map<std::pair<std::string, std::string>, std::string> edges(const Definition& definition) {
  std::map<std::pair<std::string, std::string>, std::string> all;
  for (const State& state : definition.states) {
    for (const Transition& one : state.transitions) {
      if (one.target.empty()) continue;
      std::string& label = all[{state.name, one.target}];
      label += (label.empty() ? "" : ", ") + one.event;
    }
  }
  return all;
}

struct Place {
  int column = 0, row = 0;
};

/// Columns by breadth-first distance; unreachable states are in the last one.
std::map<std::string, Place> places(const Definition& definition) {
  std::map<std::string, int> distance{{definition.initial, 0}};
  std::vector<std::string> waiting{definition.initial};
  int last = 0;
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const State* state = definition.find(waiting[next]);
    if (state == nullptr) continue;
    for (const Transition& one : state->transitions) {
      if (one.target.empty() || distance.contains(one.target)) continue;
      last = distance[one.target] = distance[waiting[next]] + 1;
      waiting.push_back(one.target);
    }
  }
  std::map<std::string, Place> placed;
  std::map<int, int> used;
  for (const State& state : definition.states) {
    const auto known = distance.find(state.name);
    const int column = known == distance.end() ? last + 1 : known->second;
    placed[state.name] = {column, used[column]++};
  }
  return placed;
}

constexpr int k_width = 170, k_height = 44, k_step_x = 290, k_step_y = 110, k_margin = 40;

class Picture {
 public:
  explicit Picture(const Definition& definition)
      : m_definition(definition), m_places(places(definition)) {
    for (const auto& [name, place] : m_places) {
      m_right = std::max(m_right, left(place) + k_width);
      m_bottom = std::max(m_bottom, top(place) + k_height);
    }
  }

  std::string draw() {
    for (const auto& [ends, label] : edges(m_definition)) edge(ends.first, ends.second, label);
    for (const State& state : m_definition.states) box(state);
    const std::string width = fmt::to_string(m_right + k_margin);
    const std::string height = fmt::to_string(m_bottom + 2 * k_margin);
    Markup svg;
    svg.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                     {"width", width},
                     {"height", height},
                     {"viewBox", fmt::format("0 0 {} {}", width, height)},
                     {"font-family", "sans-serif"},
                     {"font-size", "13"}});
    svg.element("title", m_definition.name);
    svg.open("defs").open("marker", {{"id", "arrow"},
                                     {"viewBox", "0 0 8 8"},
                                     {"refX", "8"},
                                     {"refY", "4"},
                                     {"markerWidth", "8"},
                                     {"markerHeight", "8"},
                                     {"orient", "auto"}});
    svg.element("path", "", {{"d", "M0 0L8 4L0 8z"}, {"fill", "#555"}}).close().close();
    svg.element("rect", "", {{"width", "100%"}, {"height", "100%"}, {"fill", "#fff"}});
    return svg.append(m_body).finish();
  }

 private:
  static int left(const Place& place) { return k_margin + place.column * k_step_x; }
  static int top(const Place& place) { return 2 * k_margin + place.row * k_step_y; }

  void box(const State& state) {
    const Place place = m_places.at(state.name);
    const bool first = state.name == m_definition.initial;
    m_body.element("rect", "",
                   {{"x", fmt::to_string(left(place))},
                    {"y", fmt::to_string(top(place))},
                    {"width", fmt::to_string(k_width)},
                    {"height", fmt::to_string(k_height)},
                    {"rx", "8"},
                    {"fill", state.transitions.empty() ? "#e4f0e4" : "#eef2f8"},
                    {"stroke", "#333"},
                    {"stroke-width", first ? "2.5" : "1"}});
    constexpr std::size_t k_letters = 22;
    m_body.element("text", ellipsized(state.name, k_letters),
                   {{"x", fmt::to_string(left(place) + k_width / 2)},
                    {"y", fmt::to_string(top(place) + k_height / 2 + 5)},
                    {"text-anchor", "middle"}});
  }

  void path(const std::string& d, int x, int y, const std::string& label) {
    constexpr std::size_t k_letters = 34;
    m_body.element("path", "",
                   {{"d", d}, {"fill", "none"}, {"stroke", "#555"}, {"marker-end", "url(#arrow)"}});
    m_body.element("text", ellipsized(label, k_letters),
                   {{"x", fmt::to_string(x)},
                    {"y", fmt::to_string(y)},
                    {"text-anchor", "middle"},
                    {"font-size", "11"},
                    {"fill", "#234"},
                    {"stroke", "#fff"},
                    {"stroke-width", "3"},
                    {"paint-order", "stroke"}});
  }

  void edge(const std::string& from, const std::string& to, const std::string& label) {
    if (!m_places.contains(to)) return;
    const Place a = m_places.at(from), b = m_places.at(to);
    const int ay = top(a) + k_height / 2, by = top(b) + k_height / 2;
    if (from == to) {
      const int x = left(a) + k_width / 2, y = top(a);
      path(fmt::format("M{} {}C{} {} {} {} {} {}", x - 20, y, x - 30, y - 34, x + 30, y - 34,
                       x + 20, y),
           x, y - 24, label);
    } else if (b.column > a.column) {
      const int x1 = left(a) + k_width, x2 = left(b), half = (x2 - x1) / 2;
      // Pass above the nodes in between.
      const int lift = b.column - a.column > 1 ? -k_step_y / 2 : -8;
      path(fmt::format("M{} {}C{} {} {} {} {} {}", x1, ay - 8, x1 + half, ay + lift, x2 - half,
                       by + lift, x2, by - 8),
           x1 + half, (ay + by) / 2 + lift * 3 / 4 - 4, label);
    } else if (b.column < a.column) {
      const int x1 = left(a), x2 = left(b) + k_width, half = (x1 - x2) / 2;
      const int drop = a.column - b.column > 1 ? k_step_y / 2 : 14;
      path(fmt::format("M{} {}C{} {} {} {} {} {}", x1, ay + 8, x1 - half, ay + drop, x2 + half,
                       by + drop, x2, by + 8),
           x1 - half, (ay + by) / 2 + drop * 3 / 4 + 12, label);
    } else {
      const bool down = b.row > a.row;
      const int x = left(a) + k_width / 2 + (down ? -30 : 30);
      const int y1 = down ? top(a) + k_height : top(a), y2 = down ? top(b) : top(b) + k_height;
      const int bow = x + (down ? -1 : 1) * (std::abs(b.row - a.row) > 1 ? k_width : 20);
      path(fmt::format("M{} {}C{} {} {} {} {} {}", x, y1, bow, y1, bow, y2, x, y2), bow,
           (y1 + y2) / 2 + 4, label);
    }
  }

  const Definition& m_definition;
  std::map<std::string, Place> m_places;
  int m_right = 0, m_bottom = 0;
  Markup m_body;
};

}  // namespace

std::string graph_dot(const Definition& definition) {
  std::string out =
      fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box, style=rounded];\n",
                  dot_text(definition.name));
  for (const State& state : definition.states) {
    std::string look;
    if (state.name == definition.initial) look = " [penwidth=2]";
    if (state.transitions.empty()) look = " [peripheries=2]";
    out += fmt::format("  {}{};\n", dot_text(state.name), look);
  }
  for (const auto& [ends, label] : edges(definition)) {
    out += fmt::format("  {} -> {} [label={}];\n", dot_text(ends.first), dot_text(ends.second),
                       dot_text(label));
  }
  return out + "}\n";
}

std::string graph_svg(const Definition& definition) {
  return Picture(definition).draw();
}

}  // namespace upkeep::patch::lifecycle
