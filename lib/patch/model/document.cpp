// SPDX-License-Identifier: MIT
#include "patch/model/document.hpp"

#include <algorithm>

namespace upkeep::patch {

namespace {

// Represents a line feed within a value: not a letter, so that words end there.
constexpr char k_line_end = '\x1e';

std::string decode_value(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i] == k_line_end ? '\n' : text[i];
      continue;
    }
    ++i;
    out += text[i] == 'e' ? k_line_end : text[i];
  }
  return out;
}

}  // namespace

std::string encode_value(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 8);
  for (const char c : value) {
    if (c == '\n') {
      out += k_line_end;
    } else if (c == k_line_end) {
      out += "\\e";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

std::string encode(const Document& document) {
  std::string out;
  for (const auto& [key, values] : document) {
    for (const std::string& value : values) {
      if (out.empty()) out += '\n';
      out += key;
      out += '=';
      out += encode_value(value);
      out += '\n';
    }
  }
  return out;
}

Document decode(std::string_view text) {
  Document document;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    document[std::string(line.substr(0, equals))].push_back(decode_value(line.substr(equals + 1)));
  }
  return document;
}

Values values_in(std::string_view text, const std::string& key) {
  Values values;
  const std::string start = "\n" + key + "=";
  for (auto at = text.find(start); at != std::string_view::npos;) {
    const std::size_t from = at + start.size();
    const std::size_t end = std::min(text.find('\n', from), text.size());
    values.push_back(decode_value(text.substr(from, end - from)));
    // The values of a key are consecutive.
    at = text.substr(end).starts_with(start) ? end : std::string_view::npos;
  }
  return values;
}

std::vector<Values> values_in(std::string_view text, const std::vector<std::string>& keys) {
  std::vector<Values> values(keys.size());
  std::size_t next = 0;
  for (std::size_t at = 0; next < keys.size() && at + 1 < text.size();) {
    const std::size_t from = at + 1;  // after the preceding line feed
    at = std::min(text.find('\n', from), text.size());
    const std::string_view line = text.substr(from, at - from);
    const std::size_t end = std::min(line.find('='), line.size());
    const std::string_view key = line.substr(0, end);
    while (next < keys.size() && keys[next] < key) ++next;
    if (next < keys.size() && keys[next] == key && end < line.size()) {
      values[next].push_back(decode_value(line.substr(end + 1)));
    }
  }
  return values;
}

Values values_in(const Document& document, const std::string& key) {
  const auto found = document.find(key);
  return found == document.end() ? Values{} : found->second;
}

std::string first_value(const Document& document, const std::string& key) {
  const auto found = document.find(key);
  return found == document.end() || found->second.empty() ? std::string() : found->second.front();
}

}  // namespace upkeep::patch
