# SPDX-License-Identifier: MIT
"""A request has one truth: its lifecycle and the queue agree."""

import json
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state


class RequestsTest(LifecycleCase):
    def request(self, attached: str = "PrePatchLifeCycle") -> str:
        result = self.installation.run("pmt-patch", "request", "--set", "client=Acme", "--set", "product=ESB 4.8.1",
                                       "--set", "description=It fails")
        name = self.assert_quiet(result).text.strip()
        if attached:
            self.ok("attach", name, attached)
        return name

    def patch(self, *args):
        return self.installation.run("pmt-patch", *args)

    def open(self) -> list[str]:
        """What is open, which each of those who ask has to agree about."""
        names = [row[0] for row in self.assert_quiet(self.patch("queue", "--fields", "queue")).rows]
        counts = self.assert_quiet(self.installation.run("pmt-report", "queue", "--fields", "count")).text.split()
        self.assertEqual(sum(map(int, counts)), len(names))
        today = self.assert_quiet(
            self.installation.run("pmt-report", "state-at", "2999-01-01", "--fields", "patch")
        ).text
        self.assertEqual([name for name in today.split() if name.startswith("Q-")], names)
        return names

    def test_declined_by_its_lifecycle(self):
        name = self.request()
        self.assertEqual(self.open(), [name])
        self.ok("move", name, "Decline", "--comment", "works as designed")
        self.assertEqual(self.open(), [])
        self.assert_error(self.patch("new", "--from", name, "--platform", "4.4.0"), 1, "was declined")
        self.assert_error(self.patch("decline", name, "--why", "again"), 1, "was declined")
        self.assertEqual(
            self.assert_quiet(self.patch("queue", "--all", "--fields", "queue,state")).rows, [[name, "declined"]]
        )

    def test_reopened(self):
        name = self.request()
        self.ok("move", name, "Decline")
        self.ok("move", name, "Reopen")
        self.assertEqual(self.open(), [name])
        self.ok("move", name, "Decline")
        self.undo(name)
        self.assertEqual((self.open(), self.state_of(name)), ([name], "Queued"))
        self.assert_quiet(self.patch("new", "--from", name, "--platform", "4.4.0"))
        self.assertEqual(self.open(), [])

    def test_declined_by_the_command(self):
        name = self.request()
        would = self.assert_status(self.patch("decline", name, "--why", "a duplicate", "-n"), 0)
        self.assertIn(f"{name} would be declined", would.stderr)
        self.assertEqual(self.open(), [name])
        self.assert_quiet(self.patch("decline", name, "--why", "a duplicate"))
        self.assertEqual((self.open(), self.state_of(name)), ([], "Declined"))
        self.assert_status(self.run_tool("tick", name, "1"), 2)
        self.assert_status(self.run_tool("promote", name), 2)
        self.ok("move", name, "Reopen")
        self.assertEqual(self.open(), [name])

    def test_lifecycle_without_a_way_to_decline(self):
        self.load(
            lifecycle(
                "Plain",
                state("Open", ("Promote", "Ready"), items='<item name="Read" forEvent="Promote"/>'),
                state("Ready", ("Demote", "Open")),
            )
        )
        name = self.request("Plain")
        self.assert_quiet(self.patch("decline", name, "--why", "a duplicate"))
        self.assertEqual(self.open(), [])
        for words in (
            ["tick", name, "1"],
            ["promote", name],
            ["undo", name],
            ["migrate", name],
            ["vote", name, "Promote"],
            ["attach", name, "PrePatchLifeCycle", "--replace"],
        ):
            with self.subTest(words):
                self.assert_error(self.run_tool(*words), 1, "was declined")
        [event] = self.show(name)["events"]
        self.assertFalse(event["available"])
        self.assertIn("declined", " ".join(event["blocked_by"]))
        self.assert_quiet(self.patch("reopen", name))
        self.assertEqual(self.open(), [name])
        self.ok("tick", name, "1")
        self.ok("promote", name)

    def test_declined_by_its_lifecycle_and_reopened_by_it(self):
        name = self.request()
        self.assert_quiet(self.patch("decline", name, "--why", "a duplicate"))
        refused = self.assert_error(self.patch("reopen", name), 1, "was declined by its lifecycle: it is in Declined")
        self.assertIn("the event Reopen of its lifecycle reopens it", refused.stderr)
        self.assertEqual(self.open(), [])
        self.load(lifecycle("NoWay", state("Open", ("Decline", "Gone")), state("Gone")))
        name = self.request("NoWay")
        self.ok("move", name, "Decline")
        self.assertIn("undo the move", self.assert_error(self.patch("reopen", name), 1, "Gone").stderr)
        self.undo(name)
        self.assertEqual(self.open(), [name])

    def test_what_the_lifecycle_forbids(self):
        self.load(
            lifecycle(
                "Strict",
                state("Open", ("Decline", "Gone"), items='<item name="Asked" forEvent="Decline"/>'),
                state("Gone"),
            )
        )
        name = self.request("Strict")
        refused = self.patch("decline", name, "--why", "a duplicate", "--json")
        self.assert_status(refused, 1)
        self.assertIn(f"{name}: its lifecycle refuses Decline: item: ", refused.stderr)
        [reason] = refused.json
        self.assertEqual((reason["patch"], reason["event"], reason["reason"], reason["item"]),
                         (name, "Decline", "item", "Asked"))
        self.assertEqual((self.open(), self.state_of(name)), ([name], "Open"))
        self.ok("tick", name, "1")
        self.assert_quiet(self.patch("decline", name, "--why", "a duplicate"))
        self.assertEqual((self.open(), self.state_of(name)), ([], "Gone"))

    def test_ends_of_other_lifecycles(self):
        self.load(lifecycle("Ends", state("Open", ("Reject", "Rejected"), ("Promote", "Accepted")), state("Rejected"),
                            state("Accepted")))
        rejected, accepted = self.request("Ends"), self.request("Ends")
        self.ok("move", rejected, "Reject")
        self.ok("promote", accepted)
        self.assertEqual(self.open(), [accepted])  # it waits for its number
        self.assert_quiet(self.patch("new", "--from", accepted, "--platform", "4.4.0"))
        self.assert_error(self.patch("new", "--from", rejected, "--platform", "4.4.0"), 1, "was declined")

    def test_imported(self):
        path = self.make_directory() / "queue.jsonl"
        rows = [{"patch": "Q-1", "lifecycle": "PrePatchLifeCycle", "state": "declined"},
                {"patch": "Q-2", "lifecycle": "PrePatchLifeCycle", "state": "Declined", "queue_state": "open"},
                {"patch": "Q-3", "lifecycle": "PrePatchLifeCycle"}]
        path.write_text("\n".join(map(json.dumps, rows)) + "\n")
        self.assert_quiet(self.patch("import", path))
        self.assertEqual(self.open(), ["Q-3"])
        self.assert_error(self.patch("new", "--from", "Q-2", "--platform", "4.4.0"), 1, "was declined")
        path.write_text(json.dumps({**rows[0], "patch": "Q-3"}) + "\n")
        self.assert_quiet(self.patch("import", "--update", "--replace", path))
        self.assertEqual((self.open(), self.state_of("Q-3")), ([], "Declined"))

    def test_what_was_declined_before(self):
        """Declined by its lifecycle under an older schema, and open in the queue all the same."""
        name = self.request()
        self.sql("UPDATE patch SET state = 'Declined'")
        self.sql("UPDATE schema_version SET version = 3 WHERE component = 'pmt'")
        self.assert_status(self.installation.run("upkeep", "init"), 0)
        self.assertEqual(self.open(), [])
        self.assert_error(self.patch("new", "--from", name, "--platform", "4.4.0"), 1, "was declined")


if __name__ == "__main__":
    unittest.main()
