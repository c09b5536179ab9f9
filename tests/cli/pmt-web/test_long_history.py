# SPDX-License-Identifier: MIT
"""The page of a patch shows the newest events, and what follows from all of them."""

import re

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import PmtWebCase

WAY = lifecycle("Way", state("Open", ("Promote", "Testing"), items='<item name="Built" forEvent="Promote"/>'),
                state("Testing", ("Demote", "Open")))


class LongHistoryTest(PmtWebCase):
    def test_what_counts_is_not_only_what_is_shown(self):
        self.load(WAY)
        name = self.new("client=Acme", lifecycle="Way")
        self.ok("tick", name, "1")
        self.ok("promote", name)
        self.ok("move", name, "Demote", "--comment", "it does not start")
        self.ok("tick", name, "1")
        for stage in ("Open", "Testing"):
            self.ok("eta", name, "--stage", stage, "--best", "1d", "--likely", "2d", "--worst", "3d")
        for number in range(55):
            self.assert_quiet(self.installation.run("pmt-patch", "comment", name, f"Remark {number}."))
        page = self.page(f"/patches/{name}").text
        self.assertIn("Remark 54.", page)
        self.assertIn("Remark 5.", page)
        self.assertNotIn("Remark 4.", page)
        self.assertIn("Earlier events", page)
        self.assertIn("it does not start", page)  # why it was sent back
        self.assertIn(self.show(name)["items"][0]["by"], page)
        self.assertTrue(self.show(name)["items"][0]["ticked"])
        promised = self.ok("eta", name, "--public", "--json").json[0]
        self.assertIn(promised["latest"], page)
        moved = next(one for one in self.history(name) if one["action"] == "move")
        self.assertIn('class="note done"', self.page(f"/patches/{name}?did={moved['event']}", moved["actor"]).text)

    def test_an_estimate_of_a_state_that_was_renamed_long_ago(self):
        self.load(WAY)
        name = self.new("client=Acme", lifecycle="Way")
        self.ok("tick", name, "1")
        self.ok("promote", name)
        self.ok("eta", name, "--stage", "Testing", "--best", "1d", "--likely", "2d", "--worst", "3d")
        self.load(WAY.replace("Testing", "Trial"))
        self.ok("migrate", name, "--map", "Testing=Trial")
        for number in range(55):
            self.assert_quiet(self.installation.run("pmt-patch", "comment", name, f"Remark {number}."))
        promised = self.ok("eta", name, "--public", "--json").json[0]
        self.assertTrue(promised["latest"])
        self.assertIn(promised["latest"], self.page(f"/patches/{name}").text)

    def test_pages_of_the_history(self):
        """Each page reads its own events; one that is revoked much later is marked."""
        self.serve(page_size=3)
        self.load(WAY)
        name = self.new("client=Acme", lifecycle="Way")
        self.ok("log-time", name, "1h")
        time = self.history(name)[-1]["event"]
        for number in range(7):
            self.assert_quiet(self.installation.run("pmt-patch", "comment", name, f"Remark {number}."))
        self.ok("log-time", "--revoke", str(time), "--why", "twice")
        events = [one["event"] for one in self.history(name)]
        path, seen = f"/patches/{name}/history", []
        while path:
            page = self.page(path).text
            seen.append([int(one) for one in re.findall(r'id="event-(\d+)"', page)])
            if time in seen[-1]:
                self.assertIn("revoked", page)
                self.assertNotIn('name="revoke"', page)
            earlier = re.search(r'href="/pmt(/[^"]*[?]before=[0-9]+)"', page)
            path = earlier.group(1) if earlier else ""
        self.assertEqual([len(one) for one in seen[:-1]], [3] * (len(seen) - 1))
        self.assertEqual([one for part in seen for one in part], sorted(set(map(int, events)), reverse=True))
        self.assertIn("revoked", self.page(f"/patches/{name}/history?event={time}").text)
        other = self.new("client=Acme")
        self.assertEqual(self.get(f"/patches/{other}/history?event={time}").status, 404)
        self.assertEqual(self.get(f"/patches/{name}/history?before=1").status, 200)
