// SPDX-License-Identifier: MIT
// What stands against an event, and what a lifecycle asks for, in the words of the pages: fields by
// their labels, roles with their people.
#pragma once

#include "patch/lifecycle/agenda.hpp"
#include "patch/lifecycle/definition.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <functional>
#include <string>

namespace upkeep::patch_web {

/// What a field is called; its key if the type does not know it.
[[nodiscard]] std::string label_of(Visit& visit, const std::string& key);

/// `QA or lead`; empty if no role is required.
[[nodiscard]] std::string roles_text(const Texts& texts, const patch::lifecycle::RoleList& roles);

/// The same with those who have them: `QA (quinn, omar) or lead`.
[[nodiscard]] std::string roles_and_people(Visit& visit, const patch::lifecycle::RoleList& roles);

/// `needs the role QA or lead`, or that no one may. @param named the roles as one of the above
[[nodiscard]] std::string needed_role(const Texts& texts, const patch::lifecycle::RoleList& roles,
                                      const std::string& named);

/// One reason as a sentence without a full stop: `Public JIRA and Client have no values`.
[[nodiscard]] std::string reason_text(Visit& visit, const patch::lifecycle::Blocker& reason);

/// A reason of Refusal::reasons as a sentence: as reason_text() if the visit has noted it.
[[nodiscard]] std::string reason_text(Visit& visit, const Value& reason);

/// The same, where `address` says where a field, by its key, can be filled in.
void reason_sentence(Markup& out, Visit& visit, const patch::lifecycle::Blocker& reason,
                     const std::function<std::string(const std::string& key)>& address);

/// What a validation asks for: `Client needs a value`. @param state the one that it belongs to
[[nodiscard]] std::string requirement_text(Visit& visit, const patch::lifecycle::Call& call,
                                           const patch::lifecycle::State& state);

/// What the person or others have to do about a patch, besides the event.
[[nodiscard]] std::string duty_text(Visit& visit, const patch::lifecycle::AgendaEntry& entry);

}  // namespace upkeep::patch_web
