// SPDX-License-Identifier: MIT
#include "patch/model/patch.hpp"

#include "base/text.hpp"
#include "patch/model/state_words.hpp"

#include <algorithm>

namespace upkeep::patch {

const std::vector<std::string>& link_types() {
  static const std::vector<std::string> k_types{"requires", "supersedes", "ported-from",
                                                "conflicts"};
  return k_types;
}

const std::vector<std::string>& queue_states() {
  static const std::vector<std::string> k_states{"open", "promoted", "declined"};
  return k_states;
}

bool is_released(const std::optional<std::string>& state,
                 const std::optional<std::string>& released_at,
                 const std::vector<std::string>& released) {
  if (!state) return released_at.has_value();
  return is_one_of(released, *state);
}

std::string stay_of(const Patch& patch) {
  return std::to_string(patch.stay.value_or(patch.state_event.value_or(0)));
}

std::string encode_links(const std::vector<Link>& links) {
  std::string out;
  for (const Link& link : links) {
    if (out.empty()) out += '\n';
    out += link.type + "=" + to_string(link.target) + "\n";
  }
  return out;
}

std::vector<Link> decode_links(const std::string& text) {
  std::vector<Link> links;
  for (const std::string& line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    if (auto ref = parse_ref(line.substr(equals + 1))) {
      links.push_back({line.substr(0, equals), std::move(*ref)});
    }
  }
  return links;
}

Value field_value(const Values& values, bool unbounded) {
  if (values.empty()) return {};
  if (!unbounded && values.size() == 1) return values.front();
  return ValueList(values.begin(), values.end());
}

std::optional<std::string> shown_state_of(const Patch& patch) {
  return patch.voided_at ? std::optional(std::string(k_void_state)) : patch.state;
}

Values change_values(const Value& value) {
  Values out;
  if (const auto* text = std::get_if<std::string>(&value.storage())) {
    out.push_back(*text);
  } else if (const auto* list = std::get_if<ValueList>(&value.storage())) {
    for (const Value& one : *list) out.push_back(to_text(one));
  }
  return out;
}

std::optional<std::string> iso_time(const std::optional<std::string>& column) {
  constexpr std::size_t k_length = 19;  // YYYY-MM-DD HH:MM:SS
  if (!column || column->size() < k_length) return std::nullopt;
  std::string text = column->substr(0, k_length);
  text[10] = 'T';
  return text + "Z";
}

std::optional<std::string> sql_time(const std::optional<std::string>& iso) {
  if (!iso || iso->empty()) return std::nullopt;
  std::string text = *iso;
  if (text.size() == 10) return text + " 00:00:00";
  text.resize(19);
  text[10] = ' ';
  return text;
}

}  // namespace upkeep::patch
