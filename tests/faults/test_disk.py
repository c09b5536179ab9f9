# SPDX-License-Identifier: MIT
"""Full, read-only and odd disks; very much, binary and endless output."""

import os
import subprocess
import unittest

from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades

TABLES = ["EMAIL_EVENT", "CONTENT"]


class DiskCase(FaultCase):
    def setUp(self):
        self.open_installation(module_server())
        self.installation.add_workspace("acme", tables=TABLES)
        self.installation.configure(probe=[
            {"version": "3.1", "table": "EMAIL_EVENT", "column": "EMAIL_SERVER_UID"}])

    def mount(self, name, size, *options):
        """A file system of its own, where we may have one."""
        directory = self.installation.directory / name
        directory.mkdir(exist_ok=True)
        if os.getuid() != 0:
            self.skipTest("only root may mount")
        command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "none", str(directory)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"no mount here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(directory)], check=False)
        return directory

    def upgrade_acme(self, status=0):
        return self.assert_status(self.installation.run("ws-upgrade", "acme"), status)

    def assert_not_started(self, result, state="skipped"):
        self.assertEqual(self.installation.ledger.started(), [])
        self.assertEqual([row[1] for row in result.rows], [state] if state else [])
        self.assert_all_over()


class LogDirectoryTest(DiskCase):
    def test_full(self):
        log_dir = self.mount("small", "256k")
        self.installation.configure(upgrade={"log_dir": log_dir})
        self.installation.configure_app(faults={"acme": "print-mb=4"})
        result = self.upgrade_acme()
        self.assertEqual(result.rows[0][1], "succeeded", "a full disk loses lines, never the verdict")
        self.assertRegex(result.rows[0][7], r"\d+ bytes of output are missing from the log: .*[Nn]o space")
        self.assertEqual(self.last_run("acme")["detail"], result.rows[0][7])
        self.assertGreater(int(result.rows[0][4]), 60000, "every line was counted")
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assert_all_over()

    def test_full_before_the_start(self):
        log_dir = self.mount("small", "64k")
        (log_dir / "upkeep.log").touch()
        (log_dir / "acme").mkdir()
        with open(log_dir / "filler", "wb", buffering=0) as filler:
            try:
                for _ in range(100):
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        self.installation.configure(upgrade={"log_dir": log_dir})
        result = self.upgrade_acme()
        self.assertEqual(result.rows[0][1], "succeeded")
        self.assertIn("missing from the log", result.rows[0][7])
        self.assert_all_over()

    def test_read_only(self):
        log_dir = self.mount("fixed", "64k", "ro")
        self.installation.configure(upgrade={"log_dir": log_dir})
        result = self.upgrade_acme(73)
        self.assert_not_started(result)
        self.assertIn("acme", result.rows[0][7])
        self.assertIn("ead-only", result.rows[0][7])

    def test_a_symbolic_link_is_never_followed(self):
        elsewhere = self.make_directory()
        (self.installation.log_dir / "acme").symlink_to(elsewhere)
        result = self.upgrade_acme(73)
        self.assert_not_started(result)
        self.assertIn("symbolic link", result.rows[0][7])
        self.assertEqual(list(elsewhere.iterdir()), [])

    def test_hard_links_to_something_else(self):
        """In the place of a log, of a lock, of what a guardian writes: what they lead to stays as it is."""
        victim = self.make_directory() / "victim"
        victim.write_text("precious")
        before = victim.stat()
        state = self.installation.state_dir
        for directory in (self.installation.log_dir / "acme", state / "locks", state / "runs"):
            directory.mkdir(exist_ok=True)
        for path in (
            self.installation.log_dir / "acme" / "1.log",
            state / "locks" / "slot-1",
            state / "runs" / "1.lock",
            state / "runs" / "1.json",
        ):
            path.hardlink_to(victim)
        self.upgrade_acme()
        self.assertTrue((self.installation.log_dir / "acme" / "1.2.log").is_file())
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assertEqual(victim.read_text(), "precious")
        after = victim.stat()
        self.assertEqual((after.st_uid, after.st_gid, after.st_mode), (before.st_uid, before.st_gid, before.st_mode))

    def test_a_log_that_is_there_already_is_never_overwritten(self):
        directory = self.installation.log_dir / "acme"
        directory.mkdir()
        for name in ("1.log", "2.log"):
            (directory / name).write_text("precious")
        (directory / "3.log").symlink_to(directory / "1.log")
        for number in range(1, 4):
            result = self.assert_status(self.installation.run("ws-upgrade", "--force", "acme"), 0)
            self.assertEqual(result.rows[0][6], str(directory / f"{number}.2.log"))
        self.assertEqual((directory / "1.log").read_text(), "precious")
        self.assertEqual((directory / "2.log").read_text(), "precious")
        self.assertTrue((directory / "3.log").is_symlink())

    def test_logs_are_for_owner_and_group_alone(self):
        os.umask(old := os.umask(0))
        self.addCleanup(os.umask, old)
        os.umask(0)
        self.upgrade_acme()
        log = self.installation.log_files("acme")[0]
        self.assertEqual(log.stat().st_mode & 0o777, 0o640)
        self.assertEqual(log.parent.stat().st_mode & 0o007, 0)


