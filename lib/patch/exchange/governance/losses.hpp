// SPDX-License-Identifier: MIT
// What an import from a governance registry does not carry over, by kind.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

class Losses {
 public:
  struct Loss {
    std::string what;  ///< a plural: `tags`
    std::size_t count = 0;
    std::vector<std::string> examples;  ///< the first patches that have it
  };

  /// @param patch where; not repeated if it is already an example
  void add(const std::string& what, const std::string& patch, std::size_t count = 1);
  void add(const Losses& others);
  /// In the order in which they were found.
  [[nodiscard]] const std::vector<Loss>& all() const noexcept { return m_losses; }

 private:
  std::vector<Loss> m_losses;
  std::map<std::string, std::size_t> m_index;
};

/// `3 tags (first in A, B)`.
std::string text_of(const Losses::Loss& loss);

}  // namespace upkeep::patch
