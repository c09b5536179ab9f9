# SPDX-License-Identifier: MIT
"""pmt-lifecycle mine: what a person has to do, waits for, is late with, and may take."""

import getpass
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

ME = getpass.getuser()
COLUMNS = ["patch", "block", "state", "event", "reason", "detail", "since_s", "priority"]


class MineTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.installation.configure(patch={"trusted": [ME], "lifecycle": "Work", "qa_states": ["Check"]})
        self.load(
            lifecycle(
                "Work",
                state(
                    "Open",
                    ("Hold", "Paused"),
                    ("Promote", "Check"),
                    items='<item name="Built" forEvent="Promote"/><item name="Pushed" forEvent="Promote"/>',
                ).replace(
                    "</state>",
                    '<checkpoints><checkpoint id="Late" durationColour="red"><boundary min="0d:0h:0m:0s"'
                    ' max="5d:0h:0m:0s"/></checkpoint></checkpoints></state>',
                ),
                state(
                    "Check",
                    ("Promote", "Released"),
                    ("Reject", "Open"),
                    items=(
                        '<item name="Read" forEvent="Promote">'
                        '<permissions><permission roles="qa"/></permissions></item>'
                        '<item name="Run" forEvent="Promote"/>'
                    ),
                    data=(
                        '<data name="transitionPermission"><permission forEvent="Promote" roles="lead"/></data>'
                        '<data name="transitionApproval"><approval forEvent="Reject" roles="lead" votes="1"/></data>'
                    ),
                ),
                state("Paused", ("Resume", "Open")),
                state("Released", ("Reopen", "Open")),
                state("Gone"),
            )
        )

    def mine(self, *args: str) -> list[dict]:
        return self.ok("mine", "--json", *args).json

    def blocks(self, *args: str) -> list[tuple[str, str]]:
        return [(record["patch"], record["block"]) for record in self.mine(*args)]

    def age(self, name: str, days: int) -> None:
        self.sql(f"UPDATE patch SET state_since = state_since - INTERVAL {days} DAY WHERE number = {int(name[-4:])}")

    def others(self, *fields: str) -> str:
        """A patch that somebody else has created."""
        name = self.new(*fields)
        self.sql(f"UPDATE patch SET created_by = 'carl' WHERE number = {int(name[-4:])}")
        return name

    def test_nothing(self):
        self.others("developer=ann")
        self.assertEqual(self.ok("mine").text, "")
        self.assertEqual(self.mine(), [])

    def test_by_the_people_of_a_patch(self):
        mine = self.others("developer=" + ME.upper(), "qa=quinn", "priority=2")
        [record] = self.mine()
        self.assertEqual(list(record), COLUMNS)
        self.assertEqual([record[key] for key in COLUMNS if key != "since_s"],
                         [mine, "mine", "Open", "Promote", "item", "Built; 1 more", "2"])
        self.assertLess(record["since_s"], 3600)
        self.ok("tick", mine, "1", "2")
        [record] = self.mine()
        self.assertEqual((record["reason"], record["detail"]), (None, "nothing blocks it"))
        self.ok("promote", mine)
        [record] = self.mine()
        self.assertEqual([record[key] for key in ("block", "event", "reason", "detail")],
                         ["waiting", "Promote", "item", "quinn: Read (by qa); 1 more"])
        self.assertEqual(self.blocks("--as", "quinn"), [(mine, "mine")])
        self.assertEqual(self.blocks("--as", "carl"), [(mine, "waiting")])
        self.assertEqual(self.blocks("--as", "ann"), [])
        self.ok("tick", mine, "1", "2")
        self.ok("promote", mine)
        self.assertEqual(self.blocks(), [])  # released

    def test_names_in_any_case(self):
        self.installation.configure(patch={"person": ["Jörg Łuczak ({user})"]})
        name = self.others(f"developer=JÖRG ŁUCZAK ({ME})")
        self.others(f"developer=Jorg Łuczak ({ME})")
        self.assertEqual(self.blocks(), [(name, "mine")])
        selected = self.installation.run("pmt-patch", "list", "developer=@me")
        self.assertEqual([row[0] for row in self.assert_quiet(selected).rows], [name])

    def test_who_is_responsible_where_nobody_is_named(self):
        own = self.new()
        self.assertEqual(self.blocks(), [(own, "mine")])
        led = self.others("lead=" + ME)
        self.assertEqual(self.blocks(), [(own, "mine"), (led, "mine")])
        both = self.others("lead=lara", "overview_reporter=" + ME)
        self.assertEqual(self.blocks()[2:], [(both, "waiting")])

    def test_order(self):
        names = [self.others("developer=" + ME, *fields)
                 for fields in ([], ["priority=3"], ["priority=1"], ["priority=3"], ["priority=1"])]
        self.age(names[3], 2)
        self.assertEqual([name for name, _ in self.blocks()], [names[i] for i in (2, 4, 3, 1, 0)])

    def test_overdue(self):
        late, ann = self.others("developer=" + ME), self.others("developer=ann", "lead=" + ME)
        on_time = self.others("developer=" + ME)
        for name in (late, ann):
            self.age(name, 7)
        self.assertEqual(self.blocks(), [(late, "mine"), (on_time, "mine"), (ann, "waiting"), (late, "overdue"),
                                         (ann, "overdue")])
        records = [record for record in self.mine() if record["block"] == "overdue"]
        self.assertEqual([record["reason"] for record in records], ["checkpoint"] * 2)
        self.assertRegex(records[0]["detail"], r"^late by 2 ?d.*: past Late \(red\)$")
        self.assertRegex(records[1]["detail"], r"^ann: late by ")
        self.assert_status(self.run_tool("overdue", "--tell"), 1)
        self.assertEqual(self.blocks()[:2], [(late, "mine"), (ann, "mine")])  # the lead acts once reminded

    def test_finished(self):
        for end in ("Gone", "Released"):
            name = self.others("developer=" + ME)
            self.sql(f"UPDATE patch SET state = '{end}' WHERE number = {int(name[-4:])}")
        self.assertEqual(self.blocks(), [])

    def test_roles(self):
        self.installation.configure(**{"patch.roles": {"qa": ["quinn", "queue", ME], "lead": ["lara"]}})
        free = self.others("developer=ann")
        taken = self.others("developer=ann", "qa=quinn")
        left = self.others("developer=ann", "qa=ann")
        for name in (free, taken, left):
            self.ok("tick", name, "1", "2")
            self.ok("promote", name)
        # Whoever is in QA, unless the patch names somebody who is.
        self.assertEqual(self.blocks(), [(free, "mine"), (left, "mine")])
        self.assertEqual(self.blocks("--as", "quinn"), [(free, "mine"), (taken, "mine"), (left, "mine")])
        [record, *_] = self.mine()
        self.assertEqual((record["event"], record["reason"], record["detail"]), ("Promote", "item", "Read (by qa)"))
        # Named, but what is left to do is not theirs: it waits.
        self.assertEqual(self.blocks("--as", "ann"), [(left, "mine"), (free, "waiting"), (taken, "waiting")])
        [ann] = [record for record in self.mine("--as", "ann") if record["patch"] == left]
        self.assertEqual(ann["detail"], "Run")
        # Votes are for each lead; the event itself, once nothing else blocks it.
        self.assertEqual({record["event"] for record in self.mine("--as", "lara")}, {"Reject"})
        for name in (free, taken, left):
            self.ok("vote", "--as", "lara", name, "Reject")
        self.assertEqual(self.blocks("--as", "lara"), [])
        self.ok("tick", free, "1", "2")
        [record] = self.mine("--as", "lara")
        self.assertEqual((record["patch"], record["event"], record["detail"]), (free, "Promote", "nothing blocks it"))

    def test_queue(self):
        requests = [self.assert_quiet(self.installation.run("pmt-patch", "request", *fields)).text.strip()
                    for fields in ([], ["--set", "client=Acme", "--set", "description=It fails\nat once", "--set",
                                        "priority=1"])]
        self.sql("UPDATE patch SET requested_by = 'carl' WHERE queue = 2")
        self.assertEqual(self.blocks(), [(requests[1], "queue"), (requests[0], "queue")])
        record = self.mine()[0]
        self.assertEqual([record[key] for key in COLUMNS if key != "since_s"],
                         ["Q-2", "queue", "open", None, None, "Acme: It fails", "1"])
        self.installation.configure(**{"patch.roles": {"pmt-new": ["ann"]}})
        self.assertEqual(self.blocks(), [(requests[0], "waiting")])
        self.assertEqual(len(self.blocks("--as", "ann")), 2)
        self.assert_quiet(self.installation.run("pmt-patch", "decline", requests[0], "--why", "a duplicate"))
        self.assertEqual(self.blocks(), [])

    def test_faulty_patch(self):
        name = self.others("developer=" + ME)
        self.sql("UPDATE patch SET state = 'Nowhere'")
        [record] = self.mine()
        self.assertEqual((record["patch"], record["block"], record["reason"]), (name, "mine", "target"))
        self.assertIn("'Nowhere' is not a state of Work", record["detail"])
        self.sql("UPDATE patch SET state = 'Open', lifecycle = 'Lost'")
        self.assertIn("Lost", self.mine()[0]["detail"])
        self.sql("UPDATE patch SET lifecycle = 'Work', lifecycle_version = NULL")
        self.assertEqual(self.mine()[0]["reason"], "item")

    def test_names_and_indexed_patches(self):
        self.installation.configure(patch={"person": ["{user}@example.org", "{user}"]})
        found = {self.others(f"{key}={name}") for key, name in (("developer", f"{ME}@example.org"), ("lead", ME))}
        for _ in range(5):
            self.others("developer=ann", "client=" + ME)
        self.assertEqual({name for name, _ in self.blocks()}, found)
        exported = self.assert_quiet(self.installation.run("pmt-patch", "export")).text
        other = self.open_installation(self.open_server())  # an import writes the index
        other.configure(patch={"person": ["{user}@example.org", "{user}"], "qa_states": ["Check"]})
        self.assert_status(other.run("pmt-lifecycle", "load", self.installation.directory / "lifecycle.xml"), 0)
        self.assert_status(other.run("pmt-patch", "import", self.write(exported, "all.json")), 0)
        self.assertEqual({row[0] for row in self.assert_quiet(other.run("pmt-lifecycle", "mine")).rows
                          if row[1] == "mine"} & found, found)

    def test_fields(self):
        name = self.new()
        self.assertEqual(self.ok("mine", "--fields", "block,patch").rows, [["mine", name]])
        self.assert_error(self.run_tool("mine", "--fields", "blocks"), 64, "block")


if __name__ == "__main__":
    unittest.main()
