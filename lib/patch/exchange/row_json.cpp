// SPDX-License-Identifier: MIT
#include "patch/exchange/row_json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/json_shape.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace upkeep::patch {

namespace {

using Json = nlohmann::ordered_json;

/// Builds the value; a callback that returns false stops the parser.
class RowBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit RowBuilder(bool history) : m_history(history) {}

  bool null() override { return take(nullptr); }
  bool boolean(bool value) override { return take(value); }
  bool number_integer(number_integer_t value) override { return take(value); }
  bool number_unsigned(number_unsigned_t value) override { return take(value); }
  bool number_float(number_float_t value, const string_t& written) override {
    return m_history ? take(value) : take(written);
  }
  bool string(string_t& value) override { return take(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (m_open.back()->contains(name)) {
      m_problem = fmt::format("it has the member '{}' twice", ellipsized(printable(name), 60));
      return false;
    }
    if (m_open.size() == 1 && !m_list_of_events) m_history = name == "history";
    m_key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    m_problem = "not valid JSON";
    return false;
  }

  [[nodiscard]] const std::string& problem() const noexcept { return m_problem; }
  Json result() { return std::move(m_root); }

 private:
  Json& place(Json value) {
    if (m_open.empty()) return m_root = std::move(value);
    Json& parent = *m_open.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return parent.back();
    }
    return parent[m_key] = std::move(value);
  }
  bool take(Json value) {
    (void)place(std::move(value));
    return true;
  }
  bool open(Json value) {
    m_open.push_back(&place(std::move(value)));
    return true;
  }
  bool close() {
    m_open.pop_back();
    return true;
  }

  bool m_history;
  bool m_list_of_events = m_history;
  Json m_root;
  std::vector<Json*> m_open;
  std::string m_key, m_problem;
};

}  // namespace

Json row_json(const std::string& text, bool history) {
  if (const std::string problem = json_shape_problem(text); !problem.empty()) {
    throw DataError(problem);
  }
  RowBuilder builder(history);
  if (!Json::sax_parse(text, &builder)) {
    throw DataError(builder.problem().empty() ? "not valid JSON" : builder.problem());
  }
  return builder.result();
}

}  // namespace upkeep::patch
