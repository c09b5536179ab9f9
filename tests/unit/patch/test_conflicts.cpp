// SPDX-License-Identifier: MIT
#include "patch/query/view_store.hpp"
#include "patch/registry/conflict.hpp"
#include "patch/registry_world.hpp"
#include "patch/store/history_part.hpp"

using namespace upkeep;         // NOLINT(google-build-using-namespace): a test
using namespace upkeep::patch;  // NOLINT(google-build-using-namespace): a test
using lifecycle::Checklist;
using test::Desk;

namespace {

constexpr const char* k_client = "overview_client";
constexpr const char* k_products = "overview_products";

/// What `act` throws, which must be a conflict.
Conflict conflict_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Conflict& error) {
    CHECK(error.status() == ExitStatus::no);
    return error;
  }
  FAIL("there is no conflict");
  return {"", "", 0};
}

FieldsRequest changing(const std::string& key, const Values& was, const Values& set) {
  return {.changes = {{.key = key, .set = set, .was = was}}};
}

void expect_conflict(const std::vector<lifecycle::Blocker>& reasons, const std::string& by,
                     const std::string& event, const std::string& state) {
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].reason == "conflict");
  REQUIRE(reasons[0].moved);
  CHECK(reasons[0].moved->by == by);
  CHECK(reasons[0].moved->event == event);
  CHECK(reasons[0].moved->state == state);
  CHECK(reasons[0].moved->id > 0);
  CHECK(reasons[0].moved->at.size() == std::string("2026-01-01T00:00:00Z").size());
}

}  // namespace

TEST_CASE("values of forms are compared without line ends and outer blanks") {
  CHECK(plain_values({" a\r\nb\r", "", " \n", "c"}) == Values{"a\nb", "c"});
  CHECK(values_digest({"a\r\nb "}) == values_digest({"a\nb"}));
  CHECK(values_digest({"a", "b"}) != values_digest({"b", "a"}));
  CHECK(values_digest({"a,1:b"}) != values_digest({"a", "b"}));
  CHECK(values_digest({}).size() == 32);
}

TEST_CASE("fields conflict one by one", "[.registry]") {
  Desk ann("ann"), bob("bob");
  const std::uint64_t id = ann.make({{FieldEdit::Kind::set, k_client, "Acme"},
                                     {FieldEdit::Kind::set, "overview_description", "one\ntwo"}});
  FieldEditor& fields = ann.registry.fields();
  CHECK(bob.registry.fields()
            .save({{.patch = id}}, changing(k_client, {"Acme"}, {"Beta", "Gamma"}), "", false)
            .changed == 1);
  CHECK(values_in(ann.patch(id).fields, k_client) == Values{"Beta", "Gamma"});

  const Conflict conflict = conflict_of([&] {
    FieldsRequest form = changing(k_client, {"Acme"}, {"Delta"});
    form.changes.push_back({.key = k_products, .set = {"ESB 4.8.1"}, .was = Values{}});
    (void)fields.save({{.patch = id}}, form, "", false);
  });
  REQUIRE(conflict.fields().size() == 1);
  const FieldConflict& one = conflict.fields()[0];
  CHECK((one.key == k_client && one.was == Values{"Acme"} && one.now == Values{"Beta", "Gamma"}));
  CHECK(
      (one.wanted == Values{"Delta"} && one.by == "bob" && one.event == ann.events(id).back().id));
  CHECK(conflict.patch() == id);
  CHECK(values_in(ann.patch(id).fields, k_products).empty());  // all or nothing
  // Left alone, or as the other one made it, it is no conflict.
  FieldsRequest form = changing(k_client, {"Acme"}, {"Acme "});
  form.changes.push_back({.key = k_products, .set = {"ESB 4.8.1"}, .was = Values{}});
  CHECK(fields.save({{.patch = id}}, form, "", false).changed == 1);
  CHECK(fields.save({{.patch = id}}, changing(k_client, {"Acme"}, {"Beta", " Gamma"}), "", false)
            .changed == 0);
  // Line ends are those of the browser.
  CHECK(fields
            .save({{.patch = id}},
                  changing("overview_description", {"one\r\ntwo"}, {"one\r\ntwo\r\nthree"}), "",
                  false)
            .changed == 1);
  CHECK(values_in(ann.patch(id).fields, "overview_description") == Values{"one\ntwo\nthree"});
  CHECK(
      fields.save({{.patch = id}}, changing(k_client, {"Beta", "Gamma"}, {}), "", false).changed ==
      1);
  CHECK(values_in(ann.patch(id).fields, k_client).empty());
}

TEST_CASE("a digest stands for what the caller saw", "[.registry]") {
  Desk ann("ann");
  const std::uint64_t id = ann.make({{FieldEdit::Kind::set, k_client, "Acme"}});
  const auto save = [&](const std::string& seen, const std::string& set) {
    const FieldsRequest form{
        .changes = {{.key = k_client, .set = {set}, .was_digest = values_digest({seen})}}};
    return ann.registry.fields().save({{.patch = id}}, form, "", false).changed;
  };
  CHECK(save("Acme", "Acme") == 0);
  CHECK(save("Acme", "Beta") == 1);
  const Conflict conflict = conflict_of([&] { (void)save("Acme", "Gamma"); });
  CHECK(!conflict.fields().at(0).was);
  CHECK(save("Gamma", "Gamma") == 0);  // left alone
}

