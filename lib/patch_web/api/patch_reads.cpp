// SPDX-License-Identifier: MIT
// Lists of patches and requests, and everything about one of them.
#include "base/text.hpp"
#include "patch/lifecycle/listed_records.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/query/paging.hpp"
#include "patch/query/query.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"
#include "patch_web/pages.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <limits>

namespace upkeep::patch_web::api {

namespace {

namespace lifecycle = patch::lifecycle;

/// Reads what needs a lifecycle: a patch without one has no such thing.
template <typename Read>
auto with_lifecycle(const Read& read) {
  try {
    return read();
  } catch (const db::Error&) {
    throw;
  } catch (const Error& error) {
    if (error.status() != ExitStatus::no) throw;
    throw web::Refusal("unknown", error.what(), error.advice());
  }
}

}  // namespace

web::Response get_patches(Visit& visit, const Names& /*names*/) {
  const std::string q = visit.query().get("q"), fields = visit.query().get("fields");
  const auto wanted = fields.empty() ? std::vector<std::string>{} : split(fields, ',');
  const auto columns =
      wanted.empty() ? patch::list_columns() : patch::all_list_columns(visit.type());
  check_fields(columns, wanted);
  const std::size_t limit = limit_of(visit);
  const patch::SelectorSql selected = visit.select(patch::query_words(q));
  const patch::SelectedPage page =
      patch::page_of(visit.connection(), selected, visit.query().get("after"), limit, q);
  std::vector<Record> records;
  records.reserve(page.patches.size());
  for (const patch::Patch& one : page.patches) {
    records.push_back(patch::list_record(one, columns, visit.type(), visit.names(), wanted));
  }
  web::Response response = array(columns, records, wanted);
  constexpr std::size_t k_most_counted = 1000;
  const std::size_t count = patch::count_of(visit.connection(), selected, k_most_counted + 1);
  response.set("Upkeep-Count",
               count > k_most_counted ? fmt::format("{}+", k_most_counted) : std::to_string(count));
  if (!page.next.empty()) link_to_next(visit, response, page.next);
  return response;
}

web::Response get_patch(Visit& visit, const Names& names) {
  const Tagged subject = tagged(visit, visit.subject(names.at(0)));
  if (auto same = unchanged(visit, subject)) return std::move(*same);
  return with_tag(visit, subject, "",
                  object(patch::show_columns(),
                         patch::show_record(subject.patch, visit.type(), visit.names())));
}

web::Response get_history(Visit& visit, const Names& names) {
  const Tagged subject = tagged(visit, visit.subject(names.at(0)));
  const std::uint64_t after =
      number(visit, "after", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  const std::size_t limit = limit_of(visit);
  if (auto same = unchanged(visit, subject)) return std::move(*same);
  auto events = patch::events_after(visit.connection(), subject.patch.id, after, limit + 1);
  const bool more = events.size() > limit;
  if (more) events.pop_back();
  std::vector<Record> records;
  for (const patch::Event& event : events) {
    for (Record& one : patch::history_records(event, subject.name, visit.names())) {
      records.push_back(std::move(one));
    }
  }
  web::Response response =
      with_tag(visit, subject, "/history", array(patch::history_columns(), records));
  if (more) link_to_next(visit, response, std::to_string(events.back().id));
  return response;
}

web::Response get_position(Visit& visit, const Names& names) {
  const Tagged subject = tagged(visit, visit.subject(names.at(0)));
  if (auto same = unchanged(visit, subject)) return std::move(*same);
  const Record record = with_lifecycle([&] {
    auto& positions = visit.lifecycle().positions();
    const lifecycle::Position position = positions.position_now(subject.patch.id);
    return lifecycle::show_record(position, positions.rules_for(position.patch), subject.name,
                                  visit.now());
  });
  return with_tag(visit, subject, "/lifecycle", object(lifecycle::show_columns(), record));
}

web::Response get_eta(Visit& visit, const Names& names) {
  if (visit.query().has("public")) return public_eta(visit, names);
  const Tagged subject = tagged(visit, visit.subject(names.at(0)));
  if (auto same = unchanged(visit, subject)) return std::move(*same);
  const auto records = with_lifecycle([&] {
    const auto position = visit.lifecycle().positions().position(subject.patch);
    const auto eta = lifecycle::eta_of(position.patch, *position.definition,
                                       patch::events_of(visit.connection(), subject.patch.id),
                                       visit.config().patch, visit.now());
    return eta.known() ? lifecycle::eta_records(subject.name, eta) : std::vector<Record>();
  });
  return with_tag(visit, subject, "/eta", array(lifecycle::eta_columns(), records));
}

web::Response get_queue(Visit& visit, const Names& /*names*/) {
  const auto words = patch::query_words(visit.query().get("q"));
  patch::SelectorSql selected = visit.select(words, patch::Rows::requests);
  patch::keep_listed_requests(selected, patch::parse_selector(words), visit.query().has("all"));
  return streamed_array(visit, patch::queue_columns(), [selected](Visit& kept, Printer& out) {
    patch::for_each_patch(kept.connection(), selected, [&](const patch::Patch& request) {
      out.print(lifecycle::queue_record(request, kept.names(), kept.now()));
    });
  });
}

web::Response get_blockers(Visit& visit, const Names& /*names*/) {
  const patch::SelectorSql selected = visit.select(patch::query_words(visit.query().get("q")));
  return streamed_array(visit, lifecycle::blocker_columns(), [selected](Visit& kept, Printer& out) {
    lifecycle::for_each_blocked(
        kept.connection(), kept.lifecycle().positions(), selected,
        [&](const patch::Patch& patch, const std::vector<lifecycle::BlockedEvent>& found) {
          const std::string name = patch::name_of(patch, kept.names());
          for (const Record& one : lifecycle::blocker_records(name, found, kept.now())) {
            out.print(one);
          }
        });
  });
}

}  // namespace upkeep::patch_web::api
