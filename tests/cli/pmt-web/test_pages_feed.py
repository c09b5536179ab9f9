# SPDX-License-Identifier: MIT
"""/feeds/patches.atom: the newest events of what a selector finds."""

import urllib.parse
import xml.etree.ElementTree as ElementTree

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import PmtWebCase

ATOM = "{http://www.w3.org/2005/Atom}"
WAY = lifecycle("Way", state("Open", ("Promote", "Done"), ("Hold", "Open")), state("Done"))


class FeedTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.first = self.new("client=Acme", "developer=anna", lifecycle="Way")
        self.second = self.new("client=Beta <&>", lifecycle="Way")

    def feed(self, q: str = "") -> ElementTree.Element:
        answer = self.page("/feeds/patches.atom" + ("?q=" + urllib.parse.quote(q) if q else ""))
        self.assertEqual(answer.headers["content-type"], "application/atom+xml; charset=utf-8")
        return ElementTree.fromstring(answer.raw_body)

    def entries(self, q: str = "") -> list[ElementTree.Element]:
        return self.feed(q).findall(ATOM + "entry")

    @staticmethod
    def texts(entries: list[ElementTree.Element], name: str) -> list[str]:
        return [entry.findtext(ATOM + name) or "" for entry in entries]

    def test_events_newest_first(self):
        self.ok("move", self.first, "Promote", "--comment", "ready <now> & \x01then")
        entries = self.entries()
        self.assertEqual(len(entries), 3)
        titles = self.texts(entries, "title")
        self.assertTrue(titles[0].startswith(self.first + ": "), titles)
        self.assertTrue(titles[0].endswith("Done"), titles)
        self.assertIn("ready <now> & ", self.texts(entries, "summary")[0])
        link = entries[0].find(ATOM + "link").get("href")
        event = self.history(self.first)[-1]["event"]
        self.assertEqual(link, f"/pmt/patches/{self.first}/history?event={event}")
        self.page(link)

    def test_what_atom_requires(self):
        feed = self.feed("client=Acme")
        for element in [feed, *feed.findall(ATOM + "entry")]:
            for name in ("id", "title", "updated"):
                self.assertEqual(len(element.findall(ATOM + name)), 1, name)
            self.assertRegex(element.findtext(ATOM + "updated"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertTrue(urllib.parse.urlsplit(element.findtext(ATOM + "id")).scheme)
        for entry in feed.findall(ATOM + "entry"):
            self.assertTrue(entry.findtext(f"{ATOM}author/{ATOM}name"))
        self.assertEqual(feed.findtext(ATOM + "updated"), feed.findtext(f"{ATOM}entry/{ATOM}updated"))
        ids = self.texts(self.entries(), "id")
        self.assertEqual(len(set(ids)), len(ids))

    def test_selector(self):
        self.assertEqual(len(self.entries("client=Acme")), 1)
        self.assertEqual(len(self.entries('client="Beta <&>"')), 1)
        self.assertEqual(len(self.entries("developer=@me")), 1)
        self.assertEqual(self.entries("client=Nobody"), [])
        self.assertEqual(self.feed("client=Nobody").findtext(ATOM + "updated"), "1970-01-01T00:00:00Z")
        self.assertEqual(len(self.entries("limit:1")), 1)
        for q, status in (("nosuch=1", 400), ('client="Acme', 400)):
            answer = self.get("/feeds/patches.atom?q=" + urllib.parse.quote(q))
            self.assertEqual((answer.status, answer.exit_status), (status, 64), q)

    def test_a_hundred(self):
        for _ in range(110):
            self.ok("move", self.second, "Hold")
        entries = self.entries()
        self.assertEqual(len(entries), 100)
        self.assertEqual({title.split(":")[0] for title in self.texts(entries, "title")}, {self.second})

    def test_lists_lead_to_it(self):
        page = self.page("/patches?q=client%3DAcme").text
        self.assertIn('href="/pmt/feeds/patches.atom?q=client%3DAcme"', page)

    def test_public_address(self):
        self.serve(url="https://pmt.example.org/pmt")
        feed = self.feed("client=Acme")
        self.assertEqual(feed.findtext(ATOM + "id"),
                         "https://pmt.example.org/pmt/feeds/patches.atom?q=client%3DAcme")
        entry = feed.find(ATOM + "entry")
        self.assertTrue(entry.findtext(ATOM + "id").startswith(f"https://pmt.example.org/pmt/patches/{self.first}/"))
        self.assertEqual(entry.find(ATOM + "link").get("href"), entry.findtext(ATOM + "id"))
