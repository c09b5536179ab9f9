# SPDX-License-Identifier: MIT
"""The database, or the web server, goes away while a page is open, and comes back."""

import unittest

from upkeep_test import Server, wait_for
from upkeep_test.web import LOGIN, PageTest


class RestartTest(PageTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.close)

    def test_database_restarts_while_the_page_is_open(self):
        self.steps(6, 0.7, end="until sql 'DO 1' 2> /dev/null; do sleep 0.5; done; upgrade; echo OK")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(lambda: "Part" in browser.text("#step"), "it runs", 30)
        before = browser.property("#bar", "value")
        self.server.stop()
        self.wait_for_text(browser, "#note", "keeps trying", 60)
        self.assertGreaterEqual(browser.property("#bar", "value"), before)
        self.assertIn("being upgraded", browser.text("#said"))
        self.server.start()
        seen = self.watch(browser, LOGIN.format("acme"))
        self.assert_never_falls([{"percent": before}, *seen])
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})

    def test_the_web_server_restarts_while_the_page_is_open(self):
        go_on = self.installation.directory / "go-on"
        self.steps(3, 0.7, end=f"until [ -e {go_on} ]; do sleep 0.1; done; upgrade; echo OK")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(lambda: (browser.property("#bar", "value") or 0) > 20, "it runs", 30)
        before = browser.property("#bar", "value")
        self.apache.stop()
        self.wait_for_text(browser, "#note", "keeps trying", 60)
        self.assertGreaterEqual(browser.property("#bar", "value"), before)
        go_on.touch()
        self.apache.start()
        seen = self.watch(browser, LOGIN.format("acme"))
        self.assert_never_falls([{"percent": before}, *seen])
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})


if __name__ == "__main__":
    unittest.main()
