// SPDX-License-Identifier: MIT
// Lifecycles and artifact types. The first byte chooses which.
#include "base/error.hpp"
#include "patch/lifecycle/call_rules.hpp"
#include "patch/lifecycle/definition_reader.hpp"
#include "patch/model/artifact_type.hpp"

#include <cstdlib>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

namespace {

void lifecycle_file(const std::string& text) {
  const lifecycle::Reading reading = lifecycle::read_lifecycle(text, "x");
  for (const auto& one : reading.findings) {
    if (one.rule.empty() || one.detail.empty()) std::abort();
  }
  if (reading.has_errors()) return;
  // What is accepted stays what it is, and has an initial state.
  const auto again = lifecycle::definition_of(reading.xml, "x");
  if (again.state_names() != reading.definition.state_names()) std::abort();
  if (again.find(again.initial) == nullptr) std::abort();
  static const ArtifactType k_type = ArtifactType::parse(
      "<artifactType type='x' shortName='x' singularLabel='x' pluralLabel='x'><content>"
      "<table name='Overview'><field type='text'><name>Name</name></field></table></content>"
      "</artifactType>",
      "type");
  (void)lifecycle::registry_findings(again, k_type, {std::set<std::string>{"qa"}, {"gate"}});
}

void artifact_type(const std::string& text) {
  const ArtifactType type = ArtifactType::parse(text, "x.rxt");
  for (const Field& field : type.fields()) {
    if (type.find(field.key) == nullptr) std::abort();
    try {
      (void)type.checked(field, "2014-01-02");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): a rule of the field's own
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);  // NOLINT
  try {
    if (data[0] % 2 == 0) {  // NOLINT
      lifecycle_file(text);
    } else {
      artifact_type(text);
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
