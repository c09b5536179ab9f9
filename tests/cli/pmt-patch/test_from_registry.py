# SPDX-License-Identifier: MIT
"""Patches of a governance registry, from a dump of its database."""

import unittest

from upkeep_test import wait_for
from upkeep_test.governance import (EVENTS, NAME, PATCHES, README, SIGNED, TESTING, GovernanceRegistry, RegistryCase,
                                    event, lifecycle_properties)
from upkeep_test.lifecycle import lifecycle, state

A, B, C = (NAME.format(number) for number in (1, 2, 3))


class DumpTest(RegistryCase):
    def test_a_patch_with_its_history(self):
        registry = GovernanceRegistry()
        registry.patch(A, {"overview_products": ["ESB 4.8.1", "AM 1.6.0"], "overview_client": "O'Neil & <Söhne>",
                           "peopleInvolved_developedby": "alice@example.com",
                           "dates_developmentStartedOn": "03/04/2013",
                           "overview_description": "one\ntwo \\ 'three'"},
                       properties=TESTING, events=EVENTS, creator="alice",
                       comments=[("carol", "2013-01-05 12:00:00", "It's \"done\";\n-- or not")])
        path = self.dump(registry)
        before = path.read_bytes()
        counts, result = self.take_dump(path, "--dry-run")
        self.assertEqual((counts, result.stderr), ((1, 0, 0), ""))
        self.assertEqual(self.names(), [])
        counts, result = self.take_dump(path)
        self.assertEqual((counts, result.stderr), ((1, 0, 0), ""))
        self.assertEqual(path.read_bytes(), before)
        shown = self.show(A)
        self.assertEqual(shown["fields"]["overview_products"], ["ESB 4.8.1", "AM 1.6.0"])
        self.assertEqual(shown["fields"]["overview_client"], ["O'Neil & <Söhne>"])
        self.assertEqual(shown["fields"]["dates_developmentStartedOn"], "2013-04-03")
        self.assertEqual(shown["fields"]["overview_description"], "one\ntwo \\ 'three'")
        self.assertEqual((shown["state"], shown["created_by"], shown["created_at"]),
                         ("Testing", "alice", "2013-01-02T03:04:05Z"))
        events = [(one["at"], one["actor"], one["action"], one["key"]) for one in self.history(A)]
        self.assertEqual(events[:-1], [
            ("2013-01-02T03:04:05Z", "alice", "attach", "lifecycle"),
            ("2013-01-02T03:04:05Z", "alice", "attach", "state"),
            ("2013-01-03T03:04:05Z", "alice", "tick", "Wrote the README"),
            ("2013-01-04T03:04:05Z", "alice", "move", "Promote"),
            ("2013-01-05T03:04:05Z", "bob", "move", "Promote"),
            ("2013-01-05T12:00:00Z", "carol", "comment", None),
            ("2013-01-06T03:04:05Z", "bob", "tick", README),
            ("2013-01-06T03:04:05Z", "bob", "tick", SIGNED),
            ("2013-01-06T03:04:05Z", "bob", "untick", SIGNED)])
        self.assertEqual(events[-1][2], "import")
        comment = next(one for one in self.history(A) if one["action"] == "comment")
        self.assertEqual(comment["comment"], "It's \"done\";\n-- or not")
        ticked = {one["name"]: (one["ticked"], one["by"]) for one in self.position(A)["items"]}
        self.assertEqual((ticked[README], ticked[SIGNED][0]), ((True, "bob"), False))
        self.assert_quiet(self.run_tool("verify-history"))
        self.assertEqual(self.take_dump(path)[0], (0, 1, 0))
        self.assertEqual(self.run_tool("new", "--platform", "4.2.0").text.strip(), B)

    def test_every_way_to_write_a_dump(self):
        options = (["--hex-blob"], ["--complete-insert", "--no-create-info"], ["--skip-extended-insert"], ["--compact"],
                   ["--skip-quote-names", "--skip-tz-utc"])
        for versioned in (False, True):
            registry = GovernanceRegistry(versioned)
            registry.patch(A, {"overview_client": "a\\b'c"}, properties=TESTING, events=EVENTS)
            registry.put("/_system/config/other", b"\x00\xff';--\\", media_type="application/octet-stream")
            for number, words in enumerate(options):
                with self.subTest(words, versioned=versioned):
                    path = self.dump(registry, *words)
                    expected = (1, 0, 0) if not versioned and number == 0 else (0, 1, 0)
                    self.assertEqual(self.take_dump(path)[0], expected)
        self.assertEqual(self.show(A)["fields"]["overview_client"], ["a\\b'c"])

    def test_ticks_and_votes_without_a_history(self):
        registry = GovernanceRegistry()
        ticks = {README: True, "No such item": True}
        properties = [*lifecycle_properties("PatchLifeCycle", "Testing", ticks, old=True),
                      ("registry.lifecycle.PatchLifeCycle.lastStateUpdatedTime", "2013-05-06 07:08:09.1")]
        registry.patch(A, properties=properties)
        _, result = self.take_dump(self.dump(registry))
        self.assertIn("warning: not imported: 1 histories, which the source does not have", result.stderr)
        self.assertIn("'No such item', which is not an item of the state 'Testing'", result.stderr)
        ticked = {one["name"]: one["ticked"] for one in self.position(A)["items"]}
        self.assertEqual([item for item, is_ticked in ticked.items() if is_ticked], [README])
        self.assertEqual([one["action"] for one in self.history(A)], ["import", "tick"])
        self.assertIn("by whom and when is unknown", self.history(A)[1]["comment"])
        row = self.run_tool("export", A).json[0]
        self.assertEqual(row["state_since"], "2013-05-06T07:08:09Z")

    def test_votes(self):
        approval = '<data name="transitionApproval"><approval forEvent="Promote" votes="3"/></data>'
        path = self.write("voted.xml", lifecycle("Voted", state("Open", ("Promote", "Closed"), data=approval),
                                                 state("Closed")))
        self.assert_status(self.installation.run("pmt-lifecycle", "load", path), 0)
        registry = GovernanceRegistry()
        votes = [event(f"2013-01-0{day} 00:00:00", user, "Open", "vote", "Promote", value=value, aspect="Voted")
                 for day, user, value in ((3, "ann", "true"), (4, "carl", "true"), (5, "carl", "false"))]
        cast = {"Promote": "ann,bob", "Demote": "ann"}
        registry.patch(A, properties=lifecycle_properties("Voted", "Open", votes=cast), events=[
            event("2013-01-02 00:00:00", "ann", "Open", "association", aspect="Voted"), *votes])
        _, result = self.take_dump(self.dump(registry))
        self.assertEqual(result.stderr, f"pmt-patch: warning: not imported: 1 votes for 'Demote', for which the state "
                                        f"'Open' takes none (first in {A})\n")
        events = [(one["action"], one["actor"]) for one in self.history(A) if "vote" in one["action"]]
        self.assertEqual(events, [("vote", "ann"), ("vote", "carl"), ("unvote", "carl"), ("vote", "bob")])
        self.assertIn("when is unknown", self.history(A)[-1]["comment"])
        refused = self.installation.run("pmt-lifecycle", "move", A, "Promote")
        self.assert_status(refused, 1)
        self.assertIn("2", refused.text)

    def test_the_properties_say_the_state(self):
        registry = GovernanceRegistry()
        registry.patch(A, properties=lifecycle_properties("PatchLifeCycle", "Released"), events=EVENTS)
        registry.patch(B, properties=TESTING, events=EVENTS[:4])
        _, result = self.take_dump(self.dump(registry))
        self.assertIn("1 transitions to the current state, which the histories do not have (first in " + A + ")",
                      result.stderr)
        self.assertEqual((self.position(A)["state"], self.position(B)["state"]), ("Released", "Testing"))
        self.assertEqual([one["action"] for one in self.history(A)][-3:], ["import", "attach", "attach"])
        self.assertEqual([one["key"] for one in self.history(B) if one["action"] == "tick"],
                         ["Wrote the README", README])

    def test_a_history_without_a_lifecycle(self):
        registry = GovernanceRegistry()
        registry.patch(A, events=EVENTS)
        _, result = self.take_dump(self.dump(registry))
        self.assertIn("not imported: 1 histories of patches without a lifecycle", result.stderr)
        self.assertEqual([one["action"] for one in self.history(A)], ["import"])

    def test_what_is_not_imported_is_said(self):
        registry = GovernanceRegistry()
        other = lifecycle_properties("Security_PatchLifeCycle", "Open")
        registry.patch(A, {"overview_color": ["red", "blue"], "overview_size": ""}, description="a patch", tags=2,
                       ratings=1, properties=[*TESTING, *other, ("link.to", "x")], events=[
                           *EVENTS, event("2013-01-07 00:00:00", "bob", "Open", "association",
                                          aspect="Security_PatchLifeCycle")])
        registry.patch(B, {"overview_color": "red"}, properties=TESTING, events=EVENTS)
        registry.put(f"{PATCHES}/notes.txt", "text", media_type="text/plain")
        registry.associate(B, f"{PATCHES}/{A}", "depends")
        registry.associate(B, f"{PATCHES}/{A}", "uses")
        registry.associate(B, "/_system/governance/x", "depends")
        registry.rows["REG_LOG"].append((1, f"{PATCHES}/{A}", "bob", "2013-01-01 00:00:00", 0, ""))
        registry.rows["REG_RESOURCE_HISTORY"].append((registry.rows["REG_RESOURCE"][0][0], A, 1))
        path = self.dump(registry)
        rejects = self.directory / "rejects.xml"
        counts, result = self.take_dump(path, "--rejects", rejects, "--dry-run")
        self.assertEqual(counts, (2, 0, 0))
        losses = [
            f"3 values of the field 'overview_color', which the artifact type does not have (first in {A}, {B})",
            f"1 resources of the media type text/plain, which are not patches (first in {PATCHES}/notes.txt)",
            f"2 tags (first in {A})", f"1 ratings (first in {A})", f"1 earlier versions of resources (first in {A})",
            f"1 entries of the activity log (first in {A})", f"1 descriptions of resources (first in {A})",
            f"1 second lifecycles: 'Security_PatchLifeCycle' in the state 'Open' (first in {A})",
            f"1 events of the lifecycle 'Security_PatchLifeCycle' (first in {A})",
            f"1 values of the property 'link.to' (first in {A})", f"1 associations of the type 'uses' (first in {B})",
            f"1 associations of the type 'depends' to what is not a patch (first in {B})"]
        said = result.stderr.splitlines()
        self.assertEqual(sorted(said), sorted(f"pmt-patch: warning: would not be imported: {loss}" for loss in losses))
        for loss in losses:
            self.assertIn(f"<!-- not imported: {loss} -->", rejects.read_text())
        _, result = self.take_dump(path)
        self.assertIn(f"warning: not imported: {losses[0]}", result.stderr)
        self.assertEqual(self.show(B)["links"], [{"type": "requires", "patch": A}])

    def test_what_cannot_be_imported_is_rejected(self):
        registry = GovernanceRegistry()
        registry.patch(A, properties=lifecycle_properties("No such cycle", "Open"))
        registry.patch(B, properties=lifecycle_properties("PatchLifeCycle", "Nowhere"))
        registry.patch(C, {"dates_releasedOn": "soon"}, properties=TESTING)
        registry.put(f"{PATCHES}/{NAME.format(4)}", "<metadata><a>")
        entity = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
        registry.put(f"{PATCHES}/{NAME.format(5)}", entity + "<metadata/>")
        registry.put(f"{PATCHES}/some thing", "<metadata/>")
        registry.put(f"{PATCHES}/{NAME.format(6)}", None)
        registry.patch(NAME.format(7), properties=TESTING, events=EVENTS)
        registry.patch(NAME.format(8))
        path = self.dump(registry)
        rejects = self.directory / "rejects.xml"
        counts, _ = self.take_dump(path, "--rejects", rejects, status=2)
        self.assertEqual(counts, (2, 0, 7))
        text = rejects.read_text()
        for name, why in ((A, "lifecycle: 'No such cycle' is not loaded"), (B, "has no state 'Nowhere'"),
                          (C, "dates_releasedOn: 'soon' is not a date"), (NAME.format(4), "not well-formed XML"),
                          (NAME.format(5), "a DOCTYPE is not accepted"), ("some thing", "is not a patch"),
                          (NAME.format(6), "it has no content")):
            self.assertRegex(text, f"<!-- #upkeep-reject {PATCHES}/{name}: .*{why}")
        self.assertIn(f"warning: rejected: {PATCHES}/{A}: ", self.take_dump(path, status=2)[1].stderr)
        # The artifacts of the rejects can be read again, without their lifecycles.
        self.assertEqual(self.take("again.xml", text.replace("soon", "1/2/2013"), status=2)[0], (3, 0, 1))

    def test_a_map_translates(self):
        registry = GovernanceRegistry()
        registry.patch(A, {"overview_kunde": "Acme/Beta", "dates_releasedOn": "soon", "overview_products": "-"},
                       properties=lifecycle_properties("Old Cycle", "Qa", {README: True}), creator="al", events=[
                           event("2013-01-02 00:00:00", "al", "Qa", "association", aspect="Old Cycle"),
                           event("2013-01-03 00:00:00", "al", "Qa", "itemClick", README, value="true",
                                 aspect="Old Cycle")])
        mapping = self.write("map.toml", '[columns]\noverview_kunde = "client"\n[split]\nclient = "/"\n'
                             '[states]\nQa = "Testing"\n[values.lifecycle]\n"Old Cycle" = "PatchLifeCycle"\n'
                             '[values.created_by]\nal = "alice"\n[dates]\nunreadable = "blank"\n')
        counts, result = self.take_dump(self.dump(registry), "--map", mapping, "--zone", "+05:30")
        self.assertEqual(counts, (1, 0, 0))
        self.assertEqual(result.stderr.splitlines(), [
            f"pmt-patch: warning: not imported: 1 values of the field '{key}' that the map regards as blank "
            f"(first in {A})" for key in ("overview_products", "dates_releasedOn")])
        shown = self.show(A)
        self.assertEqual((shown["fields"]["overview_client"], shown["state"], shown["created_by"]),
                         (["Acme", "Beta"], "Testing", "alice"))
        self.assertEqual([(one["at"], one["actor"]) for one in self.history(A)][:2],
                         [("2013-01-01T18:30:00Z", "alice")] * 2)

    def test_a_map_of_states_alone(self):
        registry = GovernanceRegistry()
        registry.patch(A, {"overview_client": "Acme"}, properties=lifecycle_properties("PatchLifeCycle", "Qa"))
        path = self.dump(registry)
        self.assertIn("no state 'Qa'", self.take_dump(path, status=2)[1].stderr)
        mapping = self.write("map.toml", '[states]\nQa = "Testing"\n')
        self.assertEqual(self.take_dump(path, "--map", mapping)[0], (1, 0, 0))
        self.assertEqual((self.show(A)["state"], self.show(A)["fields"]["overview_client"]), ("Testing", ["Acme"]))

    def test_another_dump_of_the_same_registry(self):
        registry = GovernanceRegistry()
        registry.patch(A, {"overview_client": "Acme"}, properties=TESTING, events=EVENTS)
        self.take_dump(self.dump(registry))
        later = GovernanceRegistry()
        released = event("2013-02-01 00:00:00", "bob", "Testing", "transition", "Promote", to="Released")
        later.patch(A, {"overview_client": "Beta"}, properties=lifecycle_properties("PatchLifeCycle", "Released"),
                    events=[*EVENTS, released])
        path = self.dump(later)
        _, result = self.take_dump(path, status=2)
        self.assertIn(f"{A} already exists, and overview_client is 'Acme', the row says 'Beta'", result.stderr)
        self.assertIn("--replace takes the row's", self.take_dump(path, "--update", status=2)[1].stderr)
        counts, result = self.take_dump(path, "--update", "--replace")
        self.assertEqual(counts, (1, 0, 0))
        self.assertIn("note: 1 history differs in the source from that of an existing patch", result.stderr)
        self.assertEqual((self.show(A)["fields"]["overview_client"], self.show(A)["state"]), (["Beta"], "Released"))
        self.assertEqual(self.take_dump(path)[0], (0, 1, 0))
        self.assert_quiet(self.run_tool("verify-history"))

    def test_an_import_that_is_killed_goes_on(self):
        count = 2500
        registry = GovernanceRegistry()
        for number in range(1, count + 1):
            registry.patch(NAME.format(number), properties=TESTING, events=EVENTS)
        path = self.write("registry.sql", registry.statements())
        started = self.start("pmt-patch", "import", "--from-registry", path, env=self.installation.env)
        value = self.installation.server.value
        wait_for(lambda: value("SELECT COUNT(*) FROM patch", "upkeep") != "0", "a first batch")
        started.kill()
        started.wait()
        (imported, unchanged, rejected), _ = self.take_dump(path)
        self.assertEqual((imported + unchanged, rejected), (count, 0))
        self.assertGreater(unchanged, 0)
        self.assert_quiet(self.run_tool("verify-history"))
        self.assertEqual(self.take_dump(path)[0], (0, count, 0))

    def test_what_is_not_a_registry(self):
        registry = GovernanceRegistry()
        registry.put("/_system/governance/others/x", "<metadata/>")
        path = self.dump(registry)
        self.assert_error(self.run_tool("import", "--from-registry", path), 65,
                          "most artifacts (1) are in /_system/governance/others/")
        self.assertEqual(self.take_dump(path, "--path", "/_system/governance/others", status=2)[0], (0, 0, 1))
        cut = path.read_bytes()
        path.write_bytes(cut[:cut.index(b"-- Dump completed")])
        self.assert_error(self.run_tool("import", "--from-registry", path), 65, "the dump is truncated")
        path.write_bytes(cut[:-len(cut) // 3])
        self.assert_error(self.run_tool("import", "--from-registry", path), 65, "truncated")
        self.assert_error(self.run_tool("import", "--from-registry", self.write("a.sql", "SELECT 1;")), 65,
                          "it has no table REG_PATH")
        self.assert_error(self.run_tool("import", "--from-registry", "-"), 64, "cannot be stdin")
        self.assert_error(self.run_tool("import", "--from-registry", path, "--as", "xml"), 64, "exclude each other")
        self.assert_error(self.run_tool("import", "--from-registry", path, "--zone", "here"), 64,
                          "not an offset from UTC")
        self.assert_error(self.run_tool("import", path, "--path", "/x"), 64, "--path requires --from-registry")


if __name__ == "__main__":
    unittest.main()
