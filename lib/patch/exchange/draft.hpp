// SPDX-License-Identifier: MIT
// One row of an import on its way to being a patch, whatever it was written in.
#pragma once

#include "patch/exchange/import_map.hpp"
#include "patch/lifecycle/loaded_states.hpp"
#include "patch/model/patch.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/jar_store.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace upkeep::patch {

struct Draft {
  Patch patch;  ///< ref may lack its number (0): the next one is drawn
  /// Its history, where the row brings it; `revokes` is a place in it, from 1.
  std::vector<Event> events;
  std::vector<Jar> jars;  ///< recorded from its archive; empty: the row does not say
  Document assumed;       ///< what a new patch has in fields that the row does not name
  std::string hash;       ///< of what the row says
  bool has_history = false;
  bool says_state = false;
  bool says_category = false;  ///< by itself, not by its field
  bool is_request = false;     ///< it has no ref, but its queue id
};

/// Dates of a column that can be read in two ways.
struct AmbiguousDates {
  std::size_t count = 0;
  std::string sample, day_first, month_first;  ///< of the first one
};

/// Makes drafts; every value is checked as if it were typed.
class DraftMaker {
 public:
  /// @param connection, registry stay the caller's
  DraftMaker(db::Connection& connection, Registry& registry, const config::Patch& config)
      : m_registry(registry), m_config(config), m_states(connection, config.lifecycle) {}

  /// Of one JSON object, as `export` writes it or with less in it. @throws DataError
  [[nodiscard]] Draft of_json(const std::string& text);
  /// Of one governance artifact (`metadata`), given as (key, value) pairs. @throws DataError
  [[nodiscard]] Draft of_values(const std::vector<std::pair<std::string, std::string>>& values);
  /// Of a spreadsheet's row. @throws DataError
  [[nodiscard]] Draft of_row(const std::vector<std::string>& headers,
                             const std::vector<std::string>& cells, const ImportMap& map);
  /// The columns with dates that were read day first and could be month first, by header or field.
  [[nodiscard]] const std::map<std::string, AmbiguousDates>& ambiguous() const noexcept {
    return m_ambiguous;
  }
  /// Of a row of our own CSV. @throws DataError
  [[nodiscard]] Draft of_export_row(const std::vector<std::string>& headers,
                                    const std::vector<std::string>& cells);

 private:
  void set(Draft& draft, const std::string& target, const std::string& value);
  [[nodiscard]] Draft of_object(const nlohmann::ordered_json& json, std::string_view canonical);
  void finish(Draft& draft, std::string_view canonical);
  void check_same_patch(const Patch& patch);
  void fill_in(Draft& draft);
  static void resolve_category(Draft& draft);
  void set_fields(Draft& draft, const nlohmann::ordered_json& fields);
  [[nodiscard]] bool set_member(Draft& draft, const std::string& key,
                                const nlohmann::ordered_json& value);
  static std::vector<std::string> parts_of(const ImportMap& map, const std::string& target,
                                           const std::string& cell);
  void read_cell(const ImportMap& map, const std::string& header, const std::string& target,
                 const std::string& cell, Values& values);
  static std::string key_of(const std::vector<std::string>& headers,
                            const std::vector<std::string>& cells, const ImportMap& map);
  [[nodiscard]] bool is_date(const std::string& target);
  void note_if_ambiguous(const std::string& column, const std::string& value);
  std::string date(const ImportMap& map, const std::string& header, const std::string& target,
                   const std::string& value);
  Registry& m_registry;
  const config::Patch& m_config;
  lifecycle::LoadedStates m_states;
  std::map<std::string, AmbiguousDates> m_ambiguous;
};

/// Why a row is refused, on one line.
std::string reject_reason(const Error& error);

/// Why a row is refused whose category is not that of its field.
std::string two_categories(const std::string& own, const std::string& of_field);

/// 128 bits of `text`, as 32 hexadecimal digits: to recognise it again, not to protect it.
std::string fingerprint(std::string_view text);

}  // namespace upkeep::patch
