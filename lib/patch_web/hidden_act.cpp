// SPDX-License-Identifier: MIT
#include "patch_web/hidden_act.hpp"

#include "base/text.hpp"
#include "patch/registry/event_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/history_part.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace upkeep::patch_web {

namespace {

/// An act, and what it was done to.
struct OwnAct {
  patch::Patch patch;
  patch::Event event;
};

/// Nothing that the person did not do is read out of a history that is hidden from them.
std::optional<OwnAct> own_act(Visit& visit, std::uint64_t event) {
  db::Connection& connection = visit.connection();
  const db::ReadsTables all(connection);
  const auto patch = patch::patch_of_event(connection, event);
  if (!patch) return std::nullopt;
  constexpr std::size_t k_most_of_an_act = 200;
  auto events = patch::events_after(connection, *patch, event - 1, k_most_of_an_act);
  const bool own = std::all_of(events.begin(), events.end(),
                               [&](const auto& one) { return one.actor == visit.user(); });
  auto patches = patch::patches_of(connection, {*patch});
  if (!own || events.empty() || patches.empty()) return std::nullopt;
  return OwnAct{.patch = std::move(patches.front()), .event = std::move(events.front())};
}

/// Whom [patch.see] lists for a category.
std::string seen_by(const config::Patch& config, const std::string& category) {
  for (const auto& [one, members] : config.see) {
    if (lower(one) == lower(category)) return join(members, ", ");
  }
  return {};
}

}  // namespace

bool is_hidden_now(Visit& visit, const std::string& name) {
  db::Connection& connection = visit.connection();
  return connection.reads_views() &&
         !patch::mark_of(connection, patch::subject_called(visit.names(), name));
}

void hidden_did_part(Markup& out, Visit& visit) {
  const auto number = to_integer(visit.query().get("did"));
  if (!number || *number <= 0 || !visit.connection().reads_views()) return;
  const auto act = own_act(visit, static_cast<std::uint64_t>(*number));
  if (!act) return;
  const std::string name = patch::name_of(act->patch, visit.names());
  if (!is_hidden_now(visit, name)) return;
  TextStyle style;
  style.now = visit.now();
  style.relative = false;
  const auto words = patch::event_words(act->event, false, visit.type(), visit.names(), style,
                                        visit.texts().events);
  const Texts& texts = visit.texts();
  out.open("div", {{"class", "note done"}, {"role", "status"}});
  const std::string what = fmt::format("{}, {}{}", name, words.head, words.state);
  out.element("p", fmt::format(fmt::runtime(texts.did), what) + ".");
  const std::string who = seen_by(visit.config().patch, act->patch.category.value_or(""));
  out.element(
      "p", who.empty() ? texts.hidden_now : fmt::format(fmt::runtime(texts.hidden_but_from), who));
  out.close();
}

}  // namespace upkeep::patch_web
