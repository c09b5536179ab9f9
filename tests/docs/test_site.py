# SPDX-License-Identifier: MIT
"""The documentation as a site: complete, without dead links, readable without a network."""

import filecmp
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from upkeep_test import REPOSITORY, TestCase, wait_for
from upkeep_test.browser import Browser, Driver
from upkeep_test.manual import MAN

SOURCES = ("scripts/site", "CMakeLists.txt", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md")


def site(script, *arguments, path="/usr/bin:/bin"):
    return subprocess.run(
        [script, *arguments], capture_output=True, text=True, check=False, timeout=120, env={"PATH": path}
    )


class SiteTestCase(TestCase):
    """With the site in `output`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not pathlib.Path("/usr/bin/mkdocs").exists() or not shutil.which("mandoc"):
            raise unittest.SkipTest("mkdocs and mandoc are not installed")
        cls.directory = tempfile.TemporaryDirectory(prefix="upk-site-")
        cls.addClassCleanup(cls.directory.cleanup)
        cls.output = pathlib.Path(cls.directory.name) / "site"
        result = site(REPOSITORY / "scripts/site", "--output", cls.output)
        assert result.returncode == 0, result.stderr


class SiteTest(SiteTestCase):
    def build(self, script=REPOSITORY / "scripts/site", status=0):
        output = self.make_directory() / "site"
        result = site(script, "--output", output)
        self.assertEqual(result.returncode, status, result.stderr)
        return output if status == 0 else result.stderr

    def copy(self):
        """The parts of the repository that the site is made from, to be broken."""
        copy = self.make_directory() / "copy"
        for name in ("docs", "man"):
            shutil.copytree(REPOSITORY / name, copy / name)
        for name in SOURCES:
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, copy / name)
        return copy

    def test_every_page_is_in_the_navigation_of_every_page(self):
        output = self.output
        expected = {output / "reference" / f"{path.name}.html" for path in MAN.glob("*.[1-8]")}
        for path in (REPOSITORY / "docs").rglob("*.md"):
            if path.name != "index.md":
                name = str(path.relative_to(REPOSITORY / "docs").with_suffix(".html"))
                expected.add(output / name.replace("/README", ""))
        self.assertGreater(len(expected), 20)
        pages = [path for path in output.rglob("*.html") if path.name != "search.html"]
        for page in pages:
            text = page.read_text()
            menu = text.partition('<nav class="pages"')[2].partition("</nav>")[0]
            targets = {(page.parent / target).resolve() for target in re.findall(r'href="([^"#]+)"', menu)}
            with self.subTest(page.relative_to(output)):
                self.assertEqual(expected - targets, set())
                self.assertRegex(text, r"<title>[^<·]+(?: · upkeep| documentation)</title>")
                self.assertEqual(len(re.findall(r"<h1\b", text)), 1)
                self.assertNotRegex(text, r"<h\d[^>]*>[^<]*\{:|^ *```", "Markdown that was not understood")

    def test_nothing_is_loaded_from_elsewhere(self):
        for page in self.output.rglob("*"):
            if page.suffix in (".html", ".css"):
                with self.subTest(page.name):
                    loaded = re.findall(
                        r"""<(?:link|script|img|iframe|source)\b[^>]*(?:https?:)?//|url\(|@import""", page.read_text()
                    )
                    self.assertEqual(loaded, [])

    def test_pages_are_linked_by_their_names(self):
        output = self.output
        faults = (output / "faults.html").read_text()
        self.assertIn('<a href="reference/upkeep.7.html">upkeep(7)</a>', faults)
        scale = (output / "scale.html").read_text()
        self.assertIn("<code>ws-check --all --pending | ws-schedule --no-job</code>", scale)
        upgrade = next(output.glob("reference/ws-upgrade.*")).read_text()
        self.assertIn('href="upkeep.7.html#THE_PROMISE"', upgrade)
        self.assertNotIn("at.1.html", upgrade, "a page of the system is not a link")

    def test_two_builds_are_equal(self):
        first, second = self.output, self.build()
        names, others = (
            sorted(str(path.relative_to(made)) for path in made.rglob("*") if path.is_file())
            for made in (first, second)
        )
        self.assertEqual(names, others)
        self.assertEqual(filecmp.cmpfiles(first, second, names, shallow=False)[1:], ([], []))

    def test_what_is_dead_is_refused(self):
        for name, text, words in (
            ("docs/scale.md", "[nothing](nothing.md)", "docs/scale.md: the link to nothing.md"),
            ("docs/scale.md", "[no part](faults.md#nowhere)", "scale.html: there is no anchor faults.html#nowhere"),
            ("docs/scale.md", '<img src="https://example.org/a.png">', "scale.html: loads https://example.org/a.png"),
            ("docs/scale.md", "see ws-check(8)", "scale.html: there is no page ws-check(8)"),
            ("docs/more.md", "# More", "docs/index.md does not list docs/more.md"),
        ):
            with self.subTest(words):
                copy = self.copy()
                with open(copy / name, "a", encoding="utf-8") as file:
                    file.write(f"\n{text}\n" if file.tell() else f"{text}\n")
                self.assertIn(words, self.build(copy / "scripts/site", 1))

    def test_only_a_site_is_replaced(self):
        directory = self.make_directory()
        (directory / "mine").write_text("keep")
        result = site(REPOSITORY / "scripts/site", "--output", directory)
        self.assertEqual((result.returncode, (directory / "mine").read_text()), (1, "keep"), result.stderr)

    def test_a_missing_package_is_named(self):
        result = site(REPOSITORY / "scripts/site", path="/nonexistent")
        self.assertEqual(result.returncode, 69)
        self.assertIn("apt-get install --no-install-recommends mandoc", result.stderr)


class BrowserTest(SiteTestCase):
    """As local files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.driver = Driver()
        cls.addClassCleanup(cls.driver.close)

    def open(self, page, **options):
        browser = Browser(self.driver, **options)
        self.addCleanup(browser.close)
        browser.open(f"file://{self.output}/{page}")
        return browser

    def test_search(self):
        browser = self.open("reference/upkeep.7.html")
        browser.type("input[type=search]", "break-lease\ue007")
        wait_for(lambda: browser.find_or_none("#results a"), "there are results")
        found = browser.script("return [...document.querySelectorAll('#results a')].map((a) => a.textContent)")
        self.assertTrue([title for title in found if title.startswith("ws-upgrade(")], found)
        self.assertEqual(browser.console(), [])
        browser.click("#results a")
        wait_for(lambda: "search.html" not in browser.url, "the page is opened")

    def test_on_a_phone(self):
        browser = self.open("index.html", width=500, scripts=False)
        browser.emulate_phone(400, 800)
        self.assertFalse(browser.shown("nav.pages"))
        browser.click("label.menu")
        self.assertTrue(browser.shown("nav.pages"))
        browser = self.open("index.html", width=500)
        browser.emulate_phone(400, 800)
        for page in sorted(self.output.rglob("*.html")):
            browser.open(f"file://{page}")
            with self.subTest(page.name):
                widths = browser.script("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]")
                self.assertLessEqual(widths[0], widths[1], "it scrolls sideways")


if __name__ == "__main__":
    unittest.main()
