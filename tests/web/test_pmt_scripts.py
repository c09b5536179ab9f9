# SPDX-License-Identifier: MIT
"""What the script of the patch tool adds: ticks without a reload, news, proposals, guards, keys."""

import time
import unittest

from upkeep_test import wait_for
from upkeep_test.browser import Browser
from upkeep_test.paths import is_long
from upkeep_test.patches import TESTING_ITEMS
from upkeep_test.pmt_site import SiteTest

DOWN, ENTER, ESCAPE, TAB = "\ue015", "\ue007", "\ue00c", "\ue004"
#: Whether the browser would ask before the page is left.
WOULD_ASK = "return !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
BACK_IN_VIEW = "document.dispatchEvent(new Event('visibilitychange'))"


def button(item: str, act: str = "tick") -> str:
    return f'ul.check form[action$="/{act}"] button[value="{item}"]'


class TickTest(SiteTest):
    def setUp(self) -> None:
        super().setUp()
        self.name = self.patch_in_testing()
        self.quinn = self.browser("quinn")
        self.open(self.quinn, f"/patches/{self.name}")
        self.quinn.script("window.stayed = true")

    def wait_ticked(self, *items: str) -> None:
        for item in items:
            wait_for(lambda: self.quinn.find_or_none(button(item, "untick")), f"{item} is ticked")

    def ticked(self) -> list[str]:
        return [item["name"] for item in self.show(self.name)["items"] if item["ticked"]]

    def has_stayed(self) -> bool:
        return bool(self.quinn.script("return Boolean(window.stayed)"))

    def test_without_a_reload(self):
        first = TESTING_ITEMS[0]
        self.quinn.click("section.next summary")
        self.quinn.type("section.next [name=comment]", "typed before")
        self.quinn.script(f"document.querySelector('{button(first)}').focus()")
        self.quinn.press(ENTER)
        self.wait_ticked(first)
        self.assertTrue(self.has_stayed())
        self.assertEqual(self.ticked(), [first])
        self.assertIn("ticked", self.quinn.text("#live"))
        self.assertEqual(self.quinn.property("#live", "role"), "status")
        focus = self.quinn.script("return document.activeElement.closest('li')?.id + document.activeElement.value")
        self.assertEqual(focus, "item-1" + first)
        self.assertIn("1 of 10", self.quinn.text("#checks"))
        self.assertNotIn(first, self.quinn.text("section.next"))
        self.assertIn("typed before", self.quinn.script(
            "return Array.from(document.querySelectorAll('section.next [name=comment]'), (one) => one.value)"))
        self.assertNotIn("did=", self.quinn.url)
        self.quinn.click("#live button")
        wait_for(lambda: self.quinn.find_or_none(button(first)), "the tick is taken back")
        self.assertEqual(self.ticked(), [])
        self.assertTrue(self.has_stayed())

    def test_many_clicks(self):
        for item in TESTING_ITEMS[:5]:
            self.quinn.script(f"document.querySelector('{button(item)}').click()")
        self.wait_ticked(*TESTING_ITEMS[:5])
        self.assertEqual(self.ticked(), TESTING_ITEMS[:5])
        self.assertTrue(self.has_stayed())

    def test_a_double_click(self):
        item = TESTING_ITEMS[2]
        self.quinn.script(f"const one = document.querySelector('{button(item)}'); one.click(); one.click()")
        self.wait_ticked(item)
        self.quinn.script(f"document.querySelector('{button(item, 'untick')}').click()")
        self.assertEqual(self.ticked(), [item])
        events = [event["action"] for event in self.history(self.name)]
        self.assertEqual((events.count("tick"), events.count("untick")), (1, 0))

    def test_several_at_once(self):
        self.quinn.click(".several summary")
        for number in (1, 3, 4):
            self.quinn.click(f"#choose-{number}")
        self.quinn.click(".several button")
        chosen = [TESTING_ITEMS[0], TESTING_ITEMS[2], TESTING_ITEMS[3]]
        self.wait_ticked(*chosen)
        self.assertEqual(self.ticked(), chosen)
        self.assertEqual(len({event["event"] for event in self.history(self.name) if event["action"] == "tick"}), 1)
        self.assertTrue(self.has_stayed())
        self.assertTrue(self.quinn.property(".several", "open"))

    def test_a_refusal_shows_its_reason(self):
        self.site.run("pmt-lifecycle", "move", self.name, "Demote")
        with self.next_page(self.quinn):
            self.quinn.click(button(TESTING_ITEMS[0]))
        self.assertIn("anna did Demote", self.quinn.text("#problem"))
        self.assertEqual(self.ticked(), [])

    def test_no_answer(self):
        """The browser is offline: its own page says so, and nothing is done."""
        self.quinn.devtools("Network.enable")
        self.addCleanup(self.quinn.devtools, "Network.disable")
        self.quinn.devtools("Network.setBlockedURLs", urls=["*/api/v1/*"])
        self.addCleanup(self.quinn.devtools, "Network.setBlockedURLs", urls=[])
        with self.next_page(self.quinn):
            self.quinn.click(button(TESTING_ITEMS[1]))
        self.assertEqual(self.ticked(), [TESTING_ITEMS[1]])
        self.assertIn("ticked", self.quinn.text(".note.done"))
        self.quinn.console()


