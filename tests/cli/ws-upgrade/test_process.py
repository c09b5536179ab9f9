# SPDX-License-Identifier: MIT
"""ws-upgrade: what the upgrade command is given (argv, streams, descriptors, environment, group) and what its log
keeps."""

import os
import pathlib
import re
import stat
import unittest

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.process import processes_using

ALL_BYTES = bytes(range(256)) * 4


class ProcessTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.out = self.installation.directory / "out"

    def upgrade(self, script, status=0, env=None, **upgrade):
        """Runs acme; the record."""
        self.installation.set_script(script, **upgrade)
        result = self.installation.run("ws-upgrade", "--json", "--force", "acme", env=env)
        return self.assert_quiet(result, status).json[0]

    def log(self, record):
        return pathlib.Path(record["log"]).read_bytes()

    # -- what it is given -------------------------------------------------------------------------
    def test_argv_is_passed_as_it_is(self):
        words = [
            "a b",
            "it's",
            '"q"',
            "$HOME",
            "*",
            "",
            "-x",
            "\\",
            "a\nb",
            "{nothing}",
            "ä",
            "x{workspace}y",
            ";touch /x",
        ]
        show = self.installation.directory / "show argv"
        show.write_text('#!/bin/sh\nfor w in "$@"; do printf "%s\\0" "$w"; done > ' + str(self.out) + "\n")
        show.chmod(0o755)
        self.installation.configure(upgrade={"command": [show, *words], "profile": "plain"})
        self.installation.upgrade_by_hand("acme")
        self.assert_quiet(self.installation.run("ws-upgrade", "--force", "acme"), 0)
        self.assertEqual(self.out.read_text().split("\0")[:-1],
                         [word.replace("{workspace}", "acme") for word in words])

    def test_stdin_is_empty(self):
        self.upgrade(f"readlink /proc/self/fd/0 > {self.out}; cat >> {self.out}; upgrade; echo OK")
        self.assertEqual(self.out.read_text(), "/dev/null\n")

    def test_only_the_meant_descriptors(self):
        self.upgrade(
            f"for fd in /proc/$$/fd/*; do echo ${{fd##*/}} $(readlink $fd); done > {self.out}; upgrade; echo OK"
        )
        held = dict(line.split(" ", 1) for line in self.out.read_text().splitlines() if " /proc/" not in line)
        held.pop("1", None)  # the shell's own redirection
        pipes = [name for name, target in held.items() if target.startswith("pipe:")]
        lock = [name for name, target in held.items() if target.startswith(str(self.installation.state_dir / "locks"))]
        self.assertEqual(held["0"], "/dev/null")
        self.assertIn("2", pipes)
        self.assertEqual(len(lock), 1)  # the host lock: it keeps the lock when everybody else was killed
        rest = {
            name: target
            for name, target in held.items()
            if name not in {"0", *pipes, *lock} and target != str(self.out)
        }
        self.assertEqual(rest, {})
        self.assertFalse([t for t in held.values() if t.startswith("socket:")], held)

    def test_descriptors_of_the_caller_are_not_inherited(self):
        with open(self.installation.directory / "callers", "w", encoding="ascii") as file:
            self.installation.set_script(f"ls -l /proc/$$/fd > {self.out}; upgrade; echo OK")
            os.set_inheritable(file.fileno(), True)
            self.assert_quiet(self.installation.run("ws-upgrade", "acme", pass_fds=[file.fileno()]), 0)
        self.assertNotIn("callers", self.out.read_text())

    def test_environment_has_no_secret(self):
        server = self.installation.server
        server.add_user("guarded", "geheim", ["ALL ON *.*"])
        password = self.installation.directory / "password"
        password.write_text("geheim\n")
        password.chmod(0o600)
        self.installation.configure(database={"user": "guarded", "password_file": password})
        record = self.upgrade(f"env > {self.out}; tr '\\0' '\\n' < /proc/$PPID/environ >> {self.out};"
                              f" tr '\\0' ' ' < /proc/$PPID/cmdline >> {self.out}; upgrade; echo OK")
        text = self.out.read_text()
        self.assertNotIn("geheim", text)
        for line in (f"UPKEEP_RUN={record['run']}", "UPKEEP_WORKSPACE=acme", "UPKEEP_TARGET=2.0"):
            self.assertIn(line + "\n", text)
        for path in [*self.installation.log_dir.rglob("*"), *self.installation.state_dir.rglob("*")]:
            if path.is_file():
                self.assertNotIn(b"geheim", path.read_bytes(), str(path))

    def test_directory_and_group(self):
        here = self.make_directory()
        self.upgrade(
            f"pwd > {self.out}; cut -d' ' -f5 /proc/$$/stat >> {self.out}; echo $$ >> {self.out}; upgrade; echo OK",
            directory=here,
        )
        pwd, group, pid = self.out.read_text().split()
        self.assertEqual(pwd, str(here))
        self.assertEqual(group, pid)

    def test_signals_are_as_a_shell_gives_them(self):
        self.upgrade(f"cat /proc/self/status > {self.out}; upgrade; echo OK")
        masks = re.findall(r"(?m)^Sig(?:Blk|Ign|Cgt):\t(\w+)", self.out.read_text())
        own = 0x180000000  # 32 and 33 are the C library's own business
        self.assertEqual([int(mask, 16) & ~own for mask in masks], [0, 0, 0])

    def test_a_name_that_looks_like_an_option_is_never_passed(self):
        self.assert_error(self.installation.run("ws-upgrade", "--", "-h"), 65)
        self.assertFalse(self.out.exists())

    # -- the log ----------------------------------------------------------------------------------
    def test_log_is_byte_for_byte(self):
        data = self.installation.directory / "data"
        data.write_bytes(ALL_BYTES + b"\r\r\n" + b"x" * 3_000_000 + b"\n\0\0\n")
        record = self.upgrade(f"cat {data}; upgrade; printf '\\nOK'")
        self.assertEqual(self.log(record), data.read_bytes() + b"\nOK")
        self.assertEqual(record["lines"], (data.read_bytes() + b"\nOK").count(b"\n") + 1)

    def test_stdout_and_stderr_in_order_of_arrival(self):
        record = self.upgrade(
            "i=0; while [ $i -lt 20 ]; do echo out $i; sleep 0.03; echo err $i >&2; sleep 0.03; i=$((i+1)); done;"
            " upgrade; echo OK"
        )
        expected = "".join(f"out {i}\nerr {i}\n" for i in range(20)) + "OK\n"
        self.assertEqual(self.log(record).decode(), expected)

    def test_nothing_is_lost_at_the_end(self):
        for _ in range(3):
            record = self.upgrade("upgrade 2>/dev/null; seq 1 60000; echo OK")
            self.assertEqual(self.log(record), b"".join(b"%d\n" % i for i in range(1, 60001)) + b"OK\n")
            self.assertEqual(record["lines"], 60001)

    def test_modes(self):
        for mask in (0o000, 0o077):
            old = os.umask(mask)
            try:
                record = self.upgrade("upgrade 2>/dev/null; echo OK", before=["true"])
            finally:
                os.umask(old)
            log = pathlib.Path(record["log"])
            self.assertEqual(stat.S_IMODE(log.stat().st_mode), 0o640)
            self.assertEqual(stat.S_IMODE(log.parent.stat().st_mode) & 0o007, 0)
            for other in (log.with_suffix(".hooks.log"), self.installation.log_dir / "upkeep.log"):
                self.assertEqual(stat.S_IMODE(other.stat().st_mode), 0o640)

    def test_each_run_has_its_own_log(self):
        logs = {self.upgrade("upgrade 2>/dev/null; echo OK")["log"] for _ in range(2)}
        self.assertEqual(len(logs), 2)
        for log in logs:
            self.assertRegex(log, rf"^{self.installation.log_dir}/acme/\d+\.log$")

    def test_event_log(self):
        first = self.upgrade("upgrade; echo OK")["run"]
        second = self.upgrade("printf 'BAD \\033[31m\\t line\\n'", 1)["run"]
        lines = (self.installation.log_dir / "upkeep.log").read_text().splitlines()
        for line in lines:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ws-upgrade\[\d+\] (acme|-) ")
            self.assertNotIn("\x1b", line)
        for run, end in ((first, "succeeded"), (second, "failed")):
            mine = [line for line in lines if f" acme run={run} " in line]
            self.assertIn("forced by", mine[0])
            self.assertIn("lock acquired", mine[1])
            self.assertIn(end, mine[-1])
        self.assertTrue(lines[lines.index(mine[0]) - 1].endswith(f"run={first} succeeded"), lines)

    # -- what it leaves behind ----------------------------------------------------------------------
    def test_leftover_that_holds_its_output_is_cut_off_after_grace_s(self):
        record = self.upgrade("sleep 30 & upgrade; echo OK", grace_s=1)
        self.assertEqual((record["state"], self.log(record)), ("succeeded", b"OK\n"))
        self.assertIn("left behind", record["detail"])
        self.assertLess(record["seconds"], 20)

    def test_leftover_keeps_the_host_lock(self):
        gate = self.installation.directory / "gate"
        record = self.upgrade(
            f"(while [ ! -e {gate} ]; do sleep 0.05; done) > /dev/null 2>&1 & upgrade; echo OK", grace_s=1
        )
        self.assertEqual(record["state"], "succeeded")
        self.assertIn("left behind", record["detail"])
        self.installation.add_small("beta")
        self.installation.set_script("upgrade; echo OK")
        self.assert_status(self.installation.run("ws-upgrade", "--wait", "0", "beta"), 75)
        gate.touch()
        self.assert_status(self.installation.run("ws-upgrade", "--wait", "20", "beta"), 0)

    def test_nothing_of_ours_stays(self):
        self.upgrade("upgrade; echo OK")
        wait_for(lambda: not processes_using(self.installation.state_dir), "the guardian has gone")
        self.assertEqual(list((self.installation.state_dir / "runs").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
