// SPDX-License-Identifier: MIT
// The value of a record's column, independent of output formats.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace upkeep {

class Value;
using ValueList = std::vector<Value>;
using ValueObject = std::vector<std::pair<std::string, Value>>;  ///< in order

/// Absent (null), bool, integer, real, text, list or object. Absent is `null` in JSON and an empty
/// column in other formats.
class Value {
 public:
  using Storage =
      std::variant<std::monostate, bool, std::int64_t, double, std::string, ValueList, ValueObject>;

  Value() = default;
  Value(std::nullptr_t) {}                                          // NOLINT: converts
  Value(bool value) : m_storage(value) {}                           // NOLINT: converts
  Value(double value) : m_storage(value) {}                         // NOLINT: converts
  Value(std::chrono::seconds value) : Value(value.count()) {}       // NOLINT: converts
  Value(const char* value) : m_storage(std::string(value)) {}       // NOLINT: converts
  Value(std::string value) : m_storage(std::move(value)) {}         // NOLINT: converts
  Value(std::string_view value) : m_storage(std::string(value)) {}  // NOLINT: converts
  Value(ValueList value) : m_storage(std::move(value)) {}           // NOLINT: converts
  Value(ValueObject value) : m_storage(std::move(value)) {}         // NOLINT: converts
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Value(T value)
      : m_storage(static_cast<std::int64_t>(value)) {}  // NOLINT: converts
  template <typename T>
  Value(const std::optional<T>& value) {  // NOLINT: converts
    if (value) *this = Value(*value);
  }

  [[nodiscard]] const Storage& storage() const noexcept { return m_storage; }
  [[nodiscard]] bool is_null() const noexcept {
    return std::holds_alternative<std::monostate>(m_storage);
  }
  [[nodiscard]] bool is_number() const noexcept {
    return std::holds_alternative<std::int64_t>(m_storage) ||
           std::holds_alternative<double>(m_storage);
  }

 private:
  Storage m_storage;
};

/// One record: a value for each column, in the order of the tool's columns.
using Record = std::vector<Value>;

/// Absent if the text is empty.
inline Value null_if_empty(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

/// The value as plain text, on which tsv, csv and text are based. Lists and objects as JSON.
std::string to_text(const Value& value);

/// The value as compact JSON; bytes that are not UTF-8 become U+FFFD.
std::string to_json(const Value& value);

}  // namespace upkeep
