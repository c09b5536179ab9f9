# SPDX-License-Identifier: MIT
"""Time entries: for a day, revoked, and what an undone move takes with it."""

import json
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

HOUR = 3600


class TimeEntriesTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Flow", state("Open", ("Promote", "Check")),
                            state("Check", ("Promote", "Released"), ("Demote", "Open"),
                                  items='<item name="Read" forEvent="Promote"/>'), state("Released")))
        self.name = self.new("overview_client=Acme", lifecycle="Flow")

    def sums(self) -> dict[str, int]:
        """Each of the three sums, in seconds."""
        report = self.assert_quiet(self.installation.run("pmt-report", "time", "--fields", "time_s"))
        exported = self.assert_quiet(self.installation.run("pmt-patch", "export")).json
        times = [int(row[0]) for row in self.ok("time", "--fields", "time_s").rows]
        return {"time": sum(times), "report": sum(int(row[0]) for row in report.rows),
                "export": sum(patch["time_s"] for patch in exported)}

    def assert_sum(self, seconds: int) -> None:
        self.assertEqual(self.sums(), {"time": seconds, "report": seconds, "export": seconds})

    def event(self, action: str) -> dict:
        """The last one of it."""
        return [record for record in self.history(self.name) if record["action"] == action][-1]

    def test_day_of_the_work(self):
        self.ok("log-time", self.name, "2h", "--date", "2014-03-05")
        self.ok("log-time", self.name, "1h", "--date", "2014-03-31T23:00:00Z")
        self.assertEqual([record["worked_on"] for record in self.history(self.name)][-2:], ["2014-03-05", "2014-03-31"])
        [march] = self.ok("time", "--by", "month", "--fields", "month,time_s").rows[:1]
        self.assertEqual(march[0], "2014-03")
        rows = self.assert_quiet(
            self.installation.run("pmt-report", "time", "--from", "2014-03-05", "--to", "2014-03-05")
        ).rows
        self.assertEqual([row[:3] for row in rows], [["Acme", "2014-03", "7200"]])
        for day in ("2014-02-30", "soon", "2999-01-01"):
            with self.subTest(day):
                self.assert_status(self.run_tool("log-time", self.name, "2h", "--date", day), 64)
        self.assert_sum(3 * HOUR)

    def test_revoked_entry(self):
        self.ok("log-time", self.name, "2d")
        self.ok("log-time", self.name, "2h")
        entry = [record for record in self.history(self.name) if record["time_s"] == 16 * HOUR][0]["event"]
        self.assert_status(self.run_tool("log-time", "--revoke", str(entry)), 64)  # no reason
        said = self.assert_status(
            self.run_tool("log-time", "--revoke", str(entry), "--why", "hours were meant", "-n"), 0
        )
        self.assertIn("2d", said.stderr)
        self.assert_sum(18 * HOUR)
        self.ok("log-time", "--revoke", str(entry), "--why", "hours were meant")
        self.assert_sum(2 * HOUR)
        revoked = self.event("revoke")
        self.assertEqual(
            (revoked["revokes"], revoked["comment"], revoked["from"]), (entry, "hours were meant", 16 * HOUR)
        )
        self.assert_error(
            self.run_tool("log-time", "--revoke", str(entry), "--why", "again"), 1, "no longer counts"
        )
        self.assert_sum(2 * HOUR)

    def test_nothing_to_revoke(self):
        self.assert_error(self.run_tool("log-time", "--revoke", "999999", "--why", "x"), 2, "no event 999999")
        create = self.event("create")["event"]
        self.assert_error(self.run_tool("log-time", "--revoke", str(create), "--why", "x"), 1, "has no time")
        for words in (["0"], ["x"], ["-3"], ["1", self.name, "2h"], ["1", "--date", "2014-03-05"]):
            with self.subTest(words):
                self.assert_status(self.run_tool("log-time", "--why", "x", "--revoke", *words), 64)

    def test_time_of_a_move(self):
        self.ok("promote", self.name, "--time", "3h")
        move = self.event("move")["event"]
        self.ok("log-time", "--revoke", str(move), "--why", "not billed")
        self.assert_sum(0)
        self.assertEqual(self.state_of(self.name), "Check")
        said = self.undo("-n", self.name) + self.undo(self.name)
        self.assertIn("undid Promote", said)
        self.assertNotIn("is removed", said)  # it was revoked before
        self.assert_sum(0)
        self.assert_error(self.run_tool("log-time", "--revoke", str(move), "--why", "again"), 1, "event")

    def test_undo_and_repeat(self):
        self.ok("promote", self.name, "--time", "1h")
        would = self.undo("-n", self.name)
        self.assertIn("would undo Promote", would)
        self.assertEqual(self.state_of(self.name), "Check")
        said = self.undo(self.name)
        for word in ("undid Promote", "'Open'", "1h"):
            self.assertIn(word, said)
        self.assert_sum(0)
        self.ok("promote", self.name, "--time", "1h")
        self.assert_sum(HOUR)

    def test_undo_behind_other_work(self):
        self.ok("promote", self.name)
        self.ok("tick", self.name, "1")
        self.ok("promote", self.name, "--time", "1h")
        released = self.show_patch()["released_at"]
        self.ok("log-time", self.name, "2d")
        self.assert_quiet(self.installation.run("pmt-patch", "edit", self.name, "--set", "client=Beta"))
        said = self.undo(self.name)
        for word in ("undid Promote", "'Check'", "Released", "1h", released, "log-time 2d", "edit"):
            self.assertIn(word, said)
        self.assertIsNone(self.show_patch()["released_at"])
        self.assert_sum(16 * HOUR)

    def show_patch(self) -> dict:
        return self.assert_quiet(self.installation.run("pmt-patch", "show", "--json", self.name)).json[0]

    def test_few_patches_of_many(self):
        others = [self.new("overview_client=Beta", lifecycle="Flow") for _ in range(10)]
        self.ok("log-time", self.name, "2h")
        self.ok("log-time", self.name, "2d")
        self.ok("log-time", "--revoke", str(self.event("log-time")["event"]), "--why", "hours were meant")
        for name in others:
            self.ok("log-time", name, "1h")
        self.assert_sum(12 * HOUR)
        self.assertEqual(self.ok("time", self.name, others[3], "--by", "client", "--fields", "client,time_s").rows,
                         [["Acme", "7200"], ["Beta", "3600"]])
        for client, row in (("Acme", ["Acme", "7200", "1"]), ("Beta", ["Beta", "36000", "10"])):
            report = self.assert_quiet(
                self.installation.run("pmt-report", "time", f"client={client}", "--fields", "client,time_s,patches")
            )
            self.assertEqual(report.rows, [row])

    def test_clients_as_they_are_written(self):
        clients = ["a\\b", "two\nlines", "x=y", "(Ü.*)"]
        for client in clients:
            self.ok("log-time", self.new(f"overview_client={client}", lifecycle="Flow"), "1h")
        both = self.new("overview_client=Acme", lifecycle="Flow")
        self.assert_quiet(self.installation.run("pmt-patch", "edit", both, "--add", "client=Beta"))
        self.ok("log-time", both, "1h")
        self.ok("log-time", self.new(lifecycle="Flow"), "1h")
        report = self.assert_quiet(self.installation.run("pmt-report", "time", "--json")).json
        self.assertEqual({row["client"] for row in report}, {*clients, "Acme, Beta", None})
        self.assertEqual({row["time_s"] for row in report}, {HOUR})

    def test_round_trip(self):
        self.ok("log-time", self.name, "2d", "--date", "2014-03-05")
        self.ok("promote", self.name, "--time", "1h")
        self.undo(self.name)
        entry = [record for record in self.history(self.name) if record["action"] == "log-time"][0]["event"]
        self.ok("log-time", "--revoke", str(entry), "--why", "wrong patch")
        self.ok("log-time", self.name, "30m")
        exported = self.assert_quiet(self.installation.run("pmt-patch", "export")).stdout
        other = self.open_installation(self.installation.server)
        other.run("pmt-lifecycle", "load", self.installation.directory / "lifecycle.xml")
        self.assert_status(other.run("pmt-patch", "import", "-", "--as", "json", stdin=exported), 0)
        self.assertEqual(other.run("pmt-patch", "export").stdout, exported)
        self.assertEqual(other.run("pmt-lifecycle", "time", "--fields", "time_s").text.split(), ["1800"])
        broken = json.loads(exported)
        for event in broken[0]["history"]:
            event.update({"revokes": 99} if "revokes" in event else {})
        broken[0].update({"patch": "WSO2-CARBON-PATCH-4.4.0-0002", "number": 2})
        rejected = self.assert_status(
            other.run("pmt-patch", "import", "-", "--as", "json", stdin=json.dumps(broken)), 2
        )
        self.assertIn("revokes names no earlier event", rejected.stderr)

    def test_reason_beside_a_comment(self):
        self.ok("log-time", self.name, "1h", "--comment", "the work", "--why", "for the audit")
        self.ok("promote", self.name, "--comment", "the work", "--why", "for the audit")
        for action in ("log-time", "move"):
            self.assertIn("the work", self.event(action)["comment"])
            self.assertIn("for the audit", self.event(action)["comment"])
        self.ok("log-time", self.name, "1h", "--why", "alone")
        self.assertEqual(self.event("log-time")["comment"], "alone")


if __name__ == "__main__":
    unittest.main()
