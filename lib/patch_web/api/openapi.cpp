// SPDX-License-Identifier: MIT
// openapi.json, version 3.1, from the table of operations.
#include "base/text.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web::api {

namespace {

ValueObject typed(const char* type) {
  return {{"type", type}};
}

ValueObject schema_of(Parameter::Kind kind, bool repeated) {
  ValueObject schema = typed(kind == Parameter::Kind::number ? "integer" : "string");
  if (!repeated) return schema;
  return {{"type", "array"}, {"items", std::move(schema)}};
}

ValueObject schema_of(Member::Kind kind) {
  switch (kind) {
    case Member::Kind::texts:
      return {{"type", ValueList{"array", "string"}}, {"items", typed("string")}};
    case Member::Kind::object:
      return typed("object");
    case Member::Kind::flag:
      return typed("boolean");
    default:
      return typed("string");
  }
}

/// The pattern with what stands for each part: `/api/v1/patches/{patch}`.
std::string path_of(const Operation& operation) {
  std::string path = operation.pattern;
  std::size_t at = 0;
  for (const char* place : operation.places) {
    at = path.find("{}", at);
    path.replace(at, 2, fmt::format("{{{}}}", place));
  }
  return path;
}

ValueList parameters_of(const Operation& operation) {
  ValueList parameters;
  for (const char* place : operation.places) {
    parameters.emplace_back(ValueObject{
        {"name", place}, {"in", "path"}, {"required", true}, {"schema", typed("string")}});
  }
  for (const Parameter& one : operation.query) {
    parameters.emplace_back(ValueObject{{"name", one.name},
                                        {"in", "query"},
                                        {"description", one.about},
                                        {"schema", schema_of(one.kind, one.repeated)}});
  }
  return parameters;
}

ValueObject body_of(const Operation& operation) {
  ValueObject members;
  ValueList required;
  for (const Member& one : operation.body) {
    ValueObject schema = schema_of(one.kind);
    schema.emplace_back("description", one.about);
    members.emplace_back(one.name, std::move(schema));
    if (one.required) required.emplace_back(one.name);
  }
  ValueObject schema{
      {"type", "object"}, {"properties", std::move(members)}, {"additionalProperties", false}};
  if (!required.empty()) schema.emplace_back("required", std::move(required));
  return {
      {"content", ValueObject{{"application/json", ValueObject{{"schema", std::move(schema)}}}}},
      {"required", true}};
}

ValueObject problem_answer() {
  return {{"description", "A problem"},
          {"content", ValueObject{{"application/problem+json", ValueObject{}}}}};
}

ValueObject described(const Operation& operation) {
  ValueObject object{{"summary", operation.summary}};
  if (const ValueList parameters = parameters_of(operation); !parameters.empty()) {
    object.emplace_back("parameters", parameters);
  }
  if (operation.act != nullptr) object.emplace_back("requestBody", body_of(operation));
  if (operation.upload != nullptr) {
    object.emplace_back("requestBody",
                        ValueObject{{"content", ValueObject{{operation.upload, ValueObject{}}}},
                                    {"required", true}});
  }
  object.emplace_back(
      "responses",
      ValueObject{
          {"2XX", ValueObject{{"description", "Records, as the tools print them"},
                              {"content", ValueObject{{"application/json", ValueObject{}}}}}},
          {"default", problem_answer()}});
  return object;
}

}  // namespace

web::Response get_openapi(Visit& /*visit*/, const Names& /*names*/) {
  ValueObject paths;
  for (const Operation& operation : operations()) {
    const std::string path = path_of(operation);
    auto known = std::find_if(paths.begin(), paths.end(),
                              [&](const auto& one) { return one.first == path; });
    ValueObject methods;
    if (known != paths.end()) methods = std::get<ValueObject>(known->second.storage());
    methods.emplace_back(lower(operation.method), described(operation));
    if (known == paths.end()) {
      paths.emplace_back(path, std::move(methods));
    } else {
      known->second = std::move(methods);
    }
  }
  return json(ValueObject{
      {"openapi", "3.1.0"},
      {"info", ValueObject{{"title", "The patch registry of upkeep"}, {"version", "1"}}},
      {"paths", std::move(paths)}});
}

}  // namespace upkeep::patch_web::api
