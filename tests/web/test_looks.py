# SPDX-License-Identifier: MIT
"""How the page looks on a desk and on a dark phone; the documentation's pictures of it."""

import unittest

from upkeep_test import wait_for
from upkeep_test.web import PageTest, keep_picture


class LooksTest(PageTest):
    def test_on_a_desk_and_on_a_phone(self):
        self.steps(3, 0.5)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))
        self.installation.add_small("initech")
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        desktop = self.open_browser(width=900, height=520)
        desktop.open(self.apache.url + "/upkeep/acme/")
        self.wait_for_text(desktop, "#said", "is waiting to be upgraded")
        keep_picture(desktop, "page-queued.png")
        phone = self.open_browser()
        phone.emulate_phone(360, 640)
        phone.prefer(prefers_color_scheme="dark")
        phone.open(self.apache.url + "/upkeep/initech/es/neoclassic/")
        self.wait_for_text(phone, "#said", "espera su turno")
        wide = phone.script("return document.documentElement.scrollWidth > innerWidth")
        self.assertFalse(wide, "a phone has to scroll sideways")
        dark = phone.script("return getComputedStyle(document.body).backgroundColor")
        self.assertEqual(dark, "rgb(14, 18, 23)")
        self.steps(5, 1.6)
        drain = self.start("ws-upgrade", "--drain", env=self.installation.env)
        self.wait_for_running(desktop)
        keep_picture(desktop, "page-running.png")
        self.wait_for_running(phone)
        keep_picture(phone, "page-phone.png")
        drain.wait()
        self.assert_calm(phone)

    def wait_for_running(self, browser) -> None:
        wait_for(
            lambda: "Part" in browser.text("#step") and (browser.property("#bar", "value") or 0) > 30, "it runs", 60
        )


if __name__ == "__main__":
    unittest.main()
