# SPDX-License-Identifier: MIT
"""Several patches at once: what is shown first, what is done, and what is not done twice."""

import json
import unittest
from typing import Any

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase

ITEMS = '<item name="Built" forEvent="Promote"/>'
WAY = lifecycle("Way", state("Open", ("Promote", "Testing"), items=ITEMS), state("Testing", ("Demote", "Open")))
BULK = "/patches/bulk"


class BulkCase(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.names = [self.new(f"client=Acme{number}", "developer=anna", lifecycle="Way") for number in range(3)]

    def stays(self) -> list[str]:
        rows = self.get("/patches?format=json").json
        return [row["stay"] for name in self.names for row in rows if row["patch"] == name]

    def chosen(self, page: Answer, act: str) -> dict[str, Any]:
        """What the form of a list sends, with all boxes checked."""
        boxes = [f"{stay} {name}" for stay, name in zip(self.stays(), self.names)]
        for box in boxes:
            self.assertIn(f'value="{box}"', page.text)
        return page.form(BULK, act=act) | {"choose": boxes}

    def bulk(self, form: Any, status: int = 200, user: str = "anna") -> Answer:
        answer = self.post(BULK, form, user=user)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def moves(self, name: str) -> list[str]:
        return [event["key"] for event in self.history(name) if event["action"] == "move"]

    def client(self, name: str) -> Any:
        return self.installation.run("pmt-patch", "show", "--json", name).json[0]["fields"].get("overview_client")


class BulkTest(BulkCase):
    def test_edit(self):
        inputs = self.bulk(self.chosen(self.page("/patches?q=client~Acme"), "edit"))
        self.assertEqual(len(inputs.form(BULK)["patch"]), 3)
        form = inputs.form(BULK) | {"set.overview_description": "All <of> them", "add.overview_client": "New\r\nOther",
                                    "remove.overview_client": "Acme1", "why": "asked"}
        before = [self.history(name) for name in self.names]
        preview = self.bulk(form)
        self.assertIn("All &lt;of&gt; them", preview.text)
        self.assertIn("3 of 3", preview.text)
        self.assertEqual([self.history(name) for name in self.names], before)
        sure = preview.form(BULK, sure="1")
        for _ in range(2):
            self.assertIn("3 of 3 patches are done", self.bulk(sure).text)
        self.assertEqual([self.client(name) for name in self.names],
                         [["Acme0", "New", "Other"], ["New", "Other"], ["Acme2", "New", "Other"]])
        for name in self.names:
            events = {event["event"] for event in self.history(name) if event["action"] == "edit"}
            self.assertEqual(len(events), 1)
            self.assertEqual(self.history(name)[-1]["comment"], "asked")
        other = self.bulk(sure | {"add.overview_client": "Third"}, 422)
        self.assertNotIn("Third", str([self.client(name) for name in self.names]))
        self.assertEqual(other.exit_status, 65)

    def test_empty_fields(self):
        inputs = self.bulk(self.chosen(self.page("/patches"), "edit"))
        self.assertIn("No field is filled in", self.bulk(inputs.form(BULK), 422).text)
        self.bulk(inputs.form(BULK) | {"sure": "1"}, 422)
        done = self.bulk(inputs.form(BULK) | {"clear": "overview_client", "sure": "1"})
        self.assertIn("Done.", done.text)
        self.assertEqual([self.client(name) for name in self.names], [None] * 3)

    def test_edit_all_or_none(self):
        form = self.bulk(self.chosen(self.page("/patches"), "edit")).form(BULK) | {"add.overview_client": "New"}
        self.ok("tick", self.names[1], "Built")
        self.ok("promote", self.names[1])
        preview = self.bulk(form)
        self.assertIn("2 of 3", preview.text)
        self.assertNotIn('name="sure"', preview.text)
        refused = self.bulk(form | {"sure": "1"}, 412)
        self.assertEqual(refused.exit_status, 1)
        self.assertEqual(refused.form(BULK)["add.overview_client"], ["New"])
        self.assertEqual(self.client(self.names[0]), ["Acme0"])

    def test_values(self):
        form = self.bulk(self.chosen(self.page("/patches"), "edit")).form(BULK)
        wrong = self.bulk(form | {"set.dates_releasedOn": "never"}, 422)
        self.assertIn('href="#f-dates_releasedOn"', wrong.text)
        self.bulk(form | {"set.nothing": "x"}, 400)
        conflict = form | {"set.overview_description": "x", "was.overview_description": "y", "sure": "1"}
        self.bulk(conflict, 412)

    def test_move_each(self):
        for name in self.names[:2]:
            self.ok("tick", name, "Built")
        inputs = self.bulk(self.chosen(self.page("/patches"), "move"))
        self.assertIn("Promote (", inputs.text)
        form = inputs.form(BULK) | {"event": "Promote", "time": "15m", "comment": "done <it>"}
        preview = self.bulk(form)
        self.assertIn("would move it from &#39;Open&#39; to &#39;Testing&#39;".replace("&#39;", "'"),
                      preview.text.replace("&#39;", "'"))
        self.assertIn("2 of 3", preview.text)
        self.assertIn("Built", preview.text)
        self.assertEqual([self.moves(name) for name in self.names], [[]] * 3)
        sure = preview.form(BULK, sure="1")
        for _ in range(2):
            answer = self.bulk(sure)
            self.assertIn("2 of 3 patches are done", answer.text)
        self.assertEqual([self.moves(name) for name in self.names], [["Promote"], ["Promote"], []])
        self.ok("tick", self.names[2], "Built")
        self.assertIn("3 of 3 patches are done", self.bulk(sure).text)  # what was refused may run again
        self.assertEqual([self.moves(name) for name in self.names], [["Promote"]] * 3)

    def test_change_the_input(self):
        inputs = self.bulk(self.chosen(self.page("/patches"), "move"))
        preview = self.bulk(inputs.form(BULK) | {"event": "Promote", "comment": "a\r\n\"b\""})
        again = self.bulk(preview.form(BULK, change="1"))
        self.assertEqual(again.form(BULK)["comment"], ["a\n\"b\""])
        wrong = self.bulk(again.form(BULK) | {"event": "Promote", "time": "a while"}, 422)
        self.assertIn('href="#f-time"', wrong.text)

    def test_an_old_stay(self):
        for name in self.names:
            self.ok("tick", name, "Built")
        form = self.bulk(self.chosen(self.page("/patches"), "move")).form(BULK) | {"event": "Promote", "sure": "1"}
        self.ok("promote", self.names[0])
        answer = self.bulk(form)
        self.assertIn("2 of 3", answer.text)
        self.assertIn("did Promote at", answer.text)
        self.assertEqual([self.moves(name) for name in self.names], [["Promote"]] * 3)

    def test_export(self):
        self.names = self.names[:2]
        rows = self.get("/patches?format=json").json
        boxes = [f"{row['stay']} {row['patch']}" for row in rows if row["patch"] in self.names]
        form = self.page("/patches?fields=patch,state").form(BULK, act="export") | {"choose": boxes}
        answer = self.bulk(form)
        self.assertEqual(answer.headers["content-type"], "text/csv; charset=utf-8")
        self.assertEqual(answer.text.splitlines(), ["patch,state"] + [name + ",Open" for name in self.names])

    def test_what_is_refused(self):
        page = self.page("/patches").form(BULK, act="move")
        self.bulk(page, 400)  # none is chosen
        name = self.names[0]
        form = page | {"event": "Promote"}
        self.bulk(form | {"patch": [name], "stay": []}, 400)
        self.bulk(form | {"patch": [name, name], "stay": ["1", "1"]}, 400)
        self.bulk(form | {"patch": [name], "stay": ["x"]}, 400)
        self.bulk(form | {"choose": name}, 400)
        self.bulk(form | {"patch": ["4.4.0-99"], "stay": ["1"]}, 404)
        self.bulk(form | {"patch": ["x"] * 201, "stay": ["1"] * 201}, 400)
        self.bulk(form | {"act": "void", "patch": [name], "stay": ["1"]}, 400)
        self.bulk(form | {"patch": [name], "stay": self.stays()[:1], "token": "x"}, 403)
        self.assertEqual(self.get(BULK).location, "/pmt/patches")

    def test_read_only(self):
        self.serve(read_only=True)
        self.assertNotIn('name="choose"', self.page("/patches").text)


class RoleTest(BulkCase):
    roles = {"pmt-edit": ["bob"]}

    def test_edit(self):
        page = self.page("/patches")
        self.assertNotIn('value="edit"', page.text)
        form = self.chosen(page, "move") | {"act": "edit"}
        self.bulk(form, 403)


class ApiTest(BulkCase):
    def call(self, body: Any, status: int = 200, key: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        answer = self.send("POST", "/api/v1/bulk", json.dumps(body), headers=headers)
        self.assertEqual(answer.status, status, answer.text)
        return answer.json

    def test_move(self):
        self.ok("tick", self.names[0], "Built")
        body: dict[str, Any] = {"act": "move", "patch": self.names, "stay": self.stays(), "event": "Promote"}
        tried = self.call(body)
        self.assertEqual([list(one)[:4] for one in tried], [["patch", "done", "event", "reasons"]] * 3)
        self.assertEqual([one["done"] for one in tried], [False] * 3)
        self.assertEqual([len(one["reasons"]) for one in tried], [0, 1, 1])
        self.assertEqual(self.moves(self.names[0]), [])
        done = self.call(body | {"sure": True})
        self.assertEqual([one["done"] for one in done], [True, False, False])
        self.assertEqual(done[0]["event"], self.history(self.names[0])[-1]["event"])
        self.assertEqual(done[1]["reasons"][0]["reason"], "item")
        late = self.call(body | {"sure": True})
        self.assertEqual(late[0]["reasons"][0]["reason"], "conflict")

    def test_edit(self):
        body: dict[str, Any] = {"act": "edit", "patch": self.names, "add": {"overview_client": "New"},
                                "set": {"overview_description": "x"}, "why": "asked"}
        self.assertTrue(all(one["effect"] and not one["done"] for one in self.call(body)))
        done = self.call(body | {"sure": True})
        self.assertEqual([one["event"] for one in done], [self.history(name)[-1]["event"] for name in self.names])
        idle = self.call(body | {"sure": True})
        self.assertEqual([(one["done"], one["event"]) for one in idle], [(True, None)] * 3)
        self.call(body | {"sure": True, "stay": ["999"] * 3}, 412)

    def test_the_same_again(self):
        self.ok("tick", self.names[1], "Built")
        move: dict[str, Any] = {"act": "move", "patch": self.names, "event": "Promote", "sure": True}
        moved = self.call(move, key="k1")
        self.assertEqual([one["done"] for one in moved], [False, True, False])
        self.assertEqual(self.call(move, key="k1"), moved)
        self.call(move | {"event": "Demote"}, 422, key="k1")
        edit: dict[str, Any] = {"act": "edit", "patch": self.names, "add": {"overview_client": "New"}, "sure": True}
        events = [one["event"] for one in self.call(edit, key="k2")]
        again = self.call(edit, key="k2")
        self.assertEqual([(one["done"], one["event"]) for one in again], [(True, event) for event in events])

    def test_what_is_refused(self):
        body: dict[str, Any] = {"act": "move", "patch": self.names, "event": "Promote"}
        self.call(body | {"stay": ["1"]}, 400)
        self.call(body | {"sure": "yes"}, 400)
        self.call(body | {"more": 1}, 400)
        self.call(body | {"act": "void"}, 400)
        self.call({"act": "move", "patch": self.names}, 400)
        self.call({"act": "edit", "patch": self.names}, 400)
        self.call(body | {"patch": ["4.4.0-99"]}, 404)
        unknown = self.call(body | {"event": "Nothing", "sure": True})
        self.assertEqual([one["reasons"][0]["reason"] for one in unknown], ["unknown"] * 3)


if __name__ == "__main__":
    unittest.main()
