// SPDX-License-Identifier: MIT
// What a person may do, for forms and the API alike. Roles are checked as the tools check them.
// Every act throws what refuses it: Refusal(refused|role|conflict) with its reasons, FieldFaults,
// or what the library throws.
#pragma once

#include "patch/lifecycle/mover.hpp"
#include "patch/registry/registry.hpp"
#include "patch_web/visit.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web::acts {

/// What an act is done to, and what the person saw of it.
struct Target {
  patch::Patch patch;
  std::optional<std::string> stay{};  ///< the stay in its state; nullopt: whatever it is
};

/// The event of an act; nullopt: it changed nothing, because it had been done already.
using Outcome = std::optional<std::uint64_t>;

/// @param items their names, or numbers where two names are alike
Outcome tick(Visit& visit, const Target& target, const std::vector<std::string>& items);
Outcome untick(Visit& visit, const Target& target, const std::vector<std::string>& items);
Outcome vote(Visit& visit, const Target& target, const std::string& event);
Outcome unvote(Visit& visit, const Target& target, const std::string& event);
/// With fields in the request, one transaction changes them and makes the move.
Outcome move(Visit& visit, const Target& target, const patch::lifecycle::MoveRequest& request);
/// Undoes the last move.
Outcome undo(Visit& visit, const Target& target);

/// The changes of fields from what a person saw to what they want.
/// @param was, set values by key; a field that only `set` has replaces whatever is stored
patch::FieldsRequest changes_between(const patch::Document& was, const patch::Document& set);
/// Changes fields. A field that another person has changed since it was seen is a conflict.
/// @param last_event of the history that the person saw: anything later is a conflict
Outcome edit(Visit& visit, const patch::Patch& patch, const patch::FieldsRequest& wanted,
             const std::string& why, std::optional<std::uint64_t> last_event = {});
Outcome link(Visit& visit, const patch::Patch& patch, const std::string& type,
             const std::string& other);
Outcome unlink(Visit& visit, const patch::Patch& patch, const std::string& type,
               const std::string& other);
Outcome comment(Visit& visit, const patch::Patch& patch, const std::string& text);
Outcome log_time(Visit& visit, const patch::Patch& patch, const std::string& time,
                 const std::string& date, const std::string& comment);
/// The time of an event of the patch no longer counts. @param why required
Outcome revoke_time(Visit& visit, const patch::Patch& patch, const std::string& event,
                    const std::string& why);
/// @param stage empty: the current one
Outcome estimate(Visit& visit, const patch::Patch& patch, const std::string& stage,
                 const std::string& best, const std::string& likely, const std::string& worst);

/// @returns the name of the new patch
std::string create(Visit& visit, const patch::NewPatch& wanted);
/// The same for a request that the person takes, and so develops.
std::string take(Visit& visit, patch::NewPatch wanted);
/// @returns the id of the new request
std::string request(Visit& visit, const patch::NewRequest& wanted);
void decline(Visit& visit, std::uint32_t queue, const std::string& why);
/// Opens a declined request again. @param why may be empty
void reopen(Visit& visit, std::uint32_t queue, const std::string& why);

}  // namespace upkeep::patch_web::acts
