// SPDX-License-Identifier: MIT
#include "web/parameters.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::web {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  constexpr int k_high = 4;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_blank) {
      c = ' ';
    } else if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>((high << k_high) + low);
      i += 2;
    }
    out += c;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

std::string form_part(std::string_view text) {
  auto plain = decoded(text, true);
  if (plain && plain->find('\0') != std::string::npos) {
    throw Refusal("value", "a value contains a NUL character");
  }
  if (plain) return std::move(*plain);
  throw Refusal(
      "request",
      fmt::format("'{}' is not valid in a form or an address", ellipsized(printable(text), 60)),
      "encode it as UTF-8 with %XX");
}

}  // namespace

Parameters Parameters::parse(std::string_view text, std::size_t most) {
  std::vector<Pair> pairs;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    if (pairs.size() == most) {
      throw Refusal("size", fmt::format("there are more than {} values", most));
    }
    const auto equals = part.find('=');
    pairs.emplace_back(form_part(part.substr(0, equals)),
                       equals == std::string_view::npos ? "" : form_part(part.substr(equals + 1)));
  }
  return Parameters(std::move(pairs));
}

bool Parameters::has(std::string_view name) const {
  return maybe(name).has_value();
}

std::optional<std::string> Parameters::maybe(std::string_view name) const {
  const auto found = std::find_if(m_pairs.begin(), m_pairs.end(),
                                  [&](const Pair& one) { return one.first == name; });
  return found == m_pairs.end() ? std::nullopt : std::optional(found->second);
}

std::string Parameters::get(std::string_view name) const {
  return maybe(name).value_or("");
}

std::vector<std::string> Parameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const Pair& one : m_pairs) {
    if (one.first == name) values.push_back(one.second);
  }
  return values;
}

void Parameters::add(std::string name, std::string value) {
  m_pairs.emplace_back(std::move(name), std::move(value));
}

std::string url_encoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> url_decoded(std::string_view text) {
  auto plain = decoded(text, false);
  if (plain && plain->find('\0') != std::string::npos) return std::nullopt;
  return plain;
}

std::string to_query(const std::vector<Parameters::Pair>& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += url_encoded(name) + '=' + url_encoded(value);
  }
  return out;
}

}  // namespace upkeep::web
