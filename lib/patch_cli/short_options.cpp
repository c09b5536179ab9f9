// SPDX-License-Identifier: MIT
#include "patch_cli/short_options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::patch_cli {

void ShortOptions::declare(CLI::App& app) {
  // Not a list, which would take words in brackets apart.
  app.add_option("product", m_first, "The product; a single operand is the description")
      ->type_name("PRODUCT");
  app.add_option("description", m_second, "What is wrong")->type_name("DESCRIPTION");
  const auto option = [&](std::size_t at, const char* type, const char* what) {
    app.add_option(fmt::format("--{}", m_options[at].key), m_options[at].values, what)
        ->type_name(type)
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
  };
  option(0, "PRODUCT", "The product, like 'ESB 4.8.1'; repeat it for several");
  option(1, "NAME", "Who needs it; repeat it for several");
  option(2, "KEY", "Its ticket, support or public; repeat it for several");
  option(3, "PRIORITY", "Its priority");
  option(4, "USER", "Who develops it");
  option(5, "USER", "Who tests it");
}

void ShortOptions::check() const {
  for (const std::string* operand : {&m_first, &m_second}) {
    if (!operand->empty() && trim(*operand).empty()) {
      throw UsageError("an operand is blank", "is a shell variable unset?");
    }
  }
  if (!m_second.empty() && !m_options.front().values.empty()) {
    throw UsageError(fmt::format("the product is given twice: '{}' and --product {}",
                                 printable(m_first), printable(m_options.front().values.front())),
                     "with --product, the only operand is the description; repeat --product for "
                     "several products");
  }
}

std::string ShortOptions::lone_operand() const {
  return m_second.empty() && m_options.front().values.empty() ? m_first : std::string();
}

std::vector<patch::ShortValue> ShortOptions::values() const {
  std::vector<patch::ShortValue> all;
  if (!m_second.empty()) all.push_back({"the product", "product", m_first});
  const std::string& description = m_second.empty() ? m_first : m_second;
  if (!description.empty()) all.push_back({"the description", "description", description});
  for (const Option& option : m_options) {
    for (const std::string& value : option.values) {
      all.push_back({fmt::format("--{}", option.key), option.key, value});
    }
  }
  return all;
}

}  // namespace upkeep::patch_cli
