// SPDX-License-Identifier: MIT
#include "guard/logscan/log_scanner.hpp"

#include "guard/logscan/log_text.hpp"

#include <algorithm>
#include <cstring>

namespace upkeep::guard {

namespace {

constexpr std::size_t k_line_limit = 64UL * 1024;
// Together these keep a status below k_message_limit, even if every byte becomes \u00XX.
constexpr std::size_t k_steps_kept = 200;
constexpr std::size_t k_name_limit = 80;
constexpr std::size_t k_shown_limit = 500;
constexpr std::size_t k_errors_kept = 16384;  // a message, and the stack trace after it

/// A line as it is matched: its visible part, truncated, without escape sequences. `memory` holds
/// the text if it differs from the line.
std::string_view matchable(std::string_view line, std::string& memory) {
  line = shown_part(line).substr(0, k_line_limit);
  if (line.find(k_escape) != std::string_view::npos) {
    memory = without_escapes(line);
    line = memory;
    while (line.ends_with('\r')) line.remove_suffix(1);
  }
  return line;
}

/// The overwritten part of a line, including the last CR before its visible part.
std::string_view drawn_over_part(std::string_view line) {
  return line.substr(0, static_cast<std::size_t>(shown_part(line).data() - line.data()));
}

std::size_t line_start(std::string_view text, std::size_t at) {
  const void* newline = ::memrchr(text.data(), '\n', at);
  return newline == nullptr
             ? 0
             : static_cast<std::size_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

}  // namespace

LogScanner::LogScanner(const Rules& rules) : m_sieve({}) {
  if (!rules.step_open.empty()) m_step_open.emplace(rules.step_open);
  if (!rules.step_close.empty()) m_step_close.emplace(rules.step_close);
  if (!rules.step_line.empty()) m_step_line.emplace(rules.step_line);
  if (!rules.success.empty()) m_success.emplace(rules.success);
  for (const std::string& failure : rules.failure) {
    if (!failure.empty()) m_failures.emplace_back(failure);
  }
  for (const std::string& ignored : rules.ignore) {
    if (!ignored.empty()) m_ignored.emplace_back(ignored);
  }
  build_sieve();
}

void LogScanner::build_sieve() {
  std::vector<PatternNeeds> needs;
  if (m_step_open) needs.push_back(m_step_open->needs());
  if (m_step_close) needs.push_back(m_step_close->needs());
  if (m_step_line) needs.push_back(m_step_line->needs());
  for (const LineRule& rule : m_failures) needs.push_back(rule.needs());
  m_sieve = LineSieve(needs);
}

void LogScanner::count(std::string_view output) {
  m_bytes += static_cast<std::int64_t>(output.size());
  m_mid_line = output.back() != '\n';
}

void LogScanner::feed(std::string_view output, BootTime now) {
  if (output.empty()) return;
  if (!m_since) start(now);
  count(output);
  if (!m_partial.empty()) output = complete_partial(output, now);
  if (!output.empty()) {
    const std::size_t end = line_start(output, output.size());
    if (end > 0) scan_lines(output.substr(0, end), now);
    extend_partial(output.substr(end));
  }
  begin_line(now);
}

void LogScanner::feed_stderr(std::string_view output) {
  if (output.empty()) return;
  count(output);
  m_newlines += std::count(output.begin(), output.end(), '\n');
  output.remove_prefix(output.size() - std::min(output.size(), k_errors_kept));
  const std::size_t room = k_errors_kept - output.size();
  if (m_errors.size() > room) m_errors.erase(0, m_errors.size() - room);
  m_errors += output;
}

/// An unterminated line may be overwritten indefinitely: only its visible part is kept.
void LogScanner::extend_partial(std::string_view text) {
  m_partial += text;
  const std::size_t size = m_partial.size();
  m_partial += unfinished_colour(m_partial);
  const std::size_t drawn_over = drawn_over_part(m_partial).size();
  m_partial.resize(size);
  if (drawn_over > 0) {
    scan_drawn_over(std::string_view(m_partial).substr(0, drawn_over));
    m_partial.erase(0, drawn_over);
  }
  if (m_partial.size() <= k_line_limit) return;
  const bool returns = m_partial.ends_with('\r');
  m_partial.resize(k_line_limit);
  if (returns) m_partial.back() = '\r';
}

/// Completes the line that began in an earlier chunk. @returns the output after it; empty if the
/// line has not ended yet
std::string_view LogScanner::complete_partial(std::string_view output, BootTime now) {
  const std::size_t end = std::min(output.find('\n'), output.size());
  extend_partial(output.substr(0, end));
  if (end == output.size()) return {};
  std::string line;
  std::swap(line, m_partial);
  line += '\n';
  scan_lines(line, now);
  m_begun.reset();
  return output.substr(end + 1);
}

void LogScanner::scan_lines(std::string_view lines, BootTime now) {
  read_cause(lines);
  m_newlines += m_sieve.sift(lines, m_places);
  std::size_t next = 0;  // the start of the first line not yet scanned
  for (const std::size_t place : m_places) {
    if (place < next) continue;
    const std::size_t start = line_start(lines, place);
    const std::size_t end = lines.find('\n', place);
    const bool had_failed = m_failure.has_value();
    scan_line(lines.substr(start, end - start), now);
    next = end + 1;
    if (!had_failed) read_cause(lines.substr(next));
  }
  remember_last_of(lines);
}

void LogScanner::scan_line(std::string_view line, BootTime now) {
  std::string memory;
  const std::string_view shown = matchable(line, memory);
  const std::string_view drawn_over = drawn_over_part(line);
  if (!m_failure && !drawn_over.empty()) {
    scan_drawn_over(drawn_over);
    read_cause(shown);
  }
  if (m_step_close && m_step_close->matches(shown)) close_step(now);
  if (!m_step_open || !open_step(shown, now)) complete_step(shown, now);
  m_begun.reset();
  scan_for_failure(shown);
}

/// Scans overwritten text for a failure: it is no longer visible, but was printed. There is no text
/// before a CR that begins a line or follows another CR.
void LogScanner::scan_drawn_over(std::string_view line) {
  std::string memory;
  while (!m_failures.empty() && !line.empty()) {
    const std::size_t end = std::min(line.find('\r'), line.size());
    if (end > 0) scan_for_failure(matchable(line.substr(0, end), memory));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
}

void LogScanner::scan_for_failure(std::string_view line) {
  if (m_failure || !any_matches(m_failures, line)) return;
  m_failure.emplace(line);
  // Only the first failure is reported. The remaining places in this chunk remain valid.
  std::swap(m_failures, m_headings);
  m_failures.clear();
  build_sieve();
}

/// Reads the cause from the lines that follow a failure line.
void LogScanner::read_cause(std::string_view lines) {
  std::string memory;
  while (m_failure && m_failure->wants_more() && !lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = matchable(lines.substr(0, end), memory);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (any_matches(m_ignored, line)) continue;
    const bool turns = (m_step_open && m_step_open->matches(line)) ||
                       (m_step_close && m_step_close->matches(line)) ||
                       (m_success && m_success->matches(line)) ||
                       (m_failure->has_cause() && any_matches(m_headings, line));
    turns ? m_failure->end() : m_failure->add(line);
  }
}

std::string_view LogScanner::own_words(std::string_view line, std::string& memory) const {
  line = matchable(line, memory);
  return is_blank(line) || any_matches(m_ignored, line) ? std::string_view() : line;
}

void LogScanner::remember_last_of(std::string_view lines) {
  std::string memory;
  while (!lines.empty()) {
    const std::size_t at = lines.find_last_not_of(" \t\r\n\v\f");
    if (at == std::string_view::npos) return;
    const std::size_t start = line_start(lines, at);
    // Trailing blanks belong to the line, and a rule may require them.
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line = own_words(lines.substr(start, end - start), memory);
    if (!line.empty()) {
      m_last = line;
      return;
    }
    lines = lines.substr(0, start);
  }
}

std::string LogScanner::shown_last() const {
  std::string memory;
  const std::string_view line = own_words(m_partial, memory);
  return line.empty() ? m_last : std::string(line);
}

std::string LogScanner::last_line() const {
  return as_utf8(shown_last(), k_shown_limit);
}

std::string LogScanner::last_error() const {
  std::string failure = failure_on_stderr();
  if (!failure.empty()) return failure;
  std::string_view rest = m_errors;
  std::string memory;
  while (!rest.empty()) {
    const std::size_t start = rest.rfind('\n') + 1;  // none: npos + 1 is the start
    const std::string_view line = own_words(rest.substr(start), memory);
    if (!line.empty()) return as_utf8(without_blank_end(line), k_shown_limit);
    rest = rest.substr(0, start == 0 ? 0 : start - 1);
  }
  return {};
}

/// The first line of stderr, as far as it is kept, that a failure rule matches.
std::string LogScanner::failure_on_stderr() const {
  const std::vector<LineRule>& rules = m_failure ? m_headings : m_failures;
  std::string_view rest = m_errors;
  std::string memory;
  while (!rules.empty() && !rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = matchable(rest.substr(0, end), memory);
    if (any_matches(rules, line)) return as_utf8(without_blank_end(line), k_shown_limit);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::optional<std::string> LogScanner::failure_line() const {
  if (!m_failure) return std::nullopt;
  return m_failure->text();
}

bool LogScanner::success() const {
  if (m_failure) return false;
  if (!m_success) return true;
  const std::string last = shown_last();
  const std::string_view line = last;
  const std::size_t text = line.find_first_not_of(" \t");
  return m_success->matches(line) ||
         (text != std::string_view::npos && m_success->matches(line.substr(text)));
}

void LogScanner::finish(BootTime now) {
  if (!m_partial.empty()) {
    std::string line;
    std::swap(line, m_partial);
    read_cause(line);
    scan_line(line, now);
    line += '\n';
    remember_last_of(line);
  }
  if (m_success && success()) close_step(now);
}

namespace {

/// The first group, or what matched if that is blank.
std::string step_name(const std::vector<std::string>& groups) {
  const bool named = groups.size() > 1 && !is_blank(groups[1]);
  return as_utf8(named ? groups[1] : groups[0], k_name_limit);
}

}  // namespace

/// A line may be written in two parts, before and after its work: notes the step that it opens, or
/// is, if its first part shows that.
void LogScanner::begin_line(BootTime now) {
  constexpr std::size_t k_shows_within = 1024;
  if (m_partial.empty() || m_partial.size() > k_shows_within) return;
  std::string memory;
  const std::string_view shown = matchable(m_partial, memory);
  for (const auto* rule : {&m_step_open, &m_step_line}) {
    const auto groups = *rule ? (*rule)->groups(shown) : std::nullopt;
    if (!groups) continue;
    const BootTime at = m_begun ? m_begun->at : now;
    m_begun = Begun{step_name(*groups), at, rule == &m_step_open};
    return;
  }
}

/// @returns whether the line opens a step
bool LogScanner::open_step(std::string_view line, BootTime now) {
  const auto groups = m_step_open->groups(line);
  if (!groups) return false;
  const BootTime at = m_begun && m_begun->opens ? m_begun->at : now;
  close_step(at);
  m_step = step_name(*groups);
  m_since = at;
  return true;
}

/// A line that is a whole step ends it: the step has taken the time since the one before.
void LogScanner::complete_step(std::string_view line, BootTime now) {
  const auto groups = m_step_line ? m_step_line->groups(line) : std::nullopt;
  if (!groups) return;
  close_step(m_begun ? m_begun->at : now);
  m_step = step_name(*groups);
  close_step(now);
}

void LogScanner::close_step(BootTime now) {
  if (m_step.empty()) return;
  ++m_steps_done;
  keep(open_step_until(now));
  m_step.clear();
  m_since = now;
}

Step LogScanner::open_step_until(BootTime end) const {
  return {m_step, in_seconds(end - m_since.value_or(end))};
}

/// A program may report every row as a step: only the longest ones matter.
void LogScanner::keep(Step step) {
  if (m_steps.size() == k_steps_kept) {
    const auto shortest =
        std::min_element(m_steps.begin(), m_steps.end(),
                         [](const Step& a, const Step& b) { return a.seconds < b.seconds; });
    if (shortest->seconds >= step.seconds) return;
    m_steps.erase(shortest);
  }
  m_steps.push_back(std::move(step));
}

std::optional<BootTime> LogScanner::step_since() const {
  const bool follows_open_step = m_begun && (m_begun->opens || !m_step.empty());
  return follows_open_step ? std::optional(m_begun->at) : m_since;
}

std::int64_t LogScanner::steps_done() const {
  return m_steps_done + (m_begun && !m_step.empty() ? 1 : 0);
}

std::vector<Step> LogScanner::steps() const {
  std::vector<Step> steps = m_steps;
  if (m_begun && !m_step.empty() && steps.size() < k_steps_kept) {
    steps.push_back(open_step_until(m_begun->at));
  }
  return steps;
}

}  // namespace upkeep::guard
