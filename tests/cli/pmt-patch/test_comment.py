# SPDX-License-Identifier: MIT
"""Remarks on patches and requests."""

import getpass
import json
import unittest

from upkeep_test import wait_for
from upkeep_test.lifecycle import LifecycleCase

ME = getpass.getuser()
TEXT = "Caf\u00e9 \\ 'quoted'\n\nand a\ttable"


class CommentTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.name = self.new("overview_client=Acme")
        self.request = self.assert_quiet(self.installation.run("pmt-patch", "request")).text.strip()

    def comment(self, *args, **options):
        return self.installation.run("pmt-patch", "comment", *args, **options)

    def comments(self, name: str) -> list[str]:
        return [event["comment"] for event in self.history(name) if event["action"] == "comment"]

    def test_on_a_patch_and_a_request(self):
        for name in (self.name, self.request):
            with self.subTest(name):
                self.assert_quiet(self.comment(name, TEXT))
                event = self.history(name)[-1]
                self.assertEqual((event["patch"], event["actor"], event["action"], event["comment"]),
                                 (name, ME, "comment", TEXT))
                self.assertEqual([event[key] for key in ("key", "from", "to", "time_s", "inputs")], [None] * 5)
        self.assert_quiet(self.comment("4.4.0-1", "again", "--why", "more to say"))
        self.assertEqual(self.comments(self.name), [TEXT, "again; why: more to say"])
        self.assert_quiet(self.installation.run("pmt-patch", "decline", self.request, "--why", "a duplicate"))
        self.assert_quiet(self.comment(self.request.lower(), "after all"))
        self.assertEqual(len(self.comments(self.request)), 2)

    def test_from_stdin(self):
        self.assert_quiet(self.comment(self.name, "-", stdin=f"\n{TEXT}\n\n"))
        self.assertEqual(self.comments(self.name), [TEXT])
        self.assert_quiet(self.comment("-", "for both", stdin=f"{self.name}\n{self.request}\n"))
        self.assertEqual([self.comments(name)[-1] for name in (self.name, self.request)], ["for both"] * 2)
        self.assert_error(self.comment("-", "-", stdin=self.name), 64, "both")

    def test_what_is_refused(self):
        for args, status, words in (
            ((self.name, ""), 64, ""),
            ((self.name, " \n"), 64, "a comment needs a text"),
            ((self.name,), 64, "text"),
            (("4.4.0-9", "x"), 2, "there is no patch 4.4.0-9"),
            (("Q-99", "x"), 2, "there is no request Q-99"),
            (("no patch", "x"), 65, "no patch"),
            ((self.name, b"\xff"), 65, "UTF-8"),
        ):
            with self.subTest(args):
                self.assert_error(self.comment(*args), status, words)
        self.assert_error(self.comment(self.name, "-", stdin=" \n"), 64, "a comment needs a text")
        self.assert_error(self.comment(self.name, "-", stdin="x" * 1_100_000), 65, "1048576")
        self.assert_status(self.comment("-n", self.name, "x"), 0)
        self.assertIn("would be added", self.comment(self.name, "x", "-n").stderr)
        self.assertEqual(self.comments(self.name), [])
        self.installation.configure(**{"patch.roles": {"pmt-comment": ["ann"]}})
        self.assert_error(self.comment(self.name, "x"), 77, "pmt-comment")

    def test_other_texts_of_the_history(self):
        """What was a fault of the server's is the caller's."""
        result = self.installation.run("pmt-patch", "edit", self.name, "--set", "client=B", "--why", b"\xff")
        self.assert_error(result, 65, "UTF-8")

    def test_work_goes_on(self):
        """A remark is nothing that an undo would stumble over."""
        self.ok("move", self.name, "OnHold")
        self.assert_quiet(self.comment(self.name, "waiting"))
        self.assertIn("later changes that are kept: comment", self.undo(self.name))

    def test_export_and_import(self):
        self.assert_quiet(self.comment(self.name, TEXT))
        self.assert_quiet(self.comment(self.request, "open"))
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))
        exported = self.assert_quiet(self.installation.run("pmt-patch", "export"))
        path = self.write(exported.text, "all.json")
        other = self.open_installation(self.open_server())
        result = self.assert_status(other.run("pmt-patch", "import", path), 0)
        self.assertEqual(result.rows[0][1:], ["2", "2", "0", "0"])
        self.assertEqual(other.run("pmt-patch", "export").text, exported.text)
        self.assert_quiet(other.run("pmt-patch", "verify-history"))

    def test_notification(self):
        log = self.installation.directory / "told"
        self.installation.configure(**{"notify.test": {"on": ["comment"],
                                                       "command": ["/bin/sh", "-c", f"cat >> {log}"]}})
        self.assert_quiet(self.comment(self.name, TEXT))
        self.ok("deliver")
        wait_for(log.exists, "the notification")
        told = json.loads(log.read_text())
        self.assertEqual((told["event"], told["patch"], told["actor"], told["action"], told["comment"], told["key"]),
                         (self.history(self.name)[-1]["event"], self.name, ME, "comment", TEXT, None))


if __name__ == "__main__":
    unittest.main()
