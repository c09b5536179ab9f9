# SPDX-License-Identifier: MIT
"""conflicts, recomputed: hundreds of patches with links of every shape."""

import json
import random
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.patches import name_of

PLATFORMS = {"4.2.0": 1100, "4.4.0": 30}  # more than are asked about at one time


class ConflictsTest(TestCase):
    @classmethod
    def setUpClass(cls):
        chance = random.Random(7)
        cls.patches = []
        for platform, count in PLATFORMS.items():
            for number in range(1, count + 1):
                links = [{"type": chance.choice(["requires", "supersedes"]), "patch": name_of(platform, number - 1)}] \
                    if number > 1 and chance.random() < 0.9 else []
                if chance.random() < 0.1:  # anywhere, so that there are cycles
                    links.append(
                        {
                            "type": chance.choice(["requires", "supersedes", "conflicts", "ported-from"]),
                            "patch": name_of(
                                platform, chance.choice([one for one in range(1, count + 1) if one != number])
                            ),
                        }
                    )
                jars = [f"j{chance.randint(1, 40)}_1.0.jar" for _ in range(3)]
                cls.patches.append(
                    {
                        "patch": name_of(platform, number),
                        "platform": platform,
                        "number": number,
                        "history": [],
                        "created_at": "2014-01-01T08:00:00Z",
                        "links": links,
                        "fields": {"patchInformation_jarsInvolved": sorted(set(jars))},
                    }
                )

    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        path = self.make_directory() / "all.json"
        path.write_text(json.dumps(self.patches))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def expected(self, wanted=lambda patch: True):
        contains, conflicts = {}, set()
        for patch in self.patches:
            direct = contains.setdefault(patch["patch"], set())
            for link in patch["links"]:
                if link["type"] in ("requires", "supersedes"):
                    direct.add(link["patch"])
                elif link["type"] == "conflicts":
                    conflicts |= {(patch["patch"], link["patch"]), (link["patch"], patch["patch"])}

        def reachable(name):
            found, following = set(), [name]
            while following:
                for one in contains[following.pop()] - found:
                    found.add(one)
                    following.append(one)
            return found
        carriers = {}
        for patch in sorted(self.patches, key=lambda one: f"{one['number']:04}"):
            for jar in patch["fields"]["patchInformation_jarsInvolved"] if wanted(patch) else []:
                carriers.setdefault((jar, patch["platform"]), []).append(patch["patch"])
        rows = []
        for (jar, _), names in sorted(carriers.items()):
            for i, later in enumerate(names):
                inside = reachable(later)
                rows += [
                    (jar, earlier, later, (earlier, later) in conflicts)
                    for earlier in names[:i]
                    if earlier not in inside
                ]
        return rows

    def report(self, *terms):
        result = self.assert_quiet(self.installation.run("pmt-report", "conflicts", *terms))
        return [
            (jar, earlier, later, why == "they are linked as conflicting") for jar, earlier, later, why in result.rows
        ]

    def test_all(self):
        rows = self.report()
        self.assertGreater(len(rows), 1000)
        self.assertEqual(rows, self.expected())

    def test_narrowed(self):
        """What contains what may go through a patch that was not asked for."""
        self.assertEqual(
            self.report("number>=500", "number<=520"), self.expected(lambda one: 500 <= one["number"] <= 520)
        )

    def test_recorded_jars_count(self):
        sql = self.installation.server.sql
        sql(
            "INSERT INTO upkeep.patch_jar SELECT id, 'x.jar', 'sym_1.0.jar', '', REPEAT('0', 32), REPEAT('0', 64), 1,"
            " created_at, 'al'"
            " FROM upkeep.patch WHERE platform = '4.4.0' AND number IN (3, 30)"
        )
        rows = self.report("platform=4.4.0", "number=3,30")
        self.assertEqual([row[0] for row in rows], ["sym_1.0.jar"] * len(rows))

    def test_documents(self):
        """Rows that are made while they are printed are in every format."""
        def run(form):
            return self.installation.run("pmt-report", "conflicts", "platform=4.4.0", "--format", form)

        count = len(self.expected(lambda one: one["platform"] == "4.4.0"))
        self.assertEqual(len(run("json").json), count)
        self.assertEqual(run("html").text.count("<tr>"), count + 1)
        self.assertNotIn("nothing to report", run("html").text)
        self.assertEqual(len(run("csv").lines), count + 1)


if __name__ == "__main__":
    unittest.main()
