// SPDX-License-Identifier: MIT
// Scans a command's output as it arrives, by the rules of its profile: steps, failure, success.
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

/// Takes little more time than reading every byte, and bounded memory for any input: of each line,
/// the first 64 KiB are used. Terminal escape sequences, trailing blanks and overwritten text
/// (before a CR) do not count as part of a line, but a failure is also recognized in overwritten
/// text. Use it from one thread.
class LogScanner {
 public:
  /// @throws DataError if a rule is not a regular expression
  explicit LogScanner(const Rules& rules);

  /// Notes that the command starts, with which the first step may begin.
  void start(BootTime now) { m_since = now; }
  /// Scans the next part of stdout. @param now for the durations of steps
  void feed(std::string_view output, BootTime now);
  /// Counts the next part of stderr, and remembers its last lines.
  void feed_stderr(std::string_view output);
  /// Ends stdout: an unterminated line counts, and success closes the last step.
  void finish(BootTime now);

  /// The number of lines in the log, from both streams; an unterminated last line counts.
  [[nodiscard]] std::int64_t lines() const { return m_newlines + (m_mid_line ? 1 : 0); }
  [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
  /// The last stdout line that is not blank and that no ignore rule matches; may be incomplete.
  [[nodiscard]] std::string last_line() const;
  /// The line of stderr that says most: the first that a failure rule matches, else the last such
  /// line. A match there is no failure by itself.
  [[nodiscard]] std::string last_error() const;
  /// The first line that a failure rule matches; if it ends with a colon, with the lines after it.
  [[nodiscard]] std::optional<std::string> failure_line() const;
  /// Whether there is no failure line and the last line matches the success rule (if empty: any).
  [[nodiscard]] bool success() const;

  /// Whether there is a success rule and success() holds so far.
  [[nodiscard]] bool says_done() const { return m_success.has_value() && success(); }

  /// The open step, also one that the unterminated line opens or is; empty: none.
  [[nodiscard]] const std::string& step() const { return m_begun ? m_begun->name : m_step; }
  /// When it was opened or, if none is open, when the last one was closed; at first the start of
  /// the command. nullopt: it has not started.
  [[nodiscard]] std::optional<BootTime> step_since() const;
  [[nodiscard]] std::int64_t steps_done() const;
  /// The closed steps; of more than 200, the longest.
  [[nodiscard]] std::vector<Step> steps() const;

 private:
  /// What the unterminated line is as far as it goes; its end decides.
  struct Begun {
    std::string name;
    BootTime at;
    bool opens;  ///< by step_open
  };

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
  /// The line as it is matched; empty if it is blank or ignored.
  std::string_view own_words(std::string_view line, std::string& memory) const;
  [[nodiscard]] std::string shown_last() const;
  [[nodiscard]] std::string failure_on_stderr() const;
  void begin_line(BootTime now);
  bool open_step(std::string_view line, BootTime now);
  void complete_step(std::string_view line, BootTime now);
  void close_step(BootTime now);
  void keep(Step step);
  [[nodiscard]] Step open_step_until(BootTime end) const;

  std::optional<LineRule> m_step_open, m_step_close, m_step_line, m_success;
  std::vector<LineRule> m_failures;  ///< empty once one has matched
  std::vector<LineRule> m_headings;  ///< the failure rules, once one has matched
  std::vector<LineRule> m_ignored;
  LineSieve m_sieve;
  std::vector<std::size_t> m_places;  ///< a member to reuse its memory

  std::int64_t m_newlines = 0;
  std::int64_t m_bytes = 0;
  bool m_mid_line = false;  ///< the log does not end with a newline
  std::string m_partial;    ///< the unterminated line of stdout, its first 64 KiB
  std::string m_last;       ///< the last complete line that is not blank, likewise
  std::string m_errors;     ///< the last 16 KiB of stderr
  std::optional<FailureText> m_failure;
  std::string m_step;
  std::optional<BootTime> m_since;  ///< the step's opening, or the end of the one before
  std::optional<Begun> m_begun;
  std::int64_t m_steps_done = 0;
  std::vector<Step> m_steps;
};

}  // namespace upkeep::guard
