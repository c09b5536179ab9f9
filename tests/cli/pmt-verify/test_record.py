# SPDX-License-Identifier: MIT
"""What --record leaves: history, exports, warnings of pmt-patch new."""

import hashlib
import json
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.archives import jar, patch_name, support_files, write_zip

A, B = "org.example.a_1.0.0.jar", "b-2.0.jar"


class RecordTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        self.directory = self.make_directory()
        self.new()

    def run_tool(self, *args, **options):
        return self.installation.run(*args, **options)

    def new(self, *words, platform="4.4.0"):
        return self.assert_status(self.run_tool("pmt-patch", "new", "--platform", platform, *words), 0)

    def record(self, changes=None, number=1, *words):
        files = {**support_files("4.4.0", number), **(changes or {})}
        path = write_zip(
            self.directory / f"{patch_name('4.4.0', number)}.zip",
            {name: content for name, content in files.items() if content is not None},
        )
        self.assert_status(self.run_tool("pmt-verify", "--patch", f"4.4.0-{number}", "--record", *words, path), 0)
        return path

    def events(self, number=1):
        return [one for one in self.run_tool("pmt-patch", "history", "--json", f"4.4.0-{number}").json
                if one["action"] == "record"]

    def jars(self, number=1):
        return self.export(f"number={number}")[0]["jars"]

    def export(self, *terms):
        return self.assert_quiet(self.run_tool("pmt-patch", "export", *terms)).json

    def test_history(self):
        def sha(data):
            return hashlib.sha256(data).hexdigest()

        path = self.record(None, 1, "--why", "for QA")
        events = self.events()
        self.assertEqual({(one["key"], one["from"], one["to"]) for one in events},
                         {(A, None, sha(jar("org.example.a"))), (B, None, sha(jar()))})
        for one in events:
            self.assertTrue(one["comment"].startswith(f"for QA; {path.name}, SHA-256 "), one)
            self.assertIn(sha(path.read_bytes()), one["comment"])
        # The same again is no event; other jars are one event more, which tells only what changed.
        self.record()
        self.assertEqual(self.events(), events)
        again = self.run_tool("pmt-verify", "-n", "--patch", "4.4.0-1", "--record", path)
        self.assertIn("the same jars are already recorded", self.assert_status(again, 0).stderr)
        self.assertNotIn("would be", again.stderr)
        self.record({f"patch0001/{B}": None, "patch0001/c.jar": jar(more="c")})
        more = self.events()[len(events):]
        self.assertEqual({(one["key"], one["from"], one["to"]) for one in more},
                         {(B, sha(jar()), None), ("c.jar", None, sha(jar(more="c")))})
        self.assertEqual([one["name"] for one in self.jars()], ["c.jar", A])

    def test_rebuilt(self):
        """Bytes, versions, the number of jars: what is recorded is the last archive, and its errors still count."""
        self.record()
        for changes in ({f"patch0001/{B}": jar(more="rebuilt")}, {f"patch0001/{A}": jar("org.example.a", "1.0.1")},
                        {f"patch0001/{B}": None}, {"patch0001/more-1.0.jar": jar()}):
            with self.subTest(changes):
                files = {**support_files("4.4.0", 1), **changes}
                path = write_zip(self.directory / f"{patch_name('4.4.0', 1)}.zip",
                                 {name: content for name, content in files.items() if content is not None})
                before = self.jars()
                checked = self.run_tool("pmt-verify", "--json", "--patch", "4.4.0-1", path)
                self.assertIn("digest", [one["rule"] for one in self.assert_status(checked, 1).json])
                bad = write_zip(self.make_directory() / path.name, {**files, "a.tmp": "x", f"patch0001/{B}": jar()})
                self.assert_status(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", bad), 1)
                self.assertEqual(self.jars(), before)
                count = len(self.events())
                self.record(changes)
                self.assertNotEqual(self.jars(), before)
                self.assertGreater(len(self.events()), count)
                self.assert_status(self.run_tool("pmt-verify", "--patch", "4.4.0-1", path), 0)

    def test_export_and_import(self):
        self.record()
        [one] = self.export()
        self.assertEqual([jar_["name"] for jar_ in one["jars"]], [B, A])
        self.assertEqual(
            set(one["jars"][0]), {"name", "bundle", "version", "md5", "sha256", "size", "recorded_at", "recorded_by"}
        )
        for form in ("json", "csv"):
            other = self.open_installation(module_server(), patch={"lifecycle": ""})
            path = self.directory / f"all.{form}"
            path.write_bytes(self.run_tool("pmt-patch", "export", "--format", form).stdout)
            self.assert_status(other.run("pmt-patch", "import", path), 0)
            self.assertEqual(other.run("pmt-patch", "export", "--format", form).stdout, path.read_bytes())
            # They count there: an archive with another jar is told.
            files = {**support_files("4.4.0", 1), f"patch0001/{B}": jar(more="other")}
            archive = write_zip(self.directory / f"{patch_name('4.4.0', 1)}.zip", files)
            result = other.run("pmt-verify", "--json", "--patch", "4.4.0-1", archive)
            self.assertEqual([found["rule"] for found in result.json if found["severity"] == "error"], ["digest"])
            self.assertEqual(other.run("pmt-patch", "import", "--json", path).json[0]["unchanged"], 1)

    def test_import_of_other_jars(self):
        self.record()
        path = self.directory / "all.json"
        exported = self.export()
        exported[0]["jars"][0]["size"] += 1
        path.write_text(json.dumps(exported))
        result = self.run_tool("pmt-patch", "import", "--json", path)
        self.assert_status(result, 2)
        self.assertIn("jars", result.stderr)
        self.assert_status(self.run_tool("pmt-patch", "import", "--update", path), 0)
        self.assertEqual(self.jars()[0]["size"], exported[0]["jars"][0]["size"])
        # A row without jars says nothing about them.
        del exported[0]["jars"]
        path.write_text(json.dumps(exported))
        self.assertEqual(self.run_tool("pmt-patch", "import", "--json", path).json[0]["unchanged"], 1)
        for bad in ("x", ["x"], [{}], [{"name": "a.jar", "md5": "0" * 32, "sha256": "0" * 63, "size": 1}],
                    [{"name": "d/a.jar", "md5": "0" * 32, "sha256": "0" * 64, "size": 1}],
                    [{"name": "a.jar", "md5": "0" * 32, "sha256": "0" * 64, "size": -1}],
                    [{"name": "a.jar", "md5": "0" * 32, "sha256": "0" * 64, "size": 1}] * 2,
                    [{"name": "a.jar", "md5": "0" * 32, "sha256": "0" * 64, "size": 1, "recorded_at": "soon"}]):
            path.write_text(json.dumps([{"patch": "4.4.0-7", "jars": bad}]))
            with self.subTest(bad):
                result = self.run_tool("pmt-patch", "import", path)
                self.assert_status(result, 2)
                self.assertIn("jars", result.stderr)

    def test_new_warns_of_recorded_jars(self):
        self.record({"patch0001/x-9.jar": jar("sym", "2.1")})
        for listed, told in (("ORG.example.a_1.0.0.jar", True), ("patch0001/x-9.jar", True), ("sym_2.1.jar", True),
                             ("b-2.0.jar, none.jar", True), ("other.jar", False)):
            result = self.new("--set", f"patchInformation_jarsInvolved={listed}")
            self.assertEqual(
                f"is also in {patch_name('4.4.0', 1)}, which is not released" in result.stderr, told, (listed, result)
            )
        self.assertEqual(self.new("--set", "patchInformation_jarsInvolved=sym_2.1.jar", platform="4.2.0").stderr, "")
        self.installation.server.sql("UPDATE upkeep.patch SET state = 'Released' WHERE number = 1")
        self.assertNotIn(patch_name("4.4.0", 1), self.new("--set", "patchInformation_jarsInvolved=x-9.jar").stderr)

    def test_it_is_announced(self):
        self.installation.configure(**{"notify.all": {"on": ["record"], "command": ["/bin/true"]}})
        self.record()
        self.assertEqual(self.installation.server.sql(
            "SELECT COUNT(*) FROM upkeep.event WHERE action = 'record' AND pending = 1")[0][0], "1")


if __name__ == "__main__":
    unittest.main()
