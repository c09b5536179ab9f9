# SPDX-License-Identifier: MIT
"""An upload that is sent twice records and ticks once."""

import unittest
from typing import Any

from upkeep_test.archives import jar, patch_name
from upkeep_test.pmt_web import Answer
from upkeep_test.pmt_web_uploads import VerifyCase

ZIP = patch_name("4.4.0", 1) + ".zip"
OTHER = {"patch0001/b-2.0.jar": jar(more=b"another")}


class FormTest(VerifyCase):
    def again(self, data: bytes, form: dict[str, str], user: str = "anna", **fields: str) -> Answer:
        return self.send_form([*(form | fields).items(), ("archive", (ZIP, data))], user)

    def test_once(self):
        data, form = self.archive(), self.guards()
        first = self.again(data, form, record="1")
        self.assertIn("2 jars are recorded", first.text)
        events = self.events()
        # Somebody else records other jars: the first upload does not come back.
        self.assertIn("jars are recorded", self.upload(self.archive(OTHER), user="bob", record="1").text)
        later = self.events()
        self.assertGreater(len(later), len(events))
        second = self.again(data, form, record="1")
        self.assertEqual(second.status, 200, second.text)
        self.assertIn("This form was sent before", second.text)
        self.assertEqual(self.events(), later)

    def test_another_act_under_the_key(self):
        data, form = self.archive(), self.guards()
        self.assertEqual(self.again(data, form, record="1").status, 200)
        events = self.events()
        for other, fields in ((self.archive(OTHER), {"record": "1"}), (data, {"record": "1", "tick": "1"})):
            answer = self.again(other, form, **fields)
            self.assertEqual((answer.status, answer.exit_status), (422, 65), answer.text)
            self.assertIn("was sent before as another act", answer.text)
        self.assertEqual(self.events(), events)
        # A check changes nothing, and the key of somebody else is another one.
        self.assertEqual(self.again(data, form).status, 200)
        guards = self.guards("bob") | {"once": form["once"]}
        self.assertIn("already recorded", self.again(data, guards, "bob", record="1").text)

    def test_the_key_is_needed(self):
        for once in ("", "a b", "x" * 65):
            answer = self.again(self.archive(), self.guards() | {"once": once})
            self.assertEqual(answer.status, 400, answer.text)


class ApiTest(VerifyCase):
    def call(self, data: bytes, key: str, query: str = "&record") -> Answer:
        headers: dict[str, Any] = {"Content-Type": "application/zip", "Idempotency-Key": key}
        return self.send("POST", f"/api/v1{self.address}?file={ZIP}{query}", data, headers=headers)

    def test_once(self):
        data = self.archive()
        first = self.call(data, "k1")
        self.assertEqual(first.status, 200, first.text)
        self.assertEqual(self.call(self.archive(OTHER), "k2").status, 200)
        events = self.events()
        self.assertEqual(self.call(data, "k1").status, 200)
        self.assertEqual(self.events(), events)
        other = self.call(self.archive(OTHER), "k1")
        self.assertEqual((other.status, other.json["type"].rpartition("/")[2]), (422, "value"))
        self.assertEqual(self.call(data, "not a key").status, 400)


if __name__ == "__main__":
    unittest.main()