class NewsTest(SiteTest):
    def test_what_others_do_is_announced(self):
        name = self.patch_in_testing()
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{name}")
        quinn.script("window.stayed = true")
        quinn.script(BACK_IN_VIEW)  # nothing is new
        self.site.run("pmt-lifecycle", "tick", name, TESTING_ITEMS[0], TESTING_ITEMS[1])
        quinn.script(BACK_IN_VIEW)
        self.wait_text(quinn, "#live", "anna ticked 2 items.")
        self.assertIsNotNone(quinn.find_or_none(button(TESTING_ITEMS[0])), "it was applied")
        self.site.run("pmt-lifecycle", "untick", name, TESTING_ITEMS[0], user="lena")
        quinn.script(BACK_IN_VIEW)
        self.wait_text(quinn, "#live", "anna ticked 2 items, lena removed a tick.")
        self.assertTrue(quinn.script("return window.stayed"))
        with self.next_page(quinn):
            quinn.click("#live a")
        self.assertIsNotNone(quinn.find_or_none(button(TESTING_ITEMS[1], "untick")))
        self.assertEqual(quinn.text("#live"), "")

    def test_every_half_minute(self):
        if not is_long():
            self.skipTest("takes half a minute")
        name = self.patch_in_testing()
        quinn = self.browser("quinn")
        self.open(quinn, f"/patches/{name}")
        opened = time.monotonic()
        self.site.run("pmt-lifecycle", "tick", name, TESTING_ITEMS[0])
        wait_for(lambda: "anna ticked an item" in quinn.text("#live"), "it is announced", 40, every=0.5)
        self.assertGreater(time.monotonic() - opened, 25)


class TypingTest(SiteTest):
    def would_ask(self, browser: Browser) -> bool:
        return bool(browser.script(WOULD_ASK))

    def test_unsaved_text_is_guarded(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, f"/patches/{name}/edit")
        self.assertFalse(self.would_ask(anna))
        anna.type("#search", "x")
        self.assertFalse(self.would_ask(anna))
        anna.type("#f-overview_issueType", "x")
        self.assertTrue(self.would_ask(anna))
        anna.press("\ue003")  # backspace: as it was
        self.assertFalse(self.would_ask(anna))
        anna.type("#f-overview_issueType", "Bug")
        with self.next_page(anna):
            anna.click("main button.primary")
        self.assertIn("Undo", anna.text(".note.done"))
        self.assertFalse(self.would_ask(anna))

    def test_a_save_that_is_answered_by_a_login(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, f"/patches/{name}/edit")
        anna.type("#f-overview_issueType", "Bug")
        # As mod_auth_openidc answers where the session is over: it leads to another server.
        anna.script("const real = window.fetch; window.fetch = (address, options) =>"
                    " real(address, {...options, method: 'GET'}).then(() => ({type: 'opaqueredirect', status: 0}))")
        anna.click("main button.primary")
        self.wait_text(anna, "#live", "you are no longer logged in")
        self.assertEqual(anna.property("#f-overview_issueType", "value"), "Bug")
        self.assertTrue(self.would_ask(anna))

    def test_proposals(self):
        for value in ("ESB 4.8.1", "ESB 4.9.0", "IS 5.0.0"):
            self.site.run("pmt-patch", "choices", "products", "--add", value, user="lena")
        self.site.run("pmt-patch", "choices", "people", "--add", "anna", "andrew", "lena", user="lena")
        anna = self.browser("anna")
        self.open(anna, "/queue/new")
        options = "return Array.from(document.getElementById(arguments[0]).list.options, (one) => one.value)"
        anna.type("#f-peopleInvolved_developedby", "an")
        wait_for(lambda: anna.script(options, "f-peopleInvolved_developedby") == ["andrew", "anna"]
                 or anna.script(options, "f-peopleInvolved_developedby") == ["anna", "andrew"], "people are proposed")
        anna.type("#f-overview_products-add", "es")
        wait_for(lambda: anna.script(options, "f-overview_products-add") == ["ESB 4.8.1", "ESB 4.9.0"], "products, too")
        anna.type("#f-overview_products-add", "b 4.9.0" + ENTER)
        anna.type("#f-overview_products-add", "IS 5.0.0" + TAB)
        self.assertEqual(anna.property("#f-overview_products", "value"), "esb 4.9.0\nIS 5.0.0")
        self.assertEqual(anna.label("#f-overview_products-add"), "Add to Products")


