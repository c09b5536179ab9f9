// SPDX-License-Identifier: MIT
#include "patch/model/patch_name.hpp"

#include "base/error.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

namespace upkeep::patch {

namespace {

constexpr const char* k_platform_pattern = "[0-9]+(?:\\.[0-9]+){1,3}";

std::optional<std::uint32_t> to_number(std::string_view digits) {
  constexpr std::size_t k_most_digits = 12;
  constexpr long long k_largest = 999'999'999;
  if (digits.empty() || digits.size() > k_most_digits) return std::nullopt;
  const auto number = to_integer(digits);
  if (!number || *number < 1 || *number > k_largest) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

struct Placeholder {
  std::size_t at = 0, length = 0;
  std::string name, spec;
};

std::vector<Placeholder> placeholders_of(const std::string& pattern) {
  std::vector<Placeholder> found;
  const auto fail = [&](const std::string& why) {
    throw ConfigError(fmt::format("[patch] name '{}': {}", printable(pattern), why),
                      "write it like \"PATCH-{platform}-{number:04}\"");
  };
  for (std::size_t at = 0; (at = pattern.find_first_of("{}", at)) != std::string::npos;) {
    const auto end = pattern.find('}', at);
    if (pattern[at] == '}' || end == std::string::npos) fail("unexpected brace");
    Placeholder one{at, end + 1 - at, pattern.substr(at + 1, end - at - 1), {}};
    if (const auto colon = one.name.find(':'); colon != std::string::npos) {
      one.spec = one.name.substr(colon + 1);
      one.name.resize(colon);
    }
    static const Regex width("0?[1-9]?");
    if (one.name != "platform" && one.name != "number") fail("no such placeholder: " + one.name);
    if (!width.matches(one.spec) || (one.name == "platform" && !one.spec.empty())) {
      fail(fmt::format("no such format: {}", one.spec));
    }
    found.push_back(one);
    at = end + 1;
  }
  const bool both = found.size() == 2 && found[0].name != found[1].name;
  if (!both) fail("it needs {platform} and {number}, each once");
  if (found[0].at + found[0].length == found[1].at)
    fail("the placeholders need a text between them");
  return found;
}

std::string regex_of(const std::string& pattern) {
  const auto found = placeholders_of(pattern);
  std::string out = "(?i)";
  std::size_t done = 0;
  for (const Placeholder& one : found) {
    out += regex_quoted(std::string_view(pattern).substr(done, one.at - done));
    out += one.name == "platform" ? fmt::format("({})", k_platform_pattern) : "([0-9]+)";
    done = one.at + one.length;
  }
  return out + regex_quoted(std::string_view(pattern).substr(done));
}

}  // namespace

std::string to_string(const PatchRef& ref) {
  return fmt::format("{}-{}", ref.platform, ref.number);
}

std::optional<PatchRef> parse_ref(const std::string& text) {
  const auto dash = text.rfind('-');
  if (dash == std::string::npos) return std::nullopt;
  PatchRef ref{text.substr(0, dash), 0};
  const auto number = to_number(std::string_view(text).substr(dash + 1));
  if (!number || !platform_key(ref.platform)) return std::nullopt;
  ref.number = *number;
  return ref;
}

std::optional<std::string> platform_key(const std::string& platform) {
  constexpr std::size_t k_digits = 5, k_least = 2, k_most = 4;
  const auto parts = split(platform, '.');
  if (parts.size() < k_least || parts.size() > k_most) return std::nullopt;
  std::string key;
  for (const std::string& part : parts) {
    const bool digits = part.find_first_not_of("0123456789") == std::string::npos;
    if (part.empty() || part.size() > k_digits || !digits) return std::nullopt;
    if (part.size() > 1 && part.front() == '0') return std::nullopt;
    if (!key.empty()) key += '.';
    key += std::string(k_digits - part.size(), '0') + part;
  }
  return key;
}

void check_platform(const std::string& platform) {
  if (platform_key(platform)) return;
  throw DataError(fmt::format("platform '{}' is not a version", printable(platform)),
                  "write it like 4.4.0");
}

NameRule::NameRule(const std::string& pattern)
    : m_regex(regex_of(pattern)), m_platform_first(true) {
  m_platform_first = placeholders_of(pattern)[0].name == "platform";
  m_format = pattern;
}

std::string NameRule::format(const PatchRef& ref) const {
  return fmt::format(fmt::runtime(m_format), fmt::arg("platform", ref.platform),
                     fmt::arg("number", ref.number));
}

std::optional<PatchRef> NameRule::parse(const std::string& name) const {
  constexpr std::size_t k_longest = 250;
  if (name.size() > k_longest) return std::nullopt;
  if (auto loose = parse_ref(name)) return loose;
  const auto groups = m_regex.groups(name);
  if (!groups || groups->at(0).size() != name.size()) return std::nullopt;
  return parse_ref(groups->at(m_platform_first ? 1 : 2) + "-" +
                   groups->at(m_platform_first ? 2 : 1));
}

std::vector<NamePart> NameRule::parts() const {
  std::vector<NamePart> found;
  std::size_t done = 0;
  const auto text = [&](std::size_t end) {
    if (end > done) found.push_back({.text = m_format.substr(done, end - done)});
    done = end;
  };
  for (const Placeholder& one : placeholders_of(m_format)) {
    text(one.at);
    done += one.length;
    if (one.name == "platform") {
      found.push_back({.kind = NamePart::Kind::platform});
    } else {
      found.push_back({.kind = NamePart::Kind::number,
                       .width = to_integer(one.spec).value_or(0),
                       .filler = one.spec.starts_with('0') ? '0' : ' '});
    }
  }
  text(m_format.size());
  return found;
}

PatchRef NameRule::parse_or_throw(const std::string& name) const {
  if (auto ref = parse(name)) return *ref;
  throw DataError(fmt::format("'{}' is not a patch name", ellipsized(printable(name), 80)),
                  fmt::format("write it like {} or 4.4.0-1", format({"4.4.0", 1})));
}

std::optional<std::uint32_t> parse_queue_id(const std::string& text) {
  if (text.size() < 3 || (text[0] != 'Q' && text[0] != 'q') || text[1] != '-') return std::nullopt;
  return to_number(std::string_view(text).substr(2));
}

std::string queue_id(std::uint32_t number) {
  return fmt::format("Q-{}", number);
}

}  // namespace upkeep::patch
