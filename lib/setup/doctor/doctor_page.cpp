// SPDX-License-Identifier: MIT
#include "setup/doctor/doctor_page.hpp"

#include "base/text.hpp"
#include "record/text_layout.hpp"

#include <algorithm>

namespace upkeep::setup {

namespace {}  // namespace

std::string doctor_page(const std::vector<Finding>& findings, const TextStyle& style) {
  constexpr std::size_t k_result_width = 9, k_least = 30;
  std::size_t name_width = 0;
  for (const Finding& finding : findings) {
    name_width = std::max(name_width, display_width(finding.check) + 2);
  }
  const std::size_t indent = name_width + k_result_width;
  const std::size_t width = style.width > indent + k_least ? style.width - indent : 0;
  std::string out;
  for (const Finding& finding : findings) {
    const std::string word(to_word(finding.result));
    const Color color =
        style.color && style.color_of ? style.color_of("result", word) : Color::none;
    std::string start = padded(finding.check, name_width) + painted(color, word) +
                        std::string(k_result_width - word.size(), ' ');
    const auto lines = [&](const std::string& text) {
      for (const std::string& line : wrapped(printable(text), width)) {
        out += start + line + '\n';
        start = std::string(indent, ' ');
      }
    };
    lines(finding.detail);
    if (!finding.fix.empty()) lines("fix: " + finding.fix);
  }
  return out;
}

}  // namespace upkeep::setup
