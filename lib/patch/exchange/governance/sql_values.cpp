// SPDX-License-Identifier: MIT
// The values of SqlDump: literals of MySQL and of H2.
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/exchange/governance/sql_dump.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

int hex_digit(int c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// nullopt if it is not an even number of hexadecimal digits.
std::optional<std::string> bytes_of_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool is_of_number(int c) {
  return hex_digit(c) >= 0 || c == 'x' || c == '.' || c == '-' || c == '+';
}

/// Appends a character as UTF-8; half of a surrogate pair becomes U+FFFD.
void append_character(std::string& text, std::uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

/// Decodes the `\uXXXX` and `\n` of STRINGDECODE, or, if not `marked`, the `\XXXX` of U&''.
std::string java_decoded(std::string_view text, bool marked) {
  std::string out;
  std::uint32_t high = 0;  // the first half of a surrogate pair
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    std::size_t digits = marked ? i + 1 : i;
    if (marked ? c != 'u' : hex_digit(c) < 0) {
      out += !marked    ? c
             : c == 'n' ? '\n'
             : c == 't' ? '\t'
             : c == 'r' ? '\r'
             : c == 'f' ? '\f'
                        : c;
      continue;
    }
    std::uint32_t code = 0;
    for (int n = 0; n < 4 && digits < text.size() && hex_digit(text[digits]) >= 0; ++n, ++digits) {
      code = code * 16 + static_cast<std::uint32_t>(hex_digit(text[digits]));
    }
    i = digits - 1;
    if (code >= 0xD800 && code <= 0xDBFF) {
      high = code;
      continue;
    }
    const bool pair = high != 0 && code >= 0xDC00 && code <= 0xDFFF;
    append_character(out, pair ? 0x10000 + ((high - 0xD800) << 10U) + (code - 0xDC00) : code);
    high = 0;
  }
  return out;
}

}  // namespace

void SqlDump::grow(std::size_t bytes) {
  m_row_bytes += bytes;
  if (m_row_bytes > k_longest_row) fail("a row larger than 64 MiB");
}

/// What follows a backslash of MySQL.
void SqlDump::read_escape(std::string& text) {
  const int c = m_bytes.get();
  switch (c) {
    case DumpBytes::k_end:
      fail("a string does not end: the dump is truncated");
    case '0':
      text += '\0';
      break;
    case 'b':
      text += '\b';
      break;
    case 'n':
      text += '\n';
      break;
    case 'r':
      text += '\r';
      break;
    case 't':
      text += '\t';
      break;
    case 'Z':
      text += '\x1A';
      break;
    case '%':
    case '_':
      text += '\\';
      text += static_cast<char>(c);
      break;
    default:
      text += static_cast<char>(c);
  }
}

/// @pre the opening quote has been taken
std::string SqlDump::string_literal(char quote) {
  std::string text;
  std::size_t counted = 0;
  while (true) {
    m_bytes.take_until(quote, m_h2 ? quote : '\\', &text);
    grow(text.size() - counted);
    counted = text.size();
    const int c = m_bytes.get();
    if (c == DumpBytes::k_end) fail("a string does not end: the dump is truncated");
    if (c == '\\') {
      read_escape(text);
    } else if (m_bytes.peek() == quote) {
      text += static_cast<char>(m_bytes.get());
    } else {
      return text;
    }
  }
}

/// Digits between apostrophes. @pre the first one is next
std::string SqlDump::hex_literal() {
  m_bytes.get();
  std::string digits;
  m_bytes.take_until('\'', '\'', &digits);
  if (m_bytes.get() == DumpBytes::k_end) fail("a string does not end: the dump is truncated");
  grow(digits.size());
  const auto bytes = bytes_of_hex(digits);
  if (!bytes) fail("a value that is not hexadecimal");
  return *bytes;
}

