# SPDX-License-Identifier: MIT
"""How the patch tool looks on a desk, on paper and in a person's own colours; the documentation's pictures of it."""

import unittest

from upkeep_test.pmt_site import SiteTest
from upkeep_test.web import keep_picture


class LooksTest(SiteTest):
    def test_pages(self):
        anna, busy = self.browser("anna"), self.site.busy
        for name, path, text in (("pmt-work.png", "/", "To do"), ("pmt-list.png", "/patches?q=sort:-created", "All"),
                                 ("pmt-patch.png", f"/patches/{busy}", "Promote is not possible yet"),
                                 ("pmt-edit.png", f"/patches/{busy}/edit", "Description"),
                                 ("pmt-queue.png", "/queue", "Take"),
                                 ("pmt-report.png", "/reports/durations", "median")):
            with self.subTest(path):
                self.open(anna, path)
                self.assertIn(text, anna.text("main"))
                keep_picture(anna, name)

    def test_a_long_description_has_the_whole_width(self):
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{self.site.busy}")
        text, card = quinn.script("return ['dd.long', '[aria-labelledby=details]'].map((one) =>"
                                  " document.querySelector(one).getBoundingClientRect().width)")
        self.assertGreater(text, card * 0.9)

    def test_the_next_step_is_seen_first(self):
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{self.complete_patch()}")
        top, colour, others = quinn.script(
            "const [first, ...rest] = document.querySelectorAll('section.next .event > button');"
            "const look = (one) => getComputedStyle(one).backgroundColor;"
            "return [first.getBoundingClientRect().top, look(first), rest.map(look)]")
        self.assertLess(top, 300)
        self.assertNotIn(colour, others)

    def test_on_paper(self):
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{self.site.busy}")
        quinn.devtools("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(quinn.devtools, "Emulation.setEmulatedMedia", media="")
        shown = quinn.script(
            "return Array.from(document.querySelectorAll('header.site, form, button, summary, .skip'))"
            ".filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))")
        self.assertEqual(shown, [])
        for part in ("Checklist", "Description", "Promote is not possible yet"):
            self.assertIn(part, quinn.text("main"))

    def test_in_forced_colours(self):
        """What a background says otherwise has a border."""
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{self.site.busy}")
        quinn.prefer(forced_colors="active")
        self.addCleanup(quinn.prefer, forced_colors="none")
        widths = quinn.script("return ['.state', '.why', '.box'].map((one) =>"
                              " getComputedStyle(document.querySelector(one)).borderTopWidth)")
        self.assertEqual(widths, ["1px"] * 3)


if __name__ == "__main__":
    unittest.main()
