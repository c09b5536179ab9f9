// SPDX-License-Identifier: MIT
// Log profiles: six lines of rules, then output in pieces. However it is cut, it means the same.
#include "base/error.hpp"
#include "base/text.hpp"
#include "guard/logscan/log_scanner.hpp"

#include <cstdlib>

using namespace upkeep;  // NOLINT

namespace {

struct Seen {
  std::int64_t lines, bytes, steps;
  std::string last, step;
  std::optional<std::string> failure;
  bool success;
  bool operator==(const Seen&) const = default;
};

/// A millisecond for each byte: any time does.
BootTime after(std::size_t bytes) {
  return BootTime(std::chrono::milliseconds(bytes));
}

Seen scan(const guard::Rules& rules, std::string_view output, std::size_t piece) {
  guard::LogScanner scanner(rules);
  for (std::size_t at = 0; at < output.size(); at += piece) {
    scanner.feed(output.substr(at, piece), after(at));
  }
  scanner.finish(after(output.size()));
  return {scanner.lines(), scanner.bytes(),        scanner.steps_done(), scanner.last_line(),
          scanner.step(),  scanner.failure_line(), scanner.success()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto lines = split(text, '\n');
  if (lines.size() < 7) return 0;
  const guard::Rules rules{lines[0], lines[1], lines[2], {lines[3], lines[4]}, {}, lines[5]};
  std::size_t start = 0;
  for (int i = 0; i < 6; ++i) start = text.find('\n', start) + 1;
  const std::string_view output = std::string_view(text).substr(start);
  try {
    if (scan(rules, output, output.size() + 1) != scan(rules, output, 3)) std::abort();
  } catch (const Error&) {
    return 0;  // a rule that is none
  }
  return 0;
}
