// SPDX-License-Identifier: MIT
// The names and values of a query or of a form, in the order in which they were sent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::web {

class Parameters {
 public:
  using Pair = std::pair<std::string, std::string>;

  Parameters() = default;
  explicit Parameters(std::vector<Pair> pairs) : m_pairs(std::move(pairs)) {}

  /// Reads `application/x-www-form-urlencoded` text.
  /// @throws Refusal(size) for more than `most` pairs, Refusal(request) for text that is not UTF-8
  /// or an invalid `%` escape, Refusal(value) for a NUL
  static Parameters parse(std::string_view text, std::size_t most = k_most_pairs);
  static constexpr std::size_t k_most_pairs = 1000;

  [[nodiscard]] bool has(std::string_view name) const;
  /// The first value; nullopt if there is none.
  [[nodiscard]] std::optional<std::string> maybe(std::string_view name) const;
  /// The first value; empty if there is none.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] const std::vector<Pair>& pairs() const noexcept { return m_pairs; }
  void add(std::string name, std::string value);

 private:
  std::vector<Pair> m_pairs;
};

/// `text` as one part of an address: everything but letters, digits and `-._~` as `%XX`.
std::string url_encoded(std::string_view text);
/// The inverse; `+` is not a blank. nullopt for an invalid `%` escape, a NUL or text that is not
/// UTF-8.
std::optional<std::string> url_decoded(std::string_view text);
/// `name=value&...` of them, encoded.
std::string to_query(const std::vector<Parameters::Pair>& pairs);

}  // namespace upkeep::web
