// SPDX-License-Identifier: MIT
#include "patch/model/once.hpp"
#include "patch/registry_world.hpp"

#include <chrono>
#include <thread>

using namespace upkeep;         // NOLINT(google-build-using-namespace): a test
using namespace upkeep::patch;  // NOLINT(google-build-using-namespace): a test
using test::Desk;

namespace {

/// What `act` throws, which must be that it was done before.
AlreadyDone done_before(const std::function<void()>& act) {
  try {
    act();
  } catch (const AlreadyDone& error) {
    return error;
  }
  FAIL("it was done again");
  return {0, 0, false};
}

}  // namespace

TEST_CASE("the key of an act is checked") {
  for (const char* key : {"a", "A-z_9", "abc/2", "abc/200", ""}) CHECK_NOTHROW(Once(key, "0f"));
  for (const std::string& key :
       {std::string(65, 'a'), std::string("a b"), std::string("a/"), std::string("a/0"),
        std::string("/2"), std::string("a/2/3"), std::string("\xC3\xA9"), std::string("a\n")}) {
    CHECK_THROWS_AS(Once(key, "0f"), DataError);
  }
  CHECK_THROWS_AS(Once("a", std::string(65, 'a')), DataError);
  CHECK_THROWS_AS(Once("a", "a b"), DataError);
}

TEST_CASE("the parts of a request have keys of their own") {
  Once once("key", "0f");
  CHECK((once.key() == "key" && once.open_key() == "key"));
  once.next_part();
  CHECK(once.open_key() == "key");  // nothing has been written
  once.note(7);
  CHECK(once.open_key().empty());
  once.next_part();
  CHECK((once.open_key() == "key/2" && once.key() == "key"));
  once.note(8);
  CHECK(once.events() == std::vector<std::uint64_t>{7, 8});
  once.begin();
  CHECK((once.open_key() == "key" && once.events().empty()));
  once.start(3);
  CHECK((once.key() == "key/3" && once.open_key() == "key/3"));
  Once none("", "");
  none.next_part();
  none.start(2);
  CHECK((none.key().empty() && none.open_key().empty()));
}

TEST_CASE("an edit of several patches can be found by its key", "[.registry]") {
  Desk ann("ann", "several", "d");
  std::vector<EditTarget> targets;
  targets.reserve(3);
  for (int i = 0; i < 3; ++i) targets.push_back({.patch = ann.make()});
  FieldsRequest wanted;
  wanted.changes.push_back({.key = "overview_client", .set = {"Acme"}});
  Desk editor("ann", "several-edits", "d");
  const Edited edited = editor.registry.fields().save(targets, wanted, "", false);
  REQUIRE(edited.patches.size() == 3);
  const auto events = keyed_events(ann.connection, "ann", "several-edits");
  REQUIRE(events.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((events[i].patch == edited.patches[i].patch && events[i].digest == "d"));
    CHECK(events[i].event == edited.patches[i].event);
  }
  CHECK(keyed_events(ann.connection, "bob", "several-edits").empty());
  CHECK(keyed_events(ann.connection, "ann", "several-edit").empty());
}

TEST_CASE("an act under a key happens once", "[.registry]") {
  Desk ann("ann", "first", "d1");
  const std::uint64_t id = ann.make();
  ann.registry.comment(id, "hello", false);
  REQUIRE(ann.once->events().size() == 1);
  const std::uint64_t event = ann.once->events().front();

  Desk again("ann", "first", "d1");
  const AlreadyDone done = done_before([&] { again.registry.comment(id, "hello", false); });
  CHECK((done.event() == event && done.patch() == id && done.same()));
  CHECK(done.status() == ExitStatus::no);
  Desk other_act("ann", "first", "d2");
  CHECK_FALSE(done_before([&] { other_act.registry.comment(id, "bye", false); }).same());
  // Other people's keys, and other parts of the request, are independent.
  Desk bob("bob", "first", "d1");
  bob.registry.comment(id, "hello", false);
  Desk part("ann", "first/2", "d1");
  part.registry.comment(id, "more", false);
  CHECK(ann.events(id).size() == 4);
}

