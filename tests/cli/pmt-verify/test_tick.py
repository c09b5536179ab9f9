# SPDX-License-Identifier: MIT
"""--tick ticks what the archive proves, and nothing else."""

import hashlib
import json
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.archives import jar, patch_name, support_files, write_zip

FORMAT, README, EULA = "Verified patch zip file format", "Verified README", "Verified EULA"
DIGESTS = "Checked md5 checksum for jars for hosted and tested"


class TickTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()
        self.add(1, "Testing")

    def run_tool(self, *args, **options):
        return self.installation.run(*args, **options)

    def add(self, number, state):
        def event(at, action, changes):
            return {
                "at": f"2014-01-0{at}T08:00:00Z",
                "actor": "al",
                "via": "test",
                "action": action,
                "changes": changes,
            }
        history = [event(1, "create", [{"key": "lifecycle", "from": None, "to": "PatchLifeCycle"},
                                       {"key": "state", "from": None, "to": "Development"}])]
        if state != "Development":
            history.append(event(2, "move", [{"key": "Promote", "from": "Development", "to": state}]))
        patch = {"patch": patch_name("4.4.0", number), "lifecycle": "PatchLifeCycle", "lifecycle_version": 1,
                 "state": state, "created_at": "2014-01-01T08:00:00Z", "state_since": "2014-01-02T08:00:00Z",
                 "history": history}
        path = self.directory / "patches.json"
        path.write_text(json.dumps([patch]))
        self.assert_status(self.run_tool("pmt-patch", "import", path), 0)

    def write(self, changes=None, number=1):
        files = {**support_files("4.4.0", number), **(changes or {})}
        return write_zip(self.directory / f"{patch_name('4.4.0', number)}.zip",
                         {name: content for name, content in files.items() if content is not None})

    def events(self, number=1):
        return [one for one in self.run_tool("pmt-patch", "history", "--json", f"4.4.0-{number}").json
                if one["action"] in ("tick", "untick")]

    def ticks(self, number=1):
        return {one["key"] for one in self.events(number)}

    def test_exactly_what_is_proved(self):
        path = self.write()
        self.assert_status(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--dry-run", "-q", path), 0)
        self.assertEqual(self.ticks(), set())
        # The licence is not a known one, no jars are recorded, nothing is signed.
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--why", "for QA", path), 0)
        self.assertEqual(self.ticks(), {FORMAT, README})
        for one in self.events():
            self.assertIn(hashlib.sha256(path.read_bytes()).hexdigest(), one["comment"])
            self.assertIn(path.name, one["comment"])
            self.assertTrue(one["comment"].startswith("for QA"))
        # Again: nothing is there twice. The jars are recorded first, and so they are the recorded ones.
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--record", path), 0)
        self.assertEqual([one["key"] for one in self.events()][2:], [DIGESTS])
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", path), 0)
        self.assertEqual(len(self.events()), 3)

    def test_the_recorded_jars(self):
        path = self.write()
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", path), 0)
        self.assertEqual(self.ticks(), set())
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", path), 0)
        self.assertEqual(self.ticks(), {FORMAT, README, DIGESTS})

    def test_recording_is_refused_and_nothing_ticked(self):
        """The registry's MD5 is another one."""
        self.assert_quiet(self.run_tool("pmt-patch", "edit", "4.4.0-1", "--set", "patchInformation_md5=" + "0" * 32))
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--record", self.write())
        self.assert_status(result, 1)
        self.assertEqual(self.ticks(), set())

    def test_what_is_wrong_is_not_ticked(self):
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", self.write({"patch0001/a.txt": "x"}))
        self.assert_status(result, 1)
        self.assertIn("nothing was ticked: there are errors", result.stderr)
        self.assertEqual(self.ticks(), set())
        self.add(2, "Testing")
        self.assert_status(self.run_tool("pmt-verify", "--patch", "4.4.0-2", "--tick",
                                         self.write({"README.txt": None}, number=2)), 1)
        self.assertEqual(self.ticks(2), set())
        # An archive of another patch proves nothing about this one.
        self.add(3, "Testing")
        self.assert_status(self.run_tool("pmt-verify", "--patch", "4.4.0-3", "--tick", self.write()), 1)
        self.assertEqual(self.ticks(3), set())

    def now_ticked(self):
        shown = self.assert_quiet(self.run_tool("pmt-lifecycle", "show", "--json", "4.4.0-1")).json
        return {one["name"] for one in shown[0]["items"] if one["ticked"]}

    def test_another_archive(self):
        """What one archive proved is not ticked beside what another one proves; a person's ticks stay."""
        self.assert_status(self.run_tool("pmt-lifecycle", "tick", "4.4.0-1", EULA), 0)
        first = self.write()
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", first))
        self.assertEqual(self.now_ticked(), {FORMAT, README, EULA})
        # The profile lets pass what the README lacks, so that the next archive proves the format alone.
        profile = self.directory / "lenient.toml"
        profile.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[layout]\ndirectory = "patch{number}"\n'
                           '[readme]\nfile = "README.txt"\n[severity]\nreadme-jira = "warning"\n'
                           f'[tick]\n"{FORMAT}" = ["layout", "jar"]\n"{README}" = ["readme-jira"]\n')
        text = support_files("4.4.0", 1)["README.txt"].replace("https://wso2.org/jira/browse/", "none ")
        before = self.run_tool("pmt-patch", "history", "--json", "4.4.0-1").stdout
        second = self.write({"README.txt": text})
        result = self.run_tool("pmt-verify", "-n", "--profile", profile, "--patch", "4.4.0-1", "--tick", second)
        self.assert_status(result, 0)
        self.assertIn(f"'{README}' would no longer be ticked", result.stderr)
        self.assertIn(f"'{FORMAT}' would be ticked", result.stderr)
        self.assertEqual(self.run_tool("pmt-patch", "history", "--json", "4.4.0-1").stdout, before)
        result = self.run_tool("pmt-verify", "--profile", profile, "--patch", "4.4.0-1", "--tick", second)
        self.assert_status(result, 0)
        self.assertIn(f"'{README}' is no longer ticked: it was proven by another archive", result.stderr)
        self.assertEqual(self.now_ticked(), {FORMAT, EULA})
        sha = hashlib.sha256(second.read_bytes()).hexdigest()
        told = [(one["action"], one["key"], sha in (one["comment"] or "")) for one in self.events()]
        self.assertIn(("untick", README, True), told)
        self.assertEqual(told[-1], ("tick", FORMAT, True))

    def test_recording_another_archive(self):
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--record", self.write()))
        self.assertEqual(self.now_ticked(), {FORMAT, README, DIGESTS})
        other = self.write({"patch0001/b-2.0.jar": jar(more="rebuilt")})
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", other)
        self.assert_status(result, 0)
        self.assertIn(f"'{FORMAT}' is no longer ticked", result.stderr)
        self.assertEqual(self.now_ticked(), set())
        # In one call the jars come first, and what the new archive proves is ticked.
        third = self.write({"patch0001/b-2.0.jar": jar(more="again")})
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", "--record", third))
        self.assertEqual(self.now_ticked(), {FORMAT, README, DIGESTS})
        actions = [one["action"] for one in self.run_tool("pmt-patch", "history", "--json", "4.4.0-1").json]
        self.assertLess(
            len(actions) - 1 - actions[::-1].index("record"), len(actions) - 1 - actions[::-1].index("tick")
        )

    def test_licence(self):
        profile = self.directory / "own.toml"
        digest = hashlib.md5(b"Our licence.\n").hexdigest()
        profile.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[license]\nfile = "LICENSE.txt"\n'
                           f'digests = ["{digest}"]\n[tick]\n"{EULA}" = ["license"]\n')
        self.assert_quiet(
            self.run_tool("pmt-verify", "--profile", profile, "--patch", "4.4.0-1", "--tick", self.write()), 0
        )
        self.assertEqual(self.ticks(), {EULA})

    def test_another_state(self):
        self.add(4, "Development")
        self.assert_quiet(self.run_tool("pmt-verify", "--patch", "4.4.0-4", "--tick", self.write(number=4)), 0)
        self.assertEqual(self.ticks(4), set())

    def test_roles(self):
        self.installation.configure(**{"patch.roles": {"qa": ["nobody-at-all"]}})
        self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--tick", self.write())
        # The shipped lifecycle asks for no role to tick.
        self.assertEqual(self.ticks(), {FORMAT, README})


if __name__ == "__main__":
    unittest.main()
