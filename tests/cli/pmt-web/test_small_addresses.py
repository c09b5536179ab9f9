# SPDX-License-Identifier: MIT
"""The nearest names of what is not there, the customer's sentence, revoked times, and what requests cost."""

import json
import unittest
from typing import Any

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase

API = "/api/v1"
WAY = lifecycle("Way", state("Open", ("Go", "Check")), state("Check", ("Go", "Done")), state("Done"))
JSON = {"Content-Type": "application/json"}


class SmallCase(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.name = self.new("client=Acme", "developer=anna")
        self.path = f"/patches/{self.name}"


class NearestTest(SmallCase):
    def test_what_is_like_it(self):
        self.new()
        self.installation.run("pmt-patch", "request")
        for path, words in (
            ("/patches/4.4.0-9", "the nearest is WSO2-CARBON-PATCH-4.4.0-0002"),
            ("/patches/4.4.1-1", "did you mean '4.4.0'?"),
            ("/patches/9.9.9-1", "there are no patches of 9.9.9"),
            ("/queue/Q-7", "the nearest is Q-1"),
            ("/queue/Q-7/history", "the nearest is Q-1"),
            ("/lifecycles/PatchLifeCicle", "PatchLifeCycle"),
            ("/reports/helth", "health"),
            (f"{self.path}/histori", f"did you mean /pmt{{}}{self.path}/history?"),
            ("/lifecycle", "did you mean /pmt{}/lifecycles?"),
        ):
            for prefix in ("", API):
                with self.subTest(prefix + path):
                    answer = self.get(prefix + path)
                    self.assertEqual((answer.status, answer.exit_status), (404, 2), answer.text)
                    text = answer.json["advice"] if prefix else answer.text.replace("&#39;", "'")
                    self.assertIn(words.replace("{}", prefix).lower(), text.lower())
        self.assertEqual(self.get("/problems/rol").status, 404)
        self.assertIn("role", self.get("/problems/rol").text)

    def test_in_bodies(self):
        item = self.show(self.name)["items"][0]["name"]
        for act, body, words in (("tick", {"item": item[:-1] + "x"}, item), ("move", {"event": "Promot"}, "Promote"),
                                 ("vote", {"event": "Promot"}, "Promote")):
            with self.subTest(act):
                answer = self.send("POST", f"{API}{self.path}/{act}", json.dumps(body), headers=JSON)
                self.assertEqual(answer.status, 404, answer.text)
                self.assertIn(words, answer.json["advice"])

    def test_a_view(self):
        form = self.page("/me").form("/views")
        self.post("/views", form | {"name": "mine", "q": "client=Acme"})
        answer = self.post("/views", form | {"once": "x", "name": "mime", "delete": "1"})
        self.assertEqual(answer.status, 404, answer.text)
        self.assertIn("Did you mean &#39;mine&#39;?", answer.text)


class CustomerTest(SmallCase):
    def test_the_sentence(self):
        self.load(WAY)
        self.name = self.new(lifecycle="Way")
        self.path = f"/patches/{self.name}"
        for prefix in ("", API):
            answer = self.get(f"{prefix}{self.path}/eta?public")
            self.assertEqual((answer.status, answer.exit_status), (404, 2), answer.text)
            self.assertIn("no date can be promised", answer.text.lower())
        for stage in ("Open", "Check"):
            self.ok("eta", self.name, "--stage", stage, "--best", "1h", "--likely", "2h", "--worst", "3h")
        public = self.ok("eta", self.name, "--public", "--json").json
        sentence = f"Expected between {public[0]['earliest']} and {public[0]['latest']}.\n"
        for prefix, headers in (("", {}), (API, {}), (API, {"Accept": "text/plain"})):
            answer = self.get(f"{prefix}{self.path}/eta?public", headers=headers)
            self.assertEqual((answer.status, answer.text, answer.headers["content-type"]),
                             (200, sentence, "text/plain; charset=utf-8"))
        self.assertIn(sentence.strip(), self.page(self.path).text)
        self.assertEqual(self.get(f"{API}{self.path}/eta?public", headers={"Accept": "application/json"}).status, 406)
        self.assertEqual(self.get(f"{self.path}/eta").location, f"/pmt{self.path}")


class RevokeTest(SmallCase):
    def logged(self) -> list[dict]:
        return self.ok("time", self.name, "--json").json

    def test_from_the_history(self):
        self.ok("log-time", self.name, "1h")
        event = str(self.history(self.name)[-1]["event"])
        page = self.page(self.path + "/history")
        form = page.form("/log-time", revoke=event)
        blank = self.post(self.path + "/log-time", form | {"why": " "})
        self.assertEqual((blank.status, blank.exit_status), (422, 65), blank.text)
        self.assertIn("A reason is required.", blank.text)
        again = blank.form("/log-time", revoke=event)
        done = self.post(self.path + "/log-time", again | {"why": "a mistake"})
        self.assertEqual(done.status, 303, done.text)
        self.assertTrue(done.location.startswith(f"/pmt{self.path}/history?did="))
        self.assertEqual(self.logged(), [])
        last = self.history(self.name)[-1]
        self.assertEqual((str(last["revokes"]), last["comment"], last["actor"]), (event, "a mistake", "anna"))
        with self.assertRaises(AssertionError):
            self.page(self.path + "/history").form("/log-time", revoke=event)
        late = self.post(self.path + "/log-time", form | {"once": "x", "why": "again"})
        self.assertEqual(late.status, 409, late.text)

    def call(self, body: Any, status: int = 200) -> Answer:
        answer = self.send("POST", f"{API}{self.path}/log-time", json.dumps(body), headers=JSON)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def test_by_the_api(self):
        event = str(self.call({"time": "1h"}).json["event"])
        other = self.new()
        self.ok("log-time", other, "1h")
        elsewhere = str(self.history(other)[-1]["event"])
        for body, status in (({"revoke": event}, 422), ({"revoke": "x", "why": "a"}, 400),
                             ({"revoke": elsewhere, "why": "a"}, 404), ({"revoke": event, "time": "1h"}, 400),
                             ({"time": "1h", "why": "a"}, 400), ({"why": "a"}, 400)):
            with self.subTest(str(body)):
                self.call(body, status)
        self.assertEqual(str(self.call({"revoke": event, "why": "a"}).json["revokes"]), event)
        self.assertEqual(self.logged(), [])


class CostTest(SmallCase):
    """Statements of one request: SELECT, INSERT, UPDATE and DELETE, without those of a new connection."""

    def statements(self) -> int:
        found = self.installation.server.sql(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_select', 'Com_insert', 'Com_update', 'Com_delete')")
        return sum(int(row[1] or 0) for row in found)

    def cost(self, path: str, **headers: str) -> tuple[int, Answer]:
        before = self.statements()
        answer = self.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return self.statements() - before - self.opening, answer

    def setUp(self) -> None:
        super().setUp()
        self.opening = 0
        self.opening, _ = self.cost("/healthz")
        self.opening -= 2  # its own: it asks for the schema's version once more, and whether it may write

    def test_an_open_patch_that_has_not_changed(self):
        for path in (self.path, API + self.path, API + self.path + "/history"):
            tag = self.get(path).headers["etag"]
            cost, answer = self.cost(path, If_None_Match=tag)
            self.assertEqual(answer.status, 304)
            self.assertLessEqual(cost, 2, path)

    def test_my_work(self):
        for _ in range(3):
            self.new("developer=anna")
        few, answer = self.cost("/")
        self.assertEqual(answer.status, 200)
        for _ in range(20):
            self.new("developer=anna", "client=Acme")
        many, _ = self.cost("/")
        self.assertEqual(few, many)
        self.assertLessEqual(many, 14)


if __name__ == "__main__":
    unittest.main()
