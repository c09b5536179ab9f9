// SPDX-License-Identifier: MIT
#include "patch/registry/duplicates.hpp"

#include "base/letter_case.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "patch/model/bundle_name.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/term_index.hpp"
#include "patch/query/terms.hpp"
#include "patch/registry/field_rules.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_most_named = 5;

bool has_digit(const std::string& text) {
  return text.find_first_of("0123456789") != std::string::npos;
}

/// What a document can have in common with others.
struct Traits {
  Values tickets, clients, jars;
};

/// The fields that list jars: that of the reports, and those that `jar` stands for.
std::vector<std::string> jar_fields(const SelectorContext& context) {
  auto keys = fields_of_key(context.type, context.config, "jar");
  const bool known = std::find(keys.begin(), keys.end(), k_jars_key) != keys.end();
  if (!known && context.type.find(k_jars_key) != nullptr) keys.emplace_back(k_jars_key);
  return keys;
}

Traits traits_of(const Document& fields, const SelectorContext& context) {
  const auto all = [&](const std::vector<std::string>& keys) {
    Values values;
    for (const std::string& key : keys) {
      for (std::string& one : values_in(fields, key)) values.push_back(std::move(one));
    }
    return values;
  };
  Traits found{.tickets = all(fields_of_key(context.type, context.config, "jira")),
               .clients = all(fields_of_key(context.type, context.config, "client")),
               .jars = listed_jars(all(jar_fields(context)))};
  // `none` and `n/a` are not tickets.
  std::erase_if(found.tickets, [](const std::string& one) { return !has_digit(one); });
  return found;
}

std::string jar_name(const std::string& jar) {
  return case_folded(bundle_name(jar).name);
}

/// A word that every spelling of the jar's name contains: its last one that is not too short.
std::optional<std::string> index_word(const std::string& name) {
  constexpr std::size_t k_shortest = 3;
  constexpr const char* k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::size_t end = name.size();
  while (end > 0) {
    const auto last = name.find_last_of(k_letters, end - 1);
    if (last == std::string::npos) break;
    const auto before = name.find_last_not_of(k_letters, last);
    const std::size_t start = before == std::string::npos ? 0 : before + 1;
    if (last + 1 - start >= k_shortest) return word_term(name.substr(start, last + 1 - start));
    end = start;
  }
  return std::nullopt;
}

Condition equals_any(const char* key, const Values& values, const SelectorContext& context) {
  const Selector selector{{{key, Operator::equal, values}}, {}, {}, {}};
  return selector_sql(selector, context).conditions.front();
}

/// Whether a row lists a jar with one of these names, in any directory and version.
std::string lists_jar_sql(const Values& jars, const SelectorContext& context) {
  std::string names, keys;
  for (const std::string& jar : jars) {
    names += (names.empty() ? "" : "|") + regex_quoted(encode_value(jar_name(jar)));
  }
  for (const std::string& key : jar_fields(context)) {
    keys += (keys.empty() ? "" : "|") + regex_quoted(key);
  }
  return fmt::format(
      "p.fields REGEXP {}",
      sql_text(fmt::format("\n(?:{})=(?:[^\n]*[,/ \x1e])?(?i:{})(?:[-_][0-9]|[.]jar|[ ,\x1e\n])",
                           keys, names)));
}

/// The patches with a recorded jar of one of these names, spelled like this or in lower case: the
/// index of jars distinguishes them.
std::vector<std::uint64_t> with_recorded_jar(db::Connection& connection, const Values& jars) {
  std::set<std::string> names, spellings;
  for (const std::string& jar : jars) {
    names.insert(jar_name(jar));
    spellings.insert({jar_name(jar), std::string(bundle_name(jar).name)});
  }
  std::string any;
  for (const std::string& one : spellings) {
    any += fmt::format("{}bundle LIKE {} ESCAPE '!'", any.empty() ? "" : " OR ",
                       sql_text(db::like_literal(one) + "%"));
  }
  std::set<std::uint64_t> ids;
  for (const db::Row& row : connection.query("SELECT patch, bundle FROM patch_jar WHERE " + any)) {
    if (names.contains(jar_name(row.text("bundle")))) ids.insert(unsigned_of(row, "patch"));
  }
  return {ids.begin(), ids.end()};
}

