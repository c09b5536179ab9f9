// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web::acts {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these acts are all that

/// The stay that the person saw; empty: whatever it is. @throws Refusal(request)
std::string stay_of(const Target& target) {
  std::string stay = target.stay.value_or("");
  const auto number = to_integer(stay);
  if (stay.empty() || (number && *number >= 0)) return stay;
  throw web::Refusal("request", fmt::format("'{}' is not a stay", printable(stay)));
}

void refuse(Visit& visit, const patch::Patch& patch, const std::vector<Blocker>& reasons) {
  if (reasons.empty()) return;
  const auto is = [&](const char* reason) {
    return [reason](const Blocker& one) { return one.reason == reason; };
  };
  const std::string name = patch::name_of(patch, visit.names());
  const bool conflict = std::any_of(reasons.begin(), reasons.end(), is("conflict"));
  const bool roles_alone = std::all_of(reasons.begin(), reasons.end(), is("permission"));
  const std::string what =
      conflict ? fmt::format("{} has moved", name) : fmt::format("{} is refused", name);
  web::Refusal refusal(conflict ? "conflict" : (roles_alone ? "role" : "refused"), what,
                       "nothing was changed");
  refusal.reasons = reason_values(visit, reasons);
  throw web::Refusal(std::move(refusal));
}

Outcome mark(Visit& visit, const Target& target, const std::vector<std::string>& items,
             Checklist::Mark mark) {
  if (items.empty()) throw web::Refusal("request", "no item is given");
  const Ticked done =
      visit.lifecycle().checklist().tick(target.patch, items, mark, {}, stay_of(target));
  refuse(visit, target.patch, done.reasons);
  return done.changed.empty() ? Outcome() : visit.first_event();
}

Outcome cast(Visit& visit, const Target& target, const std::string& event, Checklist::Mark mark) {
  const Voted done =
      visit.lifecycle().checklist().vote(target.patch, event, mark, {}, stay_of(target));
  refuse(visit, target.patch, done.reasons);
  return done.changed ? visit.first_event() : Outcome();
}

/// In some time zone it is already tomorrow; later days are in the future everywhere.
std::optional<std::string> day_of_work(Visit& visit, const std::string& text) {
  if (text.empty()) return std::nullopt;
  constexpr std::size_t k_day = 10;
  const auto date = parse_typed_date(text, visit.now());
  if (!date) throw FieldFaults("date", fmt::format("'{}' is not a date", printable(text)));
  std::string day = iso8601(date->time).substr(0, k_day);
  const auto tomorrow = std::chrono::floor<std::chrono::days>(visit.now()) + std::chrono::days{1};
  if (day > iso_day(tomorrow)) {
    throw FieldFaults("date", fmt::format("{} is in the future", day));
  }
  return day;
}

}  // namespace

Outcome tick(Visit& visit, const Target& target, const std::vector<std::string>& items) {
  return mark(visit, target, items, Checklist::Mark::set);
}

Outcome untick(Visit& visit, const Target& target, const std::vector<std::string>& items) {
  return mark(visit, target, items, Checklist::Mark::take_back);
}

Outcome vote(Visit& visit, const Target& target, const std::string& event) {
  return cast(visit, target, event, Checklist::Mark::set);
}

Outcome unvote(Visit& visit, const Target& target, const std::string& event) {
  return cast(visit, target, event, Checklist::Mark::take_back);
}

Outcome move(Visit& visit, const Target& target, const MoveRequest& request) {
  MoveRequest wanted = request;
  wanted.stay = stay_of(target);
  if (!wanted.fields.empty()) visit.need_role("pmt-edit");
  refuse(visit, target.patch, visit.lifecycle().mover().move(target.patch, wanted));
  if (!wanted.fields.empty()) index_changes(visit);
  return visit.first_event();
}

Outcome undo(Visit& visit, const Target& target) {
  const Undone undone = visit.lifecycle().undoer().undo(target.patch, {}, stay_of(target));
  refuse(visit, target.patch, undone.reasons);
  return visit.first_event();
}

Outcome log_time(Visit& visit, const patch::Patch& patch, const std::string& time,
                 const std::string& date, const std::string& comment) {
  const WorkTime work{typed_duration(visit, "time", time), day_of_work(visit, date)};
  visit.lifecycle().work_log().log_time(patch, work, comment);
  return visit.first_event();
}

Outcome revoke_time(Visit& visit, const patch::Patch& patch, const std::string& event,
                    const std::string& why) {
  const auto number = to_integer(event);
  if (!number || *number <= 0) {
    throw web::Refusal("request", fmt::format("'{}' is not an event", printable(event)));
  }
  if (trim(why).empty()) throw FieldFaults("why", "a reason is required");
  const auto id = static_cast<std::uint64_t>(*number);
  const auto events = patch::events_after(visit.connection(), patch.id, id - 1, 1);
  if (events.empty() || events.front().id != id) {
    throw web::Refusal("unknown",
                       fmt::format("{} has no event {}", patch::name_of(patch, visit.names()), id));
  }
  (void)visit.lifecycle().work_log().revoke_time(id, std::string(trim(why)));
  return visit.first_event();
}

Outcome estimate(Visit& visit, const patch::Patch& patch, const std::string& stage,
                 const std::string& best, const std::string& likely, const std::string& worst) {
  Estimate wanted{.stage = stage};
  if (stage.empty()) wanted.stage = visit.lifecycle().positions().position(patch).state->name;
  wanted.best = typed_duration(visit, "best", best);
  wanted.likely = typed_duration(visit, "likely", likely);
  wanted.worst = typed_duration(visit, "worst", worst);
  visit.lifecycle().work_log().estimate(patch, wanted, {});
  return visit.first_event();
}

void decline(Visit& visit, std::uint32_t queue, const std::string& why) {
  visit.need_role("pmt-request");
  if (trim(why).empty()) throw FieldFaults("why", "a reason is required");
  const auto reasons = visit.lifecycle().mover().decline(queue, why);
  if (reasons.empty()) return;
  web::Refusal refusal("refused",
                       fmt::format("the lifecycle of {} refuses it", patch::queue_id(queue)));
  refusal.reasons = reason_values(visit, reasons);
  throw web::Refusal(std::move(refusal));
}

void reopen(Visit& visit, std::uint32_t queue, const std::string& why) {
  visit.need_role("pmt-request");
  visit.lifecycle().mover().reopen(queue, why);
}

}  // namespace upkeep::patch_web::acts
