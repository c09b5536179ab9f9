# SPDX-License-Identifier: MIT
"""Somebody else is at a patch, or at the outbox, between two statements of pmt-lifecycle."""

import time
import unittest

from upkeep_test import wait_for
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state


class MovingCase(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket})
        self.load(
            lifecycle(
                "Two",
                state(
                    "Open",
                    ("Go", "Open"),
                    ("Promote", "Closed"),
                    items='<item name="A" forEvent="Promote"/>',
                    data='<data name="transitionApproval"><approval forEvent="Go" votes="1"/></data>',
                ),
                state(
                    "Closed",
                    ("Go", "Closed"),
                    ("Demote", "Open"),
                    items='<item name="B" forEvent="Demote"/>',
                    data='<data name="transitionApproval"><approval forEvent="Go" votes="1"/></data>',
                ),
            )
        )

    def begin(self, tool, *args):
        return self.start(tool, *args, env=self.installation.env)

    def start_until(self, statement, *args):
        """pmt-lifecycle, which waits before the statement."""
        self.proxy.hold(statement)
        tool = self.begin("pmt-lifecycle", *args)
        wait_for(lambda: self.proxy.holding, "pmt-lifecycle has come to its statement")
        return tool

    def finish(self, tool, status=0):
        self.proxy.let_go()
        return self.assert_quiet(tool.wait(), status)


class PatchTest(MovingCase):
    def setUp(self):
        super().setUp()
        self.name = self.new(lifecycle="Two")
        self.ok("tick", self.name, "A")

    def test_moved_while_it_is_shown(self):
        look = self.start_until("FROM event e", "show", "--json", self.name)
        self.ok("promote", self.name)
        shown = self.finish(look).json[0]
        self.assertEqual(
            (shown["state"], shown["items"][0]["ticked"], shown["events"][1]["available"]), ("Open", True, True)
        )
        look = self.start_until("p.id IN (", "show", "--json", self.name)
        self.undo(self.name)
        shown = self.finish(look).json[0]
        self.assertEqual((shown["state"], shown["items"][0]["ticked"]), ("Open", True))

    def test_moved_before_the_act(self):
        for args in (("tick", "1"), ("vote", "Go"), ("untick", "1")):
            with self.subTest(args[0]):
                before = len(self.history(self.name))
                act = self.start_until("FOR UPDATE", args[0], self.name, *args[1:])
                self.ok("promote", self.name)
                [[patch, _, reason, detail, *_]] = self.finish(act, 1).rows
                self.assertEqual((patch, reason), (self.name, "conflict"))
                self.assertRegex(detail, "did Promote at .*: it is in 'Closed'")
                self.assertEqual(len(self.history(self.name)), before + 1)
                self.undo(self.name)


class ReminderTest(MovingCase):
    def setUp(self):
        super().setUp()
        self.name = self.new(lifecycle="Two")
        self.ok("eta", self.name, "--best", "1h", "--likely", "1h", "--worst", "1h")
        self.ok("tick", self.name, "A")
        self.sql("UPDATE patch SET state_since = '2020-01-01'")

    def reminders(self):
        return [(one["from"], one["to"]) for one in self.history(self.name) if one["key"] == "overdue"]

    def test_two_at_once(self):
        first = self.start_until("FOR UPDATE", "overdue", "--tell")
        self.assert_quiet(self.run_tool("overdue", "--tell"), 1)
        self.finish(first, 1)
        self.assertEqual(self.reminders(), [(0, 1)])

    def test_moved_before_it_is_told(self):
        tell = self.start_until("FOR UPDATE", "overdue", "--tell")
        self.ok("promote", self.name)
        self.finish(tell, 1)
        self.assertEqual(self.reminders(), [])


