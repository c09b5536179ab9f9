# SPDX-License-Identifier: MIT
"""A fault in one patch never hides the others; words are matched whatever their case; -n says what would be done."""

import unittest

from upkeep_test import REPOSITORY, TestCase, module_server


class FaultyPatchTest(TestCase):
    """Rows as an older release may have let them in: what import refuses now may be there."""

    def setUp(self):
        self.installation = self.open_small(module_server())
        for _ in range(5):
            self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0"), 0)
        for number in (1, 2, 3, 4, 5):
            result = self.installation.run(
                "pmt-lifecycle", "eta", f"4.4.0-{number}", "--best", "1h", "--likely", "1h", "--worst", "1h"
            )
            self.assert_status(result, 0)
        sql = self.installation.server.sql
        sql("UPDATE patch SET state_since = '2014-03-01 00:00:00'", schema="upkeep")
        sql("UPDATE patch SET lifecycle = 'Gone' WHERE number = 1", schema="upkeep")
        sql("UPDATE patch SET state = 'Nowhere' WHERE number = 2", schema="upkeep")
        sql("UPDATE patch SET lifecycle_version = 99 WHERE number = 3", schema="upkeep")
        sql("UPDATE patch SET state = NULL WHERE number = 4", schema="upkeep")
        self.faulty = [f"4.4.0-000{i}" for i in (1, 2, 3)]

    def test_overdue(self):
        result = self.assert_status(self.installation.run("pmt-lifecycle", "overdue"), 2)
        self.assertEqual([row[0] for row in result.rows], ["WSO2-CARBON-PATCH-4.4.0-0005"])
        for name in self.faulty:
            self.assertIn(name, result.stderr)

    def test_blockers(self):
        result = self.installation.run("pmt-lifecycle", "blockers")
        for name in self.faulty:
            self.assertIn(name, result.text)

    def test_health(self):
        result = self.assert_status(self.installation.run("pmt-report", "health"), 0)
        found = {row[0][-10:]: row[3] for row in result.rows if row[2] == "lifecycle"}
        self.assertEqual(sorted(found), self.faulty + ["4.4.0-0004"])
        self.assertIn("'Nowhere' is not a state of PatchLifeCycle", found["4.4.0-0002"])

    def test_other_listings(self):
        names = [f"4.4.0-{i}" for i in (1, 2, 3, 4, 5)]
        for words, status in (
            (["pmt-lifecycle", "eta", *names], None),
            (["pmt-lifecycle", "show", *names], None),
            (["pmt-lifecycle", "migrate", "platform=4.4.0", "-n"], None),
            (["pmt-lifecycle", "durations"], 0),
            (["pmt-report", "progress"], 0),
            (["pmt-report", "over-eta"], 0),
            (["pmt-report", "workload"], 0),
            (["pmt-report", "durations"], 0),
            (["pmt-patch", "list"], 0),
            (["pmt-report", "state-at", "2030-01-01"], 0),
        ):
            with self.subTest(words):
                result = self.installation.run(*words)
                self.assertLess(result.status, 64, f"\n{result}")
                if status is not None:
                    self.assertEqual(result.status, status)
                if words[1] != "workload" and words[-1] != "-n" and words[1:] != ["durations"]:
                    self.assertIn("4.4.0-0005", result.text)


class WordsTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        ready = [
            "--set",
            "jiraInformation_supportJIRA=A-1",
            "--set",
            "jiraInformation_publicJIRA=B-1",
            "--set",
            "patchInformation_revision=1",
        ]
        self.assert_status(
            self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--lifecycle", "patchlifecycle", *ready), 0
        )

    def lifecycle(self, *words, status=0):
        return self.assert_status(self.installation.run("pmt-lifecycle", *words), status)

    def state(self):
        return self.installation.run("pmt-patch", "list", "--fields", "state,lifecycle").rows[0]

    def test_events_states_items_and_lifecycles_in_any_case(self):
        self.assertEqual(self.state(), ["Development", "PatchLifeCycle"])
        self.lifecycle("move", "4.4.0-1", "PROMOTE", "--from", "development")
        history = self.installation.run("pmt-lifecycle", "history", "4.4.0-1", "--fields", "key,action").rows
        self.assertIn(["Promote", "move"], history)
        self.lifecycle("eta", "4.4.0-1", "--stage", "tEsTiNg", "--best", "1h", "--likely", "1h", "--worst", "1h")
        self.lifecycle("promote", "4.4.0-1")
        item = self.installation.run("pmt-lifecycle", "show", "4.4.0-1", "--json").json[0]["items"][0]["name"]
        self.lifecycle("tick", "4.4.0-1", item.upper())
        self.lifecycle("attach", "4.4.0-1", "PATCHLIFECYCLE", "--replace")
        self.assertEqual(self.state(), ["Development", "PatchLifeCycle"])
        self.assertIn("<aspect", self.lifecycle("export", "patchlifecycle").text)
        self.assertIn("digraph", self.lifecycle("graph", "patchLifeCycle").text)

    def test_only_where_one_matches(self):
        file = self.installation.directory / "Two.xml"
        file.write_text(
            '<aspect name="Two" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle><scxml '
            'xmlns="http://www.w3.org/2005/07/scxml" version="1.0" initialstate="A"><state id="A"><transition '
            'event="Go" target="B"/><transition event="GO" target="C"/></state><state id="B"/><state id="C"/></scxml>'
            '</lifecycle></configuration></aspect>'
        )
        self.lifecycle("load", str(file))
        self.lifecycle("attach", "4.4.0-1", "two", "--replace")
        self.assert_error(self.installation.run("pmt-lifecycle", "move", "4.4.0-1", "go"), 2, "no event")
        self.lifecycle("move", "4.4.0-1", "GO")
        self.assertEqual(self.state(), ["C", "Two"])

    def test_what_would_be_done(self):
        shipped = REPOSITORY / "share/patch/lifecycles/PatchLifeCycle.xml"
        before = self.lifecycle("history", "4.4.0-1").text
        for words, parts in (
            (["move", "4.4.0-1", "promote"], ["4.4.0-0001", "Promote", "'Development'"]),
            (["promote", "4.4.0-1"], ["4.4.0-0001", "Promote"]),
            (["attach", "4.4.0-1", "PatchLifeCycle", "--replace"], ["4.4.0-0001", "PatchLifeCycle", "'Development'"]),
            (["eta", "4.4.0-1", "--best", "1h", "--likely", "1h", "--worst", "1h"], ["4.4.0-0001", "'Development'"]),
            (["log-time", "4.4.0-1", "1h"], ["4.4.0-0001", "1h"]),
            (["load", str(shipped)], ["version 1 is identical"]),
        ):
            with self.subTest(words):
                result = self.lifecycle("-n", *words)
                for part in parts:
                    self.assertIn(part, result.stderr)
        self.assertEqual(self.lifecycle("history", "4.4.0-1").text, before)
        self.assert_error(self.installation.run("pmt-lifecycle", "-n", "move", "4.4.0-1", "Nonsense"), 2, "Nonsense")
        self.lifecycle("promote", "4.4.0-1")
        self.lifecycle("promote", "4.4.0-1")
        self.assertIn("would be ticked", self.lifecycle("-n", "tick", "4.4.0-1", "1").stderr)
        self.assertIn("not ticked", self.lifecycle("-n", "untick", "4.4.0-1", "1").stderr)
        self.assertIn("Development", self.lifecycle("-n", "undo", "4.4.0-1").stderr + before)


if __name__ == "__main__":
    unittest.main()
