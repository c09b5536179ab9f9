// SPDX-License-Identifier: MIT
// Acts that happen once, although their requests may arrive several times.
#pragma once

#include "patch/model/once.hpp"
#include "patch_web/visit.hpp"
#include "web/refusal.hpp"
#include "web/response.hpp"

#include <functional>
#include <string>

namespace upkeep::patch_web::acts {

/// What makes an act happen once.
struct OnceKey {
  std::string key;     ///< chosen by the client; empty: the act may happen again
  std::string digest;  ///< of what is asked for: another one under the same key is refused
};

/// Whether a text can be the key of an act: 1 to 64 letters, digits, `_` and `-`.
bool is_once_key(const std::string& text);

/// 422: the key belongs to another act, which was done before.
web::Refusal another_act(Visit& visit, const patch::AlreadyDone& before);

/// Answers an act of a person, which waits for others at most as long as a person does.
/// @param act does it, and answers
/// @param again answers an act that was done before under this key: nothing is done now
/// @throws Refusal(read-only|account) if no act is possible, Refusal(value) naming the other act
/// that was done under this key, Refusal(conflict|unsure), what `act` throws
web::Response answer_once(Visit& visit, const OnceKey& once,
                          const std::function<web::Response()>& act,
                          const std::function<web::Response(const patch::AlreadyDone&)>& again);

}  // namespace upkeep::patch_web::acts
