# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""The promises about locks, runs and numbers, on a server that is given by its address: see upkeep_test/given.py."""

import random
import unittest

from upkeep_test import TestCase, wait_for
from upkeep_test.given import GivenInstallation, GivenServer, why_not
from upkeep_test.ledger import SCRIPT

NAMES = [f"g{number:02}" for number in range(10)]
#: Arguments beside those of the ledger's own: the client's, and what a schema's name begins with.
DDL = 'begins=$4; shift 4; "$@" --execute="CREATE TABLE IF NOT EXISTS $begins$workspace.DONE (a INT)" || exit 1\n'


class GivenServerTest(TestCase):
    def setUp(self):
        if reason := why_not():
            self.skipTest(reason)
        self.server = GivenServer()
        self.first = GivenInstallation(self.server)
        self.addCleanup(self.first.close)
        self.upgrades_take(0.1)
        self.first.add_empty(*NAMES)

    def upgrades_take(self, seconds):
        script = SCRIPT.replace("printf 'end", DDL + "printf 'end")
        self.first.configure(
            upgrade={
                "profile": "plain",
                "directory": self.first.directory,
                "lease_s": 6,
                "command": [
                    "/bin/sh",
                    "-c",
                    script,
                    "upgrade",
                    self.first.ledger.path,
                    "{workspace}",
                    f"{seconds:g}",
                    f"{self.first.prefix}wf_",
                    *self.server.client_command(),
                ],
            },
            probe=[{"version": "3.1", "table": "DONE"}],
            schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0},
            patch={"lifecycle": ""},
        )

    def runs(self):
        return self.server.sql(f"SELECT id, state FROM {self.first.schema}.run ORDER BY id")

    def test_one_upgrade_at_a_time_over_two_hosts(self):
        hosts = [self.first, self.first.another_host()]
        self.assert_status(self.first.run("ws-schedule", *NAMES[:7]), 0)
        working = [self.start("ws-upgrade", "--drain", env=host.env) for host in hosts]
        working += [self.start("ws-upgrade", *NAMES[4:], env=host.env) for host in hosts]
        for process in working:
            self.assert_quiet(process.wait(120))
        self.first.ledger.assert_no_overlap()
        self.first.ledger.assert_each_once(NAMES)
        self.assertLessEqual({state for _, state in self.runs()}, {"succeeded", "skipped"})
        self.assertEqual(self.first.states(), {name: "upgraded" for name in NAMES})

    def test_one_claim_at_one_instant(self):
        callers = [self.start("ws-schedule", "g00", env=self.first.env) for _ in range(8)]
        rows = [self.assert_quiet(caller.wait(60)).rows[0] for caller in callers]
        self.assertEqual(sorted(row[1] for row in rows), ["already"] * 7 + ["queued"])
        self.assertEqual(len({row[2] for row in rows}), 1, "all name the same run")

    def test_the_connections_of_a_run_are_killed(self):
        self.upgrades_take(3)
        upgrade = self.start("ws-upgrade", "g00", env=self.first.env)
        self.first.ledger.wait_for_start("g00")
        wait_for(lambda: ["1", "running"] in self.runs(), "it runs")
        following = self.start("ws-upgrade", "g01", env=self.first.env)
        killed = 0
        while upgrade.running:
            killed += self.server.kill_connections(
                f"user = '{self.server.user}' AND (db = '{self.first.schema}' OR info LIKE '%upkeep%GET_LOCK%')")
        self.assertGreater(killed, 0)
        self.assert_quiet(upgrade.wait(60))
        self.assert_quiet(following.wait(60))
        self.first.ledger.assert_no_overlap()
        self.first.ledger.assert_each_once(["g00", "g01"])

    def test_a_killed_ws_upgrade(self):
        self.upgrades_take(2)
        upgrade = self.start("ws-upgrade", "g00", env=self.first.env)
        self.first.ledger.wait_for_start("g00")
        wait_for(lambda: ["1", "running"] in self.runs(), "it runs")
        upgrade.kill()
        self.assert_quiet(self.start("ws-upgrade", "g01", env=self.first.env).wait(60))
        self.first.ledger.assert_no_overlap()
        self.assertEqual([state for _, state in self.runs()], ["succeeded", "succeeded"])

    def test_patch_numbers(self):
        chance = random.Random(3)
        printed = []
        for _ in range(3):
            started = [self.start("pmt-patch", "new", "--platform", "4.4.0", env=self.first.env) for _ in range(10)]
            victims = chance.sample(started, 3)
            for victim in victims:
                victim.kill()
            for one in started:
                result = one.wait(60)
                if one not in victims:
                    self.assert_quiet(result)
                if result.status == 0:
                    printed.append(int(result.text.strip()[-4:]))
        kept = [int(row[0]) for row in self.server.sql(f"SELECT number FROM {self.first.schema}.patch ORDER BY number")]
        self.assertEqual(kept, list(range(1, len(kept) + 1)))
        self.assertEqual(len(printed), len(set(printed)))
        self.assertLessEqual(set(printed), set(kept))

    def test_doctor_is_content(self):
        found = {row["check"]: row for row in self.first.run("upkeep", "doctor", "--json").json}
        for check in ("database", "server-version", "read-only", "schema", "privileges", "lock", "one-server",
                      "session-timeout", "server:control"):
            self.assertIn(found[check]["result"], ("ok", "warning"), found[check])


if __name__ == "__main__":
    unittest.main()
