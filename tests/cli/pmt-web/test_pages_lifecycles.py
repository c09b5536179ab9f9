# SPDX-License-Identifier: MIT
"""/lifecycles, /problems: what is loaded, what stands where, what a problem means."""

import html
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import PmtWebCase

ITEMS = '<item name="Built &amp; &lt;b&gt;" forEvent="Promote"><permissions>' \
        '<permission roles="lead"/></permissions></item><item name="Read"/>'
GATES = """<data name="transitionValidation"><validation forEvent="Promote" class="x.AttributeExistenceValidator">
<parameter name="attributes" value="overview_client,overview_products"/></validation></data>
<data name="transitionPermission"><permission forEvent="Promote" roles="qa,lead"/></data>
<data name="transitionApproval"><approval forEvent="Promote" roles="qa" votes="2"/></data>"""
OPEN = state("Open", ("Promote", "In.Testing"), ("Hold", "Open"), items=ITEMS, data=GATES)
WAY = lifecycle("Way", OPEN, state("In.Testing", ("Demote", "Open")))
LATER = lifecycle("Way", OPEN, state("In.Testing", ("Demote", "Open"), ("Close", "Closed")), state("Closed"))


class LifecyclePagesTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.names = [self.new("client=Acme, Inc", lifecycle="Way") for _ in range(3)]

    def links(self, page: str) -> list[str]:
        return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page)]

    def test_the_list_says_how_many_stand_where(self):
        page = self.page("/lifecycles").text
        self.assertIn('href="/pmt/lifecycles/Way"', page)
        self.assertIn('href="/pmt/lifecycles/PatchLifeCycle"', page)
        address = "/pmt/patches?q=" + urllib.parse.quote("lifecycle=Way state=Open", safe="")
        self.assertIn(address, self.links(page))
        self.assertRegex(page, r'<span class="state">Open</span>\s*3</a>')
        listed = self.page(address).text
        for name in self.names:
            self.assertIn(name, listed)

    def test_one_as_text(self):
        page = self.page("/lifecycles/Way").text
        for text in ("Client and Products need a value", "2 votes, by qa", "qa or lead",
                     "Built &amp; &lt;b&gt;", "needed for Promote, needs the role lead", "needed for no event",
                     "Patches start here", "3 patches"):
            self.assertIn(text, html.unescape(page) if "&" not in text else page)
        self.assertNotIn("<b>", page)
        self.assertIn('src="/pmt/lifecycles/Way?version=1&amp;format=svg"', page)
        self.assertRegex(page, r'<a href="#state-2">In Testing</a>')

    def test_what_no_one_may_do(self):
        items = '<item name="Sealed" forEvent="Promote"><permissions><permission roles=""/></permissions></item>'
        self.load(lifecycle("Shut", state("Open", ("Promote", "Done"), items=items), state("Done")))
        name = self.new("client=Acme, Inc", lifecycle="Shut")
        page = self.page("/lifecycles/Shut").text
        self.assertIn("needed for Promote, no one may do it", page)
        page = self.page(f"/patches/{name}").text
        self.assertIn("no one may do it", page)
        self.assertNotIn("needs the role", page)

    def test_graph_and_text_are_those_of_the_tool(self):
        for kind, tool in (("svg", ("graph", "Way", "--format", "svg")), ("dot", ("graph", "Way")),
                           ("xml", ("export", "Way"))):
            answer = self.page(f"/lifecycles/Way?format={kind}")
            self.assertEqual(answer.raw_body, self.ok(*tool).stdout, kind)
        self.assertEqual(self.page("/lifecycles/Way?format=svg").headers["content-type"], "image/svg+xml")
        ElementTree.fromstring(self.page("/lifecycles/Way?format=svg").raw_body)

    def test_versions(self):
        self.assertEqual(self.load(LATER), 2)
        page = self.page("/lifecycles/Way").text
        self.assertIn("version 2 of 2", page)
        self.assertIn("Closed", page)
        old = self.page("/lifecycles/Way?version=1").text
        self.assertIn("version 1 of 2", old)
        self.assertNotIn("Closed", old)
        self.assertIn("3 patches", old)
        self.assertNotEqual(self.page("/lifecycles/Way?version=1&format=xml").raw_body,
                            self.page("/lifecycles/Way?format=xml").raw_body)

    def test_names(self):
        answer = self.get("/lifecycles/way?version=1")
        self.assertEqual((answer.status, answer.location), (301, "/pmt/lifecycles/Way?version=1"))
        for path, status, exit_status in (("/lifecycles/Wax", 404, 2), ("/lifecycles/Way?version=7", 404, 2),
                                          ("/lifecycles/Way?version=x", 400, 64),
                                          ("/lifecycles/Way?format=png", 400, 64)):
            answer = self.get(path)
            self.assertEqual((answer.status, answer.exit_status), (status, exit_status), path)
        self.assertIn("Way", self.get("/lifecycles/Wax").text)

    def test_roles(self):
        self.serve({"roles": {"qa": ["@testers", "quy"]}})
        page = self.page("/lifecycles/Way").text
        self.assertRegex(page, r"<dt>qa</dt>\s*<dd>@testers, quy</dd>")
        self.assertRegex(page, r"<dt>lead</dt>\s*<dd>no members</dd>")


class ProblemPagesTest(PmtWebCase):
    def test_every_kind_has_a_page(self):
        page = self.page("/problems").text
        words = re.findall(r'href="/pmt/problems/([a-z-]+)"', page)
        self.assertGreater(len(words), 15)
        for word in words:
            text = self.page(f"/problems/{word}").text
            self.assertRegex(text, r"HTTP status \d{3}, exit status \d+")
            self.assertGreaterEqual(len(re.findall("<p>", text)), 3, word)

    def test_an_unknown_one(self):
        answer = self.get("/problems/confict")
        self.assertEqual((answer.status, answer.exit_status), (404, 2))
        self.assertIn("Did you mean &#39;conflict&#39;?", answer.text)
