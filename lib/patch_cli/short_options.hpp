// SPDX-License-Identifier: MIT
#pragma once

#include "patch/registry/short_values.hpp"

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace upkeep::patch_cli {

/// The options and operands that describe a new request or patch in few words:
/// `'ESB 4.8.1' --client Acme 'NullPointerException in a mediator'`.
class ShortOptions {
 public:
  void declare(CLI::App& app);
  /// @throws UsageError for a blank operand, or a product given both ways
  void check() const;
  /// The description if it is the only operand and no product is given; otherwise empty.
  [[nodiscard]] std::string lone_operand() const;
  /// The values given: operands first, then options by name.
  [[nodiscard]] std::vector<patch::ShortValue> values() const;

 private:
  struct Option {
    const char* key;
    std::vector<std::string> values{};
  };
  std::vector<Option> m_options{{"product"},  {"client"},    {"jira"},
                                {"priority"}, {"developer"}, {"qa"}};
  std::string m_first, m_second;  // operands
};

}  // namespace upkeep::patch_cli
