// SPDX-License-Identifier: MIT
#include "patch/registry/known_values.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/definition_reader.hpp"
#include "patch/model/keys.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/me.hpp"
#include "patch/query/term_index.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/store/choice_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

using Texts = std::vector<std::string>;

bool holds(const Texts& texts, const std::string& value) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& one) { return same_ignoring_case(one, value); });
}

Texts texts_of(const db::Rows& rows) {
  Texts texts;
  for (const db::Row& row : rows) texts.push_back(row.text(0));
  return texts;
}

/// The source of the values of one key.
class Source {
 public:
  Source(db::Connection& connection, const SelectorContext& context, const std::string& key)
      : m_connection(connection), m_context(context), m_key(key) {}
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Checked first, because an index answers it, or nearly so.
  [[nodiscard]] bool is_in_a_patch(const std::string& value) const {
    const Selector selector{{{m_key, Operator::equal, {value}}}, {}, {}, 1};
    const SelectorSql selected = selector_sql(selector, m_context);
    return !m_connection
                .query(fmt::format("SELECT 1 FROM patch p WHERE {}{} LIMIT 1", conditions(selected),
                                   narrowing_sql(m_connection, selected)))
                .empty();
  }
  /// The values that are listed somewhere, whether or not a patch has them.
  [[nodiscard]] virtual Texts listed() const = 0;
  /// The values of patches, for a suggestion.
  [[nodiscard]] virtual Texts in_patches() const = 0;
  /// What else does not have it, for the message: ` and no lifecycle`.
  [[nodiscard]] virtual const char* others() const { return ""; }
  /// What else is wrong with a value that no patch has: `, and it is not loaded`.
  [[nodiscard]] virtual const char* clause() const { return ""; }

 protected:
  db::Connection& m_connection;      // NOLINT: only used in this file
  const SelectorContext& m_context;  // NOLINT
  const std::string& m_key;          // NOLINT

 private:
  /// Requests have values as well.
  static std::string conditions(const SelectorSql& selected) {
    std::string sql;
    for (const Condition& one : selected.conditions) {
      sql += (sql.empty() ? "(" : " AND (") + one.sql + ")";
    }
    return sql;
  }
};

/// A column, with or without a pick list.
class Column : public Source {
 public:
  Column(db::Connection& connection, const SelectorContext& context, const std::string& key,
         std::string list)
      : Source(connection, context, key), m_list(std::move(list)) {}
  [[nodiscard]] Texts listed() const override {
    return m_list.empty() ? Texts{} : choices(m_connection, m_list);
  }
  [[nodiscard]] Texts in_patches() const override {
    return texts_of(m_connection.query(
        fmt::format("SELECT DISTINCT {0} FROM patch WHERE {0} IS NOT NULL", m_key)));
  }
  [[nodiscard]] const char* others() const override {
    return m_list.empty() ? "" : " and no pick list";
  }

 private:
  std::string m_list;
};

class Lifecycles final : public Column {
 public:
  Lifecycles(db::Connection& connection, const SelectorContext& context, const std::string& key)
      : Column(connection, context, key, "") {}
  [[nodiscard]] Texts listed() const override {
    return texts_of(m_connection.query("SELECT DISTINCT name FROM lifecycle"));
  }
  [[nodiscard]] const char* clause() const override { return ", and it is not loaded"; }
};

class States final : public Column {
 public:
  States(db::Connection& connection, const SelectorContext& context, const std::string& key)
      : Column(connection, context, key, "") {}
  [[nodiscard]] Texts listed() const override {
    Texts names{std::string(k_void_state)};
    for (const db::Row& row : m_connection.query("SELECT definition, name FROM lifecycle")) {
      const auto reading = lifecycle::read_lifecycle(row.text("definition"), row.text("name"));
      for (std::string& name : reading.definition.state_names()) names.push_back(std::move(name));
    }
    return names;
  }
  [[nodiscard]] const char* others() const override { return " and no lifecycle"; }
};

class QueueStates final : public Source {
 public:
  using Source::Source;
  [[nodiscard]] Texts listed() const override { return queue_states(); }
  [[nodiscard]] Texts in_patches() const override { return {}; }
};

