# SPDX-License-Identifier: MIT
"""Every page: well-formed, labelled, with landmarks and headings in order, without inline code."""

import getpass
import html
import json
import re

from upkeep_test.markup import Markup
from upkeep_test.patches import make_patches
from upkeep_test.pmt_web import PmtWebCase

LONG = "Ernestine-Wilhelmina-Anastasia-von-und-zu-Hohenstaufen-Baden"


class MarkupTest(PmtWebCase):
    roles = {"pmt-new": ["anna", getpass.getuser()], "pmt-edit": ["anna"], "pmt-views": ["anna"]}

    def setUp(self) -> None:
        super().setUp()
        path = self.make_directory() / "all.json"
        path.write_text(json.dumps(make_patches(60)))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)
        description = "\n".join(f"Line {i} <b>of</b> a long & \"odd\" text" for i in range(20))
        self.name = self.new(f"client={LONG}", "developer=anna", f"overview_description={description}",
                             lifecycle="PatchLifeCycle")
        self.request = self.assert_status(
            self.installation.run("pmt-patch", "request", "--set", "client=Acme", "--set", "priority=1"), 0
        ).text.strip()

    def assert_sound(self, path: str, user: str = "anna", status: int = 200) -> str:
        answer = self.get(path, user)
        self.assertEqual(answer.status, status, path)
        self.assertEqual(Markup(answer.text).faults, [], path)
        return answer.text

    def addresses(self) -> list[str]:
        patch = f"/patches/{self.name}"
        event = self.history(self.name)[0]["event"]
        return [
            "/", "/patches", "/patches?q=state%3DTesting+sort%3A-created", "/patches?q=nothinglikethis",
            "/patches?fields=patch,links,products", patch, f"{patch}/edit", f"{patch}/edit?missing=Promote",
            f"{patch}/history", f"{patch}/history?event={event}", "/patches/new", "/queue", "/queue?all",
            "/queue/new", f"/queue/{self.request}", f"/queue/{self.request}/edit", "/lifecycles",
            "/lifecycles/PatchLifeCycle", "/me", "/problems", "/problems/conflict",
            "/reports", "/reports/health", "/reports/trend?by=year", "/reports/qa", "/reports/recall?patch=4.2.0-1",
            "/reports/released?q=client%3DAcme&from=2013-01-01",
        ]

    def test_every_page(self):
        for path in self.addresses():
            for user in ("anna", "otto"):
                with self.subTest(path=path, user=user):
                    self.assert_sound(path, user)

    def test_pages_in_every_state(self):
        for state in ("Development", "ReadyForQA", "Testing", "FailedQA", "Released"):
            names = re.findall(r'href="/pmt(/patches/WSO2[^"?/]*)"', self.page(f"/patches?q=state%3D{state}").text)
            self.assertTrue(names, state)
            with self.subTest(state=state):
                self.assert_sound(html.unescape(names[0]))

    def test_what_went_wrong(self):
        for path, status in (("/patches/4.4.0-9999", 404), ("/nothing", 404), ("/patches?q=%22", 400),
                             ("/reports/qa?product=&from=never", 400)):
            with self.subTest(path=path):
                self.assert_sound(path, status=status)

    def test_a_form_that_comes_back(self):
        address = f"/patches/{self.name}/edit"
        form = self.page(address).form("/edit") | {"set.dates_releasedOn": ["not a date"]}
        answer = self.post(address, form)
        self.assertEqual(answer.status, 422, answer.text)
        self.assertEqual(Markup(answer.text).faults, [])

    def test_links_of_pages_lead_somewhere(self):
        seen: set[str] = set()
        for path in ("/", f"/patches/{self.name}", "/lifecycles", "/lifecycles/PatchLifeCycle", "/me", "/problems",
                     "/reports", "/reports/trend"):
            for link in re.findall(r' (?:href|src)="(/pmt/[^"#]*)"', self.page(path).text):
                seen.add(html.unescape(link))
        self.assertGreater(len(seen), 30)
        for link in sorted(seen):
            with self.subTest(link=link):
                self.assertIn(self.get(link).status, (200, 303), link)