DumpValue SqlDump::value() {
  skip_blanks();
  const std::uint64_t offset = m_bytes.offset();
  const int c = m_bytes.peek();
  if (c == '\'' || c == '"') {
    m_bytes.get();
    return {string_literal(static_cast<char>(c)), offset, false};
  }
  const bool number = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
  if (!number) return named_value(offset);
  std::string text;
  while (is_of_number(m_bytes.peek())) text += static_cast<char>(m_bytes.get());
  grow(text.size());
  if (text.starts_with("0x")) {
    const auto bytes = bytes_of_hex(std::string_view(text).substr(2));
    if (!bytes) fail("a value that is not hexadecimal");
    return {*bytes, offset, true};
  }
  return {text, offset, false};
}

/// NULL, TRUE, a string with a prefix, or a call.
DumpValue SqlDump::named_value(std::uint64_t offset) {
  const std::string first = word();
  if (first.empty()) fail("a value is expected");
  if (first == "NULL") return {std::nullopt, offset, false};
  if (first == "TRUE") return {"1", offset, false};
  if (first == "FALSE") return {"0", offset, false};
  const int next = m_bytes.peek();
  if (next == '\'' && first == "X") return {hex_literal(), offset, true};
  if (next == '&' && first == "U") {
    m_bytes.get();
    if (m_bytes.get() != '\'') fail("a string is expected");
    return {java_decoded(string_literal('\''), false), offset, false};
  }
  skip_blanks();
  if (m_bytes.peek() == '(') {
    DumpValue result = call(first);
    result.offset = offset;
    return result;
  }
  // _binary '...', N'...', TIMESTAMP '...': the prefix does not change the bytes.
  const int c = m_bytes.peek();
  const bool prefix = c == '\'' || c == '"' || c == '0' || c == 'x' || c == 'X';
  if (!prefix) fail(fmt::format("'{}' is not a value", printable(first)));
  DumpValue result = value();
  result.offset = offset;
  return result;
}

/// The functions that H2 writes. @pre the parenthesis is next
DumpValue SqlDump::call(const std::string& function) {
  m_bytes.get();
  DumpValue argument = value();
  skip_blanks();
  if (m_bytes.peek() != ')') {
    skip_group();  // CAST(... AS BLOB)
    if (m_bytes.peek() != ')') fail(fmt::format("{}() with several arguments", function));
  }
  m_bytes.get();
  if (function == "CAST") return argument;
  if (function == "STRINGDECODE") {
    if (argument.text) argument.text = java_decoded(*argument.text, true);
    return argument;
  }
  if (function == "SYSTEM_COMBINE_BLOB" || function == "SYSTEM_COMBINE_CLOB") {
    const auto id = to_integer(argument.text.value_or(""));
    if (!id) fail(fmt::format("{}() without a number", function));
    const std::uint64_t after = m_bytes.offset();
    argument.text = large_object(*id);
    m_bytes.seek(after);
    return argument;
  }
  fail(fmt::format("a value that calls {}()", printable(function)));
}

/// H2 writes large values in parts, before the row that has them.
void SqlDump::note_large_object(const DumpRow& row) {
  const bool text = row.find("CDATA") != nullptr && row.find("CDATA")->text;
  const DumpValue* part = row.find(text ? "CDATA" : "BDATA");
  if (part != nullptr) m_objects[row.number("ID")][row.number("PART")] = part->offset;
}

std::string SqlDump::large_object(std::int64_t id) {
  const auto parts = m_objects.find(id);
  if (parts == m_objects.end()) fail(fmt::format("the large object {} is not in the dump", id));
  std::string whole;
  for (const auto& [part, offset] : parts->second) {
    m_bytes.seek(offset);
    const DumpValue one = value();
    const std::string bytes = one.text.value_or("");
    const auto binary = one.binary ? std::nullopt : bytes_of_hex(bytes);
    whole += binary ? *binary : bytes;
  }
  return whole;
}

}  // namespace upkeep::patch
