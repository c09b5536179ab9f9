// SPDX-License-Identifier: MIT
// Pick lists: values offered by forms and completions. A field whose RXT says `<values
// class="pick-list:NAME"/>` accepts nothing else once its list has values. Only this file writes to
// the tables `choice` and `choice_alias`.
#pragma once

#include "db/connection.hpp"
#include "db/transaction.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The lists that always exist: categories, clients, people, products, versions.
const std::vector<std::string>& known_choice_lists();

/// @throws DataError if `list` is not a valid name
void check_choice_list(const std::string& list);

/// The values of one list, sorted.
std::vector<std::string> choices(db::Connection& connection, const std::string& list);

/// (list, value), sorted; of every list if `list` is empty.
std::vector<std::pair<std::string, std::string>> all_choices(db::Connection& connection,
                                                             const std::string& list);

/// Adds the values that are missing. @returns how many were new. @throws DataError naming a bad
/// value
std::size_t add_choices(db::Connection& connection, const std::string& list,
                        const std::vector<std::string>& values);
/// Removes all of the values, or none if one of them does not exist. @returns those that do not
std::vector<std::string> remove_choices(db::Connection& connection, const std::string& list,
                                        const std::vector<std::string>& values,
                                        db::Ending ending = db::Ending::commit);

/// (alias, the value that it stands for), by alias.
std::vector<std::pair<std::string, std::string>> choice_aliases(db::Connection& connection,
                                                                const std::string& list);
/// Makes `alias` stand for `value`; an empty `value` removes the alias. @returns whether that
/// changed anything. @throws DataError if it would stand for itself, directly or through others
bool set_alias(db::Connection& connection, const std::string& list, const std::string& alias,
               const std::string& value);
/// The value that `value` is an alias of, ignoring case; nullopt if it is not an alias.
std::optional<std::string> alias_of(db::Connection& connection, const std::string& list,
                                    const std::string& value);

}  // namespace upkeep::patch
