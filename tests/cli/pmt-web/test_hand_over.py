# SPDX-License-Identifier: MIT
"""A move that fills what it lacks, in one form and one transaction."""

import json
import unittest
from typing import Any

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase

API = "/api/v1"
NEEDS = ('<data name="transitionValidation"><validation forEvent="{}" class="x.AttributeExistenceValidator">'
         '<parameter name="attributes" value="{}"/></validation></data>')
QA = "peopleInvolved_qaedby"
WAY = lifecycle(
    "Way",
    state("Open", ("HandOver", "Testing"), ("Wait", "Open"), data=NEEDS.format("HandOver", QA)),
    state("Testing", ("Back", "Open"), items='<item name="Tried" forEvent="Back"/>'))


class HandOverCase(PmtWebCase):
    roles = {"pmt-edit": ["anna", "bob"]}

    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        made = self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--lifecycle", "Way", "--as", "anna",
                                     "--set", "overview_client=Acme")
        self.name = self.assert_status(made, 0).text.strip()
        self.path = f"/patches/{self.name}"

    def fields(self) -> dict:
        return self.installation.run("pmt-patch", "show", "--json", self.name).json[0]["fields"]

    def acts(self) -> list[str]:
        """The action of each event; a move that sets a date has two records."""
        return list({one["event"]: one["action"] for one in reversed(self.history(self.name))}.values())[::-1]


class FormTest(HandOverCase):
    def form(self, user: str = "anna") -> dict:
        return self.page(self.path, user).form(self.path + "/move", event="HandOver")

    def test_one_form(self):
        page = self.page(self.path)
        self.assertIn(f"&amp;field={QA}\">QAed by</a> has no value", page.text)
        form = page.form(self.path + "/move", event="HandOver")
        self.assertEqual((form["set." + QA], form["was." + QA]), ([""], [""]))
        events = len(self.acts())
        done = self.post(self.path + "/move", form | {"set." + QA: "carl", "comment": "please"})
        self.assertEqual(done.status, 303, done.text)
        self.assertEqual((self.state_of(self.name), self.fields()[QA]), ("Testing", "carl"))
        self.assertEqual(self.acts()[events:], ["edit", "move"])
        again = self.post(self.path + "/move", form | {"set." + QA: "carl", "comment": "please"})
        self.assertEqual(again.status, 303)
        self.assertEqual(len(self.acts()), events + 2)

    def test_what_is_refused_keeps_nothing_and_comes_back(self):
        form = self.form()
        empty = self.post(self.path + "/move", form)
        self.assertEqual(empty.status, 409, empty.text)
        self.installation.run("pmt-patch", "edit", self.name, "--set", f"{QA}=dora", "--as", "anna")
        answer = self.post(self.path + "/move", form | {"once": "x", "set." + QA: "carl", "time": "1h"})
        self.assertEqual(answer.status, 412, answer.text)
        self.assertIn("dora", answer.text)
        back = answer.form(self.path + "/move", event="HandOver")
        self.assertEqual((back["set." + QA], back["was." + QA], back["time"]), (["carl"], ["dora"], ["1h"]))
        self.assertEqual((self.state_of(self.name), self.fields()[QA]), ("Open", "dora"))
        self.assertEqual(self.post(self.path + "/move", back).status, 303)  # both values were shown
        self.assertEqual((self.state_of(self.name), self.fields()[QA]), ("Testing", "carl"))

    def test_who_may_not_edit(self):
        with self.assertRaises(AssertionError):
            self.form("eve")
        answer = self.post(self.path + "/move", self.page(self.path, "eve").form("/comment")
                           | {"event": "HandOver", "stay": self.show(self.name)["stay"], "set." + QA: "carl",
                              "was." + QA: ""}, "eve")
        self.assertEqual((answer.status, answer.exit_status), (403, 77), answer.text)
        self.assertNotIn(QA, self.fields())

    def test_malformed(self):
        form = self.form()
        del form["was." + QA]
        self.assertEqual(self.post(self.path + "/move", form | {"set." + QA: "carl"}).status, 400)
        unknown = self.form() | {"set.nosuch": "x", "was.nosuch": ""}
        self.assertEqual(self.post(self.path + "/move", unknown).status, 400)


class ApiTest(HandOverCase):
    def move(self, body: dict, status: int = 200, user: str = "anna") -> Any:
        answer: Answer = self.send("POST", API + self.path + "/move", json.dumps({"event": "HandOver"} | body), user,
                                   {"Content-Type": "application/json"})
        self.assertEqual(answer.status, status, answer.text)
        return answer.json

    def test_fields_and_move(self):
        self.move({}, 409)
        self.move({"set": {QA: "carl"}}, 428)
        self.move({"set": {QA: "carl"}, "was": {QA: "dora"}}, 412)
        self.move({"set": {QA: "carl"}, "was": {QA: None}}, 403, "eve")
        self.move({"set": {"nosuch": "carl"}, "was": {"nosuch": None}}, 422)
        self.move({"event": "Back", "set": {QA: "carl"}, "was": {QA: None}}, 404)
        self.assertNotIn(QA, self.fields())  # no part of it was kept
        moved = self.move({"set": {QA: "carl"}, "was": {QA: None}})
        self.assertEqual((moved["state"], self.fields()[QA]), ("Testing", "carl"))


if __name__ == "__main__":
    unittest.main()
