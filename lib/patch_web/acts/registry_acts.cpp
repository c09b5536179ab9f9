// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::acts {

namespace {

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

patch::Subject subject_of(const patch::Patch& patch) {
  return {patch.ref, patch.ref ? std::nullopt : patch.queue};
}

}  // namespace

patch::FieldsRequest changes_between(const patch::Document& was, const patch::Document& set) {
  patch::FieldsRequest wanted;
  wanted.changes.reserve(set.size());
  for (const auto& [key, values] : set) {
    const auto before = was.find(key);
    wanted.changes.push_back(
        {.key = key,
         .set = values,
         .was = before == was.end() ? std::nullopt : std::optional(before->second)});
  }
  return wanted;
}

Outcome edit(Visit& visit, const patch::Patch& patch, const patch::FieldsRequest& wanted,
             const std::string& why, std::optional<std::uint64_t> last_event) {
  visit.need_role("pmt-edit");
  if (wanted.empty()) return std::nullopt;
  (void)visit.registry().fields().save({{.patch = patch.id, .last_event = last_event}}, wanted, why,
                                       false);
  const Outcome event = visit.first_event();
  if (event) index_changes(visit);
  return event;
}

Outcome link(Visit& visit, const patch::Patch& patch, const std::string& type,
             const std::string& other) {
  visit.need_role("pmt-edit");
  const patch::Link wanted = link_of(visit, type, other);
  const bool done = visit.registry().links().link(subject_of(patch), wanted, {});
  return done ? visit.first_event() : std::nullopt;
}

Outcome unlink(Visit& visit, const patch::Patch& patch, const std::string& type,
               const std::string& other) {
  visit.need_role("pmt-edit");
  const patch::Link wanted = link_of(visit, type, other);
  const bool done = visit.registry().links().unlink(subject_of(patch), wanted, {});
  return done ? visit.first_event() : std::nullopt;
}

Outcome comment(Visit& visit, const patch::Patch& patch, const std::string& text) {
  visit.need_role("pmt-comment");
  const std::string plain = replace_all(std::string(trim(text)), "\r\n", "\n");
  if (plain.empty()) throw FieldFaults("text", "a comment needs a text");
  visit.registry().comment(patch.id, plain, false);
  return visit.first_event();
}

std::string create(Visit& visit, const patch::NewPatch& wanted) {
  visit.need_role("pmt-new");
  const patch::Patch made = visit.registry().create(wanted);
  index_changes(visit);
  return patch::name_of(made, visit.names());
}

std::string take(Visit& visit, patch::NewPatch wanted) {
  constexpr const char* k_developer = "peopleInvolved_developedby";
  if (visit.type().find(k_developer) != nullptr && !visit.me().names.empty()) {
    wanted.fields.push_back({patch::FieldEdit::Kind::set, k_developer, visit.me().names.front()});
  }
  return create(visit, wanted);
}

std::string request(Visit& visit, const patch::NewRequest& wanted) {
  visit.need_role("pmt-request");
  const patch::Patch made = visit.registry().request(wanted);
  index_changes(visit);
  return patch::queue_id(*made.queue);
}

}  // namespace upkeep::patch_web::acts
