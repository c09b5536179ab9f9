# SPDX-License-Identifier: MIT
"""debian/ agrees with the rest of the source: dependencies, version, every installed file in one package; what it
installs is understood by the programs that read it."""

import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server, wait_for
from upkeep_test.paths import binary_directory

DEBIAN = REPOSITORY / "debian"
PACKAGES = ("upkeep", "upkeep-web")
DAEMONS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def patterns(package: str) -> list[tuple[str, str]]:
    """(what, where to) of PACKAGE.install."""
    lines = (DEBIAN / f"{package}.install").read_text().split("\n")
    return [(words[0], words[1] if len(words) > 1 else "") for words in map(str.split, lines) if words]


class SourceTest(TestCase):
    def test_the_build_dependencies_are_those_of_setup(self):
        found = re.search(r"^packages=\(\n(.*?)\)", (REPOSITORY / "scripts" / "setup").read_text(), re.M | re.S)
        control = re.search(r"^Build-Depends: (.*?)^Standards", (DEBIAN / "control").read_text(), re.M | re.S)
        assert found and control
        needed = {re.split(r"[ (]", word.strip())[0] for word in control[1].split(",")}
        self.assertEqual(needed - {"debhelper-compat", "dh-sequence-installsysusers"}, set(found[1].split()))

    def test_the_version_is_that_of_the_tools(self):
        found = re.match(r"upkeep \(([0-9.]+)(~\w+)?\) ", (DEBIAN / "changelog").read_text())
        project = re.search(r"project\(upkeep VERSION ([0-9.]+)", (REPOSITORY / "CMakeLists.txt").read_text())
        assert found and project
        released = re.findall(r"^## \[([0-9.]+)\]", (REPOSITORY / "CHANGELOG.md").read_text(), re.M)
        self.assertIn(project[1], released)
        if found[2]:  # of what is not released yet
            self.assertNotIn(found[1], released)
        else:
            self.assertEqual(found[1], project[1])

    def test_every_installed_file_is_in_one_package(self):
        build = binary_directory().parent
        if not (build / "cmake_install.cmake").exists() or not os.access(build, os.W_OK) or not shutil.which("cmake"):
            self.skipTest("the tools are not in a build directory of cmake and of ours")
        root = self.make_directory()
        subprocess.run(["cmake", "--install", build, "--prefix", "/usr"], check=True, capture_output=True,
                       env={"PATH": "/usr/bin:/bin", "DESTDIR": str(root)})
        owners: dict[str, list[str]] = {}
        used = set()
        for path in root.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                continue
            # debian/rules has units in another place.
            file = str(path.relative_to(root)).replace("usr/lib/systemd/", "lib/systemd/")
            above = [file, *map(str, pathlib.PurePath(file).parents)]
            owners[file] = []
            for package in PACKAGES:
                matching = {what for what, _ in patterns(package) if fnmatch.filter(above, what)
                            and any(one.count("/") == what.count("/") for one in fnmatch.filter(above, what))}
                used |= matching
                owners[file] += [package] * bool(matching)
        self.assertEqual({file: found for file, found in owners.items() if len(found) != 1}, {})
        for package in PACKAGES:
            for what, _ in patterns(package):
                self.assertTrue(what in used or list(REPOSITORY.glob(what)), f"{package}: nothing is {what}")

    def test_paths_in_its_texts(self):
        """Paths of the suite are those of a file that a package has."""
        for file in DEBIAN.rglob("*"):
            if file.is_file() and file.name != "changelog":
                for helper in re.findall(r"/usr/libexec/upkeep/([\w-]+)", file.read_text()):
                    named = [what for package in PACKAGES for what, _ in patterns(package)]
                    self.assertIn(f"usr/libexec/upkeep/{helper}", named, file)


