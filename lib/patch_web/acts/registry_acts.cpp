// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/query/term_index.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::acts {

namespace {

/// Refuses fields that others have changed since the person saw them: both values are told.
void refuse_changed(Visit& visit, const patch::Patch& patch, const patch::Document& was,
                    const patch::Document& set) {
  std::vector<Value> reasons;
  for (const auto& [key, wanted] : set) {
    const patch::Values now = patch::values_in(patch.fields, key);
    const auto before = was.find(key);
    if (before == was.end() || before->second == now || now == wanted) continue;
    reasons.emplace_back(
        ValueObject{{"event", Value()},
                    {"reason", "conflict"},
                    {"detail", fmt::format("{} is now {}; you wanted {}", key,
                                           patch::shown_values(now), patch::shown_values(wanted))},
                    {"keys", ValueList{key}},
                    {"item", Value()},
                    {"roles", Value()}});
  }
  if (reasons.empty()) return;
  web::Refusal refusal("conflict",
                       fmt::format("somebody has changed {} since you opened the page",
                                   patch::name_of(patch, visit.names())),
                       "nothing was changed: compare the values and save again");
  refusal.reasons = std::move(reasons);
  throw web::Refusal(std::move(refusal));
}

/// The edits that make a field have these values.
void add_edits(std::vector<patch::FieldEdit>& edits, const std::string& key,
               const patch::Values& wanted) {
  using Kind = patch::FieldEdit::Kind;
  edits.push_back({Kind::set, key, wanted.empty() ? "" : wanted.front()});
  for (std::size_t i = 1; i < wanted.size(); ++i) edits.push_back({Kind::add, key, wanted[i]});
}

/// A part of the search index, when enough has changed. Never fails.
void changed(Visit& visit) {
  constexpr std::size_t k_enough = 1000;
  patch::index_stale(visit.connection(), k_enough);
}

patch::Link link_of(Visit& visit, const std::string& type, const std::string& other) {
  try {
    patch::check_link_type(type);
  } catch (const UsageError& error) {
    throw FieldFaults("type", error.message());
  }
  const auto target = visit.names().parse(other);
  if (!target) {
    throw FieldFaults("patch", fmt::format("'{}' is not the name of a patch", printable(other)));
  }
  return {type, *target};
}

patch::PatchRef ref_of(const patch::Patch& patch) {
  if (patch.ref) return *patch.ref;
  throw web::Refusal("refused", "a request cannot be linked", "give it a number first");
}

}  // namespace

Outcome edit(Visit& visit, const patch::Patch& patch, const patch::Document& was,
             const patch::Document& set, const std::string& why) {
  visit.need_role("pmt-edit");
  refuse_changed(visit, patch, was, set);
  std::vector<patch::FieldEdit> edits;
  for (const auto& [key, wanted] : set) {
    const patch::Values now = patch::values_in(patch.fields, key);
    if (now != wanted) add_edits(edits, key, wanted);
  }
  if (edits.empty()) return std::nullopt;
  const patch::Edited done = visit.registry().fields().edit({patch}, edits, why, false);
  if (done.changed == 0) return std::nullopt;
  const Outcome event = last_event_of(visit, patch);
  changed(visit);
  return event;
}

Outcome link(Visit& visit, const patch::Patch& patch, const std::string& type,
             const std::string& other) {
  visit.need_role("pmt-edit");
  const patch::Link wanted = link_of(visit, type, other);
  const bool done = visit.registry().links().link(ref_of(patch), wanted, {});
  return done ? last_event_of(visit, patch) : std::nullopt;
}

Outcome unlink(Visit& visit, const patch::Patch& patch, const std::string& type,
               const std::string& other) {
  visit.need_role("pmt-edit");
  const patch::Link wanted = link_of(visit, type, other);
  const bool done = visit.registry().links().unlink(ref_of(patch), wanted, {});
  return done ? last_event_of(visit, patch) : std::nullopt;
}

Outcome comment(Visit& visit, const patch::Patch& patch, const std::string& text) {
  visit.need_role("pmt-comment");
  const std::string plain = replace_all(std::string(trim(text)), "\r\n", "\n");
  if (plain.empty()) throw FieldFaults("text", "a comment needs a text");
  visit.registry().comment(patch.id, plain, false);
  return last_event_of(visit, patch);
}

std::string create(Visit& visit, const patch::NewPatch& wanted) {
  visit.need_role("pmt-new");
  const patch::Patch made = visit.registry().create(wanted);
  changed(visit);
  return patch::name_of(made, visit.names());
}

std::string request(Visit& visit, const patch::NewRequest& wanted) {
  visit.need_role("pmt-request");
  const patch::Patch made = visit.registry().request(wanted);
  changed(visit);
  return patch::queue_id(*made.queue);
}

}  // namespace upkeep::patch_web::acts
