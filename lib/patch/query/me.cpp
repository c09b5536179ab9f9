// SPDX-License-Identifier: MIT
#include "patch/query/me.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/selector_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

bool is_account_column(const std::string& key) {
  return key == "created_by" || key == "requested_by";
}

std::vector<std::string> names_for(const std::string& key, const Person& person) {
  std::vector<std::string> names = person.names;
  const bool given = std::find(names.begin(), names.end(), person.login) != names.end();
  if (is_account_column(key) && !given) names.insert(names.begin(), person.login);
  if (!names.empty()) return names;
  throw ConfigError(
      fmt::format("@me: [patch] person gives {} no name", person.login),
      fmt::format("the password database has no real name of {}; add \"{{user}}\"", person.login));
}

}  // namespace

bool is_me(const SelectorContext& context, const std::string& key, const std::string& value) {
  if (lower(value) != "@me") return false;
  if (is_account_column(key)) return true;
  const auto fields = fields_of_key(context.type, context.config, key);
  return !fields.empty() && std::all_of(fields.begin(), fields.end(), [&](const auto& one) {
    return is_people_field(*context.type.find(one));
  });
}

Selector with_me(Selector selector, const SelectorContext& context,
                 const std::function<Person()>& person) {
  std::optional<Person> caller;
  for (Term& term : selector.terms) {
    const bool whole = term.op == Operator::equal || term.op == Operator::not_equal;
    std::vector<std::string> values;
    for (std::string& value : term.values) {
      if (!is_me(context, term.key, value)) {
        values.push_back(std::move(value));
        continue;
      }
      if (!whole) {
        refuse_term(term, "@me stands for whole names",
                    fmt::format("use {0}=@me or {0}!=@me", term.key));
      }
      if (!caller) caller = person();
      const auto names = names_for(term.key, *caller);
      values.insert(values.end(), names.begin(), names.end());
    }
    term.values = std::move(values);
  }
  return selector;
}

}  // namespace upkeep::patch
