# SPDX-License-Identifier: MIT
"""Text for people: it fits the terminal, times are relative, states are coloured (all four ws-* tools)."""

import re
import unittest

from upkeep_test import TestCase, module_server

LONG = "tenant_with_a_long_name_" + "x" * 20


class TextTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.installation.add_small("done", upgraded=True)
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})

    def shown(self, *args, columns=80, env=None):
        """The lines on a terminal, without colours."""
        result = self.installation.run_tty(*args, columns=columns, env={"NO_COLOR": "1", **(env or {})})
        self.assertNotIn("\x1b", result.text)
        return result.text.replace("\r\n", "\n").splitlines()

    def test_width(self):
        self.installation.add_small(LONG)
        for tool, *words in (["ws-check"], ["ws-progress"], ["ws-schedule", "-n"], ["ws-upgrade", "-n"]):
            for columns in (60, 80, 120):
                with self.subTest(tool, columns=columns):
                    lines = self.shown(tool, *words, "acme", "done", LONG, columns=columns)
                    # A record at a time, ws-upgrade learns of the long name last, and may begin another table.
                    self.assertEqual(len(lines), 5 if tool == "ws-upgrade" and columns <= 80 else 4, lines)
                    self.assertTrue(all(len(line) <= columns for line in lines), lines)
                    self.assertIn("state", lines[0])
                    self.assertTrue(lines[-1].startswith(LONG + " "), lines)

    def test_dropped_and_wide(self):
        self.installation.add_small(LONG)
        words = ("ws-check", LONG)
        self.assertEqual(self.shown(*words)[0].split(), ["workspace", "state", "target", "server"])
        self.assertEqual(len(self.shown(*words, "--wide")[0].split()), 7)
        self.assertIn("columns not shown: schema", " ".join(self.shown(*words, "--verbose")))
        self.assertEqual(len(self.shown(*words, columns=200)[0].split()), 7)
        # Into a pipe, nothing is dropped.
        piped = self.installation.run("ws-check", LONG, "--format", "text")
        self.assertEqual(len(piped.lines[0].split()), 7)

    def test_sentences_are_wrapped(self):
        why = ("their auditors are in the house " * 4).strip()
        self.installation.run("ws-schedule", "--hold", "acme", "--why", why)
        for columns in (40, 60, 80):
            lines = self.shown("ws-check", "acme", "done", columns=columns)
            start = lines[0].index("detail")
            self.assertGreater(len(lines), 4)
            self.assertTrue(all(len(line) <= columns for line in lines), lines)
            self.assertIn(why, " ".join(line[start:] for line in lines[1:]))
            self.assertTrue(all(line[:start].isspace() for line in lines[2:-1]), lines)
            self.assertTrue(lines[-1].startswith("done "), lines)
        self.assertTrue(self.shown("ws-check", "acme", "--wide")[-1].endswith(why))

    def test_paths_are_cut(self):
        lines = self.shown("ws-progress", "--fields", "workspace,log,state", "acme")
        self.assertEqual(len(lines), 2)
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 0)
        log = self.installation.run("ws-progress", "--fields", "log", "acme").text.strip()
        shown = self.shown("ws-progress", "--fields", "workspace,log,state", "acme", columns=40)[1].split()[1]
        self.assertEqual(shown[0], "…")
        self.assertTrue(log.endswith(shown[1:]), shown)

    def test_fields_are_kept(self):
        lines = self.shown("ws-progress", "--fields", "workspace,host,log,state", "acme", columns=40)
        self.assertEqual(lines[0].split(), ["workspace", "host", "log", "state"])

    def test_relative_times_and_durations(self):
        self.assert_status(self.installation.run("ws-schedule", "--delay", "7260", "acme"), 0)
        queued = ("ws-progress", "--fields", "workspace,queued_at", "acme")
        for words in (queued, (*queued, "--wide"), (*queued, "--format", "text")):
            self.assertRegex(self.shown(*words)[1], r"^acme +(now|\d+s ago)$")
        # A file is read later.
        written = self.installation.run(*queued, "--format", "text").lines[1]
        self.assertRegex(written, r"^acme +\d{4}-\d\d-\d\d \d\d:\d\d$")
        exact = self.installation.run(*queued).rows[0][1]
        self.assertEqual(written.split(None, 1)[1], exact[:16].replace("T", " "))
        listed = self.shown("ws-schedule", "--list", "--fields", "workspace,due")
        self.assertRegex(listed[1], r"^acme +in (2h|1h)$")
        record = self.installation.run("ws-schedule", "--list", "--json").json[0]
        self.assertRegex(record["due"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_states_are_coloured(self):
        shown = self.installation.run_tty("ws-check", "acme", "done", "nope")
        self.assertIn("\x1b[33mpending\x1b[0m", shown.text)
        self.assertIn("\x1b[32mupgraded\x1b[0m", shown.text)
        self.assertIn("\x1b[35munknown\x1b[0m", shown.text)
        columns = [line.index(word) for line, word in zip(
            re.sub(r"\x1b\[\d*m", "", shown.text).splitlines(), ["state", "pending", "upgraded", "unknown"])]
        self.assertEqual(len(set(columns)), 1, shown.text)
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            self.assertNotIn("\x1b", self.installation.run_tty("ws-check", "acme", env=env).text)
        for words in ([], ["--format", "text"], ["--color", "always"], ["--color", "always", "--json"]):
            self.assertNotIn("\x1b", self.installation.run("ws-check", "acme", *words).text)
        always = self.installation.run("ws-check", "acme", "--format", "text", "--color", "always")
        self.assertIn("\x1b[33mpending\x1b[0m", always.text)

    def test_stream(self):
        lines = self.shown("ws-upgrade", "acme", "done")
        self.assertRegex(lines[1], r"^acme +succeeded ")
        self.assertRegex(lines[2], r"^done +skipped +")
        self.assertTrue(all(len(line) <= 80 for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
