// SPDX-License-Identifier: MIT
// Selectors, a term a line: whatever they hold, one WHERE clause or a usage error.
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/query/selector.hpp"

#include <cstdlib>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

namespace {

/// Whether every quote of `sql` is closed, as a server with the default mode reads it.
bool is_closed(const std::string& sql) {
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (quote != 0) {
      if (sql[i] == '\\')
        ++i;
      else if (sql[i] == quote)
        quote = 0;
    } else if (sql[i] == '\'' || sql[i] == '"' || sql[i] == '`') {
      quote = sql[i];
    }
  }
  return quote == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  static const ArtifactType k_type = ArtifactType::parse(
      "<artifactType type='x' shortName='x' singularLabel='x' pluralLabel='x'><content>"
      "<table name='Overview'><field type='text' "
      "maxoccurs='unbounded'><name>Products</name></field>"
      "<field type='text'><name>Priority</name></field>"
      "<field type='date'><name>Wanted On</name></field></table></content></artifactType>",
      "type");
  static const config::Patch k_config;
  static const NameRule k_names("WSO2-CARBON-PATCH-{platform}-{number:04}");
  try {
    const Selector selector = parse_selector(split(text, '\n'));
    const SelectorSql sql = selector_sql(selector, {k_type, k_config, k_names});
    if (sql.order.empty() || !is_closed(sql.where()) || !is_closed(sql.order_sql())) std::abort();
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
