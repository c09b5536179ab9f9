// SPDX-License-Identifier: MIT
// The name of a patch: its platform and number, and the text made from them.
#pragma once

#include "base/regex.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// A reference to a patch: numbers are counted per platform.
struct PatchRef {
  std::string platform;
  std::uint32_t number = 0;

  friend bool operator==(const PatchRef&, const PatchRef&) = default;
};

/// `4.4.0-1001`: how links are written in records of events.
std::string to_string(const PatchRef& ref);
/// The inverse. nullopt if it is not a reference.
std::optional<PatchRef> parse_ref(const std::string& text);

/// `4.4.0` as text that sorts like versions. nullopt if it is not a platform: two to four
/// dot-separated numbers of at most five digits without leading zeros.
std::optional<std::string> platform_key(const std::string& platform);

/// @throws DataError if `platform` is not a version
void check_platform(const std::string& platform);

/// One part of the names that a rule makes.
struct NamePart {
  enum class Kind { text, platform, number };
  Kind kind = Kind::text;
  std::string text{};   ///< for `text`
  long long width = 0;  ///< for `number`: the least width
  char filler = ' ';    ///< for `number`: what pads it on the left
};

/// `[patch] name`: "WSO2-CARBON-PATCH-{platform}-{number:04}".
class NameRule {
 public:
  /// @throws ConfigError if the template lacks a placeholder or has an unknown one
  explicit NameRule(const std::string& pattern);

  [[nodiscard]] std::string format(const PatchRef& ref) const;
  /// Accepts the name, `4.4.0-1001`, `4.4.0-1`. nullopt for anything else.
  [[nodiscard]] std::optional<PatchRef> parse(const std::string& name) const;
  /// The parts of every name, in order.
  [[nodiscard]] std::vector<NamePart> parts() const;
  /// @throws DataError for anything else
  [[nodiscard]] PatchRef parse_or_throw(const std::string& name) const;

 private:
  std::string m_format;  // for fmt, with named arguments
  Regex m_regex;
  bool m_platform_first;
};

/// `Q-17` as 17; nullopt if it is not a queue id.
std::optional<std::uint32_t> parse_queue_id(const std::string& text);
std::string queue_id(std::uint32_t number);

}  // namespace upkeep::patch
