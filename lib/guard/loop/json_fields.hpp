// SPDX-License-Identifier: MIT
// Converts the guardian's structs to JSON and back; only for the sources of guard/loop. Each struct
// lists its fields once, in a function that both directions use:
//
//   template <typename Self, typename Visit>
//   void fields(Self& self, Visit&& visit) { visit("run", self.run); ... }
//
// An enum lists its words: `constexpr std::array k_words(Enum)`, in the order of its enumerators.
#pragma once

#include "base/boot_time.hpp"
#include "base/time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace upkeep::guard {

/// Whether a field may be missing, because it was added later: then it keeps its default.
enum class Presence { required, younger };

template <typename T>
nlohmann::json to_json_value(const T& value);
template <typename T>
void from_json_value(const nlohmann::json& from, T& value);

namespace json_detail {

/// Accepts any field; only used by the concept.
struct AnyVisitor {
  template <typename T>
  void operator()(const char* /*name*/, T& /*field*/, Presence /*presence*/ = {}) const {}
};

template <typename T>
concept HasFields = requires(T& value) {
  fields(value, AnyVisitor());
};

template <typename T>
struct Is {
  static constexpr bool k_optional = false, k_vector = false;
};
template <typename T>
struct Is<std::optional<T>> {
  static constexpr bool k_optional = true, k_vector = false;
};
template <typename T>
struct Is<std::vector<T>> {
  static constexpr bool k_optional = false, k_vector = true;
};

}  // namespace json_detail

template <typename T>
nlohmann::json to_json_value(const T& value) {
  using nlohmann::json;
  if constexpr (json_detail::Is<T>::k_optional) {
    return value ? to_json_value(*value) : json();
  } else if constexpr (json_detail::Is<T>::k_vector) {
    json out = json::array();
    for (const auto& one : value) out.push_back(to_json_value(one));
    return out;
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(k_words(T{}).at(static_cast<std::size_t>(value)));
  } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    return value.count();
  } else if constexpr (std::is_same_v<T, BootTime> || std::is_same_v<T, WallTime>) {
    return value.time_since_epoch().count();
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return value.string();
  } else if constexpr (json_detail::HasFields<const T>) {
    json out = json::object();
    fields(value, [&out](const char* name, const auto& field, Presence = {}) {
      out[name] = to_json_value(field);
    });
    return out;
  } else {
    return value;
  }
}

/// @throws nlohmann::json::exception if a field is missing or of the wrong type
template <typename T>
void from_json_value(const nlohmann::json& from, T& value) {
  using nlohmann::json;
  if constexpr (json_detail::Is<T>::k_optional) {
    value.reset();
    if (!from.is_null()) from_json_value(from, value.emplace());
  } else if constexpr (json_detail::Is<T>::k_vector) {
    value.clear();
    for (const json& one : from.get_ref<const json::array_t&>())
      from_json_value(one, value.emplace_back());
  } else if constexpr (std::is_enum_v<T>) {
    constexpr auto k_known = k_words(T{});
    const auto* const found = std::find(k_known.begin(), k_known.end(), from.get<std::string>());
    if (found == k_known.end())
      throw json::other_error::create(501, "unknown word " + from.dump(), nullptr);
    value = static_cast<T>(found - k_known.begin());
  } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    value = T(from.get<std::int64_t>());
  } else if constexpr (std::is_same_v<T, BootTime> || std::is_same_v<T, WallTime>) {
    value = T(std::chrono::milliseconds(from.get<std::int64_t>()));
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    value = from.get<std::string>();
  } else if constexpr (json_detail::HasFields<T>) {
    fields(value, [&from](const char* name, auto& field, Presence presence = {}) {
      if (presence == Presence::younger && !from.contains(name)) return;
      from_json_value(from.at(name), field);
    });
  } else {
    from.get_to(value);
  }
}

/// Compact JSON; bytes that are not UTF-8 become U+FFFD.
inline std::string lenient_text(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace upkeep::guard
