# SPDX-License-Identifier: MIT
"""Numbers follow one another, without a gap and without a double, whoever asks and whatever is killed."""
# ctest: timeout=600

import random
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for


class NumbersTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.sql = self.installation.server.sql

    def numbers(self, platform):
        return [int(row[0]) for row in self.sql(
            f"SELECT number FROM patch WHERE platform = '{platform}' ORDER BY number", schema="upkeep")]

    def assert_consistent(self, *platforms):
        for platform in platforms:
            numbers = self.numbers(platform)
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        # Every patch has its create event, and no event is without its patch.
        self.assertEqual(self.sql("SELECT COUNT(*) FROM patch p LEFT JOIN event e ON e.patch = p.id"
                                  " AND e.action = 'create' WHERE p.number IS NOT NULL AND e.id IS NULL",
                                  schema="upkeep"), [["0"]])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM event e LEFT JOIN patch p ON e.patch = p.id"
                                  " WHERE p.id IS NULL", schema="upkeep"), [["0"]])

    def test_many_at_once(self):
        started = [self.start("pmt-patch", "new", "--platform", f"4.{i % 2}.0", "--set", f"client=c{i}",
                              env=self.installation.env) for i in range(40)]
        results = [one.wait() for one in started]
        self.assertEqual([one.status for one in results], [0] * 40)
        names = [one.text.strip() for one in results]
        self.assertEqual(len(set(names)), 40)
        self.assert_consistent("4.0.0", "4.1.0")
        self.assertEqual(len(self.numbers("4.0.0")), 20)

    def test_killed_at_random(self):
        chance = random.Random(7)
        printed = []
        killed = 0
        for _ in range(12):
            started = [self.start("pmt-patch", "new", "--platform", "4.4.0", env=self.installation.env)
                       for _ in range(8)]
            for one in chance.sample(started, 4):
                time.sleep(chance.uniform(0, 0.02))  # the moment is what is tried
                one.kill()
                killed += 1
            for one in started:
                result = one.wait()
                if result.status == 0:
                    printed.append(result.text.strip())
        result = self.installation.run("pmt-patch", "new", "--platform", "4.4.0")
        self.assert_quiet(result)
        self.assert_consistent("4.4.0")
        self.assertEqual(len(printed), len(set(printed)))
        self.assertTrue(all(int(name[-4:]) in self.numbers("4.4.0") for name in printed))
        self.assertEqual(int(result.text.strip()[-4:]), max(self.numbers("4.4.0")))

    def test_one_request_becomes_one_patch(self):
        self.installation.run("pmt-patch", "request")
        started = [self.start("pmt-patch", "new", "--platform", "4.4.0", "--from", "Q-1",
                              env=self.installation.env) for _ in range(10)]
        statuses = sorted(one.wait().status for one in started)
        self.assertEqual(statuses, [0] + [1] * 9)
        self.assertEqual(self.numbers("4.4.0"), [1])
        self.assertEqual(self.installation.run("pmt-patch", "new", "--platform", "4.4.0").text[-5:], "0002\n")

    def test_edits_at_once_of_different_fields(self):
        self.installation.run("pmt-patch", "new", "--platform", "4.4.0")
        fields = ["overview_reporter", "overview_description", "peopleInvolved_lead", "peopleInvolved_developedby",
                  "peopleInvolved_qaedby", "patchInformation_location", "patchInformation_revision",
                  "documentation_notes"]
        started = [self.start("pmt-patch", "edit", "4.4.0-1", "--set", f"{field}=x", env=self.installation.env)
                   for field in fields]
        self.assertEqual([one.wait().status for one in started], [0] * len(fields))
        shown = self.installation.run("pmt-patch", "show", "--json", "4.4.0-1").json[0]["fields"]
        self.assertEqual([shown.get(field) for field in fields], ["x"] * len(fields))

    def test_deadlocks_are_retried(self):
        """Somebody else's transaction holds the sequence for a while."""
        self.installation.run("pmt-patch", "new", "--platform", "4.4.0")
        self.sql("SET GLOBAL innodb_lock_wait_timeout = 1")
        self.addCleanup(self.sql, "SET GLOBAL innodb_lock_wait_timeout = 50")
        holder = self.start(
            "/usr/bin/mariadb",
            "--no-defaults",
            f"--socket={self.installation.server.socket}",
            "--user=root",
            "upkeep",
            "-e",
            "BEGIN; UPDATE number_sequence SET last = last WHERE name = '4.4.0'; SELECT SLEEP(2.5); COMMIT",
        )
        wait_for(lambda: any("SLEEP" in (row[3] or "") for row in self.installation.server.connections()), "it is held")
        self.assert_quiet(self.installation.run("pmt-patch", "new", "--platform", "4.4.0"))
        holder.wait()
        self.assert_consistent("4.4.0")


if __name__ == "__main__":
    unittest.main()
