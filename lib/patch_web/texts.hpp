// SPDX-License-Identifier: MIT
// Every text of the pages, in one file per language. `{}` are filled in by fmt.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch_web {

struct LifecycleTexts {
  std::string none, version, loaded, states, version_of, other_versions, graph_of, here,
      first_state, event, leads_to, items, blocks, blocks_nothing, needs, votes_by, votes, asks_for,
      optional, time_limits, limit, roles, roles_off, no_members, events_none, not_a_format;
};

struct MeTexts {
  std::string title, account, names, groups, no_groups, roles, no_roles, roles_off, may, act, yes,
      no, who, everybody, none_here, keys, keys_hint, keys_use, keys_need_script;
  std::vector<std::pair<std::string, std::string>> keys_list;  ///< a key, what it does
  std::string views, views_none, view_name, view_query, view_shared, view_save, view_delete,
      view_by;
};

struct ReportTexts {
  std::string from, to, query, show, formats, more_rows;
  std::vector<std::pair<std::string, std::string>> labels;  ///< of other parameters, by name
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
  std::string word, meaning, remedy;
};

struct FeedTexts {
  std::string title, title_of, link;
};

/// What site.js says: it fills in `{who}`, `{n}` and `{what}`.
struct ScriptTexts {
  std::string login, login_link, reload, add;
  /// What a person did, by the action of an event: singular, `|`, plural. `more` is any other.
  std::vector<std::pair<std::string, std::string>> did;
};

struct VerifyTexts {
  std::string title, archive, at_most, profile, tick, record, check, none_chosen, clean, has_errors,
      recorded, recorded_before, ticked, unticked, nothing_ticked, nothing_done, errors, warnings,
      digest, signature, beside_hint, no_keyring, done_before, not_checked;
};

struct BulkTexts {
  // Below a list.
  std::string with_chosen, choose, edit, move, as_file;
  // The form.
  std::string edit_of, move_of, edit_hint, add_to, remove_from, clear, event, event_of, look,
      no_field;
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
  std::string problem, name_advice, try_again, request_id;
  // Lists.
  std::string none_found, rows_shown, rows_more, next_page, previous_page, first_page, filter,
      apply, columns, sorted_up, sorted_down, sort_by, save_as;
  // A patch.
  std::string next_step, not_yet, blocked_by, blocked_one, blocked_many, ready, checklist,
      ticked_of, optional_item, tick, untick, history, earlier_events, later_events, details, edit,
      no_value, customer, links, since, overdue_at, created, released_on, attach_hint, no_lifecycle,
      votes, vote, unvote, comment, add_comment, undo, did, void_patch, was_then, go_back, fill_in,
      tick_several, tick_chosen, who_may, anybody, nobody, ticked_by, time_spent, target_empty,
      state, verify, log_time, estimate, sent_back;

  std::string expected;  ///< a range of dates
  // My work.
  std::string mine, waiting, overdue, to_take, nothing_mine, nothing_waiting, what_is_next, client,
      waiting_since, patch, take, priority, summary, more_of, product, age;
  // The queue and the history.
  std::string requests_shown, all_requests, open_only, field, before, after;
  // Forms.
  std::string one_per_line, must_match, save, save_and, cancel, why, why_hint, edit_title,
      new_patch, new_request, platform, category, ported_from, create, request, not_done,
      token_expired, token_invalid, send_again, time, with_more, add_link, link_type, undo_it,
      remove, see_reasons, more_acts, take_request, decline, reopen, hidden_now, hidden_but_from,
      stage, best, likely, worst, day, lifecycle, revoke_time;
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

/// The kinds of problems in English.
std::vector<ProblemText> english_problems();

/// The texts of /admin in English.
AdminTexts english_admin();

/// The only language so far.
const Texts& english();

}  // namespace upkeep::patch_web
