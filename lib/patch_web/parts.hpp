// SPDX-License-Identifier: MIT
// What pages have in common below the frame: states, times, values with their links.
#pragma once

#include "patch/lifecycle/eta.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::patch_web {

/// `text` with a capital letter and a full stop.
std::string sentence(std::string_view text);

/// A text of the form `{} patch|{} patches` with the number in it.
std::string counted(const std::string& text, std::size_t number);

/// What an error says, as a sentence; marked as English where the language has no such text.
void message_element(Markup& out, const char* tag, const Texts& texts, const std::string& message,
                     Markup::Attributes attributes = {});

/// A state in its colour and its word.
void state_badge(Markup& out, Visit& visit, const std::string& state);

/// A time as a date, with its age in words.
void time_of(Markup& out, const Visit& visit, const std::string& iso);
/// `3 d`, `2 h`: how long ago that was.
std::string age_text(const Visit& visit, const std::string& iso);

/// A value as text, in which names of patches, requests, what `[web.patches] links` matches, and
/// http(s) addresses are links. Line ends are kept.
void linked_text(Markup& out, Visit& visit, std::string_view text);

/// When a customer may expect a patch. @pre a date is promised
std::string customer_sentence(const Texts& texts, const patch::lifecycle::Eta& eta);

/// A link to a patch or request.
void patch_link(Markup& out, const Visit& visit, const std::string& name);

/// The hidden fields that every form has: `token`, `once`, and where given `stay` and `back`.
void form_guards(Markup& out, const Visit& visit, const std::optional<std::string>& stay = {},
                 const std::string& back = {});

}  // namespace upkeep::patch_web
