// SPDX-License-Identifier: MIT
#include "cli/text_columns.hpp"

#include "record/text_layout.hpp"

#include <algorithm>
#include <array>

namespace upkeep::cli {

namespace {

using Cut = ColumnTraits::Cut;

struct NamedTraits {
  std::string_view column;
  ColumnTraits traits;
};

constexpr int k_redundant = k_redundant_rank, k_dispensable = k_dispensable_rank, k_minor = 20,
              k_useful = 30, k_welcome = 60, k_major = k_important_rank,
              k_essential = k_essential_rank;

// Columns without an entry are in between, may be cut, and go from the right.
constexpr std::array k_columns{
    NamedTraits{"archive", {.rank = k_essential, .cut = Cut::front}},
    NamedTraits{"file", {.rank = k_essential, .cut = Cut::front}},
    NamedTraits{"log", {.rank = k_dispensable, .cut = Cut::front}},
    NamedTraits{"directory", {.rank = k_dispensable}},
    NamedTraits{"datadir", {.rank = k_dispensable, .cut = Cut::front}},
    NamedTraits{"digest", {.rank = k_dispensable, .cut = Cut::never}},
    NamedTraits{"md5", {.rank = k_dispensable, .cut = Cut::never}},
    // The detail of a reason says the same in words.
    NamedTraits{"keys", {.rank = k_redundant}},
    NamedTraits{"item", {.rank = k_redundant}},
    NamedTraits{"roles", {.rank = k_redundant}},
    NamedTraits{"host", {.rank = k_dispensable}},
    NamedTraits{"job", {.rank = k_dispensable}},
    NamedTraits{"schema", {.rank = k_dispensable}},
    NamedTraits{"validate", {.rank = k_dispensable}},
    NamedTraits{"lines", {.rank = k_minor}},
    NamedTraits{"server", {.rank = k_minor}},
    NamedTraits{"target", {.rank = k_minor}},
    NamedTraits{"table", {.rank = k_minor}},
    NamedTraits{"platform", {.rank = k_minor}},
    NamedTraits{"number", {.rank = k_minor}},
    NamedTraits{"created_by", {.rank = k_minor}},
    NamedTraits{"queued_at", {.rank = k_minor}},
    NamedTraits{"ended_at", {.rank = k_minor}},
    NamedTraits{"exit_status", {.rank = k_minor}},
    NamedTraits{"best_s", {.rank = k_minor, .work_time = true}},
    NamedTraits{"likely_s", {.rank = k_minor, .work_time = true}},
    NamedTraits{"worst_s", {.rank = k_minor, .work_time = true}},
    NamedTraits{"stddev_s", {.rank = k_minor, .work_time = true}},
    NamedTraits{"run", {.rank = k_useful}},
    NamedTraits{"version", {.rank = k_useful}},
    NamedTraits{"category", {.rank = k_useful}},
    NamedTraits{"expected_s", {.work_time = true}},
    NamedTraits{"time_s", {.work_time = true}},
    NamedTraits{"socket", {.cut = Cut::never}},
    NamedTraits{"patch", {.rank = k_major, .cut = Cut::never}},
    NamedTraits{"workspace", {.rank = k_major, .cut = Cut::never}},
    NamedTraits{"queue", {.rank = k_major, .cut = Cut::never}},
    NamedTraits{"rule", {.rank = k_major, .cut = Cut::never}},
    NamedTraits{"event", {.rank = k_major}},
    NamedTraits{"client", {.rank = k_major}},
    NamedTraits{"duration_s", {.rank = k_major}},
    NamedTraits{"overdue_s", {.rank = k_major}},
    NamedTraits{"who", {.rank = k_major + 1}},
    NamedTraits{"from", {.rank = k_welcome}},
    NamedTraits{"released_at", {.rank = k_welcome}},
    NamedTraits{"comment", {.rank = k_major + 1}},
    NamedTraits{"key", {.rank = k_major + 2}},
    NamedTraits{"actor", {.rank = k_major + 2}},
    NamedTraits{"at", {.rank = k_major + 3}},
    NamedTraits{"to", {.rank = k_major + 5}},
    // The end of a patch's name says more than its beginning.
    NamedTraits{"earlier", {.rank = k_major, .cut = Cut::front}},
    NamedTraits{"later", {.rank = k_major, .cut = Cut::front}},
    NamedTraits{"recalled", {.rank = k_major, .cut = Cut::front}},
    NamedTraits{"superseded_by", {.cut = Cut::front}},
    NamedTraits{"requires", {.cut = Cut::front}},
    NamedTraits{"missing", {.cut = Cut::front}},
    NamedTraits{"state", {.rank = k_essential}},
    NamedTraits{"result", {.rank = k_essential, .cut = Cut::never}},
    NamedTraits{"severity", {.rank = k_essential, .cut = Cut::never}},
    NamedTraits{"percent", {.rank = k_essential}},
    NamedTraits{"reason", {.rank = k_essential, .cut = Cut::never}},
    NamedTraits{"block", {.rank = k_essential, .cut = Cut::never}},
    NamedTraits{"problem", {.rank = k_essential}},
    NamedTraits{"detail", {.rank = k_essential + 1, .cut = Cut::wrap}},
    NamedTraits{"summary", {.rank = k_essential}},
    NamedTraits{"fix", {.rank = k_essential + 1, .cut = Cut::wrap}},
};

/// A column that means something else beside another one.
struct TableTraits {
  std::string_view beside;
  NamedTraits named;
};

constexpr std::array k_tables{
    // Its detail says it in words.
    TableTraits{"block", {"reason", {.rank = k_minor}}},
    TableTraits{"overdue_s", {"reason", {.rank = k_minor}}},
    TableTraits{"problem", {"state", {.rank = k_useful}}},
};

struct NamedColor {
  std::string_view word;
  Color color;
};

constexpr std::array k_words{
    NamedColor{"upgraded", Color::green},  NamedColor{"succeeded", Color::green},
    NamedColor{"promoted", Color::green},  NamedColor{"queued", Color::cyan},
    NamedColor{"running", Color::cyan},    NamedColor{"already", Color::cyan},
    NamedColor{"open", Color::cyan},       NamedColor{"pending", Color::yellow},
    NamedColor{"held", Color::yellow},     NamedColor{"skipped", Color::yellow},
    NamedColor{"refused", Color::yellow},  NamedColor{"warning", Color::yellow},
    NamedColor{"failed", Color::red},      NamedColor{"lost", Color::red},
    NamedColor{"interrupted", Color::red}, NamedColor{"fail", Color::red},
    NamedColor{"error", Color::red},       NamedColor{"declined", Color::red},
    NamedColor{"stopped", Color::red},     NamedColor{"unknown", Color::magenta},
};

}  // namespace

ColumnTraits column_traits(std::string_view column) {
  const auto* found = std::find_if(k_columns.begin(), k_columns.end(),
                                   [&](const NamedTraits& one) { return one.column == column; });
  return found == k_columns.end() ? ColumnTraits{} : found->traits;
}

std::function<ColumnTraits(std::string_view)> column_traits_in(
    const std::vector<std::string>& columns) {
  std::vector<NamedTraits> special;
  for (const TableTraits& one : k_tables) {
    const bool is_there = std::find(columns.begin(), columns.end(), one.beside) != columns.end();
    if (is_there) special.push_back(one.named);
  }
  return [special](std::string_view column) {
    const auto found =
        std::find_if(special.begin(), special.end(),
                     [column](const NamedTraits& one) { return one.column == column; });
    return found == special.end() ? column_traits(column) : found->traits;
  };
}

Color state_color(std::string_view column, std::string_view word) {
  if (column != "state" && column != "result" && column != "severity") return Color::none;
  if (column == "result" && word == "skipped") return Color::none;  // a check, not an upgrade
  const auto* found = std::find_if(k_words.begin(), k_words.end(),
                                   [&](const NamedColor& one) { return one.word == word; });
  return found == k_words.end() ? Color::none : found->color;
}

}  // namespace upkeep::cli
