// SPDX-License-Identifier: MIT
#include "setup/doctor/nagios.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upkeep::setup {

namespace {

/// Of the text before the performance data; some transports cut a line after a kilobyte.
constexpr std::size_t k_text_bytes = 700;

std::string_view word(PluginState state) {
  switch (state) {
    case PluginState::ok:
      return "OK";
    case PluginState::warning:
      return "WARNING";
    case PluginState::critical:
      return "CRITICAL";
    case PluginState::unknown:
      break;
  }
  return "UNKNOWN";
}

/// One line; `|` would begin the performance data.
std::string plain(std::string_view text) {
  std::string out = printable(text);
  std::replace(out.begin(), out.end(), '|', '/');
  return out;
}

std::string shortened(std::string text) {
  if (text.size() <= k_text_bytes) return text;
  std::size_t end = k_text_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string start_of(PluginState state) {
  return fmt::format("UPKEEP {}", word(state));
}

}  // namespace

PluginAnswer plugin_answer(const std::vector<Finding>& findings, std::chrono::milliseconds took) {
  std::array<int, 4> counts{};  // by CheckResult
  std::vector<std::string> failures, warnings;
  for (const Finding& finding : findings) {
    ++counts.at(static_cast<std::size_t>(finding.result));
    const std::string text = fmt::format("{}: {}", finding.check, finding.detail);
    if (finding.result == CheckResult::fail) failures.push_back(text);
    if (finding.result == CheckResult::warning) warnings.push_back(text);
  }
  PluginAnswer answer;
  answer.state = !failures.empty()   ? PluginState::critical
                 : !warnings.empty() ? PluginState::warning
                                     : PluginState::ok;
  failures.insert(failures.end(), warnings.begin(), warnings.end());
  const std::string text =
      failures.empty() ? fmt::format("{} checks", findings.size()) : join(failures, "; ");
  answer.line = fmt::format(
      "{} - {} | ok={};;;0 warning={};0;;0 fail={};;0;0 skipped={};;;0 time={:.3f}s;;;0",
      start_of(answer.state), shortened(plain(text)), counts[0], counts[1], counts[2], counts[3],
      std::chrono::duration<double>(took).count());
  return answer;
}

PluginAnswer plugin_unknown(std::string_view why) {
  return {PluginState::unknown,
          fmt::format("{} - {}", start_of(PluginState::unknown), shortened(plain(why)))};
}

}  // namespace upkeep::setup
