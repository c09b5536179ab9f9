// SPDX-License-Identifier: MIT
#include "patch/model/event.hpp"

#include "support.hpp"

#include <set>

using namespace upkeep::patch;

TEST_CASE("each word is that of its kinds") {
  const std::set<std::string> words(event_actions().begin(), event_actions().end());
  CHECK(words == std::set<std::string>{"attach", "comment", "create", "edit", "eta", "import",
                                       "link", "log-time", "move", "record", "restore", "revoke",
                                       "tick", "undo", "unlink", "untick", "unvote", "void",
                                       "vote"});
  CHECK(words.size() == event_actions().size());
  for (const std::string& word : words) CHECK(action_of(kind_of(word, {})) == word);
}

TEST_CASE("kinds that share a word are told apart by the first change") {
  CHECK(kind_of("edit", {{"overview_client", {}, "Acme"}}) == EventKind::edit);
  CHECK(kind_of("edit", {{"queue", {}, "open"}}) == EventKind::request);
  CHECK(kind_of("edit", {{"queue", "open", "declined"}}) == EventKind::decline);
  CHECK(kind_of("edit", {{"queue", "declined", "open"}}) == EventKind::reopen);
  CHECK(kind_of("create", {{"queue", {}, "Q-1"}}) == EventKind::create);
  CHECK(kind_of("attach", {{"lifecycle", {}, "A"}, {"state", {}, "B"}}) == EventKind::attach);
  CHECK(kind_of("attach", {{"lifecycle_version", 1, 2}}) == EventKind::migrate);
  CHECK(kind_of("attach", {{"lifecycle_version", 1, 2}, {"state", "A", "B"}}) == EventKind::attach);
  CHECK(kind_of("eta", {{"Testing", {}, "1/2/3"}}) == EventKind::estimate);
  CHECK(kind_of("eta", {{"overdue", 0, 1}}) == EventKind::remind);
  CHECK(kind_of("eta", {{"overdue", {}, "1/2/3"}}) == EventKind::estimate);  // a stage of that name
}

TEST_CASE("a word of a newer program is no known kind") {
  CHECK(kind_of("teleport", {}) == EventKind::unknown);
  CHECK(action_of(EventKind::unknown).empty());
}

TEST_CASE("what is stored of a kind is read as that kind") {
  for (const EventKind kind :
       {EventKind::create, EventKind::edit, EventKind::link, EventKind::unlink, EventKind::import,
        EventKind::record, EventKind::attach, EventKind::move, EventKind::undo, EventKind::tick,
        EventKind::untick, EventKind::vote, EventKind::unvote, EventKind::estimate,
        EventKind::log_time, EventKind::revoke, EventKind::comment}) {
    CHECK(kind_of(action_of(kind), {}) == kind);
  }
  CHECK(action_of(EventKind::decline) == "edit");
  CHECK(action_of(EventKind::migrate) == "attach");
  CHECK(action_of(EventKind::remind) == "eta");
}
