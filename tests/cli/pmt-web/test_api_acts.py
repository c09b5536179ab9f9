# SPDX-License-Identifier: MIT
"""What can be changed through /api/v1, and what is refused."""

import concurrent.futures
import json
import unittest
from typing import Any, Optional

from upkeep_test.pmt_web import Answer, PmtWebCase

API = "/api/v1"
JSON = {"Content-Type": "application/json"}


class ActCase(PmtWebCase):
    roles = {"pmt-new": ["anna"], "pmt-edit": ["anna", "bob"], "pmt-request": ["anna"]}

    def setUp(self) -> None:
        super().setUp()
        made = self.call("POST", "/patches", {"platform": "4.4.0", "set": {"overview_client": ["Acme", "Beta"]}}, 201)
        self.name = made.json["patch"]
        self.path = f"/patches/{self.name}"

    def call(self, method: str, path: str, body: Any, status: int = 200, headers: Optional[dict] = None,
             user: str = "anna") -> Answer:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        answer = self.send(method, API + path, text, user, JSON | (headers or {}))
        self.assertEqual(answer.status, status, answer.text)
        kind = "application/json" if status < 300 else "application/problem+json"
        self.assertEqual(answer.headers["content-type"], kind)
        return answer

    def shown(self) -> dict:
        return self.get(API + self.path).json

    def last(self) -> dict:
        return self.history(self.name)[-1]


class LifecycleActTest(ActCase):
    def test_tick_and_move(self):
        start = self.get(API + self.path + "/lifecycle").json
        item = start["items"][0]["name"]
        ticked = self.call("POST", self.path + "/tick", {"item": item}).json
        self.assertTrue(ticked["items"][0]["ticked"])
        self.assertEqual(ticked["event"], self.last()["event"])
        self.assertEqual((self.last()["actor"], self.last()["action"]), ("anna", "tick"))
        stay = ticked["stay"]
        again = self.call("POST", self.path + "/tick", {"item": [item], "stay": stay}).json
        self.assertIsNone(again["event"])
        self.assertFalse(self.call("POST", self.path + "/untick", {"item": item}).json["items"][0]["ticked"])
        refused = self.call("POST", self.path + "/move", {"event": "Promote"}, 409).json
        self.assertTrue(refused["type"].endswith("/problems/refused"))
        self.assertIn("validation", [one["reason"] for one in refused["reasons"]])
        self.assertEqual(self.last()["action"], "untick")
        missing = {key: "x-1" for one in refused["reasons"] for key in one["keys"] or []}
        self.call("PATCH", self.path, {"add": missing})
        self.call("POST", self.path + "/tick", {"item": [one["name"] for one in start["items"]]})
        moved = self.call("POST", self.path + "/move", {"event": "Promote", "stay": stay, "time": "1h",
                                                        "comment": "built"}).json
        self.assertEqual(moved["state"], "ReadyForQA")
        self.assertNotEqual(moved["stay"], stay)
        self.assertEqual((self.last()["time_s"], self.last()["comment"]), (3600, "built"))
        old = self.call("POST", self.path + "/move", {"event": "Promote", "stay": stay}, 412).json
        self.assertTrue(old["type"].endswith("/problems/conflict"))
        self.assertEqual(self.call("POST", self.path + "/undo", {}).json["state"], start["state"])

    def test_what_is_not_there(self):
        self.call("POST", self.path + "/tick", {"item": "Nothing"}, 404)
        self.call("POST", self.path + "/move", {"event": "Nothing"}, 404)
        self.call("POST", "/patches/4.4.0-99/undo", {}, 404)
        self.call("POST", self.path + "/move", {"event": "Promote", "time": "x"}, 422)
        self.call("POST", self.path + "/move", {"event": "Promote", "stay": "x"}, 400)

    def test_time_estimates_comments(self):
        record = self.call("POST", self.path + "/comment", {"text": " a\r\nb "}).json
        self.assertEqual((record["action"], record["comment"], record), ("comment", "a\nb", self.last()))
        record = self.call("POST", self.path + "/log-time", {"time": "30m", "comment": "c"}).json
        self.assertEqual((record["action"], record["time_s"]), ("log-time", 1800))
        self.call("POST", self.path + "/log-time", {"time": "30m", "date": "2999-01-01"}, 422)
        self.call("POST", self.path + "/comment", {"text": " "}, 422)
        self.call("POST", self.path + "/eta", {"best": "1h", "likely": "2h", "worst": "3h"})
        stages = [one["stage"] for one in self.get(API + self.path + "/eta").json]
        self.assertEqual(stages[-1], "total")


