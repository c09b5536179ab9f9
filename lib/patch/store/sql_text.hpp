// SPDX-License-Identifier: MIT
// Pieces of SQL that no server setting can misinterpret.
#pragma once

#include "patch/model/patch_name.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// A text literal: quoted if it is plain, otherwise hexadecimal (so quotes, backslashes and their
/// treatment by sql_mode do not matter).
std::string sql_text(std::string_view text);

/// A condition on patches `p`: their state is one of those that words of the configuration denote.
std::string in_states_sql(const std::vector<std::string>& words);

/// The name of a patch as an expression over p.platform and p.number.
std::string name_sql(const NameRule& names);

}  // namespace upkeep::patch
