# SPDX-License-Identifier: MIT
"""A patch from its request to its release by three people in browsers: every click counts."""

import unittest

from upkeep_test import wait_for
from upkeep_test.browser import Browser
from upkeep_test.patches import TESTING_ITEMS
from upkeep_test.pmt_site import SUMMARY, SiteTest

ENTER = "\ue007"


class Hand:
    """A person's hand on the mouse: counts clicks."""

    def __init__(self, case: SiteTest, browser: Browser):
        self.case, self.browser, self.clicks = case, browser, 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.browser.click(selector)

    def go(self, selector: str) -> None:
        """A click that leads to another page."""
        with self.case.next_page(self.browser):
            self.click(selector)

    def counted(self) -> int:
        """How many there were since the last call."""
        clicks, self.clicks = self.clicks, 0
        return clicks


class StoryTest(SiteTest):
    scripts = True

    def hand(self, person: str) -> Hand:
        return Hand(self, self.browser(person, scripts=self.scripts))

    def shown_name(self, hand: Hand) -> str:
        """The patch whose page is open."""
        return hand.browser.url.partition("?")[0].rpartition("/")[2]

    def request(self) -> str:
        """By the lead: typed into a form."""
        lead = self.hand("lena")
        self.open(lead.browser, "/queue/new")
        lead.browser.type("#f-platform", "4.4.0")
        lead.browser.type("#f-overview_client", "Initech")
        lead.browser.type("#f-overview_products", "ESB 4.8.1")
        lead.browser.type("#f-overview_description", SUMMARY)
        lead.go("main button.primary")
        self.assertEqual(lead.counted(), 1)
        return self.shown_name(lead)

    def take(self, request: str) -> str:
        """From what waits for the developer, with one click."""
        developer = self.hand("anna")
        self.open(developer.browser, "/")
        developer.go(f'form[action$="/queue/{request}/take"] button')
        self.assertEqual(developer.counted(), 1)
        name = self.shown_name(developer)
        self.assertTrue(name.startswith("WSO2-CARBON-PATCH-4.4.0-"), name)
        return name

    def fill_the_gap(self, name: str) -> None:
        """What Promote lacks: named on the page, one click away; saving promotes."""
        developer = self.hand("anna")
        self.open(developer.browser, f"/patches/{name}")
        self.assertIn("Promote is not possible yet", developer.browser.text(".why"))
        developer.go('.why a[href*="missing=Promote"]')
        self.assertEqual(developer.counted(), 1)
        self.assertEqual(developer.browser.focused(), "f-jiraInformation_supportJIRA")
        for field, text in (("jiraInformation_supportJIRA", "SUP-4711"), ("jiraInformation_publicJIRA", "CARBON-15"),
                            ("patchInformation_revision", "182374")):
            developer.browser.type(f"#f-{field}", text)
        developer.go('button[name="then"]')
        self.assertEqual(developer.counted(), 1)
        self.assertIn("ReadyForQA", developer.browser.text("h1"))
        self.assertIn("ReadyForQA", developer.browser.text(".note.done"))

    def find(self, hand: Hand, name: str) -> None:
        """By its number, as people write it, in the search box: no click."""
        platform, number = name.split("-")[-2:]
        self.open(hand.browser, "/")
        with self.next_page(hand.browser):
            hand.browser.type("#search", f"{platform}-{int(number)}{ENTER}")
        self.assertEqual((self.shown_name(hand), hand.counted()), (name, 0))

    def tick(self, hand: Hand, item: str) -> None:
        hand.click(f'form[action$="/tick"] button[value="{item}"]')
        wait_for(lambda: hand.browser.find_or_none(f'li.done form[action$="/untick"] button[value="{item}"]'),
                 f"{item} is ticked")
        self.assertEqual(hand.counted(), 1)

    def promote(self, hand: Hand, target: str) -> None:
        self.assertEqual(hand.browser.text("section.next button.primary"), f"Promote → {target}")
        hand.go("section.next button.primary")
        self.assertIn(target, hand.browser.text("h1"))

    def verify(self, hand: Hand, name: str) -> None:
        """Where the page offers it: the form for an archive is one click away."""
        link = f'a[href$="/patches/{name}/verify"]'
        if hand.browser.find_or_none(link):
            hand.go(link)
            self.assertEqual(hand.counted(), 1)
            self.assertEqual(hand.browser.property('input[type="file"]', "name"), "archive")
            hand.browser.back()

    def test_the_lead_a_developer_and_a_qa_engineer(self):
        name = self.take(self.request())
        self.fill_the_gap(name)
        qa = self.hand("quinn")
        self.find(qa, name)
        self.tick(qa, "A QA engineer has taken it")
        self.promote(qa, "Testing")
        self.assertEqual(qa.counted(), 1)
        self.verify(qa, name)
        self.open(qa.browser, f"/patches/{name}")
        for item in TESTING_ITEMS:
            self.tick(qa, item)
        self.open(qa.browser, f"/patches/{name}")
        self.undo_and_release(qa, name)
        lead = self.hand("lena")
        self.find(lead, name)
        self.assertIn("Released", lead.browser.text("h1"))
        self.assertEqual(self.show(name)["state"], "Released")
        actors = {event["actor"] for event in self.history(name)}
        self.assertEqual(actors, {"lena", "anna", "quinn"})

    def undo_and_release(self, qa: Hand, name: str) -> None:
        """With the time that it took; undone with one click, and done again."""
        qa.browser.type("section.next form.event:first-of-type [name=time]", "1h")
        self.promote(qa, "Released")
        self.assertLessEqual(qa.counted(), 2)
        self.assertIn("Released", qa.browser.text(".note.done"))
        qa.go(".note.done button")
        self.assertEqual(qa.counted(), 1)
        self.assertIn("Testing", qa.browser.text("h1"))
        self.assertEqual(self.show(name)["state"], "Testing")
        self.promote(qa, "Released")
        self.assertEqual(qa.counted(), 1)


class NoScriptStoryTest(StoryTest):
    """The same, where scripts are off."""

    scripts = False


if __name__ == "__main__":
    unittest.main()
