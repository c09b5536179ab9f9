# SPDX-License-Identifier: MIT
"""ws-schedule --address: what visitors may have ahead of others is bounded, by address and in total."""

import concurrent.futures
import unittest

from upkeep_test import TestCase, module_server


class VisitorsTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), *(f"w{n}" for n in range(8)))
        self.configure(per_address=2, total=100)

    def configure(self, per_address: int, total: int) -> None:
        self.installation.configure(schedule={"via": "command", "command": ["true"]},
                                    web={"logins_per_address": per_address, "logins": total})

    def ask(self, address: str, *names: str, status: int = 0):
        return self.assert_quiet(self.installation.run("ws-schedule", f"--address={address}", "--json", *names), status)

    def priorities(self) -> dict[str, int]:
        rows = self.installation.server.sql("SELECT workspace, priority FROM upkeep.run WHERE active = 1")
        return {workspace: int(priority) for workspace, priority in rows}

    def end(self, *names: str) -> None:
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", *names))

    def test_one_address_has_so_many_ahead(self):
        answer = self.ask("192.0.2.7", "w0", "w1", "w2", "w3").json
        self.assertEqual(self.priorities(), {"w0": 5, "w1": 5, "w2": 6, "w3": 6})
        self.assertEqual([row["state"] for row in answer], ["queued"] * 4)
        self.assertIn("behind the logins", answer[2]["detail"])
        self.ask("192.0.2.8", "w4")
        self.assertEqual(self.priorities()["w4"], 5)
        listed = self.installation.run("ws-schedule", "--list", "--json").json
        self.assertEqual([row["workspace"] for row in listed], ["w0", "w1", "w4", "w2", "w3"])
        self.end("w0")
        self.ask("192.0.2.7", "w5")
        self.assertEqual(self.priorities()["w5"], 5, "only active runs count")

    def test_whose_address_it_is(self):
        for one, other in (("192.0.2.7", "::ffff:192.0.2.7"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
                           ("fe80::1%eth0", "fe80::2")):
            with self.subTest(one):
                self.ask(one, "w0", "w1")
                self.ask(other, "w2")
                self.assertEqual(self.priorities(), {"w0": 5, "w1": 5, "w2": 6})
                self.ask("2001:db8:1:3::1", "w3")
                self.assertEqual(self.priorities()["w3"], 5)
                self.end("w0", "w1", "w2", "w3")

    def test_all_addresses_together(self):
        self.configure(per_address=2, total=3)
        for number in range(5):
            self.ask(f"198.51.100.{number}", f"w{number}")
        self.assertEqual(list(self.priorities().values()), [5, 5, 5, 6, 6])
        self.assert_quiet(self.installation.run("ws-schedule", "w7"))
        self.assertEqual(self.priorities()["w7"], 5, "whoever runs the server is no visitor")

    def test_what_a_sweep_has_queued_counts_once_it_is_brought_forward(self):
        self.assert_quiet(
            self.installation.run("ws-schedule", "--priority", "9", "--delay", "36000", *(f"w{n}" for n in range(4)))
        )
        for number in range(4):
            self.ask("192.0.2.7", f"w{number}")
        self.assertEqual(self.priorities(), {"w0": 5, "w1": 5, "w2": 6, "w3": 6})
        self.assertIn("further ahead", self.ask("192.0.2.8", "w3").json[0]["detail"])
        self.assertEqual(self.priorities()["w3"], 5, "its user comes from another address")
        self.assertNotIn("further ahead", self.ask("192.0.2.7", "w2").json[0]["detail"])
        self.assertEqual(self.priorities()["w2"], 6)
        self.ask("192.0.2.8", "w4", "w5")
        self.assertEqual([self.priorities()[name] for name in ("w4", "w5")], [5, 6], "w3 is one of its two")

    def test_many_at_one_moment(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda n: self.installation.run("ws-schedule", "--address=192.0.2.7", f"w{n}"), range(8))
            )
        for answer in answers:
            self.assert_quiet(answer)
        self.assertEqual(sorted(self.priorities().values()), [5] * 2 + [6] * 6)

    def test_what_is_behind_already_stays_there(self):
        self.assert_quiet(
            self.installation.run("ws-schedule", "--address=192.0.2.7", "--priority", "9", "w0", "w1", "w2")
        )
        self.assertEqual(list(self.priorities().values()), [9, 9, 9])

    def test_what_is_no_address(self):
        for text in ("", "example.org", "192.0.2", "192.0.2.7/24", "--force", "1 OR 1=1"):
            with self.subTest(text):
                self.assert_error(self.installation.run("ws-schedule", f"--address={text}", "w0"), 64, "address")
        self.assert_error(self.installation.run("ws-schedule", "--list", "--address=192.0.2.7"), 64, "--list")
        self.assertEqual(self.priorities(), {})


if __name__ == "__main__":
    unittest.main()
