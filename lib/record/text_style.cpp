// SPDX-License-Identifier: MIT
#include "record/text_style.hpp"

#include <cmath>
#include <variant>

namespace upkeep {

namespace {

constexpr std::size_t k_date = 10, k_clock = 11, k_minutes = 5;  // in ISO 8601

bool is_duration(std::string_view column) {
  return column.ends_with("_s") || column == "seconds";
}

/// `2026-01-02T03:04:05Z`, as every time in a record is written.
bool looks_like_time(std::string_view text) {
  return text.size() == 20 && text[4] == '-' && text[10] == 'T' && text[19] == 'Z';
}

class HumanBuilder {
 public:
  HumanBuilder(bool duration, bool work_time, const TextStyle& style)
      : m_duration(duration), m_work_time(work_time), m_style(style) {}

  std::string operator()(std::int64_t value) const {
    return m_duration ? duration(value) : std::to_string(value);
  }
  std::string operator()(double value) const {
    if (!m_duration || !std::isfinite(value)) return to_text(Value(value));
    return duration(std::llround(value));
  }
  std::string operator()(const std::string& value) const {
    return looks_like_time(value) ? human_time(value, m_style) : value;
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
      out += key + "=" + human_text(key, item, m_work_time, m_style);
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
  const TextStyle& m_style;
};

}  // namespace

std::string human_time(WallTime time, const TextStyle& style) {
  if (style.relative) return relative_time(time, style.now);
  const std::string iso = iso8601(time);
  return iso.substr(0, k_date) + " " + iso.substr(k_clock, k_minutes);
}

std::string human_time(const std::string& iso, const TextStyle& style) {
  const auto time = parse_iso8601(iso);
  if (!time) return iso;
  if (style.relative || !looks_like_time(iso)) return human_time(*time, style);
  std::string text = iso.substr(0, k_date);  // as iso8601() would write it again
  text += ' ';
  return text.append(iso, k_clock, k_minutes);
}

std::string human_text(std::string_view column, const Value& value, bool work_time,
                       const TextStyle& style) {
  return std::visit(HumanBuilder(is_duration(column), work_time, style), value.storage());
}

}  // namespace upkeep