class ReadersTest(TestCase):
    def read(self, *words: object) -> str:
        if not shutil.which(str(words[0]), path=DAEMONS["PATH"]):
            self.skipTest(f"{words[0]} is not installed")
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, env=DAEMONS)
        self.assertEqual(done.returncode, 0, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def test_sudo(self):
        rule = DEBIAN / "sudoers.d" / "upkeep-web"
        self.read("visudo", "-c", "-f", rule)
        active = [line for line in rule.read_text().split("\n") if line and not line.startswith("#")]
        self.assertEqual(active, ['www-data ALL=(upkeep) NOPASSWD: /usr/libexec/upkeep/ws-visitor ""'])
        self.assertIn(active[0] + "\n", (REPOSITORY / "share" / "sudoers").read_text())

    def test_accounts_and_directories(self):
        if os.geteuid() != 0:
            self.skipTest("only root can create accounts, in a directory as on the machine")
        root = self.make_directory()
        (root / "etc").mkdir()
        for package in PACKAGES:
            self.read("systemd-sysusers", f"--root={root}", DEBIAN / f"{package}.sysusers")
        accounts = {line.split(":")[0]: line.split(":") for line in (root / "etc" / "passwd").read_text().split("\n")}
        self.assertEqual([(accounts[name][5], accounts[name][6]) for name in PACKAGES],
                         [("/var/lib/upkeep", "/usr/sbin/nologin"), ("/", "/usr/sbin/nologin")])
        self.assertIn("\nupkeep:", "\n" + (root / "etc" / "group").read_text())
        for package in PACKAGES:
            self.assertEqual(
                self.read("systemd-tmpfiles", "--create", f"--root={root}", DEBIAN / f"{package}.tmpfiles"), "")
        found = {path: (root / path).stat() for path in ("var/lib/upkeep", "var/log/upkeep", "run/upkeep")}
        self.assertEqual({state.st_uid for state in found.values()}, {int(accounts["upkeep"][2])})
        self.assertEqual([oct(state.st_mode & 0o7777) for state in found.values()], ["0o750", "0o750", "0o755"])


class RotationTest(TestCase):
    """The log of events is rotated by the real logrotate while tools write to it."""

    def setUp(self):
        self.logrotate = shutil.which("logrotate", path=DAEMONS["PATH"])
        if not self.logrotate:
            self.skipTest("logrotate is not installed")
        self.installation = self.open_installation(module_server())
        self.log = self.installation.log_dir / "upkeep.log"
        text = (REPOSITORY / "scripts" / "logrotate" / "upkeep").read_text()
        owner = self.installation.log_dir.owner() + " " + self.installation.log_dir.group()
        text = text.replace("/var/log/upkeep/", f"{self.installation.log_dir}/").replace("upkeep upkeep", owner)
        self.rules = self.make_directory() / "logrotate.conf"
        self.rules.write_text(text)
        self.rules.chmod(0o644)

    def rotate(self) -> None:
        done = subprocess.run([self.logrotate, "--force", "--state", self.rules.with_name("state"), self.rules],
                              capture_output=True, text=True, check=False, env=DAEMONS)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_a_run_that_is_under_way(self):
        installation = self.installation
        installation.add_workspace("acme", "done")
        installation.configure_app(seconds_per_step=0.2)
        self.assert_status(installation.run("ws-upgrade", "done"), 0)
        upgrade = self.start("ws-upgrade", "acme", env=installation.env)
        self.wait_for_log(" acme ")
        before = self.log.read_text()
        self.rotate()
        self.assertEqual(upgrade.wait().status, 0)
        rotated = self.log.with_name("upkeep.log.1").read_text()
        after = self.log.read_text()
        self.assertTrue(rotated.startswith(before))
        self.assertIn(" acme run=2 ", after)
        self.assertNotIn(" done ", after)
        self.assertEqual(self.log.stat().st_mode & 0o777, 0o640)
        self.rotate()
        self.assertEqual([path.name for path in sorted(self.log.parent.glob("upkeep.log*"))],
                         ["upkeep.log", "upkeep.log.1", "upkeep.log.2.gz"])

    def wait_for_log(self, text: str) -> None:
        wait_for(lambda: text in self.log.read_text(), "the run is in the log")


if __name__ == "__main__":
    unittest.main()
