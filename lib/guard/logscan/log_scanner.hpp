// SPDX-License-Identifier: MIT
// Reads a command's output as it comes, by the rules of its profile: steps, failure, success.
#pragma once

#include "base/boot_time.hpp"
#include "guard/logscan/failure_text.hpp"
#include "guard/logscan/line_rule.hpp"
#include "guard/logscan/line_sieve.hpp"
#include "guard/loop/spec.hpp"
#include "guard/loop/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Costs little more than a look at every byte, and bounded memory, whatever the bytes are: of one
/// line, the first 64 KiB are read. Decoration is not the line: terminal escape sequences, blanks
/// at its end, and what stands before a CR, for that was drawn over; a failure counts there, too.
/// One thread.
class LogScanner {
 public:
  /// @throws DataError where a rule is not a regular expression
  explicit LogScanner(const Rules& rules);

  /// More of stdout. @param now for the steps' durations
  void feed(std::string_view output, BootTime now);
  /// More of stderr: counted, and its last line remembered.
  void feed_stderr(std::string_view output);
  /// stdout has ended: an unterminated line counts, and success closes the last step.
  void finish(BootTime now);

  /// Lines of the log, both streams; an unterminated last one counts.
  [[nodiscard]] std::int64_t lines() const { return m_newlines + (m_mid_line ? 1 : 0); }
  [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
  /// The last stdout line that is not blank and that no ignore rule matches, or as much of it as
  /// has come.
  [[nodiscard]] std::string last_line() const;
  /// The last such line of stderr.
  [[nodiscard]] std::string last_error() const;
  /// The first line that a failure rule matches; with what follows it, where it ends in a colon.
  [[nodiscard]] std::optional<std::string> failure_line() const;
  /// No failure line, and the last line is what the success rule wants (an empty rule: any).
  [[nodiscard]] bool success() const;

  /// success(), where there is a success rule to ask: what the program says of itself so far.
  [[nodiscard]] bool says_done() const { return m_success.has_value() && success(); }

  /// The open step; empty: none.
  [[nodiscard]] const std::string& step() const { return m_step; }
  [[nodiscard]] std::int64_t steps_done() const { return m_steps_done; }
  /// The closed steps, the first 200 of them.
  [[nodiscard]] const std::vector<Step>& steps() const { return m_steps; }

 private:
  void build_sieve();
  void count(std::string_view output);
  std::string_view complete_partial(std::string_view output, BootTime now);
  void scan_lines(std::string_view lines, BootTime now);
  void scan_line(std::string_view line, BootTime now);
  void scan_for_failure(std::string_view line);
  void scan_drawn_over(std::string_view line);
  void extend_partial(std::string_view text);
  void read_cause(std::string_view lines);
  void remember_last_of(std::string_view lines);
  /// The line as it is matched, where it is the program's own; else empty.
  std::string_view own_words(std::string_view line, std::string& memory) const;
  [[nodiscard]] std::string shown_last() const;
  void open_step(std::string_view line, BootTime now);
  void close_step(BootTime now);

  std::optional<LineRule> m_step_open, m_step_close, m_success;
  std::vector<LineRule> m_failures;  ///< empty once one has matched
  std::vector<LineRule> m_headings;  ///< what they were then
  std::vector<LineRule> m_ignored;
  LineSieve m_sieve;
  std::vector<std::size_t> m_places;  ///< kept for its memory

  std::int64_t m_newlines = 0;
  std::int64_t m_bytes = 0;
  bool m_mid_line = false;  ///< the log does not end with a newline
  std::string m_partial;    ///< the unterminated line of stdout, its first 64 KiB
  std::string m_last;       ///< the last finished line that is not blank, likewise
  std::string m_errors;     ///< the last few KiB of stderr
  std::optional<FailureText> m_failure;
  std::string m_step;
  BootTime m_step_opened;
  std::int64_t m_steps_done = 0;
  std::vector<Step> m_steps;
};

}  // namespace upkeep::guard