class StateDirectoryTest(DiskCase):
    def test_missing(self):
        state_dir = self.installation.directory / "deep" / "state"
        self.installation.configure(upgrade={"state_dir": state_dir})
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})
        self.assertFalse(state_dir.exists(), "one who looks makes nothing")
        result = self.installation.run("ws-upgrade", "acme")
        self.assertIn(result.status, (0, 73), str(result))
        if result.status == 73:
            self.assert_error(result, 73, str(state_dir))
            self.assertEqual(self.run_states(), [])

    def test_not_to_be_made(self):
        (self.installation.directory / "file").write_text("")
        for state_dir in (self.installation.directory / "file", self.installation.directory / "file" / "state",
                          "/proc/upkeep"):
            with self.subTest(state_dir):
                self.installation.configure(upgrade={"state_dir": state_dir})
                self.assert_error(self.installation.run("ws-upgrade", "acme"), 73, str(state_dir))
                self.assert_error(self.installation.run("ws-upgrade", "--drain"), 73, str(state_dir))
                self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})
        self.assertEqual(self.run_states(), [])

    def test_read_only(self):
        state_dir = self.mount("fixed", "64k", "ro")
        self.installation.configure(upgrade={"state_dir": state_dir})
        self.assert_error(self.installation.run("ws-upgrade", "acme"), 73, str(state_dir))
        self.assertEqual(self.run_states(), [])

    def test_full(self):
        state_dir = self.mount("small", "64k")
        self.installation.configure(upgrade={"state_dir": state_dir})
        self.upgrade_acme()  # makes what it needs
        self.installation.server.sql("DELETE FROM upkeep.run; DROP DATABASE wf_acme")
        self.installation.add_workspace("acme", tables=TABLES)
        with open(state_dir / "filler", "wb", buffering=0) as filler:
            try:
                for _ in range(100):
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        result = self.upgrade_acme()
        self.assertEqual(result.rows[0][1], "succeeded", "the supervisor needs no status file")
        self.assert_all_over()

    def test_cleaned_while_nothing_runs(self):
        self.upgrade_acme()
        subprocess.run(["rm", "-rf", str(self.installation.state_dir)], check=True)
        self.installation.add_workspace("beta", tables=TABLES)
        self.assert_quiet(self.installation.run("ws-upgrade", "beta"))
        self.assert_all_over()


class OutputTest(DiskCase):
    def test_two_hundred_megabytes(self):
        self.installation.configure_app(faults={"acme": "print-mb=200"})
        result = self.assert_quiet(self.installation.run("ws-upgrade", "acme", timeout=120))
        self.assertEqual(result.rows[0][1], "succeeded")
        log = self.installation.log_files("acme")[0]
        self.assertGreater(log.stat().st_size, 200 << 20)
        with open(log, "rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        self.assertEqual(int(result.rows[0][4]), lines)
        self.assert_all_over()

    def test_an_endless_line_and_all_bytes_there_are(self):
        self.installation.configure_app(faults={"acme": "long-line-mb=20 binary"})
        result = self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        self.assertEqual(result.rows[0][1], "succeeded")
        data = self.installation.log_files("acme")[0].read_bytes()
        self.assertIn(b"x" * (20 << 20), data)
        self.assertIn(bytes(range(256)), data, "byte for byte")
        self.installation.run("ws-progress", "acme").text.encode()
        self.assert_all_over()

    def test_a_failure_line_behind_odd_output_is_seen(self):
        self.installation.configure_app(faults={"acme": "long-line-mb=2 binary fail-step=9"})
        result = self.upgrade_acme(1)
        self.assertIn("Errors upgrading workspace acme", result.rows[0][7])
        self.assert_all_over()

    def test_binary_words_in_the_last_line(self):
        """A detail goes into the database and into records, whatever the bytes are."""
        use_quick_upgrades(self.installation)
        add_empty_workspaces(self.installation, "odd")
        self.installation.configure(upgrade={"profile": "processmaker", "command": [
            "/bin/sh", "-c", r"printf 'bad \377\376\000 \033[31m \t \\ bytes\n'; exit 3", "sh", "{workspace}"]})
        result = self.assert_status(self.installation.run("ws-upgrade", "odd", "--format", "jsonl"), 1)
        self.assertEqual(result.jsonl[0]["exit_status"], 3)
        self.assertIn("bytes", result.jsonl[0]["detail"])
        self.assertEqual(self.installation.states("odd"), {"odd": "failed"})
        self.assertIn(b"bad \xff\xfe\0 \x1b[31m", self.installation.log_files("odd")[0].read_bytes())
        self.assert_all_over()


if __name__ == "__main__":
    unittest.main()
