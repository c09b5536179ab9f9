// SPDX-License-Identifier: MIT
// `@me` in a selector: the caller.
#pragma once

#include "patch/model/actor.hpp"
#include "patch/query/selector.hpp"

#include <functional>
#include <string>

namespace upkeep::patch {

/// Whether `value`, compared with `key`, is `@me`: in people fields, and in `created_by` and
/// `requested_by`. Elsewhere it is an ordinary text.
bool is_me(const SelectorContext& context, const std::string& key, const std::string& value);

/// The selector with `@me` replaced by the caller's names; in `created_by` and `requested_by`,
/// which contain accounts, also by the login name.
/// @param person called once, if needed. @throws UsageError if `@me` is compared otherwise than by
/// `=` and `!=`, ConfigError if [patch] person gives no name
Selector with_me(Selector selector, const SelectorContext& context,
                 const std::function<Person()>& person);

}  // namespace upkeep::patch
