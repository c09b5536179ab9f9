# SPDX-License-Identifier: MIT
"""Two people at one patch at once, and what a browser sends twice or late."""

import unittest

from upkeep_test import wait_for
from upkeep_test.browser import Browser
from upkeep_test.patches import TESTING_ITEMS
from upkeep_test.pmt_site import SiteTest

FIRST, SECOND = TESTING_ITEMS[0], TESTING_ITEMS[1]


def button(item: str, act: str = "tick") -> str:
    return f'ul.check form[action$="/{act}"] button[value="{item}"]'


class TogetherTest(SiteTest):
    """anna and quinn have the same page open; scripts are off, so that each act is a form."""

    def setUp(self) -> None:
        super().setUp()
        self.anna, self.quinn = self.browser("anna", scripts=False), self.browser("quinn", scripts=False)

    def both_open(self, path: str) -> None:
        for browser in (self.anna, self.quinn):
            self.open(browser, path)

    def send(self, browser: Browser, selector: str) -> None:
        with self.next_page(browser):
            browser.click(selector)

    def actions(self, name: str) -> list[str]:
        return [event["action"] for event in self.history(name)]

    def test_different_items(self):
        name = self.patch_in_testing()
        self.both_open(f"/patches/{name}")
        self.send(self.anna, button(FIRST))
        self.send(self.quinn, button(SECOND))
        for item in (FIRST, SECOND):
            self.assertIsNotNone(self.quinn.find_or_none(button(item, "untick")))
        self.assertIn("ticked", self.quinn.text(".note.done"))

    def test_the_same_item(self):
        name = self.patch_in_testing()
        self.both_open(f"/patches/{name}")
        self.send(self.anna, button(FIRST))
        self.send(self.quinn, button(FIRST))
        self.assertIsNone(self.quinn.find_or_none("#problem"))
        self.assertIsNone(self.quinn.find_or_none(".note.done"))  # there was nothing left to do
        self.assertIn("anna", self.quinn.text("li#item-1"))
        self.assertEqual(self.actions(name).count("tick"), 1)

    def test_a_tick_after_a_move(self):
        name = self.patch_in_testing()
        self.both_open(f"/patches/{name}")
        self.send(self.anna, '.event [value="Demote"] ~ button')
        self.send(self.quinn, button(FIRST))
        self.assertIn("anna did Demote", self.quinn.text("#problem"))
        self.assertIn("FailedQA", self.quinn.text("h1"))
        self.assertEqual(self.quinn.focused(), "problem")
        self.assertNotIn("tick", self.actions(name))

    def test_different_fields(self):
        name = self.complete_patch()
        self.both_open(f"/patches/{name}/edit")
        self.anna.type("#f-overview_issueType", "Bug")
        self.quinn.type("#f-patchInformation_publicBranch", "release-4")
        self.send(self.anna, "main button.primary")
        self.send(self.quinn, "main button.primary")
        self.assertIsNone(self.quinn.find_or_none("#problem"))
        details = self.quinn.text('[aria-labelledby="details"]')
        self.assertIn("Bug", details)
        self.assertIn("release-4", details)

    def test_the_same_field(self):
        name = self.complete_patch()
        self.both_open(f"/patches/{name}/edit")
        self.anna.type("#f-overview_issueType", "Bug")
        self.quinn.type("#f-overview_issueType", "Improvement")
        self.quinn.type("#f-patchInformation_publicBranch", "release-4")
        self.send(self.anna, "main button.primary")
        self.send(self.quinn, "main button.primary")
        problem = self.quinn.text("#problem")
        for part in ("anna", "Bug", "Improvement"):
            self.assertIn(part, problem)
        self.assertEqual(self.quinn.property("#f-overview_issueType", "value"), "Improvement")
        self.assertEqual(self.quinn.property("#f-patchInformation_publicBranch", "value"), "release-4")
        self.assertEqual(self.actions(name).count("edit"), 1)

    def test_two_moves(self):
        name = self.complete_patch()
        self.both_open(f"/patches/{name}")
        self.send(self.anna, "section.next button.primary")
        self.send(self.quinn, "section.next button.primary")
        self.assertIn("anna did Promote", self.quinn.text("#problem"))
        self.assertEqual(self.show(name)["state"], "ReadyForQA")

    def test_reload_and_back(self):
        name = self.complete_patch()
        self.open(self.anna, f"/patches/{name}")
        self.send(self.anna, "section.next button.primary")
        with self.next_page(self.anna):
            self.anna.reload()
        self.assertEqual(self.actions(name).count("move"), 1)
        with self.next_page(self.anna):
            self.anna.back()
        # The page of before, or made anew: what it offers does no harm.
        self.send(self.anna, "section.next button.primary")
        self.assertIn(self.actions(name).count("move"), (1, 2))
        self.assertIn(self.show(name)["state"], ("ReadyForQA", "Testing"))

    def test_a_refused_form_reloaded(self):
        """The browser sends it again: it is refused again."""
        name = self.patch_in_testing()
        self.both_open(f"/patches/{name}")
        self.send(self.anna, '.event [value="Demote"] ~ button')
        self.send(self.quinn, button(FIRST))
        with self.next_page(self.quinn):
            self.quinn.reload()
        self.assertIn("anna did Demote", self.quinn.text("#problem"))
        self.assertNotIn("tick", self.actions(name))


class LateTest(SiteTest):
    """What needs a script of the test to be made."""

    def test_a_double_click(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, f"/patches/{name}")
        with self.next_page(anna):
            anna.script("const one = document.querySelector('section.next button.primary'); one.click(); one.click()")
        wait_for(lambda: "ReadyForQA" in anna.text("h1"), "it has moved")
        self.assertIsNone(anna.find_or_none("#problem"))
        self.assertEqual([event["action"] for event in self.history(name)].count("move"), 1)

    def test_a_page_of_the_day_before_yesterday(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, f"/patches/{name}/edit")
        anna.type("#f-overview_issueType", "Bug & <b>")
        anna.script("for (const one of document.querySelectorAll('[name=token]')) one.value = arguments[0]",
                    self.site.old_token("anna", 49))
        with self.next_page(anna):
            anna.click("main button.primary")
        self.assertIn("more than two days", anna.text("#problem"))
        self.assertEqual(anna.property("#f-overview_issueType", "value"), "Bug & <b>")
        with self.next_page(anna):
            anna.click("main button.primary")
        self.assertIn("Undo", anna.text(".note.done"))
        self.assertIn("Bug & <b>", anna.text('[aria-labelledby="details"]'))

    def test_a_page_of_yesterday(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, f"/patches/{name}")
        anna.script("for (const one of document.querySelectorAll('[name=token]')) one.value = arguments[0]",
                    self.site.old_token("anna", 24))
        with self.next_page(anna):
            anna.click("section.next button.primary")
        self.assertIn("ReadyForQA", anna.text(".note.done"))


if __name__ == "__main__":
    unittest.main()