TEST_CASE("fields without what was seen are replaced, unless the patch has another last event",
          "[.registry]") {
  Desk ann("ann"), bob("bob");
  const std::uint64_t id = ann.make();
  const std::uint64_t last = ann.events(id).back().id;
  const FieldsRequest form{.changes = {{.key = k_client, .set = {"Acme"}}},
                           .edits = {{FieldEdit::Kind::add, k_products, "ESB 4.8.1"}}};
  CHECK(ann.registry.fields().save({{.patch = id, .last_event = last}}, form, "", false).changed ==
        1);
  bob.registry.comment(id, "hm", false);
  const auto strict = [&] {
    (void)ann.registry.fields().save({{.patch = id, .last_event = last}}, form, "", false);
  };
  CHECK(conflict_of(strict).fields().empty());
}

TEST_CASE("edits of the tools conflict as such", "[.registry]") {
  Desk ann("ann"), bob("bob");
  const std::uint64_t id = ann.make();
  const Patch seen = ann.patch(id);
  const std::vector<FieldEdit> edits{{FieldEdit::Kind::set, k_client, "Beta"}};
  (void)bob.registry.fields().edit({seen}, {{FieldEdit::Kind::set, k_client, "Acme"}}, "", false);
  bob.registry.comment(id, "later", false);
  const Conflict conflict =
      conflict_of([&] { (void)ann.registry.fields().edit({seen}, edits, "", false); });
  CHECK_THAT(conflict.what(),
             test::contains("was concurrently changed from nothing to 'Acme' by bob"));
  CHECK((conflict.fields().at(0).by == "bob" && conflict.fields().at(0).wanted == Values{"Beta"}));
  const auto expecting = [&] {
    (void)ann.registry.fields().edit(
        {ann.patch(id)}, {{FieldEdit::Kind::expect, k_client, "x"}, edits[0]}, "", false);
  };
  CHECK(conflict_of(expecting).fields().at(0).was == Values{"x"});
}

TEST_CASE("every change of position begins another stay", "[.registry]") {
  Desk ann("ann");
  const std::uint64_t id = ann.make();
  CHECK(stay_of(ann.patch(id)) == "0");
  const auto last = [&] { return std::to_string(ann.events(id).back().id); };
  auto& service = ann.service;
  CHECK(service.checklist()
            .tick(ann.patch(id), {"1"}, Checklist::Mark::set, "", "0")
            .reasons.empty());
  CHECK(service.mover().move(ann.patch(id), {.event = "OnHold", .stay = "0"}).empty());
  const std::string held = stay_of(ann.patch(id));
  CHECK(held == last());
  CHECK(service.undoer().undo(ann.patch(id), "", held).reasons.empty());
  CHECK(stay_of(ann.patch(id)) == last());
  // The tick is back, but not the stay of the page on which it was made.
  CHECK(service.positions().position(ann.patch(id)).progress.ticks.size() == 1);
  expect_conflict(
      service.checklist().tick(ann.patch(id), {"2"}, Checklist::Mark::set, "", "0").reasons, "ann",
      "undo", "Development");
  service.attacher().attach(ann.patch(id), "PatchLifeCycle", true, "");
  CHECK(stay_of(ann.patch(id)) == last());
}

TEST_CASE("an act on an earlier stay is refused", "[.registry]") {
  Desk ann("ann"), bob("bob");
  const std::uint64_t id = ann.make();
  REQUIRE(bob.service.mover().move(bob.patch(id), {.event = "OnHold"}).empty());
  const std::string state = *ann.patch(id).state;
  const auto count = ann.events(id).size();
  // Read after the other's move, as by a request that was typed on an older page.
  auto& service = ann.service;
  const Patch now = ann.patch(id);
  expect_conflict(service.checklist().tick(now, {"1"}, Checklist::Mark::set, "", "0").reasons,
                  "bob", "OnHold", state);
  expect_conflict(service.checklist().tick(now, {"1"}, Checklist::Mark::take_back, "", "0").reasons,
                  "bob", "OnHold", state);
  expect_conflict(service.checklist().vote(now, "Promote", Checklist::Mark::set, "", "0").reasons,
                  "bob", "OnHold", state);
  expect_conflict(service.mover().move(now, {.event = "OnHold", .stay = "0"}), "bob", "OnHold",
                  state);
  expect_conflict(service.undoer().undo(now, "", "0").reasons, "bob", "OnHold", state);
  const Conflict conflict = conflict_of([&] {
    (void)ann.registry.fields().save({{.patch = id, .stay = "0"}}, changing(k_client, {}, {"Acme"}),
                                     "", false);
  });
  REQUIRE(conflict.moved());
  CHECK((conflict.moved()->by == "bob" && conflict.moved()->event == "OnHold"));
  CHECK(ann.events(id).size() == count);
}

