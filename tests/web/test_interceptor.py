# SPDX-License-Identifier: MIT
"""interceptor.php, for those who put an include into the login method instead of the gate."""

import shutil
import time
import unittest

from upkeep_test import REPOSITORY
from upkeep_test.web import FORM, POST, WebTest


class InterceptorTest(WebTest):
    guarded = False
    # A map that knows nothing: the gate lets everybody pass.
    define = {"UPKEEP_MAP": "/bin/sed -u s/.*/unknown/"}
    site = 'SetEnv UPKEEP_VISITOR "${UPKEEP_VISITOR}"'

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}

    def setUp(self):
        super().setUp()
        shutil.copy(REPOSITORY / "scripts" / "processmaker" / "interceptor.php", self.apache.directory / "app")

    def login(self, workspace: str, path: str = POST):
        return self.apache.browse(
            path.format(workspace), "POST", body=FORM, Content_Type="application/x-www-form-urlencoded"
        )

    def runs(self) -> list:
        return self.installation.server.sql("SELECT workspace, state FROM upkeep.run")

    def test_sends_to_the_page_and_ends_there(self):
        for _ in range(2):
            answer = self.login("acme")
            self.assertEqual(
                (answer.status, answer.headers["Location"]), (303, "/upkeep/acme/en/neoclassic/"), f"\n{answer}"
            )
            self.assertEqual(answer.body, b"", "the login went on")
        self.assertEqual(self.runs(), [["acme", "queued"]])

    def test_is_silent_otherwise(self):
        for workspace in ("done", "nosuch"):
            answer = self.login(workspace)
            self.assertEqual((answer.status, answer.text), (200, f"welcome to {workspace}, ann"), f"\n{answer}")
        self.assertEqual(self.runs(), [])

    def test_is_silent_when_the_tools_fail(self):
        for script in (
            "exit 69",
            "echo nonsense",
            "exec /nonexistent",
            "kill -9 $$",
            "echo '{\"workspace\":\"done\",\"state\":\"queued\"}'",
        ):
            with self.subTest(script):
                self.replace_helper(script)
                self.assertEqual(self.login("acme").text, "welcome to acme, ann")

    def test_waits_for_nobody(self):
        self.replace_helper("exec sleep 60")
        began = time.monotonic()
        self.assertEqual(self.login("acme").text, "welcome to acme, ann")
        self.assertLess(time.monotonic() - began, 20)

    def test_no_shell(self):
        source = (REPOSITORY / "scripts" / "processmaker" / "interceptor.php").read_text()
        for word in ("exec(", "system(", "passthru", "popen(", "`", "mysqli", "PDO", "Propel"):
            self.assertNotIn(word, source.replace("proc_open(", ""))

    def replace_helper(self, script: str) -> None:
        (self.apache.directory / "run-ws-visitor").write_text(f"#!/bin/sh\n{script}\n")


if __name__ == "__main__":
    unittest.main()
