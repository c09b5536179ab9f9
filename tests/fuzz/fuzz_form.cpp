// SPDX-License-Identifier: MIT
// Forms as people may leave them: a document or a data error; what is shown again is read as the
// same.
#include "base/error.hpp"
#include "patch/registry/form.hpp"

#include <cstdlib>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  static const ArtifactType k_type = ArtifactType::parse(
      "<artifactType type='x' shortName='x' singularLabel='x' pluralLabel='x'><content>"
      "<table name='Overview'><field type='text' "
      "maxoccurs='unbounded'><name>Products</name></field>"
      "<field type='text-area'><name>Description</name></field></table></content></artifactType>",
      "type");
  static const config::Patch k_config;
  const Form form(k_type, k_config, FieldRules::Subject::made);
  Document read;
  try {
    read = form.parse(text);
  } catch (const DataError&) {
    return 0;
  }
  const auto shown = [&](const Document& fields) {
    return form.text(fields, {text}, [](const Field& field) { return field.values; });
  };
  // Line ends and blanks at the end of a value are lost once.
  const Document kept = form.parse(shown(read));
  if (form.parse(shown(kept)) != kept) std::abort();
  if (form.parse(with_problem(shown(kept), text)) != kept) std::abort();
  if (!edits_between(kept, form.merged(kept, kept, kept)).empty()) std::abort();
  return 0;
}
