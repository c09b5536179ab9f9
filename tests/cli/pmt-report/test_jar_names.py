# SPDX-License-Identifier: MIT
"""name-version.jar and name_version.jar are one bundle, wherever jars are compared."""

import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.archives import jar, patch_name, support_files, write_zip

READY = [
    "--set",
    "jiraInformation_supportJIRA=S-1",
    "--set",
    "jiraInformation_publicJIRA=ESBJAVA-17",
    "--set",
    "jiraInformation_publicJIRA=CARBON-18",
    "--set",
    "patchInformation_revision=1",
    "--set",
    "overview_products=ESB 4.8.1",
    "--set",
    "overview_products=ESB 4.9.0",
]


class JarNamesTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())

    def new(self, *jars):
        sets = [word for one in jars for word in ("--set", f"patchInformation_jarsInvolved={one}")]
        return self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0", *READY, *sets), 0)

    def release(self, *numbers):
        for number in numbers:
            for words in (["promote"], ["promote"], ["move"]):
                more = ["ReleasedNotInPublicSVN"] if words == ["move"] else []
                self.assert_status(self.installation.run("pmt-lifecycle", *words, f"4.4.0-{number}", *more), 0)

    def report(self, *words):
        return self.assert_quiet(self.installation.run("pmt-report", *words)).rows

    def conflicts(self):
        return [(jar_, earlier[-4:], later[-4:]) for jar_, earlier, later in
                self.report("conflicts", "--fields", "jar,earlier,later")]

    def test_conflicts(self):
        for one in (
            "org.x.util_5.17.5.jar",
            "lib/org.x.util-5.17.5.jar",
            "org.x.util-ext-5.17.5.jar",
            "org.x.util-5.17.6.jar",
            "org.x.snap-1.0-SNAPSHOT.jar",
            "org.x.snap_1.0.0.SNAPSHOT.jar",
            "poi-3.9.0.wso2v1.jar",
            "poi_3.9.0.wso2v1",
            "poi_3.9.0.wso2v2.jar",
        ):
            self.new(one)
        self.assertEqual(self.conflicts(), [("org.x.snap_1.0.0.SNAPSHOT.jar", "0005", "0006"),
                                            ("org.x.util_5.17.5.jar", "0001", "0002"),
                                            ("poi_3.9.0.wso2v1", "0007", "0008")])

    def test_recorded_and_listed(self):
        """What the archive of one patch was recorded to hold, and what another one lists."""
        self.new()
        path = write_zip(self.make_directory() / f"{patch_name('4.4.0', 1)}.zip",
                         {**support_files("4.4.0", 1), "patch0001/build-7.jar": jar("org.x.util", "5.17.5.SNAPSHOT")})
        self.assert_status(self.installation.run("pmt-verify", "-q", "--patch", "4.4.0-1", "--record", path), 0)
        result = self.new("org.x.util-5.17.5-SNAPSHOT.jar")
        self.assertIn("org.x.util-5.17.5-SNAPSHOT.jar", result.stderr)
        self.assertIn(patch_name("4.4.0", 1), result.stderr)
        self.assertEqual(self.conflicts(), [("org.x.util_5.17.5.SNAPSHOT.jar", "0001", "0002")])
        self.assertNotIn("is also in", self.new("org.x.util-5.17.6.jar").stderr)

    def test_new_warns(self):
        self.new("a/org.x.util_5.17.5.jar, plain.jar")
        for listed, told in (
            ("org.x.util-5.17.5.jar", True),
            ("ORG.x.util_5.17.5", True),
            ("plain", True),
            ("org.x.util-5.17.jar", False),
            ("org.x.utilities_5.17.5.jar", False),
        ):
            with self.subTest(listed):
                self.assertEqual(f"also in {patch_name('4.4.0', 1)}" in self.new(listed).stderr, told)

    def test_effective_and_service_pack(self):
        self.new("org.x.util_5.17.5.jar", "org.x.util-5.17.5.jar")
        self.new("org.x.util-5.17.5.jar", "b-1.0.jar")
        self.release(1, 2)
        self.assertEqual(self.report("effective", "--platform", "4.4.0", "--fields", "jar,patch"),
                         [["b-1.0.jar", patch_name("4.4.0", 2)], ["org.x.util-5.17.5.jar", patch_name("4.4.0", 2)]])
        for wanted in ("org.x.util", "org.x.util_5.17.5.jar", "org.x.util-5.17.5"):
            self.assertEqual(len(self.report("effective", "--platform", "4.4.0", "--jar", wanted)), 1, wanted)
        pack = self.assert_quiet(self.installation.run("pmt-report", "service-pack", "--product", "ESB 4.9.0",
                                                       "--platform", "4.4.0", "--json")).json
        self.assertEqual([len(one["jars"]) for one in pack], [1, 2])

    def test_the_list_of_an_archive(self):
        self.new("org.example.a-1.0.0.jar", "b_2.0.0.jar")
        directory = self.make_directory()
        path = write_zip(directory / f"{patch_name('4.4.0', 1)}.zip", support_files("4.4.0", 1))
        result = self.installation.run("pmt-verify", "--patch", "4.4.0-1", "--record", "--fields", "rule", path)
        self.assertNotIn("jars-only", self.assert_status(result, 0).text)
        # The file of a recorded jar in the other spelling is the recorded one.
        files = support_files("4.4.0", 1)
        files["patch0001/b_2.0.jar"] = files.pop("patch0001/b-2.0.jar")
        write_zip(path, files)
        self.assert_quiet(self.installation.run("pmt-verify", "--patch", "4.4.0-1", path), 0)

    def test_one_bundle_twice_in_an_archive(self):
        files = {**support_files("4.4.0", 1), "patch0001/b_2.0.jar": jar(more="other")}
        path = write_zip(self.make_directory() / f"{patch_name('4.4.0', 1)}.zip", files)
        result = self.installation.run("pmt-verify", "--fields", "rule,severity,detail", path)
        self.assertIn("duplicate\twarning\tb-2.0.jar and b_2.0.jar are the same bundle",
                      self.assert_status(result, 0).text)


if __name__ == "__main__":
    unittest.main()