/// A field with options or a pick list.
class Listed : public Source {
 public:
  Listed(db::Connection& connection, const SelectorContext& context, const std::string& key,
         const Field& field, std::string list)
      : Source(connection, context, key), m_field(field), m_list(std::move(list)) {}
  [[nodiscard]] Texts listed() const override {
    Texts all = m_field.values;
    if (m_list.empty()) return all;
    for (std::string& one : choices(m_connection, m_list)) all.push_back(std::move(one));
    for (auto& [alias, value] : choice_aliases(m_connection, m_list)) {
      all.push_back(std::move(alias));
      all.push_back(std::move(value));
    }
    return all;
  }
  [[nodiscard]] Texts in_patches() const override {
    constexpr int k_enough = 5000;  // the newest ones: only for a suggestion
    Texts all;
    for (const db::Row& row : m_connection.query(
             fmt::format("SELECT fields FROM patch ORDER BY id DESC LIMIT {}", k_enough))) {
      for (std::string& value : values_in(row.view("fields"), m_field.key)) {
        if (!holds(all, value)) all.push_back(std::move(value));
      }
    }
    return all;
  }
  [[nodiscard]] const char* others() const override {
    return m_field.values.empty() ? " and no pick list" : "";
  }
  [[nodiscard]] const char* clause() const override {
    return m_field.values.empty() ? "" : ", and it is not one of the options";
  }

 private:
  const Field& m_field;
  std::string m_list;
};

std::string pick_list_of(const Field& field) {
  constexpr std::string_view k_class = "pick-list:";
  if (field.values_class.starts_with(k_class)) return field.values_class.substr(k_class.size());
  return is_product_key(field.key) ? "products" : "";
}

/// nullptr if any value is possible.
std::unique_ptr<Source> source_of(db::Connection& connection, const SelectorContext& context,
                                  const std::string& key) {
  if (context.rows == Rows::requests && key == "state") {
    return std::make_unique<QueueStates>(connection, context, key);
  }
  if (key == "state") return std::make_unique<States>(connection, context, key);
  if (key == "lifecycle") return std::make_unique<Lifecycles>(connection, context, key);
  if (key == "category" && context.rows == Rows::patches)
    return std::make_unique<Column>(connection, context, key, "categories");
  if (key == "platform") return std::make_unique<Column>(connection, context, key, "versions");
  const auto fields = fields_of_key(context.type, context.config, key);
  if (fields.size() != 1) return nullptr;
  const Field& field = *context.type.find(fields.front());
  const bool one_of_few = field.type == FieldType::options || field.type == FieldType::text;
  const std::string list = pick_list_of(field);
  if (!one_of_few || (field.values.empty() && list.empty())) return nullptr;
  return std::make_unique<Listed>(connection, context, key, field, list);
}

/// Platforms are compared as versions: 4.2 is 4.2.0.
bool is_platform_of(const Texts& listed, const std::string& value) {
  return std::any_of(listed.begin(), listed.end(), [&](const std::string& one) {
    return platform_key(one) == platform_key(value);
  });
}

}  // namespace

std::optional<std::string> unknown_value(db::Connection& connection, const SelectorContext& context,
                                         const std::string& key, const std::string& typed) {
  const auto source = source_of(connection, context, key);
  if (!source || trim(typed).empty()) return std::nullopt;
  // The registry shows the dots of a state as blanks; both spellings are accepted.
  const std::string value = key == "state" ? replace_all(typed, ".", " ") : typed;
  if (source->is_in_a_patch(value)) return std::nullopt;
  Texts known = source->listed();
  if (holds(known, value) || (key == "platform" && is_platform_of(known, value))) {
    return std::nullopt;
  }
  for (std::string& one : source->in_patches()) known.push_back(std::move(one));
  std::string text =
      fmt::format("no {}{} has the {} '{}'{}", context.rows == Rows::requests ? "request" : "patch",
                  source->others(), key, printable(typed), source->clause());
  add_clause(text, did_you_mean(value, known, "is it a typo?"));
  return text;
}

std::vector<std::string> unknown_values(db::Connection& connection, const SelectorContext& context,
                                        const Selector& selector) {
  std::vector<std::string> warnings;
  for (const Term& term : selector.terms) {
    if (term.op != Operator::equal && term.op != Operator::not_equal) continue;
    for (const std::string& value : term.values) {
      if (is_me(context, term.key, value)) continue;
      if (auto text = unknown_value(connection, context, term.key, value)) {
        warnings.push_back(std::move(*text));
      }
    }
  }
  return warnings;
}

std::vector<std::string> values_of_key(db::Connection& connection, const SelectorContext& context,
                                       const std::string& key) {
  Texts all;
  const auto add = [&](Texts more) {
    for (std::string& one : more) {
      if (!holds(all, one)) all.push_back(std::move(one));
    }
  };
  if (const auto source = source_of(connection, context, key)) {
    add(source->listed());
    add(source->in_patches());
    return all;
  }
  for (const std::string& field : fields_of_key(context.type, context.config, key)) {
    add(Listed(connection, context, key, *context.type.find(field), "").in_patches());
  }
  return all;
}

}  // namespace upkeep::patch
