# SPDX-License-Identifier: MIT
"""A request takes the acts of a patch: its page, its forms, the API."""

import json
import unittest
from typing import Any

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase

API = "/api/v1"
WAY = lifecycle("Way",
                state("Open", ("Go", "Ready"), ("Decline", "Declined"), items='<item name="Asked" forEvent="Go"/>'),
                state("Ready", ("Back", "Open")), state("Declined", ("Reopen", "Open")))


class RequestCase(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.target = self.new("client=Acme")
        self.assert_status(self.installation.run("pmt-patch", "request", "--set", "overview_client=Acme",
                                                 "--as", "anna"), 0)
        self.ok("attach", "Q-1", "Way")
        self.path = "/queue/Q-1"

    def events(self) -> list[str]:
        return [one["action"] for one in self.history("Q-1")]

    def act_on(self, act: str, fields: Any = None, **button: str) -> Answer:
        answer = self.act(self.page(self.path), f"{self.path}/{act}", fields, **button)
        self.assertEqual(answer.status, 303, answer.text)
        self.assertTrue(answer.location.startswith("/pmt/queue/Q-1"))
        return answer

    def links(self, name: str) -> list[dict]:
        return self.installation.run("pmt-patch", "show", "--json", name).json[0]["links"]


class PageTest(RequestCase):
    def test_every_act(self):
        self.act_on("comment", {"text": "why?"})
        self.act_on("tick", item="Asked")
        self.act_on("untick", item="Asked")
        self.act_on("tick", item="Asked")
        self.act_on("log-time", {"time": "1h"})
        self.act_on("eta", {"stage": "Ready", "best": "1h", "likely": "2h", "worst": "3h"})
        self.act_on("link", {"type": "requires", "patch": self.target})
        done = self.act_on("move", event="Go")
        self.assertEqual(self.state_of("Q-1"), "Ready")
        self.act(self.page(done.location.removeprefix("/pmt")), f"{self.path}/undo")
        self.assertEqual(self.state_of("Q-1"), "Open")
        edit = self.act(self.page(self.path + "/edit"), self.path + "/edit", {"set.overview_client": "Globex"})
        self.assertEqual(edit.status, 303)
        self.assertEqual(self.events()[-1], "edit")
        self.assertIn("Globex", self.page(self.path + "/history").text)
        self.assertEqual(self.links("Q-1"), [{"type": "requires", "patch": self.target}])

    def test_decline_and_reopen(self):
        form = self.page(self.path).form("/comment")
        self.act_on("decline", {"why": "twice"})
        self.assertEqual(self.state_of("Q-1"), "Declined")
        # Its lifecycle has the event for that.
        self.assertRaises(AssertionError, self.page(self.path).form, "/reopen")
        refused = self.post(self.path + "/reopen", form)
        self.assertEqual((refused.status, refused.exit_status), (409, 1), refused.text)
        self.assertIn("event Reopen of its lifecycle reopens it", refused.text)
        self.act_on("move", event="Reopen")
        queue = self.installation.run("pmt-patch", "queue", "--json").json
        self.assertEqual([(one["queue"], one["state"]) for one in queue], [("Q-1", "open")])

    def test_its_links_stay_with_the_patch(self):
        self.act_on("link", {"type": "requires", "patch": self.target})
        taken = self.act(self.page(self.path), self.path + "/take", {"platform": "4.9.0"})
        self.assertEqual(taken.status, 303, taken.text)
        self.assertEqual(self.links("WSO2-CARBON-PATCH-4.9.0-0001"), [{"type": "requires", "patch": self.target}])

    def test_not_a_request(self):
        for method, part in (("GET", ""), ("GET", "/history"), ("GET", "/edit"), ("POST", "/tick"), ("POST", "/link")):
            with self.subTest(part):
                page = self.page(self.path).form("/comment")
                answer = self.post(f"/queue/{self.target}{part}", page) if method == "POST" \
                    else self.get(f"/queue/{self.target}{part}")
                self.assertEqual((answer.status, answer.exit_status), (404, 2), answer.text)


class WithoutLifecycleTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.assert_status(self.installation.run("pmt-patch", "request", "--as", "anna"), 0)
        self.path = "/queue/Q-1"

    def open(self) -> list[str]:
        return [one["queue"] for one in self.installation.run("pmt-patch", "queue", "--json").json]

    def test_reopen(self):
        self.assertRaises(AssertionError, self.page(self.path).form, "/reopen")
        declined = self.act(self.page(self.path), self.path + "/decline", {"why": "twice"})
        self.assertEqual((declined.status, self.open()), (303, []), declined.text)
        self.assertNotIn("Q-1<", self.page("/queue").text)
        self.assertIn("declined", self.page("/queue?all").text)
        page = self.page(self.path)
        self.assertRaises(AssertionError, page.form, "/decline")
        answer = self.act(page, self.path + "/reopen", {"why": "it was none"})
        self.assertEqual((answer.status, self.open()), (303, ["Q-1"]), answer.text)
        shown = self.page(answer.location.removeprefix("/pmt"))
        self.assertIn("Done: reopened", shown.text)
        event = self.history("Q-1")[-1]
        self.assertEqual((event["actor"], event["to"], event["comment"]), ("anna", "open", "it was none"))
        again = self.post(self.path + "/reopen", self.page(self.path).form("/comment"))
        self.assertEqual((again.status, again.exit_status), (409, 1), again.text)
        self.assertIn("Q-1 is open", again.text)

    def test_undo_of_a_decline(self):
        declined = self.act(self.page(self.path), self.path + "/decline", {"why": "twice"})
        form = self.page(declined.location.removeprefix("/pmt")).form("/reopen")
        self.assertEqual(self.post(self.path + "/reopen", form).status, 303)
        self.assertEqual(self.open(), ["Q-1"])
        # The same again: nothing happens, and the answer is that of the first.
        self.assertEqual(self.post(self.path + "/reopen", form).status, 303)
        self.assertEqual(len(self.history("Q-1")), 3)

    def test_role(self):
        self.act(self.page(self.path), self.path + "/decline", {"why": "twice"})
        form = self.page(self.path).form("/reopen")
        self.roles = {"pmt-request": ["bob"]}
        self.serve()
        self.assertRaises(AssertionError, self.page(self.path).form, "/reopen")
        refused = self.post(self.path + "/reopen", form)
        self.assertEqual((refused.status, refused.exit_status), (403, 77), refused.text)
        self.assertEqual(self.open(), [])

    def test_api(self):
        def call(act: str, body: dict) -> Answer:
            return self.send("POST", f"{API}{self.path}/{act}", json.dumps(body),
                             headers={"Content-Type": "application/json", "Idempotency-Key": act})
        self.assertEqual(call("decline", {"why": "twice"}).status, 200)
        self.assertEqual(self.open(), [])
        for _ in range(2):
            answer = call("reopen", {"why": "it was none"})
            self.assertEqual((answer.status, answer.json["patch"], self.open()), (200, "Q-1", ["Q-1"]), answer.text)
        self.assertEqual(len(self.history("Q-1")), 3)


class ApiTest(RequestCase):
    def call(self, method: str, part: str, body: Any = None, status: int = 200) -> Any:
        answer = self.send(method, API + self.path + part, "" if body is None else json.dumps(body),
                           headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, status, answer.text)
        return answer.json

    def test_every_act(self):
        stay = self.call("GET", "/lifecycle")["stay"]
        self.assertTrue(self.call("POST", "/tick", {"item": "Asked", "stay": stay})["items"][0]["ticked"])
        self.assertEqual(self.call("POST", "/comment", {"text": "a"})["comment"], "a")
        self.call("POST", "/log-time", {"time": "1h"})
        self.call("POST", "/eta", {"stage": "Ready", "best": "1h", "likely": "2h", "worst": "3h"})
        self.assertEqual(self.call("GET", "/eta")[-1]["stage"], "total")
        self.assertEqual(self.call("POST", "/link", {"type": "requires", "patch": "4.4.0-1"})["links"],
                         [{"type": "requires", "patch": self.target}])
        self.assertEqual(self.call("POST", "/unlink", {"type": "requires", "patch": "4.4.0-1"})["links"], [])
        self.assertEqual(self.call("POST", "/move", {"event": "Go"})["state"], "Ready")
        self.assertEqual(self.call("POST", "/undo", {})["state"], "Open")
        self.assertEqual(self.call("PATCH", "", {"add": {"overview_client": "Globex"}})["fields"]["overview_client"],
                         ["Acme", "Globex"])
        self.assertEqual(self.call("GET", "/history"), self.history("Q-1"))
        self.call("POST", "/decline", {"why": "no"})
        self.assertEqual(self.call("POST", "/move", {"event": "Reopen"})["state"], "Open")

    def test_not_a_request(self):
        self.path = f"/queue/{self.target}"
        for method, part, body in (("GET", "", None), ("GET", "/history", None), ("PATCH", "", {"set": {}}),
                                   ("POST", "/comment", {"text": "a"}), ("POST", "/take", {"platform": "4.4.0"})):
            with self.subTest(part):
                self.assertIn("not the id of a request", self.call(method, part, body, 404)["detail"])


if __name__ == "__main__":
    unittest.main()
