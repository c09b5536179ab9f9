# SPDX-License-Identifier: MIT
"""pmt-verify and pmt-report die at the worst moment: what they write is there as a whole, or not at all."""

import json
import signal
import subprocess
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.archives import jar, patch_name, support_files, write_zip
from upkeep_test.paths import find_tool

NAME = patch_name("4.4.0", 1)


class VerifyKillsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.server = self.installation.server
        self.directory = self.make_directory()
        history = [
            {
                "at": "2014-01-01T08:00:00Z",
                "actor": "al",
                "via": "test",
                "action": "create",
                "changes": [
                    {"key": "lifecycle", "from": None, "to": "PatchLifeCycle"},
                    {"key": "state", "from": None, "to": "Testing"},
                ],
            }
        ]
        path = self.directory / "patches.json"
        path.write_text(
            json.dumps(
                [
                    {
                        "patch": NAME,
                        "lifecycle": "PatchLifeCycle",
                        "lifecycle_version": 1,
                        "state": "Testing",
                        "created_at": "2014-01-01T08:00:00Z",
                        "state_since": "2014-01-01T08:00:00Z",
                        "fields": {"overview_products": ["ESB 4.8.1", "ESB 4.9.0"]},
                        "history": history,
                    }
                ]
            )
        )
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def write(self, more="", count=40):
        jars = {f"patch0001/j{i}_1.0.jar": jar(f"j{i}", more=more) for i in range(count)}
        return write_zip(self.directory / f"{NAME}.zip", {**support_files("4.4.0", 1), **jars})

    def verify(self, *args):
        return self.start("pmt-verify", "--patch", "4.4.0-1", *args, env=self.installation.env)

    def rows(self):
        return self.server.sql("SELECT name, sha256, recorded_at FROM upkeep.patch_jar ORDER BY name")

    def count(self, action):
        return int(self.server.sql(f"SELECT COUNT(*) FROM upkeep.event WHERE action = '{action}'")[0][0])

    def wait_for_statement(self, start):
        wait_for(lambda: any((row[0] or "").startswith(start) for row in self.server.sql(
            "SELECT info FROM information_schema.processlist WHERE command = 'Query'")), f"a statement {start}")

    def wait_until_alone(self):
        """The server has noticed that the killed one is gone, and taken its transaction back."""
        wait_for(lambda: not self.server.sql("SELECT 1 FROM information_schema.innodb_trx"), "no transaction")

    def killed_at(self, table, statement, *args):
        """Kills pmt-verify while `statement` waits: everything before it in the transaction is done by then."""
        holder = subprocess.Popen(
            ["mariadb", "--no-defaults", "--unbuffered", "--user=root", f"--socket={self.server.socket}", "upkeep"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(holder.stdout.close)
        holder.stdin.write(f"LOCK TABLES {table} READ; SELECT 'locked';\n")
        holder.stdin.flush()
        try:
            holder_says = [holder.stdout.readline(), holder.stdout.readline()]
            self.assertIn("locked\n", holder_says)
            process = self.verify(*args)
            self.wait_for_statement(statement)
            self.assertEqual(process.kill().status, 128 + signal.SIGKILL)
        finally:
            holder.stdin.close()
            holder.wait(timeout=30)
        self.wait_until_alone()

    def test_record(self):
        profile = self.directory / "own.toml"  # one that lets other jars take the place of those that were recorded
        profile.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[layout]\ndirectory = "patch{number}"\n'
                           '[severity]\ndigest = "off"\n')
        args = ["--profile", profile, "--record"]
        self.assertEqual(self.verify(*args, self.write()).wait().status, 0)
        before = self.rows()
        self.assertEqual((len(before), self.count("record")), (42, 1))
        # All is written but the event that tells it.
        self.killed_at("event", "INSERT INTO event", *args, self.write(more="other"))
        self.assertEqual((self.rows(), self.count("record")), (before, 1))
        # The row is locked, nothing is written yet.
        self.killed_at("patch_jar", "DELETE FROM patch_jar", *args, self.write(more="other"))
        self.assertEqual((self.rows(), self.count("record")), (before, 1))
        self.assertEqual(self.verify(*args, self.write(more="other")).wait().status, 0)
        self.assertEqual((len(self.rows()), self.count("record")), (42, 2))
        self.assertNotEqual(self.rows(), before)

    def test_record_at_any_moment(self):
        profile = self.directory / "own.toml"
        profile.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[layout]\ndirectory = "patch{number}"\n'
                           '[severity]\ndigest = "off"\n')
        start = time.monotonic()
        self.assertEqual(self.verify("--profile", profile, "--record", self.write(more="start")).wait().status, 0)
        whole = time.monotonic() - start
        for i in range(12):
            before, events = self.rows(), self.count("record")
            process = self.verify("--profile", profile, "--record", self.write(more=str(i)))
            time.sleep(whole * (i + 1) / 12)  # the moment is what is tried
            process.kill()
            self.wait_until_alone()
            self.assertEqual(len(self.rows()), 42)
            self.assertEqual(len({row[2] for row in self.rows()}), 1, "jars of two archives")
            self.assertEqual(self.count("record") - events, int(self.rows() != before))

    def test_tick(self):
        path = self.write()
        self.killed_at("event", "INSERT INTO event", "--tick", path)
        self.assertEqual(self.count("tick"), 0)
        self.assertEqual(self.verify("--tick", path).wait().status, 0)
        ticks = self.count("tick")
        self.assertGreater(ticks, 1)
        self.assertEqual(self.verify("--tick", path).wait().status, 0)
        self.assertEqual(self.count("tick"), ticks)

    def test_init(self):
        """The file system takes no byte: the process dies (SIGXFSZ) where it would write the README."""
        where = self.directory / "new"
        command = [
            "/bin/bash",
            "-c",
            "ulimit -c 0 -f 0; exec \"$@\"",
            "-",
            find_tool("pmt-verify"),
            "--patch",
            "4.4.0-1",
            "--init",
            str(where),
        ]
        died = subprocess.run(command, env={**self.installation.env, "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertNotEqual(died.returncode, 0)
        self.assertEqual(died.stdout, b"")
        self.assertFalse((where / NAME).exists())
        result = self.assert_quiet(self.installation.run("pmt-verify", "--patch", "4.4.0-1", "--init", where))
        self.assertEqual(result.text, f"{where / NAME}\n")
        self.assertTrue((where / NAME / "patch0001").is_dir())
        self.assertIn("INSTALLATION INSTRUCTIONS", (where / NAME / "README.txt").read_text())

    def test_reports_leave_nothing(self):
        def files():
            return sorted(str(path.relative_to(self.directory)) for path in self.directory.rglob("*"))
        before = files()
        for args in (["health", "--format", "html"], ["progress", "--format", "svg"]):
            for moment in (0, 0.01, 0.03):
                process = self.start("pmt-report", *args, env={**self.installation.env, "TMPDIR": str(self.directory)})
                time.sleep(moment)  # the moment is what is tried
                process.kill()
            whole = self.assert_quiet(self.installation.run("pmt-report", *args)).text
            self.assertTrue(whole.rstrip().endswith(("</html>", "</svg>")), whole[-200:])
        self.wait_until_alone()
        self.assertEqual(files(), before)


if __name__ == "__main__":
    unittest.main()
