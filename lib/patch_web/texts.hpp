// SPDX-License-Identifier: MIT
// Every text of the pages, in one file per language. `{}` are filled in by fmt.
#pragma once

#include <string>

namespace upkeep::patch_web {

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
      who_may, anybody, nobody, ticked_by, time_spent, target_empty, state, verify, log_time,
      estimate, sent_back;

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
      remove, see_reasons, more_acts, take_request, decline, stage, best, likely, worst, day,
      lifecycle;
};

/// The only language so far.
const Texts& english();

}  // namespace upkeep::patch_web
