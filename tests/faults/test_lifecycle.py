# SPDX-License-Identifier: MIT
"""Patches on their way, many hands at once, and processes that die: a move happens as a whole or not at all."""

import pathlib
import unittest

from upkeep_test import wait_for
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

ITEMS = "".join(f'<item name="Item {i}" forEvent="Promote"/>' for i in range(16))


class TogetherTest(LifecycleCase):
    def start_tool(self, *args):
        return self.start("pmt-lifecycle", *args, env=self.installation.env)

    def setUp(self):
        super().setUp()
        self.load(lifecycle("Held", state("Open", ("Promote", "Next")),
                            state("Next", ("Promote", "Last"), items='<item name="A" forEvent="Promote"/>'),
                            state("Last")))

    def test_one_of_two_wins(self):
        for _ in range(4):
            name = self.new(lifecycle="Held")
            both = [self.start_tool("promote", name) for _ in range(2)]
            self.assertEqual(sorted(one.wait().status for one in both), [0, 1])
            self.assertEqual(self.state_of(name), "Next")
            self.assertEqual([event["action"] for event in self.history(name)].count("move"), 1)

    def test_the_other_is_told(self):
        """Both have looked; the lock decides."""
        name = self.new(lifecycle="Held")
        holder = self.installation.server.sql  # a session of its own moves it between the look and the lock
        self.load(
            lifecycle(
                "Slow",
                state(
                    "Open",
                    ("Promote", "Next"),
                    data=(
                        '<data name="transitionExecution"><execution forEvent="Promote" class="CommandExecutor">'
                        '<parameter name="name" value="slow"/></execution></data>'
                    ),
                ),
                state("Next", ("Promote", "Last")),
                state("Last"),
            )
        )
        self.ok("attach", name, "Slow", "--replace")
        flag = self.installation.directory / "go"
        script = self.installation.directory / "slow"
        script.write_text(f"#!/bin/sh\ntouch {flag}.on\nwhile [ ! -e {flag} ]; do sleep 0.05; done\n")
        script.chmod(0o755)
        self.installation.configure(**{"executor.slow": {"command": [script]}})
        first = self.start_tool("promote", name)
        wait_for(lambda: pathlib.Path(f"{flag}.on").exists(), "the executor")
        second = self.start_tool("promote", "--json", name)
        wait_for(lambda: any("FOR UPDATE" in (row[0] or "") for row in holder(
            "SELECT info FROM information_schema.processlist WHERE command = 'Query' AND info LIKE '%FOR UPDATE'")),
            "the second to wait")
        flag.touch()
        told = second.wait()
        self.assertEqual((first.wait().status, told.status), (0, 1))
        [reason] = told.json
        self.assertEqual(reason["reason"], "conflict")
        for part in ("Promote", "'Next'", "Z"):
            self.assertIn(part, reason["detail"])
        self.assertEqual(self.state_of(name), "Next")

    def test_sixteen_tick_at_once(self):
        self.load(lifecycle("Many", state("Open", ("Promote", "Last"), items=ITEMS), state("Last")))
        names = [self.new(lifecycle="Many") for _ in range(2)]
        for name in names:
            all_of_them = [self.start_tool("tick", name, str(i + 1)) for i in range(16)]
            self.assertEqual([one.wait().status for one in all_of_them], [0] * 16)
            self.assertTrue(all(item["ticked"] for item in self.show(name)["items"]))
            self.ok("promote", name)

    def test_killed_at_any_step(self):
        """strace would see the steps; the server's own sees them: the session is killed at each statement."""
        self.load(lifecycle("Kill", state("Open", ("Promote", "Next"), items='<item name="A" forEvent="Promote"/>'),
                            state("Next", ("Demote", "Open"))))
        name = self.new(lifecycle="Kill")
        self.ok("tick", name, "A")
        # A trigger that waits makes each statement of the move a place to die in.
        for kind, table in (("INSERT", "event"), ("UPDATE", "patch")):
            for when in ("BEFORE", "AFTER"):
                with self.subTest(f"{when} {kind} {table}"):
                    before = (self.show(name), len(self.history(name)))
                    self.sql(f"CREATE TRIGGER hold {when} {kind} ON {table} FOR EACH ROW DO SLEEP(600)")
                    mover = self.start_tool("promote", name)
                    wait_for(
                        lambda: self.sql("SELECT 1 FROM information_schema.processlist WHERE state = 'User sleep'"),
                        "the statement",
                    )
                    mover.kill()
                    for (session,) in self.sql(
                        "SELECT id FROM information_schema.processlist WHERE state = 'User sleep'"
                    ):
                        self.sql(f"KILL {session}")
                    wait_for(lambda: not self.sql("SELECT 1 FROM information_schema.innodb_trx"), "the rollback")
                    self.sql("DROP TRIGGER hold")
                    after = (self.show(name), len(self.history(name)))
                    for one in (before, after):
                        one[0].pop("since_s")
                    self.assertEqual(before, after)
        self.ok("promote", name)
        self.assertEqual(self.state_of(name), "Next")

    def test_killed_at_any_time(self):
        """Whatever is there afterwards is before the move or after it."""
        name = self.new(lifecycle="Held")
        for i in range(8):
            self.ok("attach", name, "Held", "--replace")
            mover = self.start_tool("promote", name)
            try:
                wait_for(lambda: not mover.running, "the end", timeout=0.004 * (i + 1))
            except AssertionError:
                pass
            mover.kill()
            wait_for(lambda: not self.sql("SELECT 1 FROM information_schema.innodb_trx"), "the rollback")
            moves = [event for event in self.history(name) if event["action"] in ("move", "attach")]
            expected = "Next" if moves[-1]["action"] == "move" else "Open"
            self.assertEqual(self.state_of(name), expected)


if __name__ == "__main__":
    unittest.main()
