# SPDX-License-Identifier: MIT
"""What `cmake --install` lays down works where it lies, and names the places where it lies."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from upkeep_test import TestCase, wait_for
from upkeep_test.paths import binary_directory
from upkeep_test.web import LOGIN, USERS, WebTest

#: What a package's files may name besides their own: the configuration, and places of the system.
FOREIGN = re.compile(r"/usr/(?:share|libexec|lib)/upkeep|/usr/bin/ws-")


def install(prefix: pathlib.Path, destination: str = "") -> None:
    build = binary_directory().parent
    if not (build / "cmake_install.cmake").exists() or not os.access(build, os.W_OK) or not shutil.which("cmake"):
        raise unittest.SkipTest("the tools are not in a build directory of cmake and of ours")
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix)], check=True, capture_output=True,
                   env={"PATH": "/usr/bin:/bin", **({"DESTDIR": destination} if destination else {})})


def names_in(directory: pathlib.Path) -> dict[str, set[str]]:
    """The places that each text file names which are the suite's."""
    found = {}
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 500_000:
            text = path.read_bytes().decode(errors="replace")
            found[str(path.relative_to(directory))] = (
                set(re.findall(r"/[\w/.-]*/upkeep/[\w/.-]*", text)) if "\0" not in text else set()
            )
    return found


class PathsTest(TestCase):
    def test_a_prefix_of_its_own(self):
        prefix = self.make_directory() / "opt"
        install(prefix)
        for path in prefix.rglob("*"):
            if path.is_file() and path.stat().st_size < 500_000:
                self.assertIsNone(
                    FOREIGN.search(path.read_bytes().decode(errors="replace").replace(str(prefix), "")), path
                )
        gate = (prefix / "share" / "upkeep" / "apache" / "upkeep-gate.conf").read_text()
        for named in re.findall(
            re.escape(str(prefix)) + r"[\w/.-]*", gate + (prefix / "share" / "upkeep" / "sudoers").read_text()
        ):
            self.assertTrue(pathlib.Path(named).exists(), named)

    def test_a_package(self):
        root = self.make_directory()
        install(pathlib.Path("/usr"), str(root))
        self.assertEqual([path.name for path in root.iterdir()], ["usr"])
        gate = (root / "usr" / "share" / "upkeep" / "apache" / "upkeep-gate.conf").read_text()
        self.assertIn('"/usr/bin/ws-check --map"', gate)
        for path in root.rglob("*"):
            self.assertNotIn(str(root).encode(), path.read_bytes() if path.is_file() else b"", path)
        # Every place that its texts name is there.
        for file, named in names_in(root).items():
            for place in (name.rstrip(".") for name in named if name.startswith("/usr/")):
                self.assertTrue((root / place.lstrip("/")).exists(), f"{file} names {place}")
        for page in ("man1/ws-check.1", "man8/ws-upgrade.8", "man7/upkeep-web.7", "man5/upkeep.toml.5"):
            self.assertTrue((root / "usr" / "share" / "man" / page).exists())
        self.assertTrue((root / "usr" / "share" / "bash-completion" / "completions" / "ws-progress").exists())


class InstalledTest(WebTest):
    """The gate, the page and the administrator's page, served from there."""

    php = False
    pmos = ""

    @classmethod
    def setUpClass(cls):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-"))
        cls.addClassCleanup(shutil.rmtree, directory)
        directory.chmod(0o755)
        cls.prefix = directory / "opt"
        install(cls.prefix)

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}

    def open_apache(self, installation):
        users = self.make_directory()
        users.chmod(0o755)
        (users / "users").write_text(USERS)
        self.define = {"UPKEEP_ADMIN_USERS": users / "users"}
        return super().open_apache(installation)

    def test_from_the_gate_to_the_queue(self):
        answer = self.apache.browse(LOGIN.format("acme"))
        self.assertEqual(
            (answer.status, answer.headers["Location"]), (303, self.apache.url + "/upkeep/acme/en/neoclassic/")
        )
        self.assertIn("page.js", self.apache.browse("/upkeep/acme/en/neoclassic/").text)
        for name in ("page.js", "page.css", "base.css", "texts.tsv"):
            self.assertEqual(self.apache.get(f"/upkeep/{name}").status, 200)
        self.assertEqual(self.published("acme")["state"], "pending")
        answer = self.apache.request("POST", "/upkeep/acme/request")
        self.assertEqual((answer.status, json.loads(answer.body)["state"]), (200, "queued"), f"\n{answer}")
        self.assertEqual(self.installation.states("acme"), {"acme": "queued"})
        self.assertIn("is waiting to be upgraded", self.apache.get("/upkeep/acme/plain").text)
        admin = self.apache.get("/upkeep-admin", Authorization="Basic " + base64.b64encode(b"ann:right").decode())
        self.assertIn("Upgrades of 3 workspaces", admin.text)
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        wait_for(lambda: self.published("acme")["state"] == "pending", "the publisher has ended", 30)

    def test_the_doctor_finds_it(self):
        result = self.installation.run(str(self.prefix / "bin" / "upkeep"), "doctor", "--json")
        found = {record["check"]: record for record in result.json}
        self.assertEqual(found["map-program"]["result"], "ok", result)
        self.assertEqual(found["helpers"]["result"], "ok", result)
        # A warning is about another web server of these tests, at the same time.
        self.assertIn(found["web-rights"]["result"], ("ok", "warning", "skipped"), result)


class ThreadsTest(InstalledTest):
    """The same under mpm_event with cgid, as where PHP is a service of its own."""

    threads = True


if __name__ == "__main__":
    unittest.main()
