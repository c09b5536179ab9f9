// SPDX-License-Identifier: MIT
// What a run's failure is called: the line that tells it and, where that is but a heading, the
// cause below it.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::guard {

class FailureText {
 public:
  /// @param heading the line that tells failure; where it ends in a colon, the cause is awaited
  explicit FailureText(std::string_view heading);

  /// Whether more lines can belong to it.
  [[nodiscard]] bool wants_more() const { return m_wants_more; }
  /// The next line of output that is the program's own; blank ones before the cause are passed
  /// over, the first one behind it ends it.
  void add(std::string_view line);
  /// The output has turned to something else.
  void end() { m_wants_more = false; }
  [[nodiscard]] bool has_cause() const { return m_lines > 0; }

  /// At most 500 bytes of UTF-8, in one line.
  [[nodiscard]] const std::string& text() const { return m_text; }

 private:
  std::string m_text;
  bool m_wants_more;
  int m_lines = 0;  // of the cause
};

}  // namespace upkeep::guard
