# SPDX-License-Identifier: MIT
"""ws-upgrade: what it takes over from its caller (signals that are ignored) and what it does not (the umask)."""

import os
import signal
import stat
import unittest

from upkeep_test import TestCase, find_tool, module_server, wait_for


class SignalTest(TestCase):
    """A signal that was ignored when the program started stays ignored."""

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.begun, self.gate = self.installation.directory / "begun", self.installation.directory / "gate"
        self.installation.set_script(
            f"touch {self.begun}; while [ ! -e {self.gate} ]; do sleep 0.03; done; upgrade; echo OK"
        )

    def start_ignoring(self, names, *arguments):
        script = f'trap "" {names}; exec "$0" "$@"'
        return self.start("/bin/sh", "-c", script, find_tool(arguments[0]), *arguments[1:], env=self.installation.env)

    def assert_goes_on(self, tool, number):
        wait_for(self.begun.exists, "the command has begun")
        tool.signal(number)
        # The next one is answered only after the first was met.
        wait_for(lambda: not self.is_pending(tool.pid, number), "the signal was delivered")
        self.gate.touch()
        self.assertEqual(tool.wait().status, 0, tool.stderr)
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})

    @staticmethod
    def is_pending(pid, number):
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigPnd", "ShdPnd"))]
        return any(mask >> (number - 1) & 1 for mask in masks)

    def test_hang_up_under_nohup(self):
        self.assert_goes_on(
            self.start("/usr/bin/nohup", find_tool("ws-upgrade"), "acme", env=self.installation.env), signal.SIGHUP
        )

    def test_interrupt_of_a_background_job(self):
        self.assert_goes_on(self.start_ignoring("INT QUIT", "ws-upgrade", "acme"), signal.SIGINT)

    def test_terminate_and_a_drain(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"))
        self.assert_goes_on(self.start_ignoring("TERM", "ws-upgrade", "--drain"), signal.SIGTERM)

    def test_what_is_not_ignored_ends_it(self):
        tool = self.start_ignoring("HUP", "ws-upgrade", "acme")
        wait_for(self.begun.exists, "the command has begun")
        tool.signal(signal.SIGTERM)
        self.assertEqual(tool.wait().status, 128 + signal.SIGTERM)
        self.assertIn(b"interrupted", tool.stdout)

    def test_follow_goes_on_after_a_hang_up(self):
        upgrade = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(self.begun.exists, "the command has begun")
        follow = self.start_ignoring("HUP", "ws-progress", "--follow", "acme")
        wait_for(lambda: follow.stdout, "it follows")
        follow.signal(signal.SIGHUP)
        self.gate.touch()
        self.assertEqual(follow.wait().status, 0, follow.stderr)
        self.assertEqual(upgrade.wait().status, 0)

    def test_children_whose_end_the_caller_ignores(self):
        self.gate.touch()
        tool = self.start_ignoring("CHLD", "ws-upgrade", "acme")
        self.assertEqual(tool.wait().status, 0, tool.stderr)


class UmaskTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.directory = self.make_directory()

    def modes(self, mask, tool=("ws-upgrade", "--force", "acme"), **upgrade):
        """What command and hooks make where the caller has this mask: octal modes by name."""
        make = ["sh", "-c", f'echo > "{self.directory}/$0"; mkdir "{self.directory}/$0.d"']
        self.installation.set_script(
            f'echo > "{self.directory}/command"; mkdir "{self.directory}/command.d"; upgrade; echo OK',
            before=[*make, "before"],
            after=[*make, "after"],
            **upgrade,
        )
        old = os.umask(mask)
        try:
            self.assert_quiet(self.installation.run(*tool), 0)
        finally:
            os.umask(old)
        return {path.name: f"{stat.S_IMODE(path.stat().st_mode):o}" for path in self.directory.iterdir()}

    def usual(self):
        return {
            name + end: mode for name in ("before", "command", "after") for end, mode in (("", "644"), (".d", "755"))
        }

    def test_the_callers_reaches_neither_command_nor_hooks(self):
        self.assertEqual(self.modes(0o077), self.usual())

    def test_nor_does_a_drains(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"))
        self.assertEqual(self.modes(0o000, ("ws-upgrade", "--drain")), self.usual())

    def test_the_configured_one(self):
        modes = self.modes(0o022, umask="0027")
        self.assertEqual((modes["command"], modes["command.d"], modes["after.d"]), ("640", "750", "750"))


if __name__ == "__main__":
    unittest.main()
