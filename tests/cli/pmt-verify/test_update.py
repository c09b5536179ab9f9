# SPDX-License-Identifier: MIT
"""The profile `update`: files as they lie in the product, a descriptor that lists them, the product itself."""

import unittest
import zipfile

from upkeep_test import TestCase, process
from upkeep_test.archives import jar, write_zip

NAME = "WSO2-CARBON-UPDATE-4.4.0-0002"
PLUGIN, CONF = "repository/components/plugins/a_1.0.jar", "repository/conf/carbon.xml"
HEAD = "update_number: 0002\nplatform_version: 4.4.0\ndescription: It works.\n"
DESCRIPTOR = HEAD + (
    f"bug_fixes:\n  N/A: N/A\nfile_changes:\n  added_files:\n  - {PLUGIN}\n  removed_files: [lib/old.jar]\n"
    f"  modified_files:\n  - \"{CONF}\"\n"
)
FILES = {"LICENSE.txt": "Our licence.", "NOT_A_CONTRIBUTION.txt": "None.", "instructions.txt": "Nothing to do.",
         f"carbon.home/{PLUGIN}": jar("a"), f"carbon.home/{CONF}": "<a/>", "update-descriptor.yaml": DESCRIPTOR}


class UpdateTest(TestCase):
    def setUp(self):
        self.directory = self.make_directory()

    def verify(self, changes=None, *args, profile="update"):
        files = {name: content for name, content in {**FILES, **(changes or {})}.items() if content is not None}
        path = write_zip(self.directory / f"{NAME}.zip", files)
        result = process.run("pmt-verify", "--json", "--profile", profile, *args, path)
        self.assertEqual(result.stderr, "", result)
        self.assert_status(result, int(any(one["severity"] == "error" for one in result.json)))
        return [(one["rule"], one["severity"], one["detail"]) for one in result.json]

    def rules(self, changes=None, *args):
        return {(rule, severity) for rule, severity, _ in self.verify(changes, *args)}

    def test_rules(self):
        self.assertEqual(self.verify(), [])
        other = {"update-descriptor.yaml": DESCRIPTOR.replace("0002", "0003")}
        for changes, rule in [({"update-descriptor.yaml": None}, "readme"), ({"extra.sh": "x"}, "layout"),
                              ({"NOT_A_CONTRIBUTION.txt": None}, "contribution"), (other, "readme-id")]:
            with self.subTest(rule):
                self.assertEqual(self.rules(changes), {(rule, "error")})
        security = {"LICENSE.txt": "It is under Apache License 2.0.", "NOT_A_CONTRIBUTION.txt": None}
        self.assertEqual(self.verify(security), [])
        self.assertEqual(self.rules({"instructions.txt": "Apply the patch."}), {("placeholder", "warning")})

    def test_the_descriptor_lists_the_files(self):
        for changes, named in [({"carbon.home/bin/more.sh": "x"}, "bin/more.sh"), ({f"carbon.home/{CONF}": None}, CONF),
                               ({"carbon.home/lib/old.jar": jar()}, "lib/old.jar"),
                               ({"update-descriptor.yaml": DESCRIPTOR.replace(PLUGIN, "b.jar")}, "b.jar")]:
            with self.subTest(named):
                found = self.verify(changes)
                self.assertEqual({(rule, severity) for rule, severity, _ in found}, {("layout", "error")})
                self.assertTrue(any(named in detail for _, _, detail in found), found)
        self.assertEqual(self.rules({"update-descriptor.yaml": HEAD}), {("layout", "warning")})
        # Paths as they lie in the archive, and a second descriptor by product.
        self.assertEqual(
            self.verify({"update-descriptor.yaml": DESCRIPTOR.replace(PLUGIN, f"./carbon.home/{PLUGIN}")}), []
        )
        three = (
            HEAD
            + "compatible_products:\n- product_name: wso2esb\n  product_version: 4.9.0\n  added_files: [bin/more.sh]\n"
        )
        self.assertEqual(self.verify({"update-descriptor3.yaml": three, "carbon.home/bin/more.sh": "x"}), [])

    def test_a_descriptor_that_is_none(self):
        for text in (
            HEAD + "file_changes: [\n",
            HEAD + "file_changes:\n  added_files: all\n",
            HEAD + "a: &a [*a, *b]\n",
            HEAD + "x: " + "[" * 900000,
        ):
            with self.subTest(text[-30:]):
                self.assertEqual(self.rules({"update-descriptor.yaml": text}), {("readme", "error")})

    def distribution(self, *files):
        path = self.directory / "wso2esb-4.9.0.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in files:
                archive.writestr(f"wso2esb-4.9.0/{name}", "x")
        return path

    def test_distribution(self):
        self.assertEqual(self.verify(None, "--distribution", self.distribution(CONF, "lib/old.jar", "bin/a.sh")), [])
        found = self.verify(None, "--distribution", self.distribution("lib/old.jar"))
        self.assertEqual([(rule, severity) for rule, severity, _ in found], [("layout", "error")])
        self.assertIn(f"{CONF} is neither in the distribution nor among", found[0][2])
        found = self.verify(None, "--distribution", self.distribution(CONF))
        self.assertEqual([(rule, severity) for rule, severity, _ in found], [("layout", "error")])
        self.assertIn("lib/old.jar", found[0][2])
        found = self.verify(None, "--distribution", self.distribution(CONF, "lib/old.jar", PLUGIN))
        self.assertEqual([(rule, severity) for rule, severity, _ in found], [("layout", "warning")])

    def test_distribution_that_is_none(self):
        def run(*args):
            return process.run("pmt-verify", *args, path)

        path = write_zip(self.directory / f"{NAME}.zip", FILES)
        self.assert_error(run("--profile", "update", "--distribution", "/nonexistent"), 66, "/nonexistent")
        (self.directory / "x.zip").write_text("no zip at all")
        self.assert_error(run("--profile", "update", "--distribution", self.directory / "x.zip"), 65, "x.zip")
        self.assert_error(run("--distribution", path), 64, "--profile update")

    def test_profile_without_places(self):
        profile = self.directory / "own.toml"
        profile.write_text('name = "X-{platform}-{number}"\n[changes]\ndescriptors = "a.yaml"\n')
        result = process.run("pmt-verify", "--profile", profile, self.directory / "x.zip")
        self.assert_error(result, 65, "directory")


if __name__ == "__main__":
    unittest.main()
