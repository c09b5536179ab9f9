# SPDX-License-Identifier: MIT
"""Archives that are uploaded: what is found, ticked and recorded, and what is refused."""

import pathlib
import unittest
from typing import Any, Mapping, Optional

from upkeep_test.archives import patch_name, replace_everywhere, write_zip
from upkeep_test.pmt_web_uploads import VerifyCase

NAME = patch_name("4.4.0", 1)
ZIP = {"Content-Type": "application/zip"}


class PageTest(VerifyCase):
    def test_a_good_archive(self):
        before = self.events()
        answer = self.upload(self.archive())
        self.assertEqual((answer.status, answer.exit_status), (200, 0), answer.text)
        self.assertIn(f"No error was found in {NAME}.zip", answer.text)
        self.assertEqual(self.events(), before)

    def test_tick_and_record(self):
        answer = self.upload(self.archive(), tick="1", record="1")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertIn("2 jars are recorded", answer.text)
        recorded = [event for event in self.history(NAME) if event["action"] == "record"]
        self.assertEqual({event["actor"] for event in recorded}, {"anna"})
        self.assertTrue(recorded[0]["via"].startswith("pmt-web by "))
        self.assertIn(f"{NAME}.zip, SHA-256 ", recorded[0]["comment"])
        events = self.events()
        self.assertIn("The same jars are already recorded", self.upload(self.archive(), record="1").text)
        self.assertEqual(self.events(), events)

    def test_findings(self):
        data = self.archive({"README.txt": None, "patch0001/<b>&.jar": "x", "LICENSE.txt": None})
        before = self.events()
        answer = self.upload(data, tick="1", record="1")
        self.assertEqual((answer.status, answer.exit_status), (200, 0), answer.text)
        self.assertIn("There are errors", answer.text)
        self.assertIn("Nothing was recorded or ticked", answer.text)
        self.assertIn("&lt;b&gt;&amp;.jar", answer.text)
        self.assertNotIn("<b>", answer.text)
        self.assertEqual(self.events(), before)

    def test_archives_that_lie(self):
        good = self.archive()
        self.archives.joinpath("y.zip").write_bytes(good)
        escape = write_zip(self.archives / f"{NAME}.zip", {"aaaa/../../etc.txt": "x"}).read_bytes()
        bomb = self.archive({"patch0001/bomb.jar": b"\0" * (32 << 20)})
        for data in (escape, bomb):
            answer = self.upload(data)
            self.assertEqual(answer.status, 200, answer.text)
            self.assertIn("There are errors", answer.text)
        other = pathlib.Path(self.archives / "size.zip")
        other.write_bytes(good)
        replace_everywhere(other, b"PK\1\2", b"PK\1\3")
        for data in (b"", b"PK", b"no zip at all" * 100, good[:-30], good[:200], other.read_bytes()):
            answer = self.upload(data)
            self.assertEqual((answer.status, answer.exit_status), (422, 65), answer.text)
            self.assertTrue(answer.form(self.address)["token"])

    def test_another_name(self):
        for file in ("x.zip", "4.4.0-0001.zip", f"{NAME}.zip.exe", "../../etc/passwd",
                     "a\"<script>alert(1)</script>.zip", patch_name("4.4.0", 2) + ".zip"):
            answer = self.upload(self.archive(), file=file)
            self.assertEqual((answer.status, answer.exit_status), (422, 65), answer.text)
            self.assertNotIn("<script>alert", answer.text)
        none = self.upload(b"", file="")
        self.assertEqual(none.status, 422)
        self.assertIn("No archive is chosen", none.text)

    def test_what_is_refused(self):
        data = self.archive()
        self.assertEqual(self.upload(data, token="x").status, 403)
        self.assertEqual(self.upload(data, profile="/etc/passwd").status, 422)
        self.assertEqual(self.upload(data, profile="nothing").status, 422)
        self.assertEqual(self.upload(data, headers={"Sec-Fetch-Site": "cross-site"}).status, 403)
        self.assertEqual(self.post(self.address, {"token": "x"}).status, 415)
        self.assertEqual(self.get("/patches/4.4.0-1/verify").location, "/pmt" + self.address)
        self.assertEqual(self.get("/patches/4.4.0-9/verify").status, 404)
        self.serve(read_only=True)
        self.assertNotIn('name="tick"', self.page(self.address).text)
        self.assertEqual(self.upload(data).status, 200)
        self.assertEqual(self.upload(data, record="1").status, 503)

    def test_size(self):
        self.serve(max_upload_mb=1)
        mib = 1 << 20
        at_limit = b"x" * mib
        self.assertEqual(self.upload(at_limit).status, 422)
        answer = self.upload(at_limit + b"x")
        self.assertEqual((answer.status, answer.exit_status), (413, 64), answer.text)


class RoleTest(VerifyCase):
    def setUp(self) -> None:
        super().setUp()
        self.roles = {"pmt-record": ["bob"]}
        self.serve()

    def test_record(self):
        self.assertNotIn('name="record"', self.page(self.address).text)
        self.assertIn('name="record"', self.page(self.address, user="bob").text)
        self.assertEqual(self.upload(self.archive(), record="1").status, 403)
        self.assertEqual(self.upload(self.archive(), user="bob", record="1").status, 200)


class ApiTest(VerifyCase):
    def call(self, query: str, data: bytes, status: int = 200, headers: Optional[Mapping[str, str]] = None) -> Any:
        answer = self.send("POST", "/api/v1" + self.address + query, data, headers=ZIP | dict(headers or {}))
        self.assertEqual(answer.status, status, answer.text)
        return answer.json

    def test_records(self):
        good = self.call(f"?file={NAME}.zip", self.archive())
        self.assertEqual({one["severity"] for one in good}, {"warning", "note"})
        self.assertEqual([one["rule"] for one in good if one["severity"] == "note"], ["digest", "signature"])
        found = self.call(f"?file={NAME}.zip", self.archive({"README.txt": None}))
        self.assertEqual(list(found[0]), ["archive", "rule", "severity", "detail"])
        self.assertEqual({one["archive"] for one in found}, {f"{NAME}.zip"})
        path = self.archives / f"{NAME}.zip"
        printed = self.installation.run("pmt-verify", "--json", "--patch", NAME, path, cwd=self.archives).json
        self.assertEqual([list(one.values())[1:] for one in found if one["severity"] != "note"],
                         [list(one.values())[1:] for one in printed])

    def test_record_and_tick(self):
        self.call(f"?file={NAME}.zip&record&tick", self.archive())
        self.assertIn("record", self.events())

    def test_what_is_refused(self):
        data = self.archive()
        self.call("", data, 422)
        self.call("?file=x.zip", data, 422)
        self.call(f"?file={NAME}.zip&profile=x", data, 422)
        self.call(f"?file={NAME}.zip&more=1", data, 400)
        self.call(f"?file={NAME}.zip", b"no zip", 422)
        self.call(f"?file={NAME}.zip", data, 415, {"Content-Type": "application/json"})
        self.serve(max_upload_mb=1)
        self.call(f"?file={NAME}.zip", b"x" * ((1 << 20) + 1), 413)


if __name__ == "__main__":
    unittest.main()
