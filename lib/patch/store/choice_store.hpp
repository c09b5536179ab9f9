// SPDX-License-Identifier: MIT
// Pick lists: data that forms and completions offer. A field whose RXT says
// `<values class="pick-list:NAME"/>` takes nothing else, once its list has values. Nobody else
// writes to the tables `choice` and `choice_alias`.
#pragma once

#include "db/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The lists that always exist: categories, clients, people, products, versions.
const std::vector<std::string>& known_choice_lists();

/// @throws DataError where `list` is no name for one
void check_choice_list(const std::string& list);

/// The values of one list, sorted.
std::vector<std::string> choices(db::Connection& connection, const std::string& list);

/// (list, value), sorted; of every list where `list` is empty.
std::vector<std::pair<std::string, std::string>> all_choices(db::Connection& connection,
                                                             const std::string& list);

/// Adds what is not there yet. @returns how many were new. @throws DataError naming a bad value
std::size_t add_choices(db::Connection& connection, const std::string& list,
                        const std::vector<std::string>& values);
/// @returns those that were not there
std::vector<std::string> remove_choices(db::Connection& connection, const std::string& list,
                                        const std::vector<std::string>& values);

/// (alias, what it stands for), by alias.
std::vector<std::pair<std::string, std::string>> choice_aliases(db::Connection& connection,
                                                                const std::string& list);
/// Makes `alias` stand for `value`; an empty `value` takes the alias out. @returns whether that
/// changed anything. @throws DataError where it would stand for itself, through others too
bool set_alias(db::Connection& connection, const std::string& list, const std::string& alias,
               const std::string& value);
/// What `value` stands for, case ignored; nullopt where it is no alias.
std::optional<std::string> alias_of(db::Connection& connection, const std::string& list,
                                    const std::string& value);

}  // namespace upkeep::patch