class FieldTest(ActCase):
    def edit(self, body: dict, status: int = 200, **options: Any) -> Any:
        return self.call("PATCH", self.path, body, status, **options).json

    def test_with_was(self):
        done = self.edit({"set": {"overview_client": "Gamma"}, "was": {"overview_client": ["Acme", "Beta"]},
                          "why": "moved"})
        self.assertEqual(done["fields"]["overview_client"], ["Gamma"])
        self.assertEqual(self.last()["comment"], "moved")
        conflict = self.edit({"set": {"overview_client": "Delta"}, "was": {"overview_client": ["Acme", "Beta"]}}, 412)
        self.assertEqual(conflict["reasons"][0]["keys"], ["overview_client"])
        self.edit({"set": {"overview_client": None}, "was": {"overview_client": "Gamma"}})
        self.assertNotIn("overview_client", self.shown()["fields"])

    def test_with_a_tag(self):
        tag = self.get(API + self.path).headers["etag"]
        self.edit({"set": {"overview_client": "Gamma"}}, 428)
        self.edit({"set": {"overview_client": "Gamma"}}, headers={"If-Match": tag})
        late = self.edit({"set": {"overview_client": "Delta"}}, 412, headers={"If-Match": tag})
        self.assertTrue(late["type"].endswith("/problems/conflict"))
        self.assertIn("changed by anna", late["detail"])
        self.assertEqual(self.shown()["fields"]["overview_client"], ["Gamma"])
        tag = self.get(API + self.path).headers["etag"]
        for wrong in ("W/" + tag, '"1.1"', "x", ""):  # a comparison is strong
            self.edit({"set": {"overview_client": "Delta"}}, 412, headers={"If-Match": wrong})
        self.edit({"set": {"overview_client": "Delta"}}, headers={"If-Match": f'"1.1", {tag}'})
        self.edit({"add": {"overview_client": "Acme"}}, 412, headers={"If-Match": tag})
        self.edit({"set": {"overview_client": "Beta"}}, headers={"If-Match": "*"})

    def test_writers_of_the_same_version(self):
        """Different fields, so that only the tag can tell them apart."""
        tag = self.get(API + self.path).headers["etag"]
        keys = ["overview_client", "overview_description", "peopleInvolved_developedby", "peopleInvolved_qaedby",
                "overview_issueType", "jiraInformation_supportJIRA"]
        with concurrent.futures.ThreadPoolExecutor(len(keys)) as pool:
            answers = list(pool.map(lambda key: self.send(
                "PATCH", API + self.path, json.dumps({"set": {key: "x"}}), headers=JSON | {"If-Match": tag}), keys))
        self.assertEqual(sorted(answer.status for answer in answers), [200] + [412] * (len(keys) - 1))
        self.assertEqual(len([one for one in self.history(self.name) if one["action"] == "edit"]), 1)

    def test_add_and_remove(self):
        done = self.edit({"add": {"overview_client": "Gamma"}, "remove": {"overview_client": "Acme"}})
        self.assertEqual(done["fields"]["overview_client"], ["Beta", "Gamma"])

    def test_values(self):
        faults = self.edit({"set": {"overview_clint": "x", "dates_releasedOn": "never"},
                            "was": {"overview_clint": None, "dates_releasedOn": None}}, 422)["reasons"]
        self.assertEqual({one["keys"][0] for one in faults}, {"overview_clint", "dates_releasedOn"})
        self.edit({}, 400)

    def test_roles(self):
        self.assertTrue(self.call("PATCH", self.path, {"add": {"overview_client": "x"}}, 403, user="eve")
                        .json["type"].endswith("/problems/role"))
        self.call("POST", "/patches", {"platform": "4.4.0"}, 403, user="bob")


class RequestTest(ActCase):
    def test_request_take_decline(self):
        made = self.call("POST", "/queue", {"set": {"overview_client": "Acme"}}, 201)
        self.assertEqual(made.headers["location"], "/pmt/api/v1/queue/Q-1")
        self.call("POST", "/queue/Q-1/take", {}, 422)
        taken = self.call("POST", "/queue/Q-1/take", {"platform": "4.4.0"}, 201)
        self.assertEqual(taken.headers["location"], f"/pmt/api/v1/patches/{taken.json['patch']}")
        self.assertEqual(taken.json["fields"]["peopleInvolved_developedby"], "anna")
        self.call("POST", "/queue/Q-1/decline", {"why": "no"}, 409)
        self.call("POST", "/queue", {"platform": "4.4.0"}, 201)
        self.call("POST", "/queue/Q-2/decline", {"why": "no"})
        self.call("POST", "/queue/Q-9/decline", {"why": "no"}, 404)

    def test_links(self):
        other = self.call("POST", "/patches", {"platform": "4.4.0"}, 201).json["patch"]
        done = self.call("POST", self.path + "/link", {"type": "requires", "patch": "4.4.0-2"}).json
        self.assertEqual(done["links"], [{"type": "requires", "patch": other}])
        unlinked = self.call("POST", self.path + "/unlink", {"type": "requires", "patch": other})
        self.assertEqual(unlinked.json["links"], [])
        self.call("POST", self.path + "/link", {"type": "likes", "patch": other}, 422)


class BodyTest(ActCase):
    def test_malformed_bodies(self):
        path = self.path + "/comment"
        for body, status in (
            ("", 400), ("{", 400), ("[]", 400), ('"text"', 400), ('{"text": 1}', 400), ("{}", 400),
            ('{"text": "a", "text": "b"}', 400), ('{"text": "a", "more": "b"}', 400),
            ('{"text": ' + "[" * 17 + "]" * 17 + "}", 400), (b'{"text": "\xff"}', 400),
            ('{"text": "a\\u0000"}', 422),
            (json.dumps({"text": ["x"] * 3000}), 413), (json.dumps({"text": "x" * (1 << 20)}), 413),
        ):
            with self.subTest(body[:40]):
                self.call("POST", path, body, status)
        self.assertNotEqual(self.last()["action"], "comment")

    def test_what_a_browser_may_send(self):
        path = API + self.path + "/comment"
        form = self.send("POST", path, "text=a", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(form.status, 415)
        self.assertEqual(self.send("POST", path, '{"text": "a"}').status, 415)
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example", "Host": "pmt.example"}):
            problem = self.call("POST", self.path + "/comment", {"text": "a"}, 403, headers=headers).json
            self.assertTrue(problem["type"].endswith("/problems/site"))
        for headers in ({"Idempotency-Key": "a b"}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 65},
                        {"If-Match": "*"}):
            self.call("POST", self.path + "/comment", {"text": "a"}, 400, headers=headers)
        self.serve(read_only="closed for the move")
        problem = self.call("POST", self.path + "/comment", {"text": "a"}, 503).json
        self.assertEqual(problem["detail"], "closed for the move")


if __name__ == "__main__":
    unittest.main()
