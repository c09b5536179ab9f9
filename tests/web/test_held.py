# SPDX-License-Identifier: MIT
"""What visitors see of a workspace that a person keeps from being upgraded."""

import json
import unittest

from upkeep_test import wait_for
from upkeep_test.web import LOGIN, WebTest


class HeldTest(WebTest):
    """What visitors of a workspace see that a person holds: never who holds it, and why."""

    php = False
    pmos = ""

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}

    def hold(self, *more, workspace="acme") -> None:
        self.assert_quiet(self.installation.run("ws-schedule", "--hold", "--why", "unpaid invoice", *more, workspace))

    def told(self) -> list:
        answers = [self.apache.get("/upkeep/acme/status"), self.apache.get("/upkeep/acme/plain"),
                   self.apache.get("/upkeep/acme/plain", Accept_Language="es"), self.apache.get("/api/1.0/acme/cases"),
                   self.apache.request("POST", "/upkeep/acme/request")]
        for answer in answers:
            self.assertNotIn("invoice", answer.text)
        return answers

    def test_closed(self):
        self.hold("--gate", "closed")
        status, plain, spanish, api, request = self.told()
        self.assertEqual([json.loads(answer.body)["state"] for answer in (status, request)], ["closed", "closed"])
        self.assertIn("closed for the moment", plain.text)
        self.assertIn("cerrado por el momento", spanish.text)
        self.assertNotIn("<form", plain.text)
        self.assertNotIn("login/login", plain.text)
        self.assertEqual((api.status, json.loads(api.body)["error"]), (503, "upgrade"))
        self.assertIn("closed until", json.loads(api.body)["detail"])
        self.assertEqual(self.apache.browse(LOGIN.format("acme")).status, 303)
        self.assert_quiet(self.installation.run("ws-schedule", "--release", "acme"))
        # As a page asks, to which what is published is too old.
        wait_for(
            lambda: json.loads(self.apache.get("/upkeep/acme/status?fresh").body)["state"] == "pending", "it is open"
        )

    def test_closed_while_it_waits(self):
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.hold("--gate", "closed")
        status, plain, *_ = self.told()
        record = json.loads(status.body)
        self.assertEqual((record["state"], record["position"], record["eta_s"]), ("closed", None, None))
        self.assertIn("closed for the moment", plain.text)
        closed = json.loads(self.apache.get("/api/1.0/acme/cases").body)
        self.assertEqual(set(closed), {"error", "workspace", "status", "detail"})
        self.assertIn("closed until", closed["detail"])
        self.assertEqual(self.apache.get("/api/1.0/acme/cases").headers["Retry-After"], "30")
        # The same as where nothing is queued; one that only waits is not closed.
        self.hold("--gate", "closed", workspace="globex")
        pending = json.loads(self.apache.get("/api/1.0/globex/cases").body)
        self.assertEqual({**closed, "workspace": "globex", "status": "/upkeep/globex/status"}, pending)
        self.assert_quiet(self.installation.run("ws-schedule", "--release", "acme"))
        self.assertEqual(json.loads(self.apache.get("/api/1.0/acme/cases").body),
                         {"error": "upgrade", "workspace": "acme", "status": "/upkeep/acme/status"})

    def test_held_and_open(self):
        self.hold()
        wait_for(lambda: self.apache.browse(LOGIN.format("acme")).status != 303, "it passes")
        self.assertEqual(json.loads(self.apache.get("/upkeep/acme/status").body)["state"], "held")
        plain = self.apache.get("/upkeep/acme/plain").text
        self.assertIn("work as usual", plain)
        self.assertIn("login/login", plain)
        self.assertNotIn("<form", plain)

    def test_upgraded_and_held(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--hold", "--why", "x", "--gate", "closed", "done"))
        self.assertEqual(json.loads(self.apache.get("/upkeep/done/status").body)["state"], "upgraded")


if __name__ == "__main__":
    unittest.main()
