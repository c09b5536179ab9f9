// SPDX-License-Identifier: MIT
#include "guard/logscan/failure_text.hpp"

#include "base/text.hpp"
#include "guard/logscan/log_text.hpp"

namespace upkeep::guard {

namespace {

constexpr std::size_t k_text_limit = 500;
constexpr int k_most_lines = 4;

bool is_heading(std::string_view line) {
  return without_blank_end(line).ends_with(':');
}

}  // namespace

FailureText::FailureText(std::string_view heading)
    : m_text(trim(as_utf8(heading, k_text_limit))), m_wants_more(is_heading(heading)) {}

void FailureText::add(std::string_view line) {
  if (!m_wants_more) return;
  if (is_blank(line)) {
    if (has_cause() && !is_heading(m_text)) end();
    return;
  }
  ++m_lines;
  m_text = as_utf8(m_text + " " + std::string(trim(as_utf8(line, k_text_limit))), k_text_limit);
  if (m_lines >= k_most_lines || m_text.size() + 1 >= k_text_limit) end();
}

}  // namespace upkeep::guard
