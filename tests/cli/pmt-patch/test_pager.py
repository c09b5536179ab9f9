# SPDX-License-Identifier: MIT
"""Long text goes through the user's pager, as in git."""

import json
import time
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.patches import make_patches


class PagerTest(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = module_server()

    def setUp(self):
        self.installation = self.open_installation(self.server)
        path = self.installation.directory / "patches.json"
        path.write_text(json.dumps(make_patches(60)))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def pager(self, script: str) -> str:
        """A pager that runs this script."""
        path = self.installation.directory / "pager"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return str(path)

    def shown(self, *words, status=0, **env):
        result = self.installation.run_tty("pmt-patch", *words, env={"UPKEEP_PAGER": None, "NO_COLOR": "1", **env})
        return self.assert_status(result, status).text

    def test_long_text_is_paged(self):
        page = self.pager('printf "%s %s\\n" "PAGED $*" "$LESS $LV"; cat')
        for env in ({"UPKEEP_PAGER": page + " -x 'a b'"}, {"PAGER": page + " -x a\\ b"},
                    {"UPKEEP_PAGER": page + " -x 'a b'", "PAGER": "/bin/false"}):
            text = self.shown("list", **env)
            self.assertTrue(text.startswith("PAGED -x a b FRX -c\r\n"), text)
            self.assertEqual(len(text.splitlines()), 62)
        self.assertTrue(self.shown("list", PAGER=page, LESS="S", LV="").startswith("PAGED  S \r\n"))

    def test_every_kind_of_text(self):
        page = self.pager("echo PAGED; cat")
        names = self.installation.run("pmt-patch", "list", "--fields", "patch").lines
        for tool, *words in (["pmt-patch", "show", *names], ["pmt-patch", "history", *names],
                             ["pmt-lifecycle", "show", *names], ["pmt-report", "progress"],
                             ["pmt-report", "health"], ["pmt-patch", "fields"]):
            with self.subTest(tool, words=words[:2]):
                result = self.installation.run_tty(tool, *words, env={"UPKEEP_PAGER": page})
                self.assertEqual(result.text.count("PAGED"), 1)
                self.assertTrue(result.text.startswith("PAGED"))

    def test_what_is_not_paged(self):
        page = self.pager("echo PAGED; cat")
        for words in (["list", "limit:5"], ["list", "--json"], ["list", "--format", "tsv"], ["list", "--no-pager"],
                      ["list", "--null"], ["export"], ["--help"]):
            with self.subTest(words):
                self.assertNotIn("PAGED", self.shown(*words, UPKEEP_PAGER=page))
        self.assertNotIn("PAGED", self.installation.run("pmt-patch", "list", "--format", "text",
                                                        env={"UPKEEP_PAGER": page}).text)

    def test_no_pager_is_no_error(self):
        for env in ({"UPKEEP_PAGER": ""}, {"UPKEEP_PAGER": "cat", "PAGER": "/bin/false"}, {"PAGER": ""},
                    {"PAGER": "/nonexistent/pager"}, {"PAGER": "no-such-pager -x"}, {"PAGER": "'unclosed"},
                    {"PAGER": str(self.installation.directory)}, {"TERM": "dumb"}):
            with self.subTest(env):
                text = self.shown("list", **env)
                self.assertEqual(len(text.splitlines()), 61, text)
                self.assertTrue(text.startswith("patch "), text)

    def test_a_pager_that_quits_early(self):
        for script in ("exit 0", "exit 3", "head -n 1", "kill -9 $$"):
            with self.subTest(script):
                text = self.shown("list", UPKEEP_PAGER=self.pager(script))
                self.assertNotIn("error", text)
                self.assertLessEqual(len(text.splitlines()), 1)
        # The status and messages are those of the command.
        names = self.installation.run("pmt-patch", "list", "--fields", "patch").lines
        text = self.shown("show", *names, "4.4.0-9999", status=2, UPKEEP_PAGER=self.pager("head -n 1 >/dev/null"))
        self.assertRegex(text, r"^pmt-patch: error: .*4\.4\.0-9999.*\r\n$")

    def test_messages_follow_the_text(self):
        names = self.installation.run("pmt-patch", "list", "--fields", "patch").lines
        text = self.shown("show", *names, "4.4.0-9999", status=2, UPKEEP_PAGER=self.pager("cat"))
        self.assertIn("4.4.0-9999", text.splitlines()[-1])
        text = self.shown("show", names[0], "4.4.0-9999", status=2, UPKEEP_PAGER=self.pager("cat"))
        self.assertIn("4.4.0-9999", text.splitlines()[-1])
        # Messages to somewhere else need no pager.
        result = self.installation.run_tty("pmt-patch", "show", *names, "4.4.0-9999", stderr_tty=False,
                                           env={"UPKEEP_PAGER": self.pager("cat >/dev/null")})
        self.assertIn("4.4.0-9999", result.stderr)
        self.assertEqual(result.text, "")

    def test_interrupt_leaves_the_pager_alone(self):
        done = self.installation.directory / "done"
        page = self.pager(f"trap 'echo INTERRUPTED' INT; cat; while [ ! -e {done} ]; do sleep 0.05; done; echo QUIT")
        terminal = self.start_tty("pmt-patch", "list", env={**self.installation.env, "UPKEEP_PAGER": page})
        terminal.read_until(b"4.4.0")
        terminal.type("\x03")
        terminal.read_until(b"INTERRUPTED")
        time.sleep(0.2)
        self.assertIsNone(terminal.process.poll())  # the shell must not get the terminal back yet
        done.touch()
        result = self.assert_status(terminal.wait(), 0)
        self.assertIn("QUIT", result.text)

    def test_less(self):
        env = {**self.installation.env, "UPKEEP_PAGER": None}
        terminal = self.start_tty("pmt-patch", "list", env=env)
        terminal.read_until(b"\n:")
        self.assertIsNone(terminal.process.poll())
        terminal.type("q")
        self.assert_status(terminal.wait(), 0)


if __name__ == "__main__":
    unittest.main()
