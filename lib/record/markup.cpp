// SPDX-License-Identifier: MIT
#include "record/markup.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace upkeep {

namespace {

constexpr std::array<std::string_view, 14> k_void{"area",  "base",   "br",    "col",  "embed",
                                                  "hr",    "img",    "input", "link", "meta",
                                                  "param", "source", "track", "wbr"};
/// Elements that need no separate line.
constexpr std::array<std::string_view, 14> k_inline{"a",   "b",      "span", "text",   "td",
                                                    "th",  "button", "dt",   "option", "textarea",
                                                    "pre", "strong", "time", "code"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Names come from our code; an invalid one is a bug.
void check_name(std::string_view name) {
  const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!good || name == "script" || name.starts_with("on"))
    throw Error(ExitStatus::internal, "not the name of an element or an attribute");
}

/// How a byte of valid UTF-8 is written; empty: as it is.
constexpr std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\n':
    case '\t':
      return {};
    default: {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20U || byte == 0x7fU ? "\xef\xbf\xbd" : std::string_view();
    }
  }
}

/// Appends `text` as escaped_markup() returns it: a page has thousands of small texts, nearly all
/// of them plain.
void append_escaped(std::string& out, std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80U; };
  std::string valid;
  if (!std::all_of(text.begin(), text.end(), is_ascii)) {
    valid = utf8_prefix(std::string(text), text.size() * 3);
    text = valid;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = escape_of(text[i]);
    if (escape.empty()) continue;
    out.append(text, done, i - done);
    out += escape;
    done = i + 1;
  }
  out.append(text, done);
}

}  // namespace

std::string escaped_markup(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

Markup& Markup::open(std::string_view element, const Attributes& attributes) {
  check_name(element);
  m_text += '<';
  m_text += element;
  for (const Attribute& attribute : attributes) {
    check_name(attribute.name);
    m_text += ' ';
    m_text += attribute.name;
    if (attribute.flag) continue;
    m_text += "=\"";
    append_escaped(m_text, attribute.value);
    m_text += '"';
  }
  m_text += '>';
  if (is_one_of(k_void, element)) {
    m_text += '\n';
  } else {
    m_open.emplace_back(element);
  }
  return *this;
}

Markup& Markup::text(std::string_view text) {
  append_escaped(m_text, text);
  return *this;
}

Markup& Markup::close() {
  if (m_open.empty()) throw Error(ExitStatus::internal, "no element is open");
  m_text += "</";
  m_text += m_open.back();
  m_text += '>';
  if (!is_one_of(k_inline, m_open.back())) m_text += '\n';
  m_open.pop_back();
  return *this;
}

Markup& Markup::element(std::string_view element, std::string_view text,
                        const Attributes& attributes) {
  return open(element, attributes).text(text).close();
}

Markup& Markup::append(const Markup& part) {
  if (!part.m_open.empty()) throw Error(ExitStatus::internal, "a part with an open element");
  m_text += part.m_text;
  return *this;
}

Markup& Markup::style(std::string_view css) {
  if (css.find('<') != std::string_view::npos)
    throw Error(ExitStatus::internal, "a style sheet with markup");
  m_text += "<style>";
  m_text += css;
  m_text += "</style>\n";
  return *this;
}

Markup& Markup::script_from(std::string_view address) {
  m_text += "<script src=\"" + escaped_markup(address) + "\" defer></script>\n";
  return *this;
}

Markup& Markup::doctype() {
  m_text += "<!DOCTYPE html>\n";
  return *this;
}

std::string Markup::finish() {
  while (!m_open.empty()) close();
  return std::move(m_text);
}

}  // namespace upkeep
