# SPDX-License-Identifier: MIT
"""Every page of the patch tool for everybody: axe-core, zoom, targets, colours, paper."""

import pathlib
import unittest
import urllib.parse

from upkeep_test.axe import axe_source, findings
from upkeep_test.browser import Browser
from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_site import SiteTest

#: Sizes of a window, in CSS pixels: a desk, and a phone, which is the desk at 400 %.
DESK, PHONE = (1280, 900), (320, 700)
#: What is smaller than 24 pixels, or overlaps so that it is; links within a sentence may be.
SMALL = """
const inline = (element) => getComputedStyle(element).display === 'inline' &&
  Array.from(element.parentNode.childNodes).some((one) => one.nodeType === 3 && one.textContent.trim());
return Array.from(document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary'))
  .filter((element) => element.checkVisibility() && !inline(element))
  .map((element) => ({element, box: element.getBoundingClientRect()}))
  .filter(({element, box}) => box.right > 0 && (box.height < 23.5 || box.width < 23.5))
  .map(({element, box}) => element.outerHTML.slice(0, 90) + ` ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`)
  .slice(0, 5);
"""
#: What is wider than its window.
WIDE = """
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) return [];
return Array.from(document.querySelectorAll('main *')).filter((element) =>
  element.getBoundingClientRect().right > width + 0.5 && !element.closest('.picture'))
  .map((element) => element.outerHTML.slice(0, 90)).slice(0, 5);
"""


class PagesTest(SiteTest):
    def setUp(self):
        super().setUp()
        self.source = axe_source()
        self.window = self.browser("lena")

    def resize(self, browser: Browser, size: tuple[int, int]) -> None:
        browser.devtools("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1,
                         mobile=False)

    def assert_good(self, browser: Browser, what: str) -> None:
        """In a large window and light colours, in a small one and dark colours."""
        self.addCleanup(browser.prefer, prefers_color_scheme="light")
        self.addCleanup(self.resize, browser, DESK)
        for size, colours in ((DESK, "light"), (PHONE, "dark")):
            with self.subTest(what, size=size, colours=colours):
                self.resize(browser, size)
                browser.prefer(prefers_color_scheme=colours)
                self.assertEqual(findings(browser, self.source), [])
                self.assertEqual(browser.script(SMALL), [])
                self.assertEqual(browser.script(WIDE), [])

    def test_pages(self):
        busy = urllib.parse.quote(self.site.busy)
        event = self.history(self.site.busy)[-1]["event"]
        for path in ("/", "/patches", "/patches?q=state:Testing&fields=patch,state,jars,client", f"/patches/{busy}",
                     f"/patches/{busy}?at=2d", f"/patches/{busy}/edit?missing=Promote", f"/patches/{busy}/history",
                     f"/patches/{busy}/history?event={event}", f"/patches/{busy}/verify", "/patches/new",
                     "/queue", "/queue?all", "/queue/Q-118",
                     "/queue/new", "/lifecycles", "/lifecycles/PatchLifeCycle", "/reports", "/reports/durations",
                     "/reports/workload", "/me", "/problems", "/problems/refused",
                     "/admin", "/admin?list=clients"):
            self.open(self.window, path)
            self.assertEqual(self.window.script("return document.querySelectorAll('main h1').length"), 1, path)
            self.assert_good(self.window, path)

    def test_a_mistake_is_found(self):
        self.open(self.window, "/")
        self.window.script("document.getElementById('search').removeAttribute('aria-label');"
                           "document.getElementById('search').removeAttribute('placeholder');"
                           "document.querySelector('h1').style.color = '#999'")
        found = {one.partition(":")[0] for one in findings(self.window, self.source)}
        self.assertEqual(found, {"label", "color-contrast"})

    def test_nothing_found(self):
        self.open(self.window, "/patches?q=client=Nobody")
        self.assert_good(self.window, "an empty list")
        self.open(self.window, "/patches/9.9.9-1")
        self.assert_good(self.window, "no such patch")

    def test_a_refused_form(self):
        name = self.complete_patch()
        self.open(self.window, f"/patches/{name}/edit")
        self.window.type("#f-patchInformation_md5", "not a digest")
        with self.next_page(self.window):
            self.window.click("main button.primary")
        self.assertEqual(self.window.focused(), "problem")
        self.assertEqual(self.window.script("return document.activeElement.querySelector('a').hash"),
                         "#f-patchInformation_md5")
        self.assert_good(self.window, "a refused form")

    def test_several_patches(self):
        window = self.browser("anna")
        self.open(window, "/patches?q=state=Testing")
        window.click("input[name=choose]")
        with self.next_page(window):
            window.click("button[name=act][value=edit]")
        self.assert_good(window, "fields of several patches")
        window.type("[name='set.patchInformation_revision']", "4711")
        with self.next_page(window):
            window.click("main button.primary")
        self.assertIn("4711", window.text("main"))
        self.assert_good(window, "what an edit of several patches would do")

    def send(self, form: str, values: dict[str, str], button: str = "button") -> None:
        """A form of the administration page: its fields by name."""
        for name, value in values.items():
            self.window.script("document.querySelector(arguments[0]).value = arguments[1]",
                               f'main form[action$="{form}"] [name="{name}"]', value)
        with self.next_page(self.window):
            self.window.click(f'main form[action$="{form}"] {button}')

    def test_administration(self):
        definition = lifecycle("Small", state("Open", ("Close", "Closed")), state("Closed"), state("Nowhere"))
        self.site.run("pmt-lifecycle", "load", self.write("Small.xml", definition))
        self.site.run("pmt-lifecycle", "attach", self.new_patch(), "Small", "--replace")
        newer = definition.replace('"Open"', '"Begun"')
        self.abandon_delivery()
        self.open(self.window, "/admin")
        self.send("/aliases", {"list": "products", "alias": "Enterprise Service Bus 4.8.1", "value": "ESB 4.8.1"})
        self.assert_good(self.window, "an alias, an abandoned notification")
        self.send("/admin/choices", {"list": "a b", "values": "x"})
        self.assertEqual(self.window.focused(), "problem")
        self.assert_good(self.window, "a refused form of the administration page")
        self.open(self.window, "/admin")
        self.send("/lifecycles", {"xml": newer})
        self.assertIn("Nowhere", self.window.text("main"))
        self.assert_good(self.window, "findings about a lifecycle")
        self.send("/lifecycles", {}, "button.primary")
        self.open(self.window, "/admin")
        self.send("/migrate", {"q": "lifecycle=Small", "map": "Open=Begun"})
        self.assert_good(self.window, "what a migration would do")
        self.send("/migrate", {})
        self.assertIn("Migrated: 1", self.window.text("main"))

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.site.installation.directory / name
        path.write_text(text)
        return path

    def test_what_was_done(self):
        name = self.complete_patch()
        self.open(self.window, f"/patches/{name}")
        with self.next_page(self.window):
            self.window.click("section.next button.primary")
        self.assertIn("Undo", self.window.text(".note.done"))
        self.assert_good(self.window, "a message with Undo")
        for summary in ("Log time", "Estimate", "Add link"):
            self.window.script("for (const one of document.querySelectorAll('summary'))"
                               " if (one.textContent === arguments[0]) one.parentNode.open = true", summary)
        self.assert_good(self.window, "blocks that were hidden")


if __name__ == "__main__":
    unittest.main()
