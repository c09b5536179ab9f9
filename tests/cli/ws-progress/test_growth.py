# SPDX-License-Identifier: MIT
"""ws-progress within a step: the percentage grows and the remaining time falls, by history or by weights; programs that
write a line for each finished piece of work."""

import json
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for

LINES = {"step_open": None, "step_close": None, "step_line": r"^(.+?)\.\.\.(?:done\.)?$"}


class GrowthTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.installation.configure(schedule={"via": "command", "command": ["true"]})

    def upgrade(self, name, script):
        self.installation.set_script(script + "; upgrade; echo OK")
        return self.start("ws-upgrade", name, env=self.installation.env)

    def succeed(self, name, script):
        self.installation.add_small(name)
        self.assert_status(self.upgrade(name, script).wait(), 0)

    def looks(self, run, name="acme", step="long"):
        """What is shown while this step is open, twice a second."""
        seen = []
        while run.running:
            [record] = self.installation.run("ws-progress", "--json", name).json
            if record["state"] == "running" and record["step"] == step:
                seen.append(record)
            time.sleep(0.5)
        self.assert_status(run.wait(), 0)
        percents = [record["percent"] for record in seen]
        self.assertEqual(percents, sorted(percents))
        self.assertGreaterEqual(len(set(percents)), 4, percents)
        self.assertLessEqual(percents[-1], 99)
        return seen

    def test_by_history(self):
        self.succeed("beta", "step short true; step long sleep 4")
        seen = self.looks(self.upgrade("acme", "step short true; step long sleep 5"))
        self.assertLess(seen[0]["percent"], 60)
        self.assertGreater(seen[-1]["percent"], 60)
        self.assertLess(seen[-1]["eta_s"], max(record["eta_s"] for record in seen))

    def test_by_weights(self):
        self.installation.configure(**{"profile.small": {"weights": [{"match": "^short", "seconds": 0.1},
                                                                     {"match": "^long", "seconds": 4}]}})
        seen = self.looks(self.upgrade("acme", "step short true; step long sleep 5"))
        self.assertLess(seen[0]["percent"], 60)
        self.assertEqual({record["eta_s"] for record in seen}, {None})

    def test_seen_from_another_host(self):
        self.succeed("beta", "step short true; step long sleep 4")
        host = self.installation.another_host()
        run = self.upgrade("acme", "step short true; step long sleep 5")
        seen = []
        while run.running:
            [record] = host.run("ws-progress", "--json", "acme").json
            if record["state"] == "running" and record["eta_s"] is not None:
                seen.append((record["percent"], record["eta_s"]))
            time.sleep(0.5)
        self.assert_status(run.wait(), 0)
        self.assertGreaterEqual(len({percent for percent, _ in seen}), 3, seen)
        self.assertEqual([percent for percent, _ in seen], sorted(percent for percent, _ in seen))

    def test_the_size_of_the_workspace_is_recorded(self):
        self.succeed("beta", "true")
        [[size, ends_at]] = self.installation.server.sql(
            "SELECT size_bytes, ends_at FROM upkeep.run WHERE workspace = 'beta'")
        self.assertGreater(int(size), 0)
        self.assertIn(ends_at, (None, "NULL"))

    def test_a_line_in_two_parts(self):
        self.installation.configure(**{"profile.small": LINES})
        run = self.upgrade("acme", "printf 'Creating a...'; sleep 3; echo done.; echo 'Checking b...'")
        wait_for(lambda: self.installation.run("ws-progress", "--json", "acme").json[0]["step"] == "Creating a",
                 "the unfinished line is the step")
        self.assert_status(run.wait(), 0)
        [[steps]] = self.installation.server.sql("SELECT steps FROM upkeep.run WHERE workspace = 'acme'")
        recorded = json.loads(steps)
        self.assertEqual([name for name, _ in recorded], ["Creating a", "Checking b"])
        self.assertGreater(recorded[0][1], 2.5)
        self.assertLess(recorded[1][1], 2)

    def test_very_many_steps_are_not_all_recorded(self):
        self.installation.configure(**{"profile.small": LINES})
        self.succeed("beta", "seq -f 'Row %g...' 1 5000; sleep 0.5; echo 'Last row...'")
        [[steps]] = self.installation.server.sql("SELECT steps FROM upkeep.run WHERE workspace = 'beta'")
        recorded = json.loads(steps)
        self.assertEqual(len(recorded), 64)
        self.assertEqual(recorded[-1][0], "Last row")


if __name__ == "__main__":
    unittest.main()
