# SPDX-License-Identifier: MIT
"""The page for everybody: without scripts, by ear, by keyboard; and whatever a step is called."""

import unittest

from upkeep_test import wait_for
from upkeep_test.web import LOGIN, PageTest


class ForEverybodyTest(PageTest):
    def test_what_it_says_is_never_markup(self):
        evil = "<img src=x onerror=document.title=1>\"'&</p><script>document.title=2</script>"
        self.installation.configure(**{"profile.small": {"public": [{"match": ".", "text": evil}]}})
        self.installation.set_script("step Part sleep 4; upgrade; echo OK")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#step", "<img src=x")
        self.assertEqual(browser.script("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertIn("%", browser.title)
        plain = self.apache.get("/upkeep/acme/plain").text
        self.assertIn("&lt;img src=x", plain)
        self.assertNotIn("<img", plain)
        self.assertNotIn("<script", plain)
        self.wait_for_url(browser, LOGIN.format("acme"))
        self.assert_calm(browser)

    def test_without_scripts(self):
        self.steps(3, 0.7)
        browser = self.open_browser(scripts=False)
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_url(browser, "/upkeep/acme/en/neoclassic/plain")
        self.assertIn("must be upgraded", browser.text("h1"))
        self.assertEqual(self.installation.states("acme"), {"acme": "pending"}, "looking starts nothing")
        browser.click("button")
        wait_for(lambda: browser.text("h1") in ("Your workspace is being upgraded.", "Your workspace is ready."),
                 "it says so by itself", 30)
        self.wait_for_url(browser, LOGIN.format("acme"))

    def test_where_the_script_does_not_start(self):
        """An old browser, or a proxy that lets no script through: the way on is there to see."""
        script = self.apache.directory / "web" / "page.js"
        works = script.read_text()
        for broken in ("", "this is no script (", "throw new Error('blocked');"):
            with self.subTest(broken):
                script.write_text(broken)
                browser = self.open_browser()
                browser.open(self.apache.url + LOGIN.format("acme"))
                wait_for(lambda: "Upgrade my workspace" in browser.text("main"), "a way on", 30)
                browser.click("#instead a")
                self.wait_for_url(browser, "/upkeep/acme/en/neoclassic/plain")
                self.assertIn("Upgrade now", browser.text("main"))
        script.write_text(works)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(
            lambda: not browser.script("return Boolean(document.querySelector('#instead'))"), "the script takes it away"
        )

    def test_screen_reader_and_keyboard(self):
        self.steps(4, 1.5)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#said", "is being upgraded")
        self.assertEqual(browser.role("#bar"), "progressbar")
        self.assertEqual(browser.label("#bar"), "Your workspace is being upgraded.")
        self.assertEqual(browser.role("#aloud"), "status")
        self.assertEqual(browser.role("#said"), "heading")
        tree = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        live = [node for node in tree if any(p["name"] == "live" for p in node.get("properties", []))]
        self.assertEqual(len(live), 1, "one place speaks")
        self.wait_for_text(browser, "#said", "is ready")
        self.assertEqual(browser.script("const l = document.querySelector('#login'); l.focus();"
                                        "return document.activeElement === l && l.textContent"), "Log in")

    def test_reload_keeps_the_bar(self):
        self.steps(10, 0.5)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(lambda: (browser.property("#bar", "value") or 0) >= 20, "a fifth is done", 30)
        before = browser.property("#bar", "value")
        browser.reload()
        wait_for(lambda: browser.shown("#bar"), "it shows the bar")
        self.assertGreaterEqual(browser.property("#bar", "value"), before)


if __name__ == "__main__":
    unittest.main()
