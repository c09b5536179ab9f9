# SPDX-License-Identifier: MIT
# ctest: slow
"""Real lifecycles, walked at random: after each step the tool and a second reading of the rules say the same.

The reading below is written from the registry's rules, from the XML itself, and shares nothing with the tool.
"""

import getpass
import pathlib
import random
import unittest
import xml.etree.ElementTree as tree

from upkeep_test import is_long, is_sanitized, need_shared
from upkeep_test.lifecycle import LifecycleCase

#: Sanitized binaries start slowly.
STEPS = 10 if is_sanitized() else 200 if is_long() else 50
UNKNOWN = {"InvalidInitialStateLC", "InvalidTargetStateLC"}


def local(element) -> str:
    return element.tag.split("}")[-1]


class Model:
    """One patch in one lifecycle."""

    def __init__(self, path: pathlib.Path):
        root = tree.parse(path).getroot()
        states = [element for element in root.iter() if local(element) == "state"]
        self.states = {}
        old = not any(local(element) == "scxml" for element in root.iter())
        names = [element.get("name" if old else "id", "") for element in states]
        for position, (name, element) in enumerate(zip(names, states)):
            self.states[name.replace(".", " ")] = (self.checklist(element, names, position) if old
                                                   else self.scxml(element))
        scxml = [element for element in root.iter() if local(element) == "scxml"]
        first = scxml[0].get("initialstate", "") if scxml else names[0]
        self.state = first.replace(".", " ")
        self.ticked: set[str] = set()
        self.votes: dict[str, set[str]] = {}

    @staticmethod
    def checklist(element, names, position) -> dict:
        moves = {}
        if position + 1 < len(names):
            moves["Promote"] = names[position + 1]
        if position:
            moves["Demote"] = names[position - 1]
        blocks = ["Promote"] if "Promote" in moves else []
        return {"moves": moves, "votes": {},
                "items": [(item.text.strip(), blocks) for item in element if local(item) == "checkitem"]}

    @staticmethod
    def scxml(element) -> dict:
        moves, items, votes, seen = {}, [], {}, set()
        for child in element:
            if local(child) == "transition" and child.get("event") not in moves:
                moves[child.get("event")] = (child.get("target") or "").replace(".", " ")
        for data in (data for model in element if local(model) == "datamodel" for data in model):
            if data.get("name") in seen:
                continue
            seen.add(data.get("name"))
            for entry in data:
                if data.get("name") == "checkItems":
                    items.append((entry.get("name"), (entry.get("forEvent") or "").split(",")))
                elif data.get("name") == "transitionApproval":
                    votes[entry.get("forEvent")] = int(entry.get("votes"))
        return {"moves": moves, "items": items, "votes": votes}

    @property
    def here(self) -> dict:
        return self.states[self.state]

    def available(self, event: str) -> bool:
        items = all(name in self.ticked for name, events in self.here["items"] if event in events)
        voted = len(self.votes.get(event, ())) >= self.here["votes"].get(event, 0)
        return items and voted and self.here["moves"][event] != ""

    def move(self, event: str) -> None:
        target = self.here["moves"][event]
        if target != self.state:
            self.ticked, self.votes = set(), {}
        self.state = target


class WalkTest(LifecycleCase):
    def compare(self, name: str, model: Model) -> None:
        shown = self.show(name)
        self.assertEqual(shown["state"], model.state)
        self.assertEqual([(item["name"], item["ticked"]) for item in shown["items"]],
                         [(item, item in model.ticked) for item, _ in model.here["items"]])
        self.assertEqual({event["event"]: (event["target"] or "", event["available"]) for event in shown["events"]},
                         {event: (target, model.available(event)) for event, target in model.here["moves"].items()})

    def step(self, chance: random.Random, name: str, model: Model) -> None:
        moves, items = list(model.here["moves"]), model.here["items"]
        kinds = (
            ["move"] * bool(moves)
            + ["tick", "tick", "untick"] * bool(items)
            + ["vote", "vote", "unvote"] * bool(model.here["votes"])
        )
        if not kinds:  # an end: begin anew
            self.ok("attach", name, self.lifecycle, "--replace")
            vars(model).update(vars(Model(self.path)))
            return
        kind = chance.choice(kinds)
        if kind == "move":
            event = chance.choice(moves)
            free = model.available(event)
            self.assert_quiet(self.run_tool("move", name, event), 0 if free else 1)
            if free:
                model.move(event)
        elif kind in ("tick", "untick"):
            # Several at once now and then, so that long lists are got through.
            some = chance.sample(range(len(items)), chance.randint(1, len(items)))
            result = self.assert_status(self.run_tool(kind, name, *(str(number + 1) for number in some)), 0)
            news = any((items[number][0] in model.ticked) != (kind == "tick") for number in some)
            self.assertEqual(": already ticked" in result.stderr or ": not ticked" in result.stderr, not news)
            for number in some:
                (model.ticked.add if kind == "tick" else model.ticked.discard)(items[number][0])
        else:
            event, who = chance.choice(list(model.here["votes"])), chance.choice(["ann", "ben", "cem"])
            if event not in model.here["moves"]:
                return
            result = self.assert_status(self.run_tool(kind, "--as", who, name, event), 0)
            voters = model.votes.setdefault(event, set())
            self.assertEqual("note: " in result.stderr, (who in voters) == (kind == "vote"))
            (voters.add if kind == "vote" else voters.discard)(who)

    def test_every_lifecycle(self):
        # No executor of theirs can run here, and no validator of theirs is asked for.
        self.installation.configure(patch={"trusted": [getpass.getuser()], "lifecycle": ""})
        walked = 0
        for number, path in enumerate(sorted(need_shared("data", "lifecycles").glob("*.xml"))):
            if path.stem.split("__")[-1] in UNKNOWN:
                continue
            with self.subTest(path.name):
                chance = random.Random(number)
                loaded = self.run_tool("load", path, "-q")
                self.assert_status(loaded, 0)
                self.lifecycle, self.path = loaded.rows[0][0], path
                name = self.new()
                self.ok("attach", name, self.lifecycle)
                model = Model(path)
                for step in range(STEPS):
                    self.step(chance, name, model)
                    if step % 5 == 0:
                        self.compare(name, model)
                self.compare(name, model)
                walked += 1
        self.assertGreater(walked, 30)


if __name__ == "__main__":
    unittest.main()
