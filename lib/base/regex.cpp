// SPDX-License-Identifier: MIT
#include "base/regex.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace upkeep {

namespace {
// PCRE2's own default of 10 million steps would mean seconds of work for one hostile line.
constexpr std::uint32_t k_match_limit = 100'000;

std::string error_text(int error) {
  std::array<char, 256> text{};
  pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(text.data()), text.size());
  return text.data();
}
}  // namespace

struct Regex::Code {
  pcre2_code* text = nullptr;   // for UTF-8
  pcre2_code* bytes = nullptr;  // for anything else
  pcre2_match_data* match = nullptr;
  pcre2_match_context* context = nullptr;
  Code() = default;
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    pcre2_code_free(bytes);
    pcre2_code_free(text);
  }
};

Regex::Regex(std::string pattern)
    : m_pattern(std::move(pattern)), m_code(std::make_shared<Code>()) {
  int error = 0;
  PCRE2_SIZE at = 0;
  const auto compile = [&](std::uint32_t options) {
    return pcre2_compile(reinterpret_cast<PCRE2_SPTR>(m_pattern.data()), m_pattern.size(),
                         options | PCRE2_NEVER_BACKSLASH_C, &error, &at, nullptr);
  };
  m_code->text = compile(PCRE2_UTF);
  if (m_code->text == nullptr) {
    throw DataError(fmt::format("'{}' is not a regular expression: {} at offset {}", m_pattern,
                                error_text(error), at));
  }
  // Program output is not always UTF-8 and must not disable a profile: `.` then matches a byte. A
  // pattern that names characters by number cannot be compiled for bytes, and matches valid parts
  // only.
  m_code->bytes = compile(0);
  if (m_code->bytes == nullptr) m_code->bytes = compile(PCRE2_UTF | PCRE2_MATCH_INVALID_UTF);
  m_code->match = pcre2_match_data_create_from_pattern(m_code->text, nullptr);
  m_code->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(m_code->context, k_match_limit);
}

int Regex::run(std::string_view text, unsigned options) const {
  const auto match = [&](const pcre2_code* code) {
    return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, options,
                       m_code->match, m_code->context);
  };
  const int result = match(m_code->text);
  const bool no_utf8 = result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
  return no_utf8 ? match(m_code->bytes) : result;
}

bool Regex::search(std::string_view text) const {
  return run(text, 0) > 0;
}

bool Regex::matches(std::string_view text) const {
  return run(text, PCRE2_ANCHORED | PCRE2_ENDANCHORED) > 0;
}

std::optional<std::vector<std::string>> Regex::groups(std::string_view text) const {
  const int count = run(text, 0);
  if (count <= 0) return std::nullopt;
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(m_code->match);
  const std::size_t all = pcre2_get_ovector_count(m_code->match);
  std::vector<std::string> groups(all);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    if (offsets[2 * i] == PCRE2_UNSET) continue;
    groups[i] = std::string(text.substr(offsets[2 * i], offsets[2 * i + 1] - offsets[2 * i]));
  }
  return groups;
}

std::optional<char> Regex::first_byte() const {
  std::string_view rest = m_pattern;
  if (rest.size() < 2 || rest.front() != '^' || rest.find('|') != std::string_view::npos) {
    return std::nullopt;
  }
  rest.remove_prefix(1);
  char first = rest.front();
  constexpr std::string_view k_meta = "^$.[]()*+?{}\\|";
  if (first == '\\') {
    rest.remove_prefix(1);
    // Escaped punctuation is literal; an escaped letter or digit is a class.
    if (rest.empty() || k_meta.find(rest.front()) == std::string_view::npos) return std::nullopt;
    first = rest.front();
  } else if (k_meta.find(first) != std::string_view::npos ||
             static_cast<unsigned char>(first) > 127) {
    return std::nullopt;
  }
  rest.remove_prefix(1);
  if (!rest.empty() && (rest.front() == '*' || rest.front() == '?' || rest.front() == '{')) {
    return std::nullopt;
  }
  return first;
}

}  // namespace upkeep
