# SPDX-License-Identifier: MIT
"""How the patch tool looks on a desk, on paper and in a person's own colours; the documentation's pictures of it."""

import unittest

from upkeep_test.browser import Browser
from upkeep_test.pmt_site import SiteTest
from upkeep_test.web import keep_picture


class LooksTest(SiteTest):
    def resized(self, person: str, width: int, height: int) -> Browser:
        """The person's browser with a window of this size, until the end of the test."""
        browser = self.browser(person)
        browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                         mobile=False)
        self.addCleanup(browser.devtools, "Emulation.setDeviceMetricsOverride", width=1280, height=900,
                        deviceScaleFactor=1, mobile=False)
        return browser

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
        marks = quinn.script("return Array.from(document.querySelectorAll('ul.check li'), (one) =>"
                             " [getComputedStyle(one, '::before').content[1], one.offsetHeight < 40])")
        self.assertEqual(marks, [["\u2611", True]] * 3 + [["\u2610", True]] * 7)

    def test_lists_on_paper(self):
        """They are within forms, of which only the rows are printed, on the width of a page."""
        quinn = self.resized("quinn", 720, 1000)
        quinn.devtools("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(quinn.devtools, "Emulation.setEmulatedMedia", media="")
        for path in ("/patches", "/queue", "/", "/lifecycles/PatchLifeCycle", "/reports/durations"):
            with self.subTest(path):
                self.open(quinn, path)
                self.assertTrue(quinn.shown("main tbody tr"))
                self.assertEqual(quinn.script(
                    "return Array.from(document.querySelectorAll('header, button, input, select, textarea, summary'))"
                    ".filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))"), [])
                self.assertLessEqual(quinn.script("return document.documentElement.scrollWidth"), 720)

    def test_in_forced_colours(self):
        """What a background says otherwise has a border."""
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{self.site.busy}")
        quinn.prefer(forced_colors="active")
        self.addCleanup(quinn.prefer, forced_colors="none")
        widths = quinn.script("return ['.state', '.why', '.box'].map((one) =>"
                              " getComputedStyle(document.querySelector(one)).borderTopWidth)")
        self.assertEqual(widths, ["1px"] * 3)
        self.assertEqual(quinn.script("return getComputedStyle(document.querySelector('[aria-current]'))"
                                      ".borderBottomWidth"), "2px")
        self.open(quinn, f"/patches/{self.complete_patch()}")
        colours = quinn.script("return ['.primary', 'button:not(.primary)'].map((one) => getComputedStyle("
                               "document.querySelector('section.next ' + one)).backgroundColor)")
        self.assertNotEqual(*colours)

    def test_a_long_form_has_its_buttons_in_view(self):
        anna = self.browser("anna")
        self.open(anna, f"/patches/{self.site.busy}/edit")
        reach = "const box = document.querySelector('main .primary').getBoundingClientRect(); return box.bottom"
        height = anna.script("return innerHeight")
        self.assertGreater(anna.script("return document.documentElement.scrollHeight"), 2 * height)
        self.assertLess(anna.script(reach), height)
        # The field that has the focus is above them.
        anna.script("for (const one of document.querySelectorAll('main input:not([type=hidden]), main textarea')) {"
                    " one.focus(); if (one.getBoundingClientRect().top > innerHeight - 60) window.hidden = one.id; }")
        self.assertIsNone(anna.script("return window.hidden"))
        self.open(anna, f"/patches/{self.site.busy}")
        place = anna.script("return getComputedStyle(document.querySelector('form[action$=\"/comment\"] .buttons'))"
                            ".position")
        self.assertEqual(place, "static", "a short form has its buttons where it ends")

    def test_the_head_of_a_page_is_low_on_a_phone(self):
        lena = self.resized("lena", 320, 700)
        self.open(lena, "/")
        self.assertLess(lena.script("return document.querySelector('header.site').offsetHeight"), 130)

    def test_long_words_leave_room_for_other_columns(self):
        name = self.new_patch("overview_description=" + "x" * 200, "client=" + "Z" * 60, developer="y" * 60)
        anna = self.browser("anna")
        self.open(anna, f"/patches?q=patch={name}")
        widths = anna.script("return Array.from(document.querySelectorAll('tbody td'), (one) => one.offsetWidth)")
        self.assertLess(max(widths), 260)
        self.assertLessEqual(anna.script("return document.documentElement.scrollWidth"), 1280)

    def test_a_list_on_a_phone_has_its_boxes_beside_the_names(self):
        anna = self.resized("anna", 320, 700)
        self.open(anna, "/patches")
        box, name = anna.script("return ['input', 'a'].map((one) => document.querySelector('tbody tr ' + one)"
                                ".getBoundingClientRect())")
        self.assertLess(box["right"], name["left"])
        self.assertLess(box["top"], name["bottom"])


if __name__ == "__main__":
    unittest.main()
