# SPDX-License-Identifier: MIT
"""On a terminal nothing turns the text around; pipes and files get what is stored."""

import json
import unittest

from upkeep_test import TestCase, module_server

OVERRIDE = "\u202e"
CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
VALUE = f"fix-{OVERRIDE}gpj.exe"


class DirectionTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        fields = ["--set", f"description={VALUE}", "--set", "product=שלום", "--set", f"client={CONTROLS}x"]
        self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.2.0", *fields), 0)
        self.assert_status(
            self.installation.run("pmt-patch", "edit", "4.2.0-1", "--set", "lead=x", "--why", f"a{OVERRIDE}b"), 0
        )

    def test_records_on_a_terminal(self):
        for words in (
            ["pmt-patch", "list", "--fields", "overview_description,overview_client"],
            ["pmt-patch", "show", "4.2.0-1"],
            ["pmt-patch", "list", "--format", "tsv", "--fields", "overview_description"],
            ["pmt-patch", "list", "--json", "--fields", "overview_description"],
            ["pmt-patch", "list", "--format", "csv", "--fields", "overview_description"],
            ["pmt-patch", "show", "4.2.0-1", "--json"],
            ["pmt-patch", "history", "4.2.0-1"],
            ["pmt-patch", "export"],
            ["pmt-lifecycle", "history", "4.2.0-1", "--format", "tsv"],
            ["pmt-report", "released", "--by", "client", "--format", "html"],
        ):
            with self.subTest(words):
                shown = self.installation.run_tty(*words).text
                for control in CONTROLS:
                    self.assertNotIn(control, shown)
        shown = self.installation.run_tty("pmt-patch", "list", "--fields", "overview_description").text
        self.assertIn("fix-\\u202egpj.exe", shown)
        self.assertIn("שלום", self.installation.run_tty("pmt-patch", "list", "--fields", "overview_products").text)

    def test_json_on_a_terminal_means_the_same(self):
        shown = self.installation.run_tty("pmt-patch", "list", "--json", "--fields", "overview_description").text
        self.assertEqual(json.loads(shown), [{"overview_description": VALUE}])

    def test_messages_and_help_on_a_terminal(self):
        for words in (["pmt-patch", "list", f"state=x{OVERRIDE}y"], ["pmt-patch", "list", f"nokey{OVERRIDE}=1"],
                      ["pmt-patch", f"no{OVERRIDE}command"], ["pmt-patch", "list", f"--no{OVERRIDE}option"],
                      ["ws-check", f"ac{OVERRIDE}me"], ["ws-schedule", "-n", "--reason", OVERRIDE + "x", "acme"],
                      ["ws-upgrade", "--target", f"3{OVERRIDE}1", "acme"], ["pmt-verify", f"a{OVERRIDE}.zip"],
                      ["upkeep", f"do{OVERRIDE}ctor"], ["pmt-lifecycle", "lint", f"a{OVERRIDE}.xml"]):
            with self.subTest(words):
                self.assertNotIn(OVERRIDE, self.installation.run_tty(*words).text)

    def test_a_reason_in_the_queue(self):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_status(
            self.installation.run("ws-schedule", "--at", "22:00", "--reason", f"a{OVERRIDE}b", "acme"), 0
        )
        for words in (["--list"], ["--list", "--json"], ["--list", "--format", "tsv"]):
            self.assertNotIn(OVERRIDE, self.installation.run_tty("ws-schedule", *words).text)
        self.assertIn(f"a{OVERRIDE}b", self.installation.run("ws-schedule", "--list").text)

    def test_a_pipe_gets_the_value(self):
        run = self.installation.run
        self.assertEqual(run("pmt-patch", "list", "--fields", "overview_description").text, VALUE + "\n")
        self.assertEqual(
            run("pmt-patch", "list", "--json", "--fields", "overview_description").json[0]["overview_description"],
            VALUE,
        )
        self.assertIn(VALUE, run("pmt-patch", "export", "--format", "csv").text)


if __name__ == "__main__":
    unittest.main()
