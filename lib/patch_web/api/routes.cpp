// SPDX-License-Identifier: MIT
#include "patch_web/api/api.hpp"
#include "patch_web/api/reads.hpp"
#include "patch_web/api/writes.hpp"

#include <string_view>
#include <utility>

namespace upkeep::patch_web::api {

namespace {

using In = Parameter::Kind;

constexpr Parameter k_query{"q", "The selector, upkeep-select(7), as one text"};
constexpr Parameter k_limit{"limit", "At most so many, up to 5,000; 50 unless given", In::number};

/// What can be read about a patch or a request.
void add_subject_reads(std::vector<Operation>& all, const std::string& at, const char* place) {
  all.push_back({"GET", at, {place}, "Show it", get_patch});
  all.push_back({"GET",
                 at + "/history",
                 {place},
                 "Its events",
                 get_history,
                 {{"after", "Only events behind this one", In::number}, k_limit}});
  all.push_back({"GET",
                 at + "/lifecycle",
                 {place},
                 "Its state, its checklist, and what blocks each event",
                 get_position});
  all.push_back({"GET",
                 at + "/eta",
                 {place},
                 "Its estimates",
                 get_eta,
                 {{"public", "What the customer may be told, as text/plain", In::flag}}});
}

void add_patch_reads(std::vector<Operation>& all) {
  all.push_back({"GET",
                 "/api/v1/patches",
                 {},
                 "List patches",
                 get_patches,
                 {k_query,
                  {"fields", "The columns, separated by commas"},
                  k_limit,
                  {"after", "The cursor that the link to the next page has"}}});
  add_subject_reads(all, "/api/v1/patches/{}", "patch");
  all.push_back({"GET",
                 "/api/v1/queue",
                 {},
                 "List requests",
                 get_queue,
                 {k_query, {"all", "Include promoted and declined ones", In::flag}}});
  add_subject_reads(all, "/api/v1/queue/{}", "request");
  all.push_back({"GET",
                 "/api/v1/blockers",
                 {},
                 "What blocks patches, and since when",
                 get_blockers,
                 {k_query}});
}

void add_type_reads(std::vector<Operation>& all) {
  all.push_back({"GET", "/api/v1/fields", {}, "The fields of a patch", get_fields});
  all.push_back({"GET", "/api/v1/choices", {}, "The pick lists", get_choices});
  all.push_back({"GET", "/api/v1/choices/{}", {"list"}, "A pick list", get_choices});
  all.push_back({"GET",
                 "/api/v1/suggest",
                 {},
                 "Values for a field, 20 at most",
                 get_suggestions,
                 {{"key", "The field"}, {"q", "What has been typed, at least one letter"}}});
  all.push_back({"GET", "/api/v1/lifecycles", {}, "The loaded lifecycles", get_lifecycles});
  all.push_back({"GET",
                 "/api/v1/lifecycles/{}",
                 {"lifecycle"},
                 "A loaded lifecycle",
                 get_lifecycle,
                 {{"version", "Its version; the newest unless given", In::number}}});
  all.push_back({"GET",
                 "/api/v1/reports/{}",
                 {"report"},
                 "A report of pmt-report(1)",
                 get_report,
                 {k_query,
                  {"from", "Start of the range"},
                  {"to", "End of the range, included"},
                  {"by", "The period or group that is counted by"},
                  {"product", "The product"},
                  {"platform", "The platform"},
                  {"jar", "The jar"},
                  {"date", "The day"},
                  {"patch", "A patch", In::text, true},
                  {"applied", "A directory of the server, or several in lines", In::text, true},
                  {"service-pack", "One of its service pack, likewise", In::text, true}}});
}

using Of = Member::Kind;

constexpr Member k_stay{"stay", "The stay in its state that you have seen; else whatever it is"};
constexpr Member k_why{"why", "The reason, for the history"};
constexpr Member k_set{"set", "Fields and their values: a text, or a list of texts", Of::object};
constexpr Member k_was{"was", "The previous values of the fields in `set`", Of::object};
constexpr Member k_platform{"platform", "The platform, like 4.4.0"};

/// What answers an act that was done before.
using Again = web::Response (*)(Visit& visit, const patch::AlreadyDone& before);

/// An operation that changes something.
void add_act(std::vector<Operation>& all, const char* method, const std::string& pattern,
             const char* summary,
             web::Response (*act)(Visit& visit, const Names& names, const Body& body),
             std::vector<Member> body, Again again = again_record) {
  Operation one{method, pattern, {}, summary};
  if (pattern.find("{}") != std::string::npos) {
    one.places = {pattern.find("/queue/") != std::string::npos ? "request" : "patch"};
  }
  one.act = act;
  one.body = std::move(body);
  one.again = again;
  all.push_back(std::move(one));
}

/// Acts of the lifecycle of what `at` denotes.
void add_lifecycle_acts(std::vector<Operation>& all, const std::string& at) {
  const Member items{"item", "The items, by name; by number where two names are alike", Of::texts,
                     true};
  const Member event{"event", "The event", Of::text, true};
  const std::vector<Member> move{event,
                                 k_stay,
                                 {"time", "The time worked, like 1h30m"},
                                 {"comment", "A comment"},
                                 {"input", "The inputs of the event", Of::object},
                                 k_set,
                                 k_was};
  const auto add = [&](const char* name, const char* summary, auto* act,
                       const std::vector<Member>& body) {
    add_act(all, "POST", at + name, summary, act, body, again_position);
  };
  add("/tick", "Tick items", post_tick, {items, k_stay});
  add("/untick", "Take ticks back", post_untick, {items, k_stay});
  add("/vote", "Vote for an event", post_vote, {event, k_stay});
  add("/unvote", "Take a vote back", post_unvote, {event, k_stay});
  add("/move", "Move it by an event", post_move, move);
  add("/undo", "Undo the last move", post_undo, {k_stay});
  add("/eta", "Estimate a stage", post_eta,
      {{"stage", "The state that it is for; the current one unless given"},
       {"best", "The best case", Of::text, true},
       {"likely", "The most likely case", Of::text, true},
       {"worst", "The worst case", Of::text, true}});
  add_act(all, "POST", at + "/log-time", "Log working time, or revoke a time", post_log_time,
          {{"time", "How long, like 1h30m"},
           {"date", "The day; today unless given"},
           {"comment", "A comment"},
           {"revoke", "Instead: the event whose time does not count; with `why`"},
           k_why},
          again_event);
  add_act(all, "POST", at + "/comment", "Comment on it", post_comment,
          {{"text", "The comment", Of::text, true}}, again_event);
}

/// Changes of the fields and links of what `at` denotes.
void add_changes(std::vector<Operation>& all, const std::string& at) {
  const Member type{"type", "The type of the link", Of::text, true};
  const Member other{"patch", "The other patch", Of::text, true};
  add_act(all, "PATCH", at, "Change fields; `was` or If-Match says what `set` is based on",
          patch_fields,
          {k_set,
           k_was,
           {"add", "Values to add to fields", Of::object},
           {"remove", "Values to remove from fields", Of::object},
           k_why});
  add_act(all, "POST", at + "/link", "Link it to a patch", post_link, {type, other});
  add_act(all, "POST", at + "/unlink", "Remove a link", post_unlink, {type, other});
}

void add_registry_acts(std::vector<Operation>& all) {
  const std::vector<Member> made{{"category", "The category"},
                                 {"lifecycle", "The lifecycle; the usual one unless given"},
                                 {"ported-from", "The patch that it is a port of"},
                                 k_platform,
                                 k_set,
                                 k_why};
  add_act(all, "POST", "/api/v1/patches", "Make a patch", post_patch, made, again_patch);
  add_act(all, "POST", "/api/v1/queue", "Request a patch", post_request, {k_platform, k_set, k_why},
          again_request);
  add_act(all, "POST", "/api/v1/queue/{}/take", "Number a request and develop it", post_take, made,
          again_patch);
  add_act(all, "POST", "/api/v1/queue/{}/decline", "Decline a request", post_decline,
          {{"why", "The reason", Of::text, true}});
  add_act(all, "POST", "/api/v1/queue/{}/reopen", "Reopen a declined request", post_reopen,
          {k_why});
}

void add_bulk(std::vector<Operation>& all) {
  add_act(all, "POST", "/api/v1/bulk", "Edit or move several patches; without `sure`, try it",
          post_bulk,
          {{"act", "edit: of all or of none; move: of each by itself", Of::text, true},
           {"patch", "The patches, at most 200", Of::texts, true},
           {"stay", "The stay of each, in the same order; else whatever it is", Of::texts},
           {"sure", "Do it", Of::flag},
           {"event", "The event of a move"},
           {"time", "The time worked on each, like 1h30m"},
           {"comment", "A comment"},
           {"input", "The inputs of the event", Of::object},
           k_set,
           {"was", "The values that fields of `set` must have; else whatever they are", Of::object},
           {"add", "Values to add to fields", Of::object},
           {"remove", "Values to remove from fields", Of::object},
           k_why});
}

void add_verify(std::vector<Operation>& all) {
  Operation one{"POST", "/api/v1/patches/{}/verify", {"patch"}, "Check an archive", post_verify};
  one.query = {{"file", "The name of the archive: NAME.zip"},
               {"profile", "support, kernel or update; support unless given"},
               {"tick", "Tick the items that it proves, if no error is found", In::flag},
               {"record", "Record its jars, if no error is found", In::flag}};
  one.upload = "application/zip";
  all.push_back(std::move(one));
}

void add_person_reads(std::vector<Operation>& all) {
  all.push_back({"GET", "/api/v1/me", {}, "Who you are, and what you may do", get_me});
  all.push_back({"GET",
                 "/api/v1/me/work",
                 {},
                 "What you have to do, wait for, are late with, and may take",
                 get_work});
  all.push_back({"GET", "/api/v1/openapi.json", {}, "This description", get_openapi});
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> k_operations = [] {
    std::vector<Operation> all;
    add_patch_reads(all);
    add_type_reads(all);
    for (const char* at : {"/api/v1/patches/{}", "/api/v1/queue/{}"}) {
      add_lifecycle_acts(all, at);
      add_changes(all, at);
    }
    add_registry_acts(all);
    add_bulk(all);
    add_verify(all);
    add_person_reads(all);
    return all;
  }();
  return k_operations;
}

}  // namespace upkeep::patch_web::api
