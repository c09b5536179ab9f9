// SPDX-License-Identifier: MIT
#include "record/value.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace upkeep {

namespace {

using Json = nlohmann::ordered_json;

struct JsonBuilder {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const ValueList& list) const {
    Json out = Json::array();
    for (const Value& item : list) out.push_back(std::visit(*this, item.storage()));
    return out;
  }
  Json operator()(const ValueObject& object) const {
    Json out = Json::object();
    for (const auto& [key, item] : object) out[key] = std::visit(*this, item.storage());
    return out;
  }
  Json operator()(double value) const { return std::isfinite(value) ? Json(value) : Json(nullptr); }
  template <typename T>
  Json operator()(const T& value) const {
    return value;
  }
};

struct TextBuilder {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string{};
  }
  std::string operator()(const std::string& value) const { return value; }
  template <typename T>
  std::string operator()(const T& value) const {
    return to_json(Value(value));
  }
};

}  // namespace

std::string to_text(const Value& value) {
  return std::visit(TextBuilder{}, value.storage());
}

std::string to_json(const Value& value) {
  return std::visit(JsonBuilder{}, value.storage())
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace upkeep
