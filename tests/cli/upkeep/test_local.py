# SPDX-License-Identifier: MIT
# ctest: timeout=1200
"""upkeep local: a private MariaDB that starts once, survives its terminal, and ends in order."""

import json
import os
import pathlib
import pwd
import shutil
import signal
import stat
import tempfile
import unittest
from typing import Optional

from upkeep_test import TestCase, run, run_tty, wait_for, wait_until_gone
from upkeep_test.wait import process_state

FIELDS = ["state", "socket", "pid", "version", "datadir", "detail"]


class Local(TestCase):
    """A home of its own for each test."""

    user: Optional[str] = None
    template = None  #: the data of a first start, where the test is not about that: making them takes seconds

    def setUp(self):
        if not (shutil.which("mariadbd") or os.path.exists("/usr/sbin/mariadbd")):
            self.skipTest("mariadbd is not installed")
        self.home = self.make_directory()
        self.state = self.home / "s" / "upkeep"
        self.env = {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "s"),
                    "XDG_CONFIG_HOME": str(self.home / "c"), "UPKEEP_CONFIG": None}
        if self.user:
            os.chown(self.home, pwd.getpwnam(self.user).pw_uid, -1)
        elif self.template:
            self.state.mkdir(parents=True, mode=0o700)
            shutil.copytree(self.template, self.state / "mariadb")
        self.addCleanup(self.end)

    def end(self):
        self.upkeep("local", "stop", timeout=200)

    def upkeep(self, *args, **options):
        return run("upkeep", *args, env=self.env, user=self.user, **{"timeout": 200, **options})

    def status(self):
        return self.upkeep("local", "status", "--json").json[0]

    def servers(self):
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"--datadir={self.state / 'mariadb'}".encode() in (
                        entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def start_server(self):
        self.assert_quiet(self.upkeep("local", "start"))
        return self.status()["pid"]

    def stop_server(self):
        return self.assert_quiet(self.upkeep("local", "stop"))


class FirstStart(Local):
    def test_start_init_doctor_stop(self):
        before = self.upkeep("local", "status", "--json")
        self.assertEqual(before.status, 1)
        self.assertEqual(before.json[0]["state"], "stopped")
        self.assertEqual(before.json[0]["detail"], "never started")
        result = self.assert_quiet(self.upkeep("local", "start"))
        self.assertEqual(result.stdout, b"")
        after = self.assert_quiet(self.upkeep("local", "status", "--json"))
        record = after.json[0]
        self.assert_fields(record, FIELDS)
        self.assertEqual(record["state"], "running")
        self.assertEqual(record["socket"], str(self.state / "mariadb.sock"))
        self.assertEqual(record["datadir"], str(self.state / "mariadb"))
        self.assertIn("MariaDB", record["version"])
        self.assertIsNone(record["detail"])
        self.assertEqual(stat.S_IMODE(self.state.stat().st_mode), 0o700)
        self.assert_quiet(self.upkeep("init"))
        doctor = self.upkeep("doctor", "--json")
        failed = {r["check"] for r in doctor.json if r["result"] == "fail"}
        self.assertEqual(failed, set(), f"\n{doctor}")
        self.assert_quiet(doctor, 0)
        results = {r["check"]: r["result"] for r in doctor.json}
        for check in ("database", "server-version", "schema", "privileges", "lock", "log-dir", "state-dir"):
            self.assertEqual(results[check], "ok", f"\n{doctor}")
        self.stop_server()
        self.assertIn(process_state(record["pid"]), ("", "Z"), "it still runs")
        self.assertEqual(self.upkeep("local", "status").status, 1)

    def test_no_tcp_and_nobody_else(self):
        pid = self.start_server()
        sockets = pathlib.Path(f"/proc/{pid}/net/tcp").read_text() + pathlib.Path(f"/proc/{pid}/net/tcp6").read_text()
        mine = {os.readlink(link) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
        inodes = {line.split()[9] for line in sockets.splitlines() if line.strip()[0].isdigit()}
        self.assertFalse({f"socket:[{inode}]" for inode in inodes} & mine, "it listens on TCP")
        if os.geteuid() == 0:
            os.chmod(self.home, 0o755)
            os.chmod(self.home / "s", 0o755)
            os.chmod(self.state, 0o755)
            client = shutil.which("mariadb") or "/usr/bin/mariadb"
            for name in ("root", "nobody", "mariadb.sys"):
                denied = run(client, "--no-defaults", f"--socket={self.state / 'mariadb.sock'}", f"--user={name}",
                             "-e", "SELECT 1", user="nobody")
                self.assertNotEqual(denied.status, 0, f"nobody came in as {name}")

    def test_two_first_starts_at_once(self):
        starts = [self.start("upkeep", "local", "start", env=self.env) for _ in range(3)]
        for process in starts:
            result = process.wait(200)
            self.assertEqual((result.status, result.stdout, result.stderr), (0, b"", ""), f"\n{result}")
        self.assertEqual(self.status()["state"], "running")
        self.assertEqual(len(self.servers()), 1)

    def test_killed_first_start(self):
        process = self.start("upkeep", "local", "start", env=self.env)
        wait_for(lambda: (self.state / "mariadb.new").exists(), "the data are being made")
        process.kill()
        self.start_server()
        self.assertFalse((self.state / "mariadb.new").exists())

    def test_leftover_of_another_kind(self):
        self.state.mkdir(parents=True)
        (self.state / "mariadb.new").symlink_to("/dev/full")
        self.start_server()
        self.assertEqual(self.status()["state"], "running")


class OthersFiles(Local):
    """A starting server deletes every #sql* in its temporary directory: the private one uses its own alone."""

    def foreign_files(self, directory):
        files = [directory / f"#sql-temptable-of-another.{end}" for end in ("MAI", "MAD")]
        for file in files:
            file.write_text("")
        return files

    def assert_spared(self, files, when):
        self.assertEqual([file for file in files if not file.exists()], [], f"deleted while {when}")

    def temporary_directory(self):
        client = shutil.which("mariadb") or "/usr/bin/mariadb"
        shown = run(client, "--no-defaults", f"--socket={self.state / 'mariadb.sock'}", "-N", "-B", "-e",
                    "SELECT @@tmpdir")
        return pathlib.Path(self.assert_status(shown, 0).text.strip())

    def test_with_tmpdir_set(self):
        others = self.make_directory()
        self.env["TMPDIR"] = str(others)
        files = self.foreign_files(others)
        self.start_server()
        self.assert_spared(files, "initializing the data")
        self.assertEqual(self.temporary_directory(), self.state / "mariadb.tmp")
        self.assertEqual(stat.S_IMODE((self.state / "mariadb.tmp").stat().st_mode), 0o700)
        self.stop_server()
        self.assert_spared(files, "stopping")
        self.start_server()
        self.assert_spared(files, "starting again")

    def test_two_at_once_with_a_blank_in_the_path(self):
        others = self.make_directory()
        self.env.update({"TMPDIR": str(others), "XDG_STATE_HOME": str(self.home / "a b")})
        self.state = self.home / "a b" / "upkeep"
        files = self.foreign_files(others)
        starts = [self.start("upkeep", "local", "start", env=self.env) for _ in range(2)]
        for process in starts:
            self.assertEqual(process.wait(200).status, 0)
        self.assert_spared(files, "two start")
        self.assertEqual(self.temporary_directory(), self.state / "mariadb.tmp")

    def test_leftover_of_a_killed_start(self):
        self.state.mkdir(parents=True)
        elsewhere = self.make_directory()
        files = self.foreign_files(elsewhere)
        (self.state / "mariadb.tmp").symlink_to(elsewhere)
        self.start_server()
        self.assert_spared(files, "a link lies in its place")
        self.assertFalse((self.state / "mariadb.tmp").is_symlink())
        self.stop_server()
        own = self.foreign_files(self.state / "mariadb.tmp")
        self.start_server()
        self.assertEqual([file for file in own if file.exists()], [], "a killed server's own files go")

    def test_a_colon_would_be_a_list(self):
        self.env["XDG_STATE_HOME"] = f"{self.home}/a:{self.home}"
        self.assert_error(self.upkeep("local", "start"), 78, "colon", "XDG_STATE_HOME")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "needs root, for mounts of its own")
    def test_the_machines_own_tmp_and_pam_plugin(self):
        """In a mount namespace: an empty /tmp, and a copy of the plugins whose PAM helper another account owns."""
        plugins = pathlib.Path("/usr/lib/mysql/plugin")
        if not (plugins / "auth_pam_tool_dir").is_dir():
            self.skipTest("no PAM plugin is installed")
        home = pathlib.Path(tempfile.mkdtemp(prefix="upk-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        upkeep = pathlib.Path(os.environ["UPKEEP_BIN"]).resolve() / "upkeep"
        script = f"""
            cp -a {plugins} {home}/plugin && chown nobody {home}/plugin/auth_pam_tool_dir || exit 99
            mkdir {home}/bin && cp {upkeep} {home}/bin && mount --bind {home}/plugin {plugins} || exit 99
            mount -t tmpfs -o mode=1777 none /tmp && touch '/tmp/#sql-of-another.MAD' || exit 99
            {home}/bin/upkeep local start || exit 98
            {home}/bin/upkeep local stop || exit 97
            [ -e '/tmp/#sql-of-another.MAD' ] || exit 96
            stat -c %U {plugins}/auth_pam_tool_dir"""
        env = {"HOME": str(home), "XDG_STATE_HOME": str(home / "s"), "UPKEEP_CONFIG": None, "TMPDIR": None}
        result = run(shutil.which("unshare"), "-m", "sh", "-c", script, env=env, timeout=200)
        if result.status == 1 or result.status == 99:
            self.skipTest(f"no mounts here: {result.stderr}")
        self.assertEqual((result.status, result.text), (0, "nobody\n"), f"\n{result}")


@unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
class OrdinaryUser(Local):
    user = "nobody"

    def test_start_init_doctor_stop(self):
        self.assert_quiet(self.upkeep("local", "start"))
        self.assertEqual(self.status()["state"], "running")
        self.assert_quiet(self.upkeep("init"))
        doctor = self.upkeep("doctor", "--json")
        failed = [r for r in doctor.json if r["result"] == "fail"]
        self.assertEqual(failed, [], f"\n{doctor}")
        self.assert_quiet(doctor, 0)
        at = {r["check"]: r for r in doctor.json}["at-permission"]
        if "nobody" in pathlib.Path("/etc/at.deny").read_text().split():
            self.assertEqual(at["result"], "warning")
            self.assertIn("nobody", at["fix"])
        pid = self.status()["pid"]
        self.assertEqual(pathlib.Path(f"/proc/{pid}").stat().st_uid, pwd.getpwnam("nobody").pw_uid)
        self.stop_server()


class LocalTest(Local):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        home = tempfile.mkdtemp(prefix="upk-")
        cls.addClassCleanup(shutil.rmtree, home, ignore_errors=True)
        env = {"HOME": home, "XDG_STATE_HOME": home, "UPKEEP_CONFIG": None}
        try:
            first = run("upkeep", "local", "start", env=env, timeout=200)
        finally:
            run("upkeep", "local", "stop", env=env, timeout=200)
        if first.status != 0:
            raise AssertionError(first)
        cls.template = pathlib.Path(home) / "upkeep" / "mariadb"

    def test_idempotent(self):
        pid = self.start_server()
        again = self.assert_quiet(self.upkeep("local", "start"))
        self.assertEqual(again.stdout, b"")
        self.assertEqual(self.status()["pid"], pid)
        self.stop_server()
        self.stop_server()
        self.assertIn("it is not running", self.upkeep("local", "stop", "-v").stderr)

    def test_verbose_and_dry_run(self):
        dry = self.assert_status(self.upkeep("local", "start", "-n"), 0)
        self.assertIn("would start", dry.stderr)
        self.assertEqual(self.status()["state"], "stopped")
        self.assertIn("started process", self.upkeep("local", "start", "-v").stderr)
        self.assertIn("already running", self.upkeep("local", "start", "-v").stderr)
        self.assertIn("already running", self.assert_status(self.upkeep("local", "start", "-n"), 0).stderr)
        self.assertIn("would stop", self.upkeep("local", "stop", "-n").stderr)
        self.assertEqual(self.status()["state"], "running")

    def test_survives_its_terminal(self):
        result = run_tty("upkeep", "local", "start", env=self.env, timeout=200)
        self.assertEqual((result.status, result.stdout), (0, b""))
        record = self.status()
        self.assertEqual(record["state"], "running")
        pid = record["pid"]
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        self.assertEqual(fields[4], "0", "it has a terminal")  # tty_nr
        self.assertEqual(fields[3], str(pid), "it is no session of its own")
        targets = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (0, 1, 2)}
        self.assertEqual(targets, {"/dev/null", str(self.state / "mariadb.log")})
        self.assertFalse([t for t in map(os.readlink, pathlib.Path(f"/proc/{pid}/fd").iterdir())
                          if t.startswith("/dev/pts") or t.endswith("mariadb.lock")])

    def test_status_in_a_terminal(self):
        result = run_tty("upkeep", "local", "status", env=self.env, columns=200)
        self.assertEqual(result.status, 1)
        self.assertTrue(result.text.startswith("state "), result.text)
        self.assertIn("stopped", result.text)

    def test_after_a_crash(self):
        pid = self.start_server()
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        self.assertEqual(self.status()["state"], "stopped")
        self.assertEqual((self.state / "mariadb.pid").read_text().strip(), str(pid))  # stale
        self.assertNotEqual(self.start_server(), pid)

    def test_its_start_was_interrupted(self):
        """The server goes on without the one that started it, and has no pid file and no socket yet."""
        process = self.start("upkeep", "local", "start", env=self.env)
        wait_for(lambda: len(self.servers()) == 1, "the server is begun")
        process.kill()
        pid, = self.servers()
        self.assertEqual(self.start_server(), pid)
        self.assertEqual(self.servers(), [pid], "no second one waits for its place")
        self.stop_server()
        self.assertEqual(self.servers(), [])

    def test_pid_file_that_names_another(self):
        innocent = self.start("/bin/sleep", "1000")
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / "mariadb.pid").write_text(f"{innocent.pid}\n")
        self.assertEqual(self.status()["state"], "stopped")
        self.stop_server()
        self.assertTrue(innocent.running)
        self.start_server()
        (self.state / "mariadb.pid").write_text(f"{innocent.pid}\n")
        self.assertEqual(self.status()["state"], "running")  # found by its socket
        self.stop_server()
        self.assertTrue(innocent.running)
        self.assertEqual(self.status()["state"], "stopped")

    def test_pid_file_that_is_gone(self):
        pid = self.start_server()
        (self.state / "mariadb.pid").unlink()
        self.assertEqual(self.status()["pid"], pid)
        self.stop_server()
        wait_until_gone(pid)

    def test_other_installation_is_left_alone(self):
        pid = self.start_server()
        self.env["XDG_STATE_HOME"] = str(self.home / "other")
        self.assertEqual(self.status()["state"], "stopped")
        self.stop_server()
        self.env["XDG_STATE_HOME"] = str(self.home / "s")
        self.assertEqual(self.status()["pid"], pid)

    def test_frozen_server(self):
        pid = self.start_server()
        os.kill(pid, signal.SIGSTOP)
        record = self.upkeep("local", "status", "--json")
        self.assertEqual(record.status, 1)
        self.assertEqual(record.json[0]["state"], "unresponsive")
        self.stop_server()
        wait_until_gone(pid)

    def test_data_survive_a_restart(self):
        self.start_server()
        self.assert_quiet(self.upkeep("init"))
        self.stop_server()
        self.start_server()
        doctor = {r["check"]: r["result"] for r in self.upkeep("doctor", "--json").json}
        self.assertEqual(doctor["schema"], "ok")

    def test_long_socket_path(self):
        self.env["XDG_STATE_HOME"] = str(self.home / ("x" * 100))
        self.assert_error(self.upkeep("local", "start"), 78, "107", "XDG_STATE_HOME")
        self.assertFalse((self.home / ("x" * 100)).exists())

    def test_longest_socket_path(self):
        room = 107 - len(str(self.home)) - len("/" + "/upkeep/mariadb.sock")
        self.env["XDG_STATE_HOME"] = str(self.home / ("x" * room))
        shutil.copytree(self.template, self.home / ("x" * room) / "upkeep" / "mariadb")
        self.start_server()
        self.assertEqual(len(self.status()["socket"]), 107)

    def test_no_place(self):
        self.env["XDG_STATE_HOME"] = "/proc/nowhere"
        self.assert_error(self.upkeep("local", "start"), 73, "/proc/nowhere")

    def test_broken_data_are_told_from_the_log(self):
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / "mariadb" / "ibdata1").write_bytes(b"no tablespace")
        self.assert_error(self.upkeep("local", "start"), 69, "mariadb.log")

    def test_formats_and_usage(self):
        self.assertEqual(self.upkeep("local", "status", "--fields", "state").stdout, b"stopped\n")
        self.assertEqual(json.loads(self.upkeep("local", "status", "--format", "jsonl").stdout)["state"], "stopped")
        self.assert_error(self.upkeep("local"), 64)
        self.assert_error(self.upkeep("local", "restart"), 64, "unknown command 'restart'; did you mean 'start'?")
        self.assert_error(self.upkeep("local", "start", "now"), 64)


if __name__ == "__main__":
    unittest.main()
