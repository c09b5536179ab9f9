// SPDX-License-Identifier: MIT
#include "guard/log_scanner.hpp"

#include "guard/log_text.hpp"

#include <algorithm>
#include <cstring>

namespace upkeep::guard {

namespace {

constexpr std::size_t k_line_limit = 64UL * 1024;
// Together these keep a status below k_message_limit, were every byte a \u00XX.
constexpr std::size_t k_steps_kept = 200;
constexpr std::size_t k_name_limit = 80;
constexpr std::size_t k_shown_limit = 500;

/// A line as it is matched: capped, without escape sequences and CR. `memory` holds what changed.
std::string_view matchable(std::string_view line, std::string& memory) {
  line = line.substr(0, k_line_limit);
  if (line.find(k_escape) != std::string_view::npos) {
    memory = without_escapes(line);
    line = memory;
  }
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t line_start(std::string_view text, std::size_t at) {
  const void* newline = ::memrchr(text.data(), '\n', at);
  return newline == nullptr
             ? 0
             : static_cast<std::size_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

}  // namespace

bool LogScanner::Rule::could_match(std::string_view line) const {
  if (needs.first && (line.empty() || !needs.first->test(static_cast<unsigned char>(line[0])))) {
    return false;
  }
  return needs.literals.empty() ||
         std::any_of(needs.literals.begin(), needs.literals.end(), [&](const std::string& literal) {
           return line.find(literal) != std::string_view::npos;
         });
}

bool LogScanner::Rule::matches(std::string_view line) const {
  return could_match(line) && regex.search(line);
}

LogScanner::LogScanner(const Rules& rules) : m_sieve({}) {
  if (!rules.step_open.empty()) m_step_open.emplace(rules.step_open);
  if (!rules.step_close.empty()) m_step_close.emplace(rules.step_close);
  if (!rules.success.empty()) m_success.emplace(rules.success);
  for (const std::string& failure : rules.failure) {
    if (!failure.empty()) m_failures.emplace_back(failure);
  }
  build_sieve();
}

void LogScanner::build_sieve() {
  std::vector<PatternNeeds> needs;
  if (m_step_open) needs.push_back(m_step_open->needs);
  if (m_step_close) needs.push_back(m_step_close->needs);
  for (const Rule& rule : m_failures) needs.push_back(rule.needs);
  m_sieve = LineSieve(needs);
}

void LogScanner::count(std::string_view output) {
  m_bytes += static_cast<std::int64_t>(output.size());
  m_mid_line = output.back() != '\n';
}

void LogScanner::feed(std::string_view output, std::int64_t boot_ms) {
  if (output.empty()) return;
  count(output);
  if (!m_partial.empty()) output = complete_partial(output, boot_ms);
  if (output.empty()) return;
  const std::size_t end = line_start(output, output.size());
  if (end > 0) scan_lines(output.substr(0, end), boot_ms);
  m_partial += output.substr(end, k_line_limit - std::min(k_line_limit, m_partial.size()));
}

void LogScanner::feed_stderr(std::string_view output) {
  if (output.empty()) return;
  count(output);
  m_newlines += std::count(output.begin(), output.end(), '\n');
}

/// @returns what follows the line that had begun before; nothing where it goes on
std::string_view LogScanner::complete_partial(std::string_view output, std::int64_t boot_ms) {
  const std::size_t end = std::min(output.find('\n'), output.size());
  m_partial += output.substr(0, std::min(end, k_line_limit - m_partial.size()));
  if (end == output.size()) return {};
  std::string line;
  std::swap(line, m_partial);
  line += '\n';
  scan_lines(line, boot_ms);
  return output.substr(end + 1);
}

void LogScanner::scan_lines(std::string_view lines, std::int64_t boot_ms) {
  m_newlines += m_sieve.sift(lines, m_places);
  std::size_t next = 0;  // the start of the first line not looked at
  for (const std::size_t place : m_places) {
    if (place < next) continue;
    const std::size_t start = line_start(lines, place);
    const std::size_t end = lines.find('\n', place);
    scan_line(lines.substr(start, end - start), boot_ms);
    next = end + 1;
  }
  remember_last_of(lines);
}

void LogScanner::scan_line(std::string_view line, std::int64_t boot_ms) {
  std::string memory;
  line = matchable(line, memory);
  if (m_step_close && m_step_close->matches(line)) close_step(boot_ms);
  if (m_step_open && m_step_open->could_match(line)) open_step(line, boot_ms);
  const bool failed = std::any_of(m_failures.begin(), m_failures.end(),
                                  [&](const Rule& rule) { return rule.matches(line); });
  if (!failed) return;
  m_failure_line = as_utf8(line, k_shown_limit);
  // The first one is all that is asked for. The places left in this chunk stay good.
  m_failures.clear();
  build_sieve();
}

void LogScanner::remember_last_of(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t at = lines.find_last_not_of(" \t\r\n\v\f");
    if (at == std::string_view::npos) return;
    const std::size_t start = line_start(lines, at);
    std::string memory;
    const std::string_view line = matchable(lines.substr(start, at + 1 - start), memory);
    if (!is_blank(line)) {
      // The blanks behind the text belong to the line, and a rule may ask for them.
      const std::size_t end = lines.find('\n', at);
      m_last = lines.substr(start, std::min(end - start, k_line_limit));
      return;
    }
    lines = lines.substr(0, start);
  }
}

std::string LogScanner::last_line() const {
  std::string memory;
  std::string_view line = matchable(m_partial, memory);
  if (is_blank(line)) line = matchable(m_last, memory);
  return as_utf8(line, k_shown_limit);
}

bool LogScanner::success() const {
  if (m_failure_line) return false;
  if (!m_success) return true;
  std::string memory;
  std::string_view line = matchable(m_partial, memory);
  if (is_blank(line)) line = matchable(m_last, memory);
  return m_success->matches(line);
}

void LogScanner::finish(std::int64_t boot_ms) {
  if (!m_partial.empty()) {
    std::string line;
    std::swap(line, m_partial);
    scan_line(line, boot_ms);
    line += '\n';
    remember_last_of(line);
  }
  if (m_success && success()) close_step(boot_ms);
}

void LogScanner::open_step(std::string_view line, std::int64_t boot_ms) {
  const auto groups = m_step_open->regex.groups(line);
  if (!groups) return;
  close_step(boot_ms);
  const bool named = groups->size() > 1 && !is_blank((*groups)[1]);
  m_step = as_utf8(named ? (*groups)[1] : (*groups)[0], k_name_limit);
  m_step_opened = boot_ms;
}

void LogScanner::close_step(std::int64_t boot_ms) {
  if (m_step.empty()) return;
  ++m_steps_done;
  if (m_steps.size() < k_steps_kept) {
    m_steps.push_back({m_step, static_cast<double>(boot_ms - m_step_opened) / 1000.0});
  }
  m_step.clear();
}

}  // namespace upkeep::guard
