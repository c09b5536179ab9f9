# SPDX-License-Identifier: MIT
"""tick and untick take items by name, number, lists of numbers, and all of them; all or none."""

import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state


def items(*names: str) -> str:
    return "".join(f'<item name="{name}"/>' for name in names)


class ItemWordsTest(LifecycleCase):
    def patch(self, *names: str) -> str:
        self.load(lifecycle("Checks", state("Open", ("Promote", "Done"), items=items(*names)), state("Done")))
        return self.new(lifecycle="Checks")

    def ticked(self, name: str) -> list[int]:
        return [item["order"] for item in self.show(name)["items"] if item["ticked"]]

    def test_lists_and_all(self):
        name = self.patch(*"abcdefgh")
        result = self.run_tool("tick", name, "1-3,8", "-n")
        self.assert_status(result, 0)
        self.assertIn("'a', 'b', 'c', 'h' would be ticked", result.stderr)
        self.assertEqual(self.ticked(name), [])
        self.ok("tick", name, "1-3,8")
        self.assertEqual(self.ticked(name), [1, 2, 3, 8])
        self.ok("untick", name, "#2-#3", "8")
        self.assertEqual(self.ticked(name), [1])
        self.ok("tick", name, "ALL")
        self.assertEqual(self.ticked(name), [1, 2, 3, 4, 5, 6, 7, 8])
        events = {one["event"] for one in self.history(name) if one["action"] == "tick"}
        self.assertEqual(len(events), 2)
        self.ok("untick", name, "2-7", "all")
        self.assertEqual(self.ticked(name), [])

    def test_all_or_none(self):
        name = self.patch("a", "b", "c")
        for words in (["1", "unknown"], ["1-4"], ["1,9"], ["0-2"], ["3-1"], ["a", "1-2,4"], ["1-", "2"]):
            with self.subTest(words):
                self.assert_error(self.run_tool("tick", name, *words), 2)
                self.assertEqual(self.ticked(name), [])
        self.ok("tick", name, "all")
        self.assert_error(self.run_tool("untick", name, "1", "unknown"), 2)
        self.assertEqual(self.ticked(name), [1, 2, 3])
        self.ok("promote", name)
        for words in (["tick", "all"], ["tick", "1-3"], ["untick", "all"], ["untick", "Read"], ["tick", "1"]):
            with self.subTest(words):
                result = self.assert_error(self.run_tool(words[0], name, words[1]), 2)
                self.assertRegex(result.stderr, "^pmt-lifecycle: error: '[A-Z][a-z]+' has no items\n$")

    def test_items_with_such_names(self):
        """An item of that very name comes first; numbers still reach the others."""
        name = self.patch("1-3", "all", "x", "1,3", "y")
        self.ok("tick", name, "All")
        self.assertEqual(self.ticked(name), [2])
        self.ok("tick", name, "1-3")
        self.assertEqual(self.ticked(name), [1, 2])
        self.ok("tick", name, "1,3")
        self.assertEqual(self.ticked(name), [1, 2, 4])
        self.ok("untick", name, "1-5")
        self.assertEqual(self.ticked(name), [])
        self.ok("tick", name, "#1-#3")
        self.assertEqual(self.ticked(name), [1, 2, 3])


class RenamedTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Flow", state("Open", ("Promote", "Testing")),
                            state("Testing", ("Promote", "Done"), ("Demote", "Open"), items=items("Read", "Tried")),
                            state("Done")))
        self.name = self.new(lifecycle="Flow")
        self.ok("promote", self.name)
        self.ok("tick", self.name, "1")
        self.load(lifecycle("Flow", state("Open", ("Promote", "QA")),
                            state("QA", ("Promote", "Done"), ("Demote", "Open"), items=items("Read", "Tried")),
                            state("Done")))

    def test_map(self):
        since = self.sql("SELECT state_since, state_event FROM patch")
        self.assert_error(self.run_tool("migrate", self.name), 1, "'Testing'", stdout=None)
        dry = self.assert_status(self.run_tool("migrate", self.name, "--map", "testing=qa", "-n", "--json"), 0)
        self.assertEqual(self.state_of(self.name), "Testing")
        done = self.assert_quiet(self.run_tool("migrate", self.name, "--map", "testing=qa", "--json", "--why", "x"))
        self.assertEqual(done.json, dry.json)
        self.assertEqual([done.json[0][key] for key in ("from", "to", "state", "kept", "dropped")],
                         [1, 2, "QA", ["Read"], []])
        shown = self.show(self.name)
        self.assertEqual((shown["state"], [item["ticked"] for item in shown["items"]]), ("QA", [True, False]))
        self.assertEqual(self.sql("SELECT state_since, state_event FROM patch"), since)
        renamed = [one for one in self.history(self.name) if one["key"] == "state_name"]
        self.assertEqual([(one["action"], one["from"], one["to"]) for one in renamed], [("attach", "Testing", "QA")])
        self.ok("promote", self.name)
        self.undo(self.name)
        self.assertEqual([item["ticked"] for item in self.show(self.name)["items"]], [True, False])
        self.ok("untick", self.name, "all")
        self.ok("demote", self.name)
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))
        exported = self.assert_quiet(self.installation.run("pmt-patch", "export")).stdout
        self.sql("DELETE FROM patch; DELETE FROM event")
        path = self.make_directory() / "all.json"
        path.write_bytes(exported)
        self.assert_quiet(self.installation.run("pmt-patch", "import", path))
        self.assertEqual(self.assert_quiet(self.installation.run("pmt-patch", "export")).stdout, exported)

    def test_reports_follow_the_name(self):
        """A stay that goes on under another name is one stay, also after an undo."""
        self.ok("migrate", self.name, "--map", "Testing=QA")
        self.ok("promote", self.name)
        self.undo(self.name)
        self.ok("promote", self.name)
        rows = self.assert_quiet(self.installation.run("pmt-report", "durations", "--json")).json
        self.assertEqual({row["stage"]: row["count"] for row in rows if row["stage"] != "total"}, {"Open": 1, "QA": 1})

    def test_the_name_at_an_earlier_time(self):
        """The past keeps its names, for all patches and for one."""
        other = self.new(lifecycle="Flow")
        self.ok("migrate", self.name, "--map", "Testing=QA")
        self.ok("promote", self.name)
        self.undo(self.name)
        # 1 March: created and promoted; 2 March: migrated; 3 March: moved, and back
        self.sql("UPDATE event SET at = '2026-03-01 10:00:00' + INTERVAL CASE WHEN action IN ('move', 'undo') AND id >"
                 " (SELECT MIN(id) FROM (SELECT id FROM event WHERE action = 'attach') e) THEN 2"
                 " WHEN action = 'attach' THEN 1 ELSE 0 END DAY")
        self.sql("UPDATE patch SET created_at = '2026-03-01 10:00:00'")
        for day, name in (("2026-03-01", "Testing"), ("2026-03-02", "QA"), ("2026-03-03", "QA"), ("today", "QA")):
            with self.subTest(day):
                rows = self.assert_quiet(self.installation.run("pmt-report", "state-at", day)).rows
                self.assertEqual([row[:2] for row in rows], [[self.name, name], [other, "Open"]])
                if day != "today":
                    shown = self.assert_quiet(
                        self.installation.run("pmt-patch", "show", self.name, "--at", day, "--json")).json[0]
                    self.assertEqual(shown["state"], name)

    def test_wrong_maps(self):
        for words in (["Testing"], ["=QA"], ["Testing="], [""]):
            with self.subTest(words):
                self.assert_status(self.run_tool("migrate", self.name, "--map", *words), 64)
        for words in (["a=b", "a=c"], ["open=A", "OPEN=B"], ["On.Hold=A", "on hold=B"], ["Prüfung=A", "PRÜFUNG=B"]):
            with self.subTest(words):
                result = self.run_tool("migrate", self.name, "--map", words[0], "--map", words[1])
                self.assert_error(result, 64, "is given twice")
        self.assert_error(self.run_tool("migrate", self.name, "--map", "Testing=QAA"), 2, "no state 'QAA'", "QA",
                          stdout=None)
        self.assertEqual(self.state_of(self.name), "Testing")
        result = self.run_tool("migrate", self.name, "--map", "Testing=QA", "--map", "Gone=Done")
        self.assert_status(result, 0)
        self.assertIn("--map Gone=Done: no migrated patch is in 'Gone'", result.stderr)

    def test_maps_are_checked_before_the_first_patch(self):
        other = self.new(lifecycle="Flow")
        self.load(lifecycle("Flow", state("Start", ("Promote", "QA")), state("QA", ("Promote", "Done")),
                            state("Done"), initial="Start"))
        self.sql("UPDATE patch SET lifecycle_version = 1")
        maps = ["--map", "Open=Start", "--map", "Testing=qa"]
        for wrong in ("Done=Dane", "Nothing=Dane"):
            for names in (["lifecycle=Flow"], [self.name, other]):
                with self.subTest(f"{wrong} {names}"):
                    result = self.run_tool("migrate", *names, *maps, "--map", wrong)
                    self.assert_error(result, 2, "Flow has no state 'Dane'", "did you mean 'Done'?", stdout=b"")
                    self.assertEqual(self.sql("SELECT DISTINCT lifecycle_version FROM patch"), [["1"]])
        # Another lifecycle without that state need not have the new one.
        self.load(lifecycle("Else", state("Open"), state("Odd")))
        third = self.new(lifecycle="Else")
        self.load(lifecycle("Else", state("Start"), initial="Start"))
        result = self.assert_quiet(self.run_tool("migrate", self.name, other, third, *maps))
        self.assertEqual([row[3] for row in result.rows], ["QA", "Start", "Start"])


if __name__ == "__main__":
    unittest.main()
