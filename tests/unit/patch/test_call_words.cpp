// SPDX-License-Identifier: MIT
#include "patch/lifecycle/call_words.hpp"
#include "support.hpp"

using namespace upkeep::patch::lifecycle;  // NOLINT

namespace {

Call call_of(const std::string& name, std::vector<Parameter> parameters) {
  Call call;
  call.class_name = "org.example." + name;
  call.parameters = std::move(parameters);
  return call;
}

}  // namespace

TEST_CASE("lifecycle: validations in words") {
  upkeep::patch::lifecycle::State state;
  state.items.resize(2);
  state.items[1].name = "Read";
  const auto words = [&](const std::string& name, std::vector<Parameter> parameters) {
    return spelled_validation(call_of(name, std::move(parameters)), state);
  };
  REQUIRE(words("AttributeExistenceValidator", {{"attributes", "a"}}) == "a needs a value");
  REQUIRE(words("AttributeExistenceValidator", {{"attributes", "a, b"}}) == "a, b need a value");
  REQUIRE(words("AttributeValueValidator", {{"attributes", "a"}, {"pattern", "x+"}}) ==
          "a must match x+");
  REQUIRE(words("AttributeValueCountValidator",
                {{"attributes", "a"}, {"expression", " >= "}, {"count", "2"}}) ==
          "a must have >= 2 values");
  REQUIRE(words("PropertyValueValidator", {{"propertyName", "state"}, {"propertyValue", "Open"}}) ==
          "state must be 'Open'");
  REQUIRE(words("TypedAssociationValidator", {{"associationType", "requires"}}) ==
          "a link 'requires' is needed");
  REQUIRE(words("CheckItemTickedValidator", {{"itemIndex", "1"}}) == "'Read' must be ticked");
  REQUIRE(words("CheckItemTickedValidator", {{"itemIndex", "9"}, {"checked", "false"}}) ==
          "'9' must not be ticked");
  REQUIRE(words("RequiredWhenValidator",
                {{"attribute", "a"}, {"pattern", "No.*"}, {"required", "b,c"}}) ==
          "if a matches No.*, b, c need a value");
  REQUIRE(words("OwnValidator", {}) == "org.example.OwnValidator must hold");
}
