// SPDX-License-Identifier: MIT
#include "record/text_style.hpp"

#include <cmath>
#include <variant>

namespace upkeep {

namespace {

bool is_duration(std::string_view column) {
  return column.ends_with("_s") || column == "seconds";
}

/// `2026-01-02T03:04:05Z`, as every time in a record is written.
bool looks_like_time(std::string_view text) {
  return text.size() == 20 && text[4] == '-' && text[10] == 'T' && text[19] == 'Z';
}

class HumanBuilder {
 public:
  HumanBuilder(bool duration, bool work_time, WallTime now)
      : m_duration(duration), m_work_time(work_time), m_now(now) {}

  std::string operator()(std::int64_t value) const {
    return m_duration ? duration(value) : std::to_string(value);
  }
  std::string operator()(double value) const {
    if (!m_duration || !std::isfinite(value)) return to_text(Value(value));
    return duration(std::llround(value));
  }
  std::string operator()(const std::string& value) const {
    const auto time = looks_like_time(value) ? parse_iso8601(value) : std::nullopt;
    return time ? relative_time(*time, m_now) : value;
  }
  std::string operator()(const ValueList& list) const {
    std::string out;
    for (const Value& item : list) {
      if (!out.empty()) out += is_object(item) ? "; " : ", ";
      out += std::visit(*this, item.storage());
    }
    return out;
  }
  std::string operator()(const ValueObject& object) const {
    std::string out;
    for (const auto& [key, item] : object) {
      if (item.is_null()) continue;
      if (!out.empty()) out += ", ";
      out += key + "=" + human_text(key, item, m_work_time, m_now);
    }
    return out;
  }
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(bool value) const { return to_text(Value(value)); }

 private:
  static bool is_object(const Value& value) {
    return std::holds_alternative<ValueObject>(value.storage());
  }
  [[nodiscard]] std::string duration(std::int64_t seconds) const {
    const std::chrono::seconds length{seconds};
    return m_work_time ? human_hours(length) : human_duration(length);
  }

  bool m_duration;
  bool m_work_time;
  WallTime m_now;
};

}  // namespace

std::string human_text(std::string_view column, const Value& value, bool work_time, WallTime now) {
  return std::visit(HumanBuilder(is_duration(column), work_time, now), value.storage());
}

}  // namespace upkeep