/// The same client, and a jar of the same name.
Condition same_work(const Traits& traits, const SelectorContext& context) {
  Condition out = equals_any("client", traits.clients, context);
  out.sql = fmt::format("({}) AND {}", out.sql, lists_jar_sql(traits.jars, context));
  auto clients = std::move(out.index_terms);
  if (clients.empty()) clients.emplace_back();  // not indexed: the jar's word alone may do
  out.index_terms.clear();
  for (const std::string& jar : traits.jars) {
    const auto word = index_word(jar_name(jar));
    for (auto terms : clients) {
      if (word) terms.push_back(*word);
      out.index_terms.push_back(std::move(terms));
    }
  }
  const bool indexed = std::none_of(out.index_terms.begin(), out.index_terms.end(),
                                    [](const auto& terms) { return terms.empty(); });
  if (!indexed) out.index_terms.clear();
  return out;
}

/// Whether a row may be named at all.
std::string eligible_sql(const Newcomer& newcomer) {
  const auto is = [](const PatchRef& ref) {
    return fmt::format("(p.platform_key <=> {} AND p.number <=> {})",
                       sql_text(platform_key(ref.platform).value_or("")), ref.number);
  };
  std::string sql = "(p.number IS NOT NULL OR p.queue_state = 'open') AND p.voided_at IS NULL";
  if (newcomer.ref) sql += " AND NOT " + is(*newcomer.ref);
  if (newcomer.queue) sql += fmt::format(" AND NOT p.queue <=> {}", *newcomer.queue);
  if (newcomer.source) {
    sql += " AND NOT " + is(*newcomer.source);
    if (newcomer.ref) {
      sql += fmt::format(" AND (p.number IS NULL OR p.platform_key = {})",
                         sql_text(platform_key(newcomer.ref->platform).value_or("")));
    }
  }
  return sql;
}

/// The first of `ours` that `theirs` contains as well, as compared by `key_of`; empty if none.
std::string shared_value(const Values& ours, const Values& theirs, const auto& key_of) {
  for (const std::string& one : ours) {
    if (std::any_of(theirs.begin(), theirs.end(),
                    [&](const std::string& other) { return key_of(one) == key_of(other); })) {
      return one;
    }
  }
  return {};
}

Duplicate explained(Patch patch, const Traits& ours, const Values& recorded,
                    const SelectorContext& context) {
  Traits theirs = traits_of(patch.fields, context);
  theirs.jars.insert(theirs.jars.end(), recorded.begin(), recorded.end());
  const auto folded = [](const std::string& text) { return case_folded(text); };
  Duplicate found{.patch = std::move(patch),
                  .ticket = shared_value(ours.tickets, theirs.tickets, folded),
                  .client = shared_value(ours.clients, theirs.clients, folded),
                  .jar = shared_value(ours.jars, theirs.jars, jar_name)};
  if (found.client.empty() || found.jar.empty()) found.client = found.jar = {};
  return found;
}

/// Whether a row has a ticket of ours, or the same client and a listed jar; narrowed by the index.
/// Empty: there is nothing to compare.
std::string listed_sql(db::Connection& connection, const Traits& ours,
                       const SelectorContext& context) {
  std::vector<Condition> either;
  if (!ours.tickets.empty()) either.push_back(equals_any("jira", ours.tickets, context));
  if (!ours.clients.empty() && !ours.jars.empty()) either.push_back(same_work(ours, context));
  if (either.empty()) return {};
  Condition all;
  bool indexed = true;
  for (const Condition& one : either) {
    all.sql += fmt::format("{}({})", all.sql.empty() ? "" : " OR ", one.sql);
    indexed = indexed && !one.index_terms.empty();
    all.index_terms.insert(all.index_terms.end(), one.index_terms.begin(), one.index_terms.end());
  }
  if (!indexed) all.index_terms.clear();
  SelectorSql selected;
  selected.conditions.push_back(std::move(all));
  const std::string narrowed = narrowing_sql(connection, selected);
  return fmt::format("(({}){})", selected.conditions.front().sql, narrowed);
}

