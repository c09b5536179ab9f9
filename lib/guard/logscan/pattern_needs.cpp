// SPDX-License-Identifier: MIT
#include "guard/logscan/pattern_needs.hpp"

#include <algorithm>

namespace upkeep::guard {

namespace {

using Bytes = std::bitset<256>;

Bytes any_byte() {
  return Bytes().set();
}

using Literals = std::vector<std::string>;

/// The length of the shortest literal, as a measure of how selective they are.
std::size_t worth(const Literals& literals) {
  if (literals.empty()) return 0;
  const auto shorter = [](const auto& a, const auto& b) { return a.size() < b.size(); };
  return std::min_element(literals.begin(), literals.end(), shorter)->size();
}

/// Facts about a piece of a pattern.
struct Piece {
  bool anchored = false;  ///< matches only at the start of the line
  bool nullable = false;  ///< may match the empty string
  Bytes first;            ///< the possible first bytes of a non-empty match
  Literals literals;      ///< one of them occurs in every match
};

/// Gives up if the pattern contains something that it does not understand.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : m_rest(pattern) {}

  std::optional<Piece> whole() {
    const Piece piece = alternatives();
    if (!m_understood || !m_rest.empty()) return std::nullopt;
    return piece;
  }

 private:
  [[nodiscard]] bool at(char c) const { return !m_rest.empty() && m_rest.front() == c; }

  Piece give_up() {
    m_understood = false;
    m_rest = {};
    return {};
  }

  Piece alternatives() {
    Piece all = sequence();
    while (at('|')) {
      m_rest.remove_prefix(1);
      const Piece other = sequence();
      all.anchored = all.anchored && other.anchored;
      all.nullable = all.nullable || other.nullable;
      all.first |= other.first;
      if (all.literals.empty() || other.literals.empty()) {
        all.literals.clear();
      } else {
        all.literals.insert(all.literals.end(), other.literals.begin(), other.literals.end());
      }
    }
    return all;
  }

  Piece sequence() {
    Piece all;
    all.nullable = true;
    std::string run;  // literal characters in a row
    const auto end_run = [&] {
      if (run.size() > worth(all.literals)) all.literals = {run};
      run.clear();
    };
    for (bool at_start = true; !m_rest.empty() && !at('|') && !at(')'); at_start = false) {
      bool is_character = false;
      Piece piece = atom(is_character);
      const bool once = quantifier(piece);
      if (at_start) all.anchored = piece.anchored && once;
      if (all.nullable) all.first |= piece.first;
      all.nullable = all.nullable && piece.nullable;
      if (piece.nullable || !is_character) end_run();
      if (piece.nullable) continue;
      if (is_character) {
        run += piece.literals[0];
        if (!once) end_run();
      } else if (worth(piece.literals) > worth(all.literals)) {
        all.literals = piece.literals;
      }
    }
    end_run();
    return all;
  }

  /// One character, class, group or assertion.
  Piece atom(bool& is_character) {
    const char c = m_rest.front();
    m_rest.remove_prefix(1);
    switch (c) {
      case '^':
        return {true, true, {}, {}};
      case '$':
        return {false, true, {}, {}};
      case '.':
        return {false, false, any_byte(), {}};
      case '[':
        return character_class();
      case '(':
        return group();
      case '\\':
        return escape(is_character);
      case '*':
      case '+':
      case '?':
        return give_up();
      default:
        break;
    }
    is_character = true;
    return character(c);
  }

  /// A non-ASCII character has several bytes, and a quantifier applies to all of them.
  Piece character(char c) {
    std::string bytes(1, c);
    if (static_cast<unsigned char>(c) > 0x7FU) {
      while (!m_rest.empty() && (static_cast<unsigned char>(m_rest.front()) & 0xC0U) == 0x80U) {
        bytes += m_rest.front();
        m_rest.remove_prefix(1);
      }
    }
    return {false, false, Bytes().set(static_cast<unsigned char>(c)), {bytes}};
  }

  Piece escape(bool& is_character) {
    if (m_rest.empty()) return give_up();
    const char c = m_rest.front();
    m_rest.remove_prefix(1);
    const auto byte = static_cast<unsigned char>(c);
    if (std::string_view("dDwWsShHvV").find(c) != std::string_view::npos) {
      return {false, false, any_byte(), {}};
    }
    if (c == 'b' || c == 'B') return {false, true, {}, {}};
    const bool letter_or_digit =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (letter_or_digit || byte > 0x7FU) return give_up();
    is_character = true;
    return character(c);
  }

  Piece character_class() {
    if (at('^')) m_rest.remove_prefix(1);
    // A leading `]` is a member of the class.
    for (bool first = true; !m_rest.empty() && (first || !at(']')); first = false) {
      // [[:alpha:]] and [\\Q]\\E] end elsewhere.
      if (at('[') || m_rest.starts_with("\\Q")) return give_up();
      m_rest.remove_prefix(std::min<std::size_t>(at('\\') ? 2 : 1, m_rest.size()));
    }
    if (m_rest.empty()) return give_up();
    m_rest.remove_prefix(1);
    return {false, false, any_byte(), {}};
  }

  Piece group() {
    if (at('*')) return give_up();
    if (at('?')) {
      if (!m_rest.starts_with("?:")) return give_up();
      m_rest.remove_prefix(2);
    }
    Piece inside = alternatives();
    if (!at(')')) return give_up();
    m_rest.remove_prefix(1);
    return inside;
  }

  /// @returns whether the piece occurs exactly once
  bool quantifier(Piece& piece) {
    if (m_rest.empty()) return true;
    const char c = m_rest.front();
    const bool braces =
        c == '{' && m_rest.size() > 1 &&
        ((m_rest[1] >= '0' && m_rest[1] <= '9') || m_rest[1] == ',' || m_rest[1] == ' ');
    if (c != '*' && c != '+' && c != '?' && !braces) return true;
    if (braces) {
      const std::size_t end = m_rest.find_first_not_of("0123456789, ", 1);
      if (end == std::string_view::npos || m_rest[end] != '}') {
        give_up();
        return true;
      }
      m_rest.remove_prefix(end);
    }
    m_rest.remove_prefix(1);
    if (at('?') || at('+')) m_rest.remove_prefix(1);  // lazy, possessive
    if (c != '+') piece.nullable = true;
    return false;
  }

  std::string_view m_rest;
  bool m_understood = true;
};

}  // namespace

PatternNeeds needs_of(std::string_view pattern) {
  const auto piece = Parser(pattern).whole();
  if (!piece) return {};
  PatternNeeds needs;
  // A pattern that may match the empty string after `^` matches any line.
  if (piece->anchored && !piece->nullable) needs.first = piece->first;
  needs.literals = piece->literals;
  return needs;
}

}  // namespace upkeep::guard
