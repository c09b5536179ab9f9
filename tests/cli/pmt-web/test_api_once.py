# SPDX-License-Identifier: MIT
"""Acts of /api/v1 that happen once: Idempotency-Key."""

import concurrent.futures
import json
import signal
import subprocess
import unittest
from typing import Any, Optional

from upkeep_test import wait_for
from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase, without_ages
from upkeep_test.process import command_line, clean_environment

API = "/api/v1"
WAY = lifecycle("Way", state("Open", ("Go", "Next")), state("Next", ("Back", "Open")))


class OnceTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.name = self.new("client=Acme", "developer=anna")
        self.path = f"/patches/{self.name}"

    def call(self, method: str, path: str, body: Any, key: Optional[str] = "k-1", status: int = 200,
             user: str = "anna", **headers: str) -> Answer:
        sent = {"Content-Type": "application/json"} | headers | ({"Idempotency-Key": key} if key else {})
        answer = self.send(method, API + path, json.dumps(body), user, sent)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def assert_same(self, method: str, path: str, body: Any, key: str, status: int = 200) -> Answer:
        """Sent twice, it is done once and answered alike."""
        first = self.call(method, path, body, key, status)
        events = self.events()
        again = self.call(method, path, body, key, status)
        self.assertEqual(self.events(), events)
        self.assertEqual(without_ages(again.json), without_ages(first.json))
        for header in ("location", "etag"):
            self.assertEqual(again.headers.get(header), first.headers.get(header))
        return first

    def events(self) -> int:
        return int(self.sql("SELECT COUNT(*) FROM event")[0][0] or 0)

    def comments(self) -> list[str]:
        return [one["comment"] for one in self.history(self.name) if one["action"] == "comment"]

    def test_every_kind_of_answer(self):
        item = self.show(self.name)["items"][0]["name"]
        event = self.assert_same("POST", self.path + "/tick", {"item": item}, "tick").json["event"]
        self.assertEqual(event, self.history(self.name)[-1]["event"])
        self.assert_same("POST", self.path + "/comment", {"text": "hello"}, "comment")
        self.assert_same("POST", self.path + "/log-time", {"time": "1h"}, "time")
        self.assert_same("POST", self.path + "/eta", {"best": "1h", "likely": "2h", "worst": "3h"}, "eta")
        self.assert_same("PATCH", self.path, {"add": {"overview_client": "Globex"}}, "edit")
        made = self.assert_same("POST", "/patches", {"platform": "4.4.0"}, "new", 201)
        self.assertEqual(made.headers["location"], f"/pmt{API}/patches/{made.json['patch']}")
        self.assert_same("POST", self.path + "/link", {"type": "requires", "patch": made.json["patch"]}, "link")
        self.assert_same("POST", self.path + "/unlink", {"type": "requires", "patch": made.json["patch"]}, "unlink")
        asked = self.assert_same("POST", "/queue", {"platform": "4.9.0"}, "ask", 201)
        self.assertEqual(asked.headers["location"], f"/pmt{API}/queue/Q-1")
        taken = self.assert_same("POST", "/queue/Q-1/take", {}, "take", 201)
        self.assertEqual(taken.json["patch"], "WSO2-CARBON-PATCH-4.9.0-0001")
        self.assertEqual(self.call("POST", "/queue", {"platform": "4.9.0"}, "ask", 201).headers["location"],
                         f"/pmt{API}/queue/Q-1")
        self.call("POST", "/queue", {"platform": "4.9.0"}, "ask-2", 201)
        self.assert_same("POST", "/queue/Q-2/decline", {"why": "no"}, "no")

    def test_a_move_is_answered_with_its_event(self):
        self.load(WAY)
        name = self.new(lifecycle="Way")
        moved = self.call("POST", f"/patches/{name}/move", {"event": "Go"}, "m").json
        self.assertEqual(moved["state"], "Next")
        self.call("POST", f"/patches/{name}/move", {"event": "Back"}, "b")
        again = self.call("POST", f"/patches/{name}/move", {"event": "Go"}, "m").json
        self.assertEqual((again["event"], again["state"]), (moved["event"], "Open"))  # it is not done again

    def test_a_change_based_on_a_version(self):
        """The tag is old when the same comes again, and the answer is the first one's nevertheless."""
        tag = self.get(API + self.path).headers["etag"]
        for _ in range(2):
            self.call("PATCH", self.path, {"set": {"overview_client": "Globex"}}, "e", **{"If-Match": tag})
        self.call("PATCH", self.path, {"set": {"overview_client": "Globex"}}, "f", 412, **{"If-Match": tag})

    def test_another_act_or_person(self):
        self.call("POST", self.path + "/comment", {"text": "one"})
        for path, body in (("/comment", {"text": "two"}), ("/tick", {"item": "1"}), ("/log-time", {"time": "1h"})):
            problem = self.call("POST", self.path + path, body, status=422).json
            self.assertIn(f"comment of {self.name}", problem["detail"])
            self.assertTrue(problem["type"].endswith("/problems/value"))
        self.assertEqual(self.comments(), ["one"])
        self.call("POST", self.path + "/comment", {"text": "two"}, user="bob")
        self.call("POST", self.path + "/comment", {"text": "three"}, "k-2")
        for _ in range(2):
            self.call("POST", self.path + "/comment", {"text": "four"}, None)
        self.assertEqual(self.comments(), ["one", "two", "three", "four", "four"])

    def test_the_same_in_other_letters(self):
        first = self.call("POST", self.path + "/log-time", {"time": "1h", "comment": "a"}).json
        sent = {"Content-Type": "application/json", "Idempotency-Key": '"k-1"'}  # as the draft of the header has it
        again = self.send("POST", API + self.path + "/log-time", ' {"comment":"a",  "time" :"1h"}', headers=sent)
        self.assertEqual(again.json, first)

    def test_what_was_refused_may_be_tried_again(self):
        body = {"event": "Promote"}
        self.call("POST", self.path + "/move", body, "m", 409)
        lacks = {key: "x-1" for one in self.call("POST", self.path + "/move", body, "m", 409).json["reasons"]
                 for key in one["keys"] or []}
        self.call("PATCH", self.path, {"add": lacks}, "fill")
        items = [one["name"] for one in self.show(self.name)["items"]]
        self.call("POST", self.path + "/tick", {"item": items}, "tick")
        self.call("POST", self.path + "/move", body, "m")

    def test_many_at_once(self):
        """Eight processes draw one number, and all of them say which."""
        body = {"platform": "4.9.0", "set": {"overview_client": "Acme"}}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.call("POST", "/patches", body, "n", 201), range(8)))
        self.assertEqual({answer.json["patch"] for answer in answers}, {"WSO2-CARBON-PATCH-4.9.0-0001"})
        self.assertEqual(len(self.assert_quiet(self.installation.run("pmt-patch", "list", "platform=4.9.0")).rows), 1)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.call("POST", self.path + "/comment", {"text": "a"}, "c"), range(8)))
        self.assertEqual(len({answer.json["event"] for answer in answers}), 1)
        self.assertEqual(self.comments(), ["a"])

    def test_busy(self):
        """Who waits for another one's act longer than five seconds is told so."""
        held = subprocess.Popen([*self.installation.server.client_command("upkeep"), "--unbuffered"],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean_environment())
        assert held.stdin and held.stdout
        try:
            held.stdin.write("START TRANSACTION; SELECT id FROM patch FOR UPDATE;\n")
            held.stdin.flush()
            held.stdout.readline()
            problem = self.call("POST", self.path + "/comment", {"text": "a"}, "c", 503)
            self.assertEqual((problem.exit_status, problem.headers["retry-after"]), (75, "5"))
            self.assertTrue(problem.json["type"].endswith("/problems/busy"))
        finally:
            held.stdin.close()
            held.wait(10)
            held.stdout.close()
        self.call("POST", self.path + "/comment", {"text": "a"}, "c")
        self.assertEqual(self.comments(), ["a"])

    def test_killed_between_commit_and_answer(self):
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        proxy.hold("FROM event e WHERE e.patch = ")  # the answer is read from there
        program = subprocess.Popen(
            command_line("pmt-web", ["--user", "anna", "--header", "Content-Type:application/json", "--header",
                                     "Idempotency-Key:c", "POST", API + self.path + "/comment"]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean_environment(self.installation.env))
        assert program.stdin
        program.stdin.write(b'{"text": "a"}')
        program.stdin.close()
        wait_for(lambda: proxy.holding, "the act is done and not answered")
        program.send_signal(signal.SIGKILL)
        self.assertEqual(program.wait(10), -signal.SIGKILL)
        assert program.stdout
        self.assertEqual(program.stdout.read(), b"")
        program.stdout.close()
        self.assertEqual(self.comments(), ["a"])
        record = self.call("POST", self.path + "/comment", {"text": "a"}, "c").json
        self.assertEqual(record, self.history(self.name)[-1])
        self.assertEqual(self.comments(), ["a"])


if __name__ == "__main__":
    unittest.main()