/// The names of the recorded jars, by patch.
std::map<std::uint64_t, Values> recorded_names(db::Connection& connection,
                                               const std::vector<Patch>& patches) {
  std::vector<std::uint64_t> ids;
  ids.reserve(patches.size());
  for (const Patch& one : patches) ids.push_back(one.id);
  std::map<std::uint64_t, Values> names;
  for (const auto& [patch, jars] : recorded_jars(connection, ids)) {
    for (const Jar& jar : jars) names[patch].push_back(jar.bundle);
  }
  return names;
}

}  // namespace

Duplicates duplicates_of(db::Connection& connection, const Newcomer& newcomer,
                         const SelectorContext& context) {
  const Traits ours = traits_of(newcomer.fields, context);
  std::string wanted = listed_sql(connection, ours, context);
  if (wanted.empty()) return {};
  std::vector<std::uint64_t> carriers;
  if (!ours.clients.empty() && !ours.jars.empty()) {
    carriers = with_recorded_jar(connection, ours.jars);
  }
  if (!carriers.empty()) {
    wanted += fmt::format(" OR (p.id IN ({}) AND ({}))", fmt::join(carriers, ","),
                          equals_any("client", ours.clients, context).sql);
  }
  Duplicates found;
  std::vector<Patch> patches;
  for (const db::Row& row : connection.query(fmt::format(
           "SELECT {}, COUNT(*) OVER () AS found FROM patch p WHERE ({}) AND {}"
           " ORDER BY p.number IS NOT NULL, p.released_at IS NOT NULL, p.id DESC LIMIT {}",
           patch_columns(), wanted, eligible_sql(newcomer), k_most_named))) {
    patches.push_back(patch_of(row));
    found.others = static_cast<std::size_t>(row.integer("found")) - patches.size();
  }
  auto recorded =
      carriers.empty() ? std::map<std::uint64_t, Values>() : recorded_names(connection, patches);
  found.named.reserve(patches.size());
  for (Patch& one : patches) {
    const Values jars = recorded[one.id];
    found.named.push_back(explained(std::move(one), ours, jars, context));
  }
  return found;
}

std::string to_text(const Duplicate& duplicate, const NameRule& names) {
  constexpr std::size_t k_width = 60;
  const Patch& patch = duplicate.patch;
  std::string shared;
  if (!duplicate.ticket.empty()) shared = "JIRA key " + duplicate.ticket;
  if (!duplicate.jar.empty()) {
    shared += fmt::format("{}client {} and jar {}", shared.empty() ? "" : ", ", duplicate.client,
                          duplicate.jar);
  }
  if (shared.empty()) shared = "JIRA key, or client and jar";  // equal by the server's rules only
  std::string text = fmt::format("{} ({}) has the same {}", name_of(patch, names),
                                 patch.ref ? patch.state.value_or("no state") : "open", shared);
  const std::string summary = printable(summary_of(patch));
  if (summary.empty()) return text;
  return text + fmt::format(": '{}'", ellipsized(summary, k_width));
}

NotUnique::NotUnique(Duplicates found, const NameRule& names, const std::string& what)
    : Error(ExitStatus::no, fmt::format("{}: {}", what, to_text(found.named.front(), names)),
            "omit --unique to create it anyway"),
      m_found(std::move(found)) {}

}  // namespace upkeep::patch