TEST_CASE("a request that is numbered leaves its stay", "[.registry]") {
  Desk ann("ann");
  const Patch request = ann.registry.request({});
  const std::uint64_t id = find_patch(ann.connection, {{}, request.queue}).value().id;
  ann.service.attacher().attach(ann.patch(id), "PatchLifeCycle", false, "");
  CHECK(stay_of(ann.patch(id)) != "0");
  NewPatch wanted;
  wanted.platform = "4.4.0";
  wanted.from = request.queue;
  (void)ann.registry.create(wanted);
  CHECK(stay_of(ann.patch(id)) == "0");
}

TEST_CASE("a move edits fields first, and keeps nothing if it is refused", "[.registry]") {
  Desk ann("ann");
  const std::uint64_t id = ann.make();
  lifecycle::MoveRequest move{.event = "Promote", .fields = changing(k_client, {}, {"Acme"})};
  const auto count = ann.events(id).size();
  CHECK_FALSE(ann.service.mover().move(ann.patch(id), move).empty());
  CHECK(ann.events(id).size() == count);
  CHECK(values_in(ann.patch(id).fields, k_client).empty());
  move.event = "OnHold";
  CHECK(ann.service.mover().move(ann.patch(id), move).empty());
  const auto events = ann.events(id);
  REQUIRE(events.size() == count + 2);
  CHECK((events[count].kind == EventKind::edit && events[count + 1].kind == EventKind::move));
  CHECK(values_in(ann.patch(id).fields, k_client) == Values{"Acme"});
  // A conflict of the fields refuses the move as well.
  move.fields = changing(k_client, {"Beta"}, {"Gamma"});
  const std::string state = *ann.patch(id).state;
  (void)conflict_of([&] { (void)ann.service.mover().move(ann.patch(id), move); });
  CHECK(*ann.patch(id).state == state);
}

TEST_CASE("a history is read in pages, and has a mark", "[.registry]") {
  Desk ann("ann");
  const std::uint64_t id = ann.make();
  for (int i = 0; i < 5; ++i) ann.registry.comment(id, "remark " + std::to_string(i), false);
  const auto all = ann.events(id);
  REQUIRE(all.size() == 6);
  const HistoryPart page = history_part(ann.connection, id, 0, 4);
  CHECK(page.more);
  REQUIRE(page.events.size() == 4);
  CHECK((page.events[0].id == all[5].id && page.events[0].comment == "remark 4"));
  const HistoryPart rest = history_part(ann.connection, id, page.events[3].id, 4);
  CHECK((rest.events.size() == 2 && rest.events[1].id == all[0].id && !rest.more));
  const HistoryPart none = history_part(ann.connection, id, all[0].id, 4);
  CHECK((none.events.empty() && !none.more));
  const auto later = events_after(ann.connection, id, all[1].id, 3);
  CHECK((later.size() == 3 && later[0].id == all[2].id));
  const Patch patch = ann.patch(id);
  const PatchMark mark = mark_of(ann.connection, {patch.ref, {}}).value();
  CHECK((mark.id == id && mark.version == patch.version && mark.last_event == all[5].id));
  CHECK(last_event_of(ann.connection, id) == all[5].id);
  CHECK_FALSE(mark_of(ann.connection, {PatchRef{"9.9.9", 9}, {}}));
}

TEST_CASE("views are kept by owner and name", "[.registry]") {
  Desk ann("ann");
  const NameRule names(ann.config.patch.name);
  const SelectorContext context{ann.registry.type(), ann.config.patch, names};
  ViewStore store(ann.connection);
  store.put({"ann", "late", "state=Testing", false}, context);
  store.put({"bob", "late", "developer=@me", true}, context);
  store.put({"bob", "own", "", false}, context);
  store.put({"ann", "late", "client=\"Big Bank\"", true}, context);
  const auto views = store.of("ann");
  REQUIRE(views.size() == 2);
  CHECK((views[0].owner == "ann" && views[0].query == "client=\"Big Bank\"" && views[0].is_shared));
  CHECK((views[1].owner == "bob" && views[1].name == "late"));
  CHECK(store.of("bob").size() == 3);
  CHECK_THROWS_AS(store.put({"ann", "x", "clint=1", false}, context), UsageError);
  CHECK_THROWS_AS(store.put({"ann", "x", "\"", false}, context), UsageError);
  for (const std::string& name : {std::string(), std::string(" "), std::string("a\nb"),
                                  std::string(" a"), std::string(101, 'a'), std::string("\xff")}) {
    CHECK_THROWS_AS(store.put({"ann", name, "", false}, context), DataError);
  }
  CHECK(store.remove("ann", "late"));
  CHECK_FALSE(store.remove("ann", "late"));
  CHECK(store.of("ann").size() == 1);
}
