// SPDX-License-Identifier: MIT
// Forms that change something: how they are sent, checked, and come back.
#pragma once

#include "patch_web/pages.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"
#include "web/response.hpp"

#include <optional>
#include <string>

namespace upkeep::patch_web {

/// Advice about a form that cannot be used as it is.
inline constexpr const char* k_send_again = "check what you typed and send it again";

/// What every act needs of its form.
struct FormKeys {
  std::string once;    ///< makes the act happen once
  std::string digest;  ///< of what the form asks for
  std::string back;    ///< a path below the base to return to; empty: none
};

/// Does what a form asks for. @param form checked: it came from a page of ours
/// @returns where to go. @throws Error: the page comes back
using FormAct = web::Response (*)(Visit& visit, const Names& names, const web::Parameters& form,
                                  const FormKeys& keys);

/// Reads the form of a request, checks that it came from a page of ours, and acts. If that is
/// refused, the page that has the form comes back with everything that was typed and the reasons.
/// @throws Refusal(site|type|size|request), before anything of the form is used
web::Response answer_form(Visit& visit, const Names& names, FormAct act,
                          web::Response (*page)(Visit&, const Names&));

/// @throws Refusal(token) unless the form has a token of this person that is still good
void check_token(Visit& visit, const web::Parameters& form);

/// `?did=EVENT` behind where the person came from, or else behind `address`.
web::Response done(const FormKeys& keys, const std::string& address,
                   std::optional<std::uint64_t> event);

/// The same for an act on a patch or request. If it is hidden from the person now, this leads to a
/// list instead, which says so.
web::Response done_to(Visit& visit, const FormKeys& keys, const std::string& name,
                      std::optional<std::uint64_t> event);

/// What is wrong with the form that has come back; nothing if nothing is.
void problem_note(Markup& out, Visit& visit);

/// A form with a single button.
struct ActButton {
  std::string action;
  std::string name{}, value{};  ///< what the button sends; empty: nothing
  std::string label;
  std::string style{};        ///< a class; empty: none
  std::string description{};  ///< read out instead of the label; empty: the label
  std::optional<std::string> stay{};
};
void act_button(Markup& out, Visit& visit, const ActButton& button);

}  // namespace upkeep::patch_web
