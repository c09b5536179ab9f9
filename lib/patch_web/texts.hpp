// SPDX-License-Identifier: MIT
// Every text of the pages, in one file per language. `{}` are filled in by fmt.
#pragma once

#include "patch/registry/event_words.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::patch_web {

/// Texts by a word of the program.
using WordTexts = std::vector<std::pair<std::string, std::string>>;

/// The text of `word`, or `word` itself if it has none.
[[nodiscard]] const std::string& text_of(const WordTexts& texts, const std::string& word);

/// The text of a message of an error, or the message itself if it has none. `{}` in the words of
/// `texts` stand for anything, which is shown in its place.
[[nodiscard]] std::string message_of(const WordTexts& texts, const std::string& message);

/// What stands against an event. Where there are two, the first one is about one field.
struct ReasonTexts {
  std::string no_value, no_values, no_value_when, no_values_when, no_match, wrong_count, not_equal,
      no_link, unticked, ticked, moved, moved_by, declined, voided, no_target, votes, permission,
      people, either, both;
  // What a lifecycle asks for, before anything stands against it.
  std::string needs_value, need_values, must_match, must_count, must_equal, needs_link, needs_tick,
      needs_no_tick, when;
};

/// Times relative to now.
struct TimeTexts {
  std::string now, ago, ahead;
};

struct LifecycleTexts {
  std::string none, version, loaded, states, patches, version_of, other_versions, graph_of, here,
      first_state, event, leads_to, items, blocks, blocks_nothing, needs, votes_by, votes, asks_for,
      optional, time_limits, limit, roles, roles_off, no_members, events_none;
};

struct MeTexts {
  std::string title, account, names, groups, no_groups, roles, no_roles, roles_off, may, act, yes,
      no, who, everybody, none_here, keys, keys_hint, keys_use, keys_need_script;
  WordTexts keys_list;  ///< a key, what it does
  WordTexts acts;       ///< by role, what it protects
  std::string views, views_none, view_name, view_query, view_shared, view_save, view_delete,
      view_by;
};

struct ReportTexts {
  std::string from, to, query, show, more_rows;
  WordTexts labels;  ///< of other parameters, by name
  /// What a report shows, in short and in full, by its name. None: as pmt-report says.
  WordTexts summaries, definitions;
  WordTexts columns;  ///< headings of tables, by column
};

struct AdminTexts {
  std::string title, deliveries, deliveries_none, event, at, notify, tries, detail, retry,
      retry_hint, lifecycles, attach, attach_replace, behind, migrate, migrate_what, migrate_to,
      migrate_map, look_first, migrated, migrated_none, would_migrate, from, to, kept, dropped,
      lists, list, values, values_change, add, remove, aliases, alias, alias_of, alias_remove, load,
      load_xml, load_name, check, findings, findings_none, line, rule, severity, load_it, already;
};

/// What a kind of problem means, and what can be done.
struct ProblemText {
  std::string word, title, meaning, remedy;
};

struct FeedTexts {
  std::string title, title_of, link;
};

/// What site.js says: it fills in `{who}`, `{n}` and `{what}`.
struct ScriptTexts {
  std::string login, login_link, reload, add;
  /// What a person did, by the action of an event: singular, `|`, plural. `more` is any other.
  WordTexts did;
};

struct VerifyTexts {
  std::string title, archive, at_most, profile, tick, record, check, clean, has_errors, recorded,
      recorded_before, ticked, unticked, nothing_ticked, nothing_done, errors, warnings, digest,
      signature, beside_hint, no_keyring, done_before, not_checked;
};

struct BulkTexts {
  // Below a list.
  std::string with_chosen, choose, edit, move, as_file;
  // The form.
  std::string edit_of, move_of, edit_hint, add_to, remove_from, clear, event, event_of, look;
  // What would happen, and what has.
  std::string able, would_be, result, possible, refused, nothing, do_edit, do_move, change,
      all_or_none, did, done, not_done, go_on, back;
};

struct Texts {
  std::string language;  ///< of the page: `en`
  // The frame.
  std::string site, my_work, patches, queue, lifecycles, reports, skip, search, search_hint, find;
  std::string read_only, not_trusted, command_line;
  // What went wrong.
  std::string try_again, request_id;
  WordTexts messages;  ///< of errors, by the English one. None: as it is
  // Lists.
  WordTexts headings;  ///< by column; fields have their labels
  std::string none_found, rows_shown, rows_more, next_page, first_page, filter, apply, sort_by;
  // A patch.
  std::string next_step, not_yet, blocked_one, blocked_many, checklist, ticked_of, optional_item,
      tick, untick, history, earlier_events, later_events, details, edit, customer, links, since,
      overdue_at, created, released_on, no_lifecycle, votes, vote, unvote, comment, add_comment,
      did, void_patch, was_then, go_back, fill_in, tick_several, tick_chosen, who_may, anybody,
      no_one, no_one_may, ticked_by, target_empty, state, verify, log_time, estimate, sent_back;

  std::string expected;  ///< a range of dates
  ReasonTexts reasons;
  TimeTexts times;
  patch::EventVocabulary events;
  // My work.
  std::string mine, waiting, overdue, to_take, nothing_mine, nothing_waiting, what_is_next, client,
      waiting_since, late_by, due_by, past_limit, and_more, nothing_blocks, patch, take, priority,
      summary, more_of, product, age;
  // The queue and the history.
  std::string requests_shown, all_requests, open_only, field, before, after;
  // Forms.
  std::string one_per_line, must_match, save, save_and, cancel, why, why_hint, edit_title,
      new_patch, new_request, platform, category, ported_from, create, request, not_done, time,
      with_more, add_link, link_type, undo_it, remove, more_acts, take_request, decline, reopen,
      hidden_now, hidden_but_from, stage, best, likely, worst, day, lifecycle, revoke_time;
  // Other pages.
  std::string problem_status, all_problems;
  std::vector<ProblemText> problems;  ///< one per kind
  LifecycleTexts lifecycle_page;
  MeTexts me;
  ReportTexts report;
  FeedTexts feed;
  ScriptTexts script;
  BulkTexts bulk;
  VerifyTexts verify_page;
  AdminTexts admin;
};

/// Parts of the texts, in files of their own.
WordTexts spanish_messages();
std::vector<ProblemText> english_problems();
std::vector<ProblemText> spanish_problems();
AdminTexts english_admin();
AdminTexts spanish_admin();
ReportTexts english_report();
ReportTexts spanish_report();
ReasonTexts english_reasons();
ReasonTexts spanish_reasons();
BulkTexts english_bulk();
BulkTexts spanish_bulk();
MeTexts english_me();
MeTexts spanish_me();
LifecycleTexts english_lifecycle();
LifecycleTexts spanish_lifecycle();

const Texts& english();
const Texts& spanish();

/// The texts in the language that a header Accept-Language prefers: English if it names none that
/// there is. @param header empty: it was not sent
const Texts& texts_for(std::string_view header);

/// What a kind of problem is called. @param word of web::problem_kinds()
[[nodiscard]] std::string problem_title(const Texts& texts, std::string_view word);

}  // namespace upkeep::patch_web
