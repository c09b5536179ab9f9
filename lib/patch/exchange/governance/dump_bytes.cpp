// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/sql_dump.hpp"

namespace upkeep::patch {

namespace {

constexpr std::size_t k_buffer = 256U << 10U;

}  // namespace

DumpBytes::DumpBytes(Source source) : m_source(std::move(source)) {}

bool DumpBytes::fill() {
  m_start += m_buffer.size();
  m_at = 0;
  m_buffer.resize(k_buffer);
  m_buffer.resize(m_source(m_start, m_buffer.data(), k_buffer));
  return !m_buffer.empty();
}

int DumpBytes::get() {
  const int next = peek();
  if (next != k_end) ++m_at;
  return next;
}

int DumpBytes::peek_second() {
  if (peek() == k_end) return k_end;
  if (m_at + 1 < m_buffer.size()) return byte_at(m_at + 1);
  char second = 0;
  return m_source(offset() + 1, &second, 1) == 1 ? static_cast<unsigned char>(second) : k_end;
}

void DumpBytes::seek(std::uint64_t offset) {
  if (offset >= m_start && offset <= m_start + m_buffer.size()) {
    m_at = static_cast<std::size_t>(offset - m_start);
    return;
  }
  m_start = offset;
  m_at = 0;
  m_buffer.clear();
}

void DumpBytes::take_until(char stop, char other, std::string* to) {
  while (peek() != k_end) {
    std::size_t end = m_at;
    while (end < m_buffer.size() && m_buffer[end] != stop && m_buffer[end] != other) ++end;
    if (to != nullptr) to->append(m_buffer, m_at, end - m_at);
    m_at = end;
    if (end < m_buffer.size()) return;
  }
}

}  // namespace upkeep::patch