class KeysTest(SiteTest):
    def test_keys(self):
        name = self.complete_patch()
        anna = self.browser("anna")
        self.open(anna, "/patches")
        anna.press("j", "j")
        names = anna.script("return Array.from(document.querySelectorAll('tbody a[href*=patches]'), (one) => one.text)")
        at = "return document.activeElement.textContent"
        self.assertEqual(anna.script(at), anna.script("return document.querySelectorAll('tbody tr')[1]"
                                                      ".querySelector('a').textContent"))
        anna.press("k")
        self.assertEqual(anna.script(at), names[0])
        with self.next_page(anna):
            anna.press("g", "q")
        self.assertTrue(anna.url.endswith("/queue"), anna.url)
        with self.next_page(anna):
            anna.press("g", "m")
        self.assertTrue(anna.url.endswith("/pmt/"), anna.url)
        anna.press("/")
        self.assertEqual(anna.focused(), "search")
        anna.press("g", "q", "?")
        self.assertEqual(anna.property("#search", "value"), "gq?")
        self.open(anna, f"/patches/{name}")
        with self.next_page(anna):
            anna.press("e")
        self.assertTrue(anna.url.endswith("/edit"), anna.url)
        self.open(anna, f"/patches/{name}")
        anna.press("p")
        self.assertTrue(anna.script(at).startswith("Promote"))
        with self.next_page(anna):
            anna.press(ENTER)
        self.assertEqual(self.show(name)["state"], "ReadyForQA")

    def test_switched_off(self):
        lena = self.browser("lena")
        self.open(lena, "/queue")
        with self.next_page(lena):
            lena.press("?")
        self.assertTrue(lena.url.endswith("/me"), lena.url)
        lena.click("#use-keys")
        self.open(lena, "/queue")
        lena.press("/", "g", "m")
        self.assertEqual(lena.focused(), "body")
        self.assertTrue(lena.url.endswith("/queue"), lena.url)
        self.open(lena, "/me")
        lena.click("#use-keys")
        lena.press(TAB, "/")
        self.assertEqual(lena.focused(), "search")


class SizeTest(SiteTest):
    def test_style_and_script_are_small(self):
        anna = self.browser("anna")
        self.open(anna, "/")
        sizes = anna.script("return performance.getEntriesByType('resource')"
                            ".filter((one) => /site\\.(css|js)$/.test(one.name)).map((one) => one.decodedBodySize)")
        self.assertEqual(len(sizes), 2)
        self.assertLess(sum(sizes), 40 * 1024)

    def test_times_are_local(self):
        anna = self.browser("anna")
        anna.devtools("Emulation.setTimezoneOverride", timezoneId="Asia/Colombo")
        self.addCleanup(anna.devtools, "Emulation.setTimezoneOverride", timezoneId="")
        self.open(anna, f"/patches/{self.site.busy}")
        shown, stamp = anna.script("const one = document.querySelector('dl time');"
                                   " return [one.textContent, one.dateTime]")
        hour, minute = int(stamp[11:13]), int(stamp[14:16])
        late = (hour * 60 + minute + 330) % (24 * 60)
        self.assertIn(f"{(late // 60 + 11) % 12 + 1}:{late % 60:02}", shown)


if __name__ == "__main__":
    unittest.main()
