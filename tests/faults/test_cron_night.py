# SPDX-License-Identifier: MIT
# ctest: long timeout=900
"""The shipped crontab by the real clock, its evening and its morning a few minutes apart: the rules of the night
hold."""

import datetime
import os
import pathlib
import re
import subprocess
import threading
import time
import unittest

from upkeep_test import REPOSITORY, TestCase, find_tool

NAMES = [f"w{number}" for number in range(1, 9)]
BIN = pathlib.Path(find_tool("ws-upgrade")).parent
UTC = datetime.timezone.utc


def minute(text, low, high):
    """The values that one field of crontab(5) names."""
    found = set()
    for part in text.split(","):
        part, _, step = part.partition("/")
        first, last = (low, high) if part == "*" else (int(part.split("-")[0]), int(part.split("-")[-1]))
        found |= set(range(first, last + 1, int(step or 1)))
    return found


class Cron:
    """Starts each line of a crontab in its minutes, as cron(8) does."""

    def __init__(self, text, env):
        self.env = {**env, "TZ": "UTC", "PATH": f"{BIN}:{os.environ['PATH']}"}
        self.lines = []
        for line in text.splitlines():
            if line.strip() and not line.startswith("#") and not re.match(r"[A-Z_]+=", line):
                fields = line.split(None, 6)
                self.lines.append((minute(fields[0], 0, 59), minute(fields[1], 0, 23), fields[6].replace("\\%", "%")))
        self.children = []

    def play(self, until):
        at = datetime.datetime.now(UTC).replace(second=0, microsecond=0)
        while at < until:
            at += datetime.timedelta(minutes=1)
            time.sleep(max(0, (at - datetime.datetime.now(UTC)).total_seconds()))
            for minutes, hours, command in self.lines:
                if at.minute in minutes and at.hour in hours:
                    self.children.append(
                        subprocess.Popen(
                            ["/bin/sh", "-c", command],
                            env=self.env,
                            stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL,
                        )
                    )
        for child in self.children:
            child.wait(120)


class NightTest(TestCase):
    """Queued in the next minute, due a minute later, drained a minute after that and in every minute, ended after
    five."""

    def setUp(self):
        now = datetime.datetime.now(UTC).replace(second=0, microsecond=0)
        self.at = [now + datetime.timedelta(minutes=n) for n in range(9)]

    def crontab(self):
        text = (REPOSITORY / "scripts" / "cron" / "upkeep").read_text()
        hour_minute = [time.strftime("%H:%M") for time in self.at]
        for old, new in (
            ("\n55 21 ", f"\n{self.at[1]:%-M %-H} "),
            ("\n1 22 ", f"\n{self.at[3]:%-M %-H} "),
            ("--at 22:00", f"--at {hour_minute[2]}"),
            ("--until 06:00", f"--until {hour_minute[5]}"),
            ("\n5-59/15 ", "\n* "),
            ("\n0 7 ", f"\n{self.at[7]:%-M %-H} "),
            ("/var/log/upkeep/", f"{self.directory}/"),
        ):
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        return text

    def open(self, script):
        installation = self.open_small(self.open_server(), *NAMES)
        installation.configure(schedule={"retry_after_s": 1, "attempts": 9})
        installation.set_script(script)
        return installation

    def started(self, installation):
        return [datetime.datetime.fromisoformat(row[0] + "+00:00") for row in installation.server.sql(
            f"SELECT started_at FROM `{installation.schema}`.run WHERE started_at IS NOT NULL ORDER BY started_at")]

    def test_a_broken_release_and_a_slow_one(self):
        self.directory = self.make_directory()
        broken, slow = self.open("echo BAD; exit 1"), self.open("sleep 40; upgrade; echo OK")
        text = self.crontab()
        players = [threading.Thread(target=Cron(text, installation.env).play, args=(self.at[7],))
                   for installation in (broken, slow)]
        for player in players:
            player.start()
        for player in players:
            player.join()
        self.assertEqual(len(self.started(broken)), 3, "three canaries, and not one more in the minutes after them")
        started = self.started(slow)
        self.assertTrue(started and all(self.at[2] <= one < self.at[5] for one in started), f"{started} {self.at}")
        self.assertLess(len(started), len(NAMES))
        for installation, rule in ((broken, "canary"), (slow, "until")):
            stops = self.assert_quiet(installation.run("ws-progress", "--report", "--json", "--fields", "stops")).json
            self.assertEqual([(stop["sweep"], stop["rule"]) for stop in stops[0]["stops"]], [("night", rule)])
        self.assertIn("was stopped by", (self.directory / "night.html").read_text())


if __name__ == "__main__":
    unittest.main()
