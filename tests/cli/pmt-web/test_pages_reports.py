# SPDX-License-Identifier: MIT
"""/reports: pmt-report's reports as pages and as files, with their parameters."""

import html
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from upkeep_test.patches import make_patches
from upkeep_test.pmt_web import PmtWebCase

#: Report, its parameters, the tool's words for the same.
SAME = [
    ("health", {}, []),
    ("progress", {"q": "client=Acme developer=bob"}, ["client=Acme", "developer=bob"]),
    ("released", {"from": "2013-03-01", "to": "2013-06-30"}, ["--from", "2013-03-01", "--to", "2013-06-30"]),
    ("released", {"by": "client"}, ["--by", "client"]),
    ("trend", {"by": "quarter"}, ["--by", "quarter"]),
    ("state-at", {"date": "2013-09-01"}, ["2013-09-01"]),
    ("qa", {"product": "ESB 4.8.1"}, ["--product", "ESB 4.8.1"]),
    ("service-pack", {"product": "ESB 4.8.1", "platform": "4.2.0"},
     ["--product", "ESB 4.8.1", "--platform", "4.2.0"]),
    ("install-order", {"patch": "4.2.0-3\r\n4.2.0-1"}, ["4.2.0-3", "4.2.0-1"]),
    ("conflicts", {}, []),
]


class ReportPagesTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        path = self.make_directory() / "all.json"
        path.write_text(json.dumps(make_patches(80)))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def report(self, *words: str) -> bytes:
        return self.assert_status(self.installation.run("pmt-report", *words), 0).stdout

    def page_and_report(self, path: str, *words: str) -> tuple[bytes, bytes]:
        """Both of the same second, because reports have ages."""
        while True:
            before = self.report(*words)
            page = self.page(path).raw_body
            if self.report(*words) == before:
                return page, before

    def test_files_are_the_tools(self):
        for name, parameters, words in SAME:
            for kind in ("csv", "json"):
                with self.subTest(name=name, kind=kind):
                    query = urllib.parse.urlencode(parameters | {"format": kind})
                    page, report = self.page_and_report(f"/reports/{name}?{query}", name, *words, "--format", kind)
                    self.assertEqual(page, report)
        answer = self.page("/reports/trend?format=svg")
        self.assertEqual(answer.headers["content-type"], "image/svg+xml")
        self.assertTrue(ElementTree.fromstring(answer.raw_body).tag.endswith("svg"))

    def test_the_page_has_the_rows_and_the_form(self):
        for name, parameters, words in SAME:
            with self.subTest(name=name):
                page = self.page(f"/reports/{name}?{urllib.parse.urlencode(parameters)}").text
                rows = len(json.loads(self.report(name, *words, "--format", "json")))
                table = page[page.index("<tbody>"):page.index("</tbody>")]
                self.assertEqual(table.count("<tr>"), rows)
                for parameter in parameters:
                    self.assertIn(f'name="{parameter}"', page)
                self.assertIn("pmt-report " + name, page)
                self.assertNotIn("<style", page)

    def test_of_a_server(self):
        """What the tool reads from files are parameters."""
        lists = {"applied": "# of the server\r\npatch0001\r\npatch0003\r\n", "service-pack": "patch0002"}
        words = ["--platform", "4.2.0"]
        for name, text in lists.items():
            path = self.make_directory() / name
            path.write_text(text)
            words += ["--" + name, str(path)]
        for name in ("missing", "effective"):
            with self.subTest(name=name):
                query = urllib.parse.urlencode({"platform": "4.2.0"} | lists)
                page, report = self.page_and_report(f"/reports/{name}?{query}&format=json", name, *words, "--format",
                                                    "json")
                self.assertEqual(page, report)
                self.assertEqual(self.page(f"/api/v1/reports/{name}?{query}").raw_body, report)
                page = self.page(f"/reports/{name}?{query}").text
                self.assertIn("--applied &lt;(printf &#39;%s\\n&#39; &#39;# of the server&#39; &#39;patch0001&#39;"
                              " &#39;patch0003&#39;)", page)
        fresh = self.page("/api/v1/reports/missing?platform=4.2.0&applied=").json
        self.assertGreater(len(fresh), len(json.loads(self.report("missing", *words, "--format", "json"))))
        self.assertEqual(self.get("/api/v1/reports/missing?platform=4.2.0").status, 400)
        self.assertEqual(self.get("/api/v1/reports/missing?platform=4.2.0&applied=x").status, 422)

    def test_names_are_links(self):
        page = self.page("/reports/health").text
        name = re.search(r'href="/pmt(/patches/WSO2-CARBON-PATCH-[^"]*)"', page)
        self.assertTrue(name)
        self.page(html.unescape(name.group(1)))

    def test_the_list(self):
        page = self.page("/reports").text
        names = re.findall(r'href="/pmt/reports/([a-z-]+)"', page)
        self.assertGreaterEqual(len(names), 14)
        for name in names:
            self.page(f"/reports/{name}")

    def test_what_is_missing_is_asked_for(self):
        page = self.page("/reports/qa").text
        self.assertIn("product", page)
        self.assertIn('id="p-product"', page)
        self.assertNotIn("<tbody>", page)

    def test_what_is_wrong_comes_back(self):
        for path, text in (("/reports/trend?by=decade", "decade"), ("/reports/released?from=never", "never"),
                           ("/reports/released?from=2014-02-01&to=2013-01-01", "later"),
                           ("/reports/progress?q=nosuch%3D1", "nosuch"), ("/reports/health?product=x", "product")):
            with self.subTest(path=path):
                answer = self.get(path)
                self.assertEqual((answer.status, answer.exit_status), (400, 64), answer.text)
                self.assertIn(text, answer.text)
                self.assertIn('class="parameters"', answer.text)
        answer = self.get("/reports/health?format=xls")
        self.assertEqual((answer.status, answer.exit_status), (400, 64))
        answer = self.get("/reports/helth")
        self.assertEqual((answer.status, answer.exit_status), (404, 2))
        self.assertIn("health", answer.text)
