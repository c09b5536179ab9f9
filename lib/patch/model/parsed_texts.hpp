// SPDX-License-Identifier: MIT
// Values that were parsed from stored texts, kept by a process that meets the same texts again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The values of the texts that were used last. The text itself is the key: who has read another
/// one from the database gets another value. Not thread-safe.
template <typename T>
class ParsedTexts {
 public:
  static constexpr std::size_t k_most = 64;
  static constexpr std::size_t k_most_bytes = std::size_t{1} << 20U;

  /// The value kept for this text, otherwise what `parse()` returns. Nothing is kept if it throws.
  /// @param name what the value depends on besides the text; may be empty
  std::shared_ptr<const T> value_of(const std::string& name, const std::string& text,
                                    const auto& parse) {
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept& one) {
      return one.text == text && one.name == name;
    });
    if (found != m_kept.end()) {
      std::rotate(found, found + 1, m_kept.end());
      return m_kept.back().value;
    }
    auto value = std::make_shared<const T>(parse());
    if (text.size() <= k_most_bytes) keep({name, text, value});
    return value;
  }

  [[nodiscard]] std::size_t size() const noexcept { return m_kept.size(); }

 private:
  struct Kept {
    std::string name, text;
    std::shared_ptr<const T> value;
  };

  void keep(Kept one) {
    m_bytes += one.text.size();
    m_kept.push_back(std::move(one));
    while (m_kept.size() > k_most || m_bytes > k_most_bytes) {
      m_bytes -= m_kept.front().text.size();
      m_kept.erase(m_kept.begin());
    }
  }

  std::vector<Kept> m_kept;  // the one that was used last is at the end
  std::size_t m_bytes = 0;   // of their texts
};

}  // namespace upkeep::patch
