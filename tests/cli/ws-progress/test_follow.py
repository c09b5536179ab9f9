# SPDX-License-Identifier: MIT
"""ws-progress --follow: a record a change in a pipe, bars on a terminal, and an end."""

import re
import signal
import unittest

from upkeep_test import TestCase, find_tool, module_server, wait_for


def screen(received: bytes) -> list[str]:
    """The lines that stand on a terminal which got this (what ws-progress uses of its language)."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[\d*[A-Za-z]|\r|\n|[^\x1b\r\n]+", received.decode()):
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif part.startswith("\x1b"):
            number, kind = part[2:-1], part[-1]
            if kind == "A":
                row = max(0, row - int(number or 1))
            elif kind == "K":
                lines[row] = lines[row][:column]
            elif kind == "J":
                lines[row] = lines[row][:column]
                del lines[row + 1:]
        else:
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part):]
            column += len(part)
    return [line.rstrip() for line in lines if line.strip()]


class FollowCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.installation.configure(schedule={"via": "command", "command": ["true"]}, **{"profile.small": {"steps": 4}})
        self.gate = self.installation.directory / "gate-"

    def set_gated(self, script):
        self.installation.set_script(f"gate() {{ while [ ! -e {self.gate}$1 ]; do sleep 0.03; done; }};" + script)

    def open(self, *gates):
        for gate in gates:
            (self.gate.parent / f"gate-{gate}").touch()

    def queue(self, *names):
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", *names))

    def drain(self):
        return self.start("ws-upgrade", "--drain", env=self.installation.env)


class PipeTest(FollowCase):
    def follow(self, *args):
        return self.start("ws-progress", "--follow", *args, env=self.installation.env)

    def records(self, follow):
        return [line.split("\t") for line in follow.stdout.decode().splitlines()]

    def reached(self, follow, percent):
        """Whether that much is shown; it also grows between two steps."""
        workspace, state, shown = self.records(follow)[-1]
        return (workspace, state) == ("acme", "running") and int(shown) >= percent

    def test_a_record_a_change(self):
        self.set_gated("step a true; gate 1; step b true; gate 2; upgrade; echo OK")
        self.queue("acme")
        follow = self.follow("--fields", "workspace,state,percent", "acme")
        wait_for(lambda: self.records(follow) == [["acme", "queued", "0"]], "it is queued")
        drain = self.drain()
        wait_for(lambda: self.reached(follow, 25), "25 %")
        self.open(1)
        wait_for(lambda: self.reached(follow, 50), "50 %")
        self.open(2)
        self.assert_status(drain.wait(), 0)
        result = self.assert_quiet(follow.wait(), 0)
        rows = result.rows
        self.assertEqual(rows[-1], ["acme", "upgraded", "100"])
        percents = [int(row[2]) for row in rows]
        self.assertEqual(percents, sorted(percents))

    def test_records_are_not_repeated(self):
        self.set_gated("step a gate 1; upgrade; echo OK")
        self.queue("acme")
        drain = self.drain()
        follow = self.follow("--fields", "workspace,state,percent,step,position", "acme")
        wait_for(lambda: [row[:2] + row[3:] for row in self.records(follow)[-1:]] == [["acme", "running", "a", "0"]],
                 "it runs")
        self.open(1)
        self.assert_status(drain.wait(), 0)
        rows = self.assert_quiet(follow.wait(), 0).rows
        self.assertEqual(len(rows), len({tuple(row) for row in rows}))

    def test_ends_at_once_where_nothing_is_active(self):
        self.installation.add_small("done", upgraded=True)
        self.assert_states(
            self.assert_quiet(self.follow("acme", "done").wait(20), 1), {"acme": "pending", "done": "upgraded"}
        )
        self.assert_quiet(self.follow("done").wait(20), 0)
        self.assert_quiet(self.follow("nope").wait(20), 2)
        self.assertEqual(self.assert_quiet(self.follow("--active").wait(20), 0).text, "")

    def test_failure_ends_it_with_2(self):
        self.set_gated("step a true; gate 1; echo BAD")
        self.queue("acme")
        follow = self.follow("acme")
        drain = self.drain()
        self.open(1)
        self.assert_status(drain.wait(), 1)
        rows = self.assert_quiet(follow.wait(), 2).rows
        self.assertEqual(rows[-1][1], "failed")
        self.assertIn("BAD", rows[-1][-1])

    def test_a_cancelled_one_ends_it(self):
        self.queue("acme")
        follow = self.follow("acme")
        wait_for(lambda: self.records(follow), "a record")
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.assertEqual(self.assert_quiet(follow.wait(), 1).rows[-1][1], "pending")

    def test_json(self):
        self.installation.set_script("upgrade; echo OK")
        self.queue("acme")
        follow = [self.follow("--format", form, "acme") for form in ("json", "jsonl", "text")]
        wait_for(lambda: all(one.stdout for one in follow), "first records")
        self.assert_status(self.drain().wait(), 0)
        results = [self.assert_quiet(one.wait(), 0) for one in follow]
        self.assertEqual(results[0].json[-1]["state"], "upgraded")
        self.assertEqual(results[1].jsonl[-1]["state"], "upgraded")
        self.assertEqual(results[2].lines[0].split()[:3], ["workspace", "state", "percent"])
        self.assertEqual(results[2].lines[-1].split()[:3], ["acme", "upgraded", "100"])

    def test_several(self):
        self.installation.add_small("beta", "gamma")
        self.installation.set_script('[ "$ws" != beta ] || echo BAD; upgrade; echo OK')
        self.queue("acme", "beta", "gamma")
        follow = self.follow("--active")
        wait_for(lambda: len(self.records(follow)) >= 3, "three records")
        self.assert_status(self.drain().wait(), 1)
        result = self.assert_quiet(follow.wait(), 2)
        self.assertEqual(
            {row[0]: row[1] for row in result.rows}, {"acme": "upgraded", "beta": "failed", "gamma": "upgraded"}
        )

    def test_a_signal_ends_it_and_the_upgrade_goes_on(self):
        self.set_gated("gate 1; upgrade; echo OK")
        self.queue("acme")
        drain = self.drain()
        for number in (signal.SIGINT, signal.SIGTERM):
            follow = self.follow("acme")
            wait_for(lambda: self.records(follow), "a record")  # pylint: disable=cell-var-from-loop
            follow.signal(number)
            self.assert_error(follow.wait(10), 128 + number, "the upgrades continue", stdout=None)
        self.open(1)
        self.assert_status(drain.wait(), 0)

    def test_a_reader_that_leaves(self):
        self.set_gated("step a true; gate 1; upgrade; echo OK")
        self.queue("acme")
        drain = self.drain()
        script = 'set -o pipefail; "$@" | head -n 1'
        follow = self.start("/bin/bash", "-c", script, "bash", find_tool("ws-progress"), "--follow", "acme",
                            env=self.installation.env)
        self.open(1)
        self.assert_status(drain.wait(), 0)
        result = follow.wait(20)
        self.assertEqual((len(result.lines), result.stderr), (1, ""))


class TerminalTest(FollowCase):
    def follow(self, *args, **options):
        return self.start_tty("ws-progress", "--follow", *args, env={**self.installation.env, **options.pop("env", {})},
                              **options)

    def test_a_bar_that_grows_and_a_last_line_that_stays(self):
        self.set_gated("step first true; gate 1; step second gate 2; upgrade; echo OK")
        self.queue("acme")
        follow = self.follow("acme")
        follow.read_until(b"waits, 0 ahead")
        drain = self.drain()
        follow.read_until(b"[######")
        shown = screen(follow.received)
        self.assertEqual(len(shown), 1)
        self.assertRegex(shown[0], r"^acme running +\[#+\.+\] +[2-4][0-9] %")
        self.open(1)
        follow.read_until(b"second")
        self.open(2)
        self.assert_status(drain.wait(), 0)
        result = self.assert_status(follow.wait(), 0)
        last = screen(result.stdout)
        self.assertEqual(len(last), 1)
        self.assertRegex(last[0], r"^acme upgraded \[#+\] 100 %")
        self.assertTrue(result.stdout.endswith(b"\n\x1b[J") or result.stdout.endswith(b"\n"), result.stdout[-20:])

    def test_colours_of_states(self):
        self.set_gated("gate 1; false")
        self.queue("acme")
        drain = self.drain()
        follow = self.follow("acme", columns=40)
        follow.read_until(b"\x1b[36mrunning \x1b[0m \x1b[36m[")
        plain = self.follow("acme", env={"NO_COLOR": "1"})
        self.open(1)
        self.assert_status(drain.wait(), 1)
        received = self.assert_status(follow.wait(), 2).stdout
        self.assertIn(b"\x1b[31mfailed  \x1b[0m \x1b[31m[", received)
        self.assertEqual(received.count(b"\x1b[0m"), len(re.findall(rb"\x1b\[3\dm", received)))
        last = re.sub(r"\x1b\[\d*m", "", screen(received)[-1])
        self.assertTrue(last.endswith("…") and len(last) == 39, last)
        self.assertNotRegex(self.assert_status(plain.wait(), 2).stdout, rb"\x1b\[\d*m")

    def test_no_flicker(self):
        """Frames overwrite: nothing is erased before it is drawn anew, no line is longer than the terminal."""
        self.installation.add_small("beta")
        self.set_gated("step first gate 1; upgrade; echo OK")
        self.queue("acme", "beta")
        drain = self.drain()
        follow = self.follow("acme", "beta", columns=60)
        follow.read_until(b"first")
        follow.read(1.2)
        self.open(1)
        self.assert_status(drain.wait(), 0)
        received = follow.wait().stdout.decode()
        self.assertNotIn("\x1b[2J", received)
        self.assertNotIn("\x1b[2K", received)
        for line in re.split(r"\r\n", re.sub(r"\x1b\[\d*[A-Zm]|\r(?!\n)", "", received)):
            self.assertLess(len(line), 60)
        self.assertEqual(
            [line.split()[:2] for line in screen(received.encode())], [["acme", "upgraded"], ["beta", "upgraded"]]
        )

    def test_resize(self):
        self.set_gated("step first gate 1; upgrade; echo OK")
        self.queue("acme")
        drain = self.drain()
        follow = self.follow("acme", columns=100)
        follow.read_until(b"first")
        wide = max(len(bar) for bar in re.findall(rb"\[[#.]+\]", follow.received))
        follow.resize(30)
        follow.received = b""
        follow.read_until(b"]")
        follow.read(0.6)
        narrow = [len(bar) for bar in re.findall(rb"\[[#.]+\]", follow.received)]
        self.assertLess(narrow[-1], wide)
        follow.resize(120)
        follow.received = b""
        follow.read_until(b"]")
        follow.read(0.6)
        self.assertGreaterEqual(len(re.findall(rb"\[[#.]+\]", follow.received)[-1]), wide)
        self.open(1)
        self.assert_status(drain.wait(), 0)
        self.assert_status(follow.wait(), 0)

    def test_more_workspaces_than_lines(self):
        self.installation.add_small(*(f"w{number:02}" for number in range(30)))
        self.set_gated("gate 1; upgrade; echo OK")
        self.queue(*(f"w{number:02}" for number in range(30)), "acme")
        drain = self.drain()
        follow = self.follow("--active", lines=10)
        follow.read_until(b"more")
        follow.read(0.6)
        shown = screen(follow.received)
        self.assertLess(len(shown), 10)
        self.assertRegex(shown[-1], r"and 2\d more")
        self.assertIn("running", shown[0])
        follow.type("\x03")
        result = self.assert_status(follow.wait(), 130)
        self.assertIn(b"the upgrades continue", result.stdout)
        drain.signal(signal.SIGTERM)
        drain.wait()

    def test_records_where_they_are_asked_for(self):
        self.installation.add_small("done", upgraded=True)
        for words in (["--no-progress"], ["--format", "text"], ["--json"]):
            with self.subTest(words):
                result = self.installation.run_tty("ws-progress", "--follow", *words, "done", env={"NO_COLOR": "1"})
                self.assertNotIn(b"\x1b", result.stdout)
                self.assertIn(b"workspace", result.stdout)

    def test_control_characters_of_a_log_stay_out(self):
        self.installation.set_script("printf 'BAD \\033[31mred\\007\\n'")
        self.installation.run("ws-upgrade", "acme")
        result = self.assert_status(self.installation.run_tty("ws-progress", "--follow", "acme", columns=200,
                                                              env={"NO_COLOR": "1"}), 2)
        self.assertNotIn(b"\x1b[31m", result.stdout)
        self.assertNotIn(b"\x07", result.stdout)
        self.assertIn(b"red", result.stdout)


if __name__ == "__main__":
    unittest.main()