class OutboxTest(MovingCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Loop", state("Open", ("Go", "Open"))))
        self.inbox, self.gate, self.at_gate, self.bad = (
            self.installation.directory / name for name in ("in", "gate", "at", "bad")
        )

    def notify(self, body, **more):
        hook = self.installation.directory / "hook"
        hook.write_text(f"#!/bin/sh\ncat >> {self.inbox}\n{body}\n")
        hook.chmod(0o755)
        self.installation.configure(**{"notify.test": {"on": ["move"], "command": [hook], **more}})

    def wait_at_gate(self):
        return f"touch {self.at_gate}; while [ ! -e {self.gate} ]; do sleep 0.03; done"

    def received(self):
        return self.inbox.read_text().count('"action":"move"')

    def test_an_event_that_comes_while_another_one_is_told(self):
        self.notify(self.wait_at_gate())
        self.installation.configure(patch={"deliver": "command"})
        name, other = self.new(lifecycle="Loop"), self.new(lifecycle="Loop")
        first = self.begin("pmt-lifecycle", "move", name, "Go")
        wait_for(self.at_gate.exists, "the hook runs")
        self.ok("move", other, "Go")  # finds the deliverer at work
        self.gate.touch()
        self.assert_quiet(first.wait())
        self.assertEqual((self.received(), self.sql("SELECT id FROM event WHERE pending = 1")), (2, []))

    def test_an_event_that_comes_just_before_the_lock_is_let_go_of(self):
        self.notify("")
        self.installation.configure(patch={"deliver": "command"})
        name, other = self.new(lifecycle="Loop"), self.new(lifecycle="Loop")
        first = self.start_until("RELEASE_LOCK", "move", name, "Go")
        self.ok("move", other, "Go")
        self.finish(first)
        self.assertEqual(self.received(), 2)

    def test_revived_while_another_one_delivers(self):
        self.notify(f"[ ! -e {self.bad} ] || exit 3", tries=1)
        self.bad.touch()
        self.ok("move", self.new(lifecycle="Loop"), "Go")
        self.assert_quiet(self.run_tool("deliver"), 1)
        self.bad.unlink()
        revive = self.start_until("UPDATE delivery SET state", "deliver", "--revive")
        self.assert_status(self.run_tool("deliver"), 0)
        self.finish(revive)
        self.assertEqual((self.received(), self.ok("deliver", "--dead").rows), (2, []))

    def test_revive_finds_a_deliverer_at_work(self):
        self.notify(f"{self.wait_at_gate()}; exit 3", tries=1)
        self.ok("move", self.new(lifecycle="Loop"), "Go")
        deliver = self.begin("pmt-lifecycle", "deliver")
        wait_for(self.at_gate.exists, "the hook runs")
        self.assert_error(self.run_tool("deliver", "--revive"), 75, "another deliverer is running")
        self.gate.touch()
        self.assert_quiet(deliver.wait(), 1)


class IndexTest(MovingCase):
    """The term index catches up while a patch is held: by an executor, for as long as it runs."""

    def test_nobody_waits_for_the_holder(self):
        gate, at_gate = self.installation.directory / "gate", self.installation.directory / "at"
        script = self.installation.directory / "executor"
        script.write_text(f"#!/bin/sh\ntouch {at_gate}; while [ ! -e {gate} ]; do sleep 0.03; done\n")
        script.chmod(0o755)
        self.installation.configure(**{"executor.slow": {"command": [script]}})
        self.load(
            lifecycle(
                "Slow",
                state(
                    "Open",
                    ("Go", "Open"),
                    data='<data name="transitionExecution"><execution forEvent="Go"'
                    ' class="x.CommandExecutor"><parameter name="name" value="slow"/></execution></data>',
                ),
            )
        )
        name = self.new()
        self.sql(
            "INSERT INTO patch (platform, platform_key, number, links, fields) SELECT p.platform, p.platform_key,"
            " s.seq, '',"
            " p.fields FROM patch p JOIN seq_100_to_1200 s"
        )
        held = self.new(lifecycle="Slow", platform="4.5.0")
        self.sql("UPDATE patch SET stale = 1")
        move = self.begin("pmt-lifecycle", "move", held, "Go")
        wait_for(at_gate.exists, "the executor runs")
        begin = time.monotonic()
        edit = self.begin("pmt-patch", "edit", name, "--set", "overview_priority=1")
        other = self.begin("pmt-patch", "edit", "4.4.0-100", "--set", "overview_priority=1")
        for one in (edit, other):
            self.assert_quiet(one.wait())
        self.assertLess(time.monotonic() - begin, 10)
        gate.touch()
        self.assert_quiet(move.wait())
        self.assert_quiet(self.installation.run("pmt-patch", "edit", name, "--set", "overview_priority=2"))
        self.assertLess(int(self.sql("SELECT COUNT(*) FROM patch WHERE stale = 1")[0][0]), 10)


if __name__ == "__main__":
    unittest.main()
