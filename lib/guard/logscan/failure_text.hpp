// SPDX-License-Identifier: MIT
// The text of a run's failure: the line that indicates it and, if that is only a heading, the cause
// in the lines below.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::guard {

class FailureText {
 public:
  /// @param heading the line that indicates failure; if it ends with a colon, the cause must follow
  explicit FailureText(std::string_view heading);

  /// Whether further lines may belong to it.
  [[nodiscard]] bool wants_more() const { return m_wants_more; }
  /// Adds the next line of the program's own output. Blank lines before the cause are skipped; the
  /// first one after it ends it.
  void add(std::string_view line);
  /// Ends it, because the output has moved on to something else.
  void end() { m_wants_more = false; }
  [[nodiscard]] bool has_cause() const { return m_lines > 0; }

  /// At most 500 bytes of UTF-8, on one line.
  [[nodiscard]] const std::string& text() const { return m_text; }

 private:
  std::string m_text;
  bool m_wants_more;
  int m_lines = 0;  // of the cause
};

}  // namespace upkeep::guard
