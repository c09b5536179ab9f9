# SPDX-License-Identifier: MIT
# ctest: long serial timeout=600
"""Fifteen people at work for half a minute on 100,000 patches, by Apache and FastCGI: no error, no gap."""

import collections
import getpass
import json
import os
import statistics
import time
import unittest

from upkeep_test.acts import Crowd
from upkeep_test.pmt_web_apache import PatchWebTest

PATCHES = 100_000
PEOPLE = 15
SECONDS = 30
PROCESSES = 4


class LoadTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.installation.configure(patch={"trusted": [getpass.getuser(), "www-data"]})
        path = self.installation.directory / "rows.jsonl"
        with open(path, "w", encoding="utf-8") as out:
            for number in range(2, PATCHES + 1):
                fields = {"overview_client": [f"Client {number % 500}"],
                          "overview_products": [f"ESB 4.{number % 9}.0"],
                          "overview_description": [f"Fault {number} of a mediator, see the public issue"]}
                out.write(json.dumps({"platform": "4.4.0", "number": number, "fields": fields}) + "\n")
        self.assert_status(self.installation.run("pmt-patch", "import", "--as", "jsonl", path, timeout=300), 0)

    def test_half_a_minute(self):
        workers = self.open_workers(PROCESSES)
        apache = self.open_apache(workers)
        crowd = Crowd(apache, PEOPLE)
        self.addCleanup(crowd.end)
        end = time.monotonic() + SECONDS
        lists = []
        while time.monotonic() < end and not crowd.wrong:
            begin = time.monotonic()
            answer = apache.get(f"/pmt/patches?q=client=%22Client+{len(lists)}%22")
            lists.append(time.monotonic() - begin)
            self.assertEqual(answer.status, 200)
        crowd.end()
        self.assertEqual(crowd.wrong, [])
        self.assertEqual(crowd.failed_looks(), [])
        self.assertEqual({status for act in crowd.acts for status in act.statuses}, {200, 303})
        server = self.installation.server
        keys = [row[0] for row in server.sql("SELECT once FROM upkeep.event WHERE once IS NOT NULL")]
        self.assertEqual(collections.Counter(keys), collections.Counter(act.key for act in crowd.acts))
        made = sum(act.kind == "patch" for act in crowd.acts)
        asked = sum(act.kind == "request" for act in crowd.acts)
        drawn = server.sql("SELECT COUNT(*), COUNT(DISTINCT number), MAX(number), COUNT(queue), MAX(queue)"
                           " FROM upkeep.patch")
        wanted = (PATCHES + made + asked, PATCHES + made, PATCHES + made, asked, asked)
        self.assertEqual(drawn, [[str(count) for count in wanted]])
        self.assert_status(self.installation.run("pmt-patch", "verify-history", timeout=120), 0)
        looks = sorted(look.ended - look.began for person in crowd.people for look in person.looks)
        print(f"{os.cpu_count()} processors: {len(crowd.acts) / SECONDS:.0f} acts and {len(looks) / SECONDS:.0f} pages"
              f" a second, a page in {statistics.median(looks) * 1000:.0f} ms, 99 % in"
              f" {looks[int(len(looks) * 0.99)] * 1000:.0f} ms; a list in {statistics.median(lists) * 1000:.0f} ms")


if __name__ == "__main__":
    unittest.main()
