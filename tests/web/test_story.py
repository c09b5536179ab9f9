# SPDX-License-Identifier: MIT
# ctest: atd
"""A customer logs in, waits, and is led to the login: in a real browser, Apache, at(1) and database."""

import unittest

from upkeep_test import AtDaemon
from upkeep_test.web import LOGIN, PageTest


class StoryTest(PageTest):
    patience_ms = None  # all as it ships

    def drained_at_once(self):
        daemon = AtDaemon()
        self.addCleanup(daemon.close)
        return {"map_ttl_s": 0}  # the map program reads it when it starts

    def test_from_login_to_login(self):
        self.steps(10, 0.7)
        self.installation.upgrade_by_hand("acme")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.installation.degrade("acme")  # a new release came while the login page was open
        browser.type("#user", "ann")
        browser.type("#password", "secret")
        browser.click("#go")
        self.wait_for_url(browser, "/upkeep/acme/en/neoclassic/")
        seen = self.watch(browser, LOGIN.format("acme"))
        said = [now["said"] for now in seen]
        self.assertIn("Your workspace is being upgraded.", said)
        self.assertEqual(said[-1], "Your workspace is ready.")
        self.assert_never_falls(seen)
        self.assertEqual(seen[-1]["percent"], 100)
        for now in seen:
            if now["said"] == "Your workspace is being upgraded.":
                self.assertTrue(now["title"].startswith(f"{now['percent']} % – "), now)
        self.assertTrue(any("Step: Part " in now["step"] for now in seen), seen)
        self.assertLess(len({now["aloud"] for now in seen}), 8, "a screen reader hears every change")
        self.assertEqual(self.installation.run("ws-progress", "acme").rows[0][1], "upgraded")
        browser.type("#user", "ann")
        browser.click("#go")
        self.wait_for_text(browser, "body", "welcome to acme, ann")
        self.assert_calm(browser)
        reason = self.installation.server.sql("SELECT requested_by, reason FROM upkeep.run")
        self.assertEqual(reason, [["web", "login"]])


if __name__ == "__main__":
    unittest.main()
