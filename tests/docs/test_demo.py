# SPDX-License-Identifier: MIT
# ctest: atd slow timeout=900
"""scripts/demo shows what it promises, in a pipe and on a terminal, and again."""

import base64
import getpass
import json
import os
import pathlib
import re
import shlex
import shutil
import unittest
import urllib.request

from upkeep_test import REPOSITORY, AtDaemon, TestCase, process, run_tty, wait_for
from upkeep_test.paths import binary_directory, find_tool

DEMO = str(REPOSITORY / "scripts" / "demo")
END = {"acme": "upgraded", "globex": "failed", "initech": "upgraded", "umbrella": "upgraded"}


class DemoTest(TestCase):
    def setUp(self):
        for tool in ("ws-check", "ws-schedule", "ws-upgrade", "ws-progress", "ws-guardian", "upkeep"):
            find_tool(tool)
        self.home = self.make_directory()
        self.env = {"HOME": str(self.home), "XDG_STATE_HOME": None}
        self.addCleanup(self.assert_ended)
        self.addCleanup(process.run, DEMO, "--end", "--bin", binary_directory(), env=self.env)

    def assert_ended(self) -> None:
        """Once it is ended, no process of it is left."""
        left = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue  # it has ended by now
            left += [words] if any(str(self.home) in word for word in words) else []
        self.assertEqual(left, [])

    def start_at(self) -> None:
        try:
            daemon = AtDaemon()
        except unittest.SkipTest:
            return  # the demonstration says so and does without
        self.addCleanup(daemon.close)

    def assert_end(self, text: str) -> None:
        last = text[text.rindex("ws-check --all\n"):]
        found = {name: state for name, state in re.findall(r"^(\w+)\s+(upgraded|failed|pending)\b", last, re.MULTILINE)}
        self.assertEqual(found, END, text)
        self.assertIn("What to try next", last)

    def assert_live(self, text: str) -> None:
        """The address that it prints leads to the waiting page of a workspace that is not upgraded."""
        if not shutil.which("apache2", path=os.environ["PATH"] + ":/usr/sbin"):
            return
        (url,) = re.findall(r"^(http://127\.0\.0\.1:\d+)/$", text, re.MULTILINE)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"{url}/syshooli/en/neoclassic/login/login", headers={"Accept": "text/html"})

        def sent():
            with opener.open(request, timeout=30) as answer:
                return answer.url == f"{url}/upkeep/hooli/en/neoclassic/"
        wait_for(sent, "the gate sends to the page", 30)
        with opener.open(f"{url}/upkeep/wayne/status", timeout=30) as answer:
            self.assertEqual(json.load(answer)["state"], "pending")
        self.assert_patch_tool(f"{url}/pmt", text)

    def assert_patch_tool(self, url: str, text: str) -> None:
        """The second address is that of the patch tool, where three people find their work."""
        self.assertIn(f"password demo\n{url}/\n", text)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/healthz", timeout=30) as answer:
            self.assertEqual(answer.read(), b"ok\n")
        for name in ("anna", "ben", "carla"):
            login = base64.b64encode(f"{name}:demo".encode()).decode()
            asked = urllib.request.Request(f"{url}/api/v1/me/work", headers={"Authorization": f"Basic {login}"})
            with opener.open(asked, timeout=30) as answer:
                self.assertTrue([patch for block in json.load(answer).values() for patch in block], name)

    def test_twice(self):
        self.start_at()
        shown = self.assert_quiet(process.run(DEMO, "--bin", binary_directory(), env=self.env, timeout=300))
        self.assert_end(shown.text)
        self.assertIn("\nacme\tupgraded\t100\t", shown.text)
        self.assertNotIn("\x1b", shown.text)
        self.assert_live(shown.text)
        again = run_tty(DEMO, "--bin", binary_directory(), env=self.env, timeout=300, columns=100)
        self.assert_status(again, 0)
        self.assertIn("[#", again.text)
        self.assertIn("\x1b[32mupgraded\x1b[0m", again.text)
        self.assert_end(re.sub(r"\x1b\[\d*m", "", again.text).replace("\r\n", "\n"))

    def test_patches_of_an_earlier_demonstration_stay(self):
        """Their numbers are those of rows to be imported."""
        self.start_at()
        self.assert_status(process.run("upkeep", "local", "start", env=self.env), 0)
        socket = self.home / ".local/state/upkeep/mariadb.sock"
        configuration = self.home / "earlier.toml"
        configuration.write_text(f'[database]\nsocket = "{socket}"\nuser = "{getpass.getuser()}"\n'
                                 'schema = "upkeep_demo"\n')
        earlier = {**self.env, "UPKEEP_CONFIG": str(configuration)}
        self.assert_status(process.run("upkeep", "init", env=earlier), 0)
        number = self.assert_status(process.run("pmt-patch", "new", "--platform", "4.4.0", "--client", "Earlier",
                                                env=earlier), 0).text
        shown = self.assert_status(process.run(DEMO, "--bin", binary_directory(), env=self.env, timeout=300), 0)
        self.assert_end(shown.text)
        self.assertIn("\n(exit status 2)\n", shown.text)
        self.assertIn(f"{number.strip()} already exists", shown.stderr)
        listed = process.run("pmt-patch", "list", "--fields", "patch", "client=Earlier", env=earlier)
        self.assertEqual(listed.text, number)

    def test_what_it_says_next(self):
        """The commands that it proposes at the end do what they say."""
        self.start_at()
        shown = self.assert_quiet(process.run(DEMO, "--bin", binary_directory(), env=self.env, timeout=300))
        commands = shown.text.split("# What to try next, after\n")[1]
        script = "\n".join(line for line in commands.splitlines() if line and not line.startswith("#"))
        self.assertIn("ws-upgrade globex", script)
        script = script.replace("upkeep doctor", "").replace("ws-check --json", "ws-check")  # doctor judges the machine
        tried = process.run("/bin/sh", "-e", "-c", script, env=self.env)
        self.assert_status(tried, 0)
        self.assertIn("Upgrade successful", tried.text)
        self.assertRegex(tried.text, r"(?m)^globex\tupgraded\t")

    def test_shown_commands_can_be_pasted(self):
        """What it prints as a command is quoted for the shell, and does the same when it is typed."""
        self.start_at()
        shown = self.assert_quiet(process.run(DEMO, "--bin", binary_directory(), env=self.env, timeout=300))
        commands = re.findall(r"(?m)^\$ (.*)$", shown.text)
        (request,) = [command for command in commands if command.startswith("pmt-patch request ")]
        self.assertEqual(shlex.split(request)[2:], ["ESB 4.8.1", "--client", "Acme", "--jira", "SUPPORT-1717",
                                                    "--priority", "1", "NullPointerException in a mediator"])
        self.assertIn("'ESB 4.8.1'", request)
        (tick,) = [command for command in commands if "marked" in command]
        self.assertEqual(shlex.split(tick)[3:], ["JIRA was marked"])
        (export,) = re.findall(r"(?m)^export PATH=.*$", shown.text)
        pasted = process.run("/bin/sh", "-e", "-c", f"{export}\n{request}", env=self.env)
        self.assertRegex(self.assert_status(pasted, 0).text, r"^Q-\d+\n$")
        self.assertIn("has the same JIRA key SUPPORT-1717", pasted.stderr)  # it is a duplicate

    @unittest.skipUnless(os.geteuid() == 0, "everybody else is an ordinary user already")
    def test_an_ordinary_user(self):
        """Without root and sudo: no at(1) where no daemon runs, and all the rest."""
        if process.run("/usr/bin/test", "-x", binary_directory() / "upkeep", user="nobody").status:
            self.skipTest("an ordinary user cannot reach the tools here")
        shutil.chown(self.home, "nobody")
        self.addCleanup(process.run, DEMO, "--end", "--bin", binary_directory(), env=self.env, user="nobody")
        shown = process.run(DEMO, "--bin", binary_directory(), env=self.env, timeout=300, user="nobody", cwd="/")
        self.assert_end(self.assert_quiet(shown).text)
        self.assert_live(shown.text)
        if urls := re.findall(r"^(http://127\.0\.0\.1:\d+)/$", shown.text, re.MULTILINE):
            asked = urllib.request.Request(f"{urls[0]}/upkeep/wayne/request", method="POST")
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(asked, timeout=30) as answer:
                self.assertIn(json.load(answer)["state"], ("queued", "running"))
            status = urllib.request.Request(f"{urls[0]}/upkeep/wayne/status")
            wait_for(lambda: json.load(opener.open(status, timeout=30))["state"] == "upgraded", "it is done", 90)

    def test_what_it_lacks(self):
        """Where packages are missing and nobody may install them, it says so and goes on as far as it can."""
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            shutil.chown(self.home, user)
        fake = self.make_directory()
        fake.chmod(0o755)
        (fake / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
        (fake / "sudo").write_text("#!/bin/sh\nexit 1\n")
        (fake / "cmake").write_text("#!/bin/sh\necho no compiler >&2; exit 1\n")
        for program in fake.iterdir():
            program.chmod(0o755)
        result = process.run(DEMO, env={**self.env, "PATH": f"{fake}:/usr/bin:/bin"}, user=user, cwd="/")
        self.assert_status(result, 1)
        self.assertIn("the build failed; see above for missing packages", result.stderr)
        self.assertIn("apt-get install", result.stderr)

    def test_usage(self):
        self.assert_status(process.run(DEMO, "--no-such-option"), 64)
        self.assertIn("Usage:", self.assert_quiet(process.run(DEMO, "--help")).text)
        self.assert_status(process.run(DEMO, "--bin"), 64)


if __name__ == "__main__":
    unittest.main()