TEST_CASE("each kind of act happens once", "[.registry]") {
  Desk maker("maker");
  const std::uint64_t id = maker.make(), target = maker.make();
  const Link link{"requires", *maker.patch(target).ref};
  const auto twice = [&](const std::string& key, const std::function<void(Desk&)>& act) {
    INFO(key);
    Desk first("ann", key, "d");
    act(first);
    CHECK(first.once->events().size() == 1);
    const auto count = maker.connection.query("SELECT COUNT(*) FROM event").at(0).integer(0);
    Desk second("ann", key, "d");
    const AlreadyDone done = done_before([&] { act(second); });
    CHECK(done.event() == first.once->events().front());
    CHECK(maker.connection.query("SELECT COUNT(*) FROM event").at(0).integer(0) == count);
  };
  twice("edit", [&](Desk& desk) {
    const std::vector<FieldEdit> edits{{FieldEdit::Kind::set, "overview_client", "Acme"}};
    (void)desk.registry.fields().edit({desk.patch(id)}, edits, "", false);
  });
  twice("link", [&](Desk& desk) {
    (void)desk.registry.links().link({desk.patch(id).ref, {}}, link, "", false);
  });
  twice("unlink", [&](Desk& desk) {
    (void)desk.registry.links().unlink({desk.patch(id).ref, {}}, link, "", false);
  });
  twice("request", [&](Desk& desk) { (void)desk.registry.request({}); });
  twice("new", [&](Desk& desk) {
    NewPatch wanted;
    wanted.platform = "4.5.0";
    (void)desk.registry.create(wanted);
  });
  twice("time", [&](Desk& desk) {
    desk.service.work_log().log_time(desk.patch(id), {std::chrono::seconds(60), {}}, "");
  });
  twice("tick", [&](Desk& desk) {
    (void)desk.service.checklist().tick(desk.patch(id), {"1"}, lifecycle::Checklist::Mark::set, "");
  });
  const Patch before = maker.patch(id);
  twice("move", [&](Desk& desk) {
    (void)desk.service.mover().move(before, {.event = "OnHold"});  // the second finds it moved
  });
  twice("undo", [&](Desk& desk) { (void)desk.service.undoer().undo(desk.patch(id), ""); });
  twice("void", [&](Desk& desk) { desk.registry.voider().annul(target, "why", false); });
}

TEST_CASE("what changed nothing may be done again", "[.registry]") {
  Desk maker("maker");
  const std::uint64_t id = maker.make({{FieldEdit::Kind::set, "overview_client", "Acme"}});
  const auto edit = [&](const std::string& client) {
    Desk ann("ann", "idle", "d");
    const std::vector<FieldEdit> edits{{FieldEdit::Kind::set, "overview_client", client}};
    return ann.registry.fields().edit({ann.patch(id)}, edits, "", false).changed;
  };
  CHECK(edit("Acme") == 0);
  Desk refused("ann", "idle", "d");
  CHECK_THROWS_AS(refused.registry.comment(9'999'999, "x", false), Error);
  CHECK(edit("Beta") == 1);
  CHECK_THROWS_AS(edit("Gamma"), AlreadyDone);
}

TEST_CASE("a repeated transaction writes its key again", "[.registry]") {
  Desk ann("ann", "again", "d");
  const std::uint64_t id = ann.make();
  const EventStore events(ann.connection, ann.actor);
  int attempts = 0;
  events.act(
      [&] {
        Patch now = locked_patch(ann.connection, id);
        EventStore store(ann.connection, ann.actor);
        (void)store.append(
            now, {.at = sql_now(ann.connection), .kind = EventKind::comment, .comment = "x"});
        (void)store.append(
            now, {.at = sql_now(ann.connection), .kind = EventKind::comment, .comment = "y"});
        if (++attempts == 1) throw db::Error(1213, "a deadlock", "here");
      },
      false);
  CHECK(attempts == 2);
  CHECK(ann.once->events().size() == 2);
  const db::Rows rows = ann.connection.query(
      "SELECT id, once, once_digest FROM event WHERE patch = ? AND action = 'comment' ORDER BY id",
      {id});
  REQUIRE(rows.size() == 2);
  CHECK((rows[0].text("once") == "again" && rows[0].text("once_digest") == "d"));
  CHECK(rows[1].is_null("once"));
}

TEST_CASE("a concurrent second act waits for the first", "[.registry]") {
  Desk ann("ann");
  const std::uint64_t id = ann.make(), other = ann.make();
  for (const std::uint64_t target : {id, other}) {  // the same row, and only the same key
    INFO(target);
    const std::string key = target == id ? "race1" : "race2";
    Desk first("ann", key, "d"), desk("ann", key, "d");
    std::thread second;
    bool found = false;
    EventStore(first.connection, first.actor)
        .act(
            [&] {
              Patch now = locked_patch(first.connection, id);
              (void)EventStore(first.connection, first.actor)
                  .append(now, {.at = sql_now(first.connection),
                                .kind = EventKind::comment,
                                .comment = "x"});
              second = std::thread([&] {
                try {
                  desk.registry.comment(target, "x", false);
                } catch (const AlreadyDone&) {
                  found = true;
                }
              });
              std::this_thread::sleep_for(std::chrono::milliseconds(300));
            },
            false);
    second.join();
    CHECK(found);
  }
  CHECK(ann.events(id).size() == 3);
  CHECK(ann.events(other).size() == 1);
}

TEST_CASE("a wait for a lock ends when the caller says so", "[.registry]") {
  Desk holder("ann"), waiter("bob");
  const std::uint64_t id = holder.make();
  waiter.connection.limit_lock_waits(std::chrono::seconds(1));
  db::transact(holder.connection, [&] {
    (void)locked_patch(holder.connection, id);
    const auto start = std::chrono::steady_clock::now();
    try {
      waiter.registry.comment(id, "x", false);
      FAIL("it did not wait");
    } catch (const db::Error& error) {
      CHECK(error.status() == ExitStatus::try_later);
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
  });
}
