# SPDX-License-Identifier: MIT
"""The page of a patch shows the newest events, and what follows from all of them."""

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
