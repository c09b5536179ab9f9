// SPDX-License-Identifier: MIT
#include "ws-progress/drawing.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "cli/live_frame.hpp"
#include "cli/text_columns.hpp"
#include "upgrade/model/state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace upkeep::tools {

namespace {

std::string line_of(const upgrade::ProgressRecord& record, Audience audience, const Canvas& canvas,
                    std::size_t name_width) {
  const int bar_width = std::clamp(canvas.width / 3, 6, 40);
  const bool visitors = audience == Audience::visitors;
  std::string said;
  switch (record.state) {
    case upgrade::State::queued:
      said = record.position ? fmt::format("waits, {} ahead", *record.position)
                             : std::string("is held");
      if (record.eta) said += fmt::format(", done in about {}", human_duration(*record.eta));
      break;
    case upgrade::State::running:
      said = record.step.value_or("");
      if (record.eta)
        said +=
            fmt::format("{}about {} left", said.empty() ? "" : ", ", human_duration(*record.eta));
      else if (record.elapsed && !visitors)
        said += fmt::format("{}{}", said.empty() ? "" : ", ", human_duration(*record.elapsed));
      break;
    case upgrade::State::upgraded:
      if (record.run && record.elapsed && !visitors) said = "in " + human_duration(*record.elapsed);
      break;
    default:
      if (!visitors) said = record.detail;
  }
  const std::string word(upgrade::word(record.state));
  const Color color = canvas.color ? cli::state_color("state", word) : Color::none;
  const int percent = record.percent.value_or(0);
  return fmt::format("{:<{}} {} {} {:>3} %  {}", ellipsized(record.workspace, name_width),
                     name_width, painted(color, fmt::format("{:<8}", word)),
                     painted(color, cli::bar(percent, bar_width)), percent, printable(said));
}

}  // namespace

std::vector<std::string> drawing_of(const Records& records, Audience audience,
                                    const Canvas& canvas) {
  const std::size_t most = static_cast<std::size_t>(std::max(1, canvas.height));
  std::vector<const upgrade::ProgressRecord*> shown;
  for (const upgrade::ProgressRecord& record : records) shown.push_back(&record);
  std::size_t hidden = 0;
  if (shown.size() > most) {
    std::stable_sort(shown.begin(), shown.end(), [](const auto* a, const auto* b) {
      return (a->state == upgrade::State::running) > (b->state == upgrade::State::running);
    });
    hidden = shown.size() - std::max<std::size_t>(1, most - 1);
    shown.resize(shown.size() - hidden);
  }
  std::size_t name_width = 4;
  for (const auto* record : shown) name_width = std::max(name_width, record->workspace.size());
  name_width = std::min<std::size_t>(name_width, 24);
  std::vector<std::string> lines;
  lines.reserve(shown.size() + 1);
  for (const auto* record : shown) lines.push_back(line_of(*record, audience, canvas, name_width));
  if (hidden > 0) lines.push_back(fmt::format("… and {} more", hidden));
  return lines;
}

}  // namespace upkeep::tools
