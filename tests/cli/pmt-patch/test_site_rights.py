# SPDX-License-Identifier: MIT
"""What the site forbids, a caller's own configuration cannot allow; and what sudo leads into."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server
from upkeep_test.process import find_tool
from upkeep_test.terminal import run_tty

NOBODY = 65534
SITE = """
mount --make-rprivate / && mount -t tmpfs none {scratch} && mkdir {scratch}/u {scratch}/w || exit 125
mount -t overlay overlay -o lowerdir=/etc,upperdir={scratch}/u,workdir={scratch}/w /etc || exit 125
mkdir -p /etc/upkeep && cp {site} /etc/upkeep/upkeep.toml &&
  chmod 755 /etc/upkeep && chmod 644 /etc/upkeep/upkeep.toml || exit 125
if [ -f {scratch}/../rule ]; then
  cp {scratch}/../rule /etc/sudoers.d/upkeep && chmod 440 /etc/sudoers.d/upkeep || exit 125; fi
exec setpriv --reuid={uid} --regid={uid} --clear-groups "$@"
"""


class SiteCase(TestCase):
    """A machine with /etc/upkeep/upkeep.toml, in a mount namespace of its own."""

    def setUp(self):
        if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv"))):
            self.skipTest("it takes root, unshare and setpriv")
        self.installation = self.open_installation(module_server())
        self.server = self.installation.server
        directory = pathlib.Path(self.server.socket).parent  # another account has to reach the socket
        mode = directory.stat().st_mode
        directory.chmod(0o711)
        self.addCleanup(directory.chmod, mode)
        self.server.add_user("nobody", "", [f"ALL PRIVILEGES ON `{self.schema()}`.*"])
        self.addCleanup(self.server.sql, "DROP USER IF EXISTS 'nobody'@'localhost', 'nobody'@'127.0.0.1'")
        # Where the account can read: not below a directory of root's alone.
        self.shared = pathlib.Path(subprocess.run(["mktemp", "-d", "/tmp/upkXXXXXX"], check=True, capture_output=True,
                                                  text=True).stdout.strip())
        self.addCleanup(shutil.rmtree, self.shared)
        self.shared.chmod(0o755)
        (self.shared / "scratch").mkdir()
        self.site("")

    def schema(self) -> str:
        return [
            row[0]
            for row in self.server.sql(
                "SELECT table_schema FROM information_schema.tables WHERE table_name =" " 'number_sequence'"
            )
        ][-1]

    def text(self, more: str) -> str:
        return (f'[database]\nsocket = "{self.server.socket}"\nuser = "nobody"\nschema = "{self.schema()}"\n'
                f'[upgrade]\nstate_dir = "{self.shared}/state"\n[patch]\nlifecycle = ""\n{more}\n')

    def site(self, more: str) -> None:
        (self.shared / "site.toml").write_text(self.text(more))

    def own(self, more: str) -> pathlib.Path:
        path = self.shared / "own.toml"
        path.write_text(self.text(more))
        os.chown(path, NOBODY, NOBODY)
        return path

    def run_there(self, tool: str, *args, stdin: str = "", uid: int = NOBODY, **env: str):
        path = tool if "/" in tool else find_tool(tool)
        script = SITE.format(scratch=self.shared / "scratch", site=self.shared / "site.toml", uid=uid)
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", path, *args],
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.shared), **env},
        )
        if done.returncode == 125 or "Permission denied" in done.stderr and path in done.stderr:
            self.skipTest(f"no such namespace here: {done.stderr.strip()}")
        return done

    def made(self) -> list[list[str]]:
        return self.server.sql("SELECT created_by FROM patch ORDER BY id", schema=self.schema())


class SiteRightsTest(SiteCase):
    def new(self, *args, status: int, uid: int = NOBODY, **env: str):
        done = self.run_there("pmt-patch", *args, "new", "--platform", "4.4.0", uid=uid, **env)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def test_roles_are_the_sites(self):
        self.site('[patch.roles]\npmt-new = ["chief"]')
        own = str(self.own('[patch.roles]\npmt-new = ["nobody"]'))
        self.new(status=77)
        self.new("--config", own, status=77)
        self.new(status=77, UPKEEP_CONFIG=own)
        home = self.shared / ".config" / "upkeep"
        home.mkdir(parents=True)
        (home / "upkeep.toml").write_text(self.text(""))
        for path in (home.parent, home, home / "upkeep.toml"):
            os.chown(path, NOBODY, NOBODY)
        self.new(status=77)
        self.assertEqual(self.made(), [])
        self.site('[patch.roles]\npmt-new = ["nobody"]')
        self.new("--config", str(self.own('[patch.roles]\npmt-new = ["chief"]')), status=0)

    def test_what_is_released_is_guarded_by_the_site(self):
        self.site('released_edit = "lead"\n[patch.roles]\nlead = ["chief"]')
        self.new(status=0)
        self.server.sql("UPDATE patch SET state = 'Released'", schema=self.schema())
        change = ["4.4.0-1", "--set", "overview_description=x", "--why", "x"]
        for own in ('released_edit = ""', "released = []", '[patch.attests]\n"Verified README" = []',
                    '[patch.roles]\nlead = ["nobody"]'):
            done = self.run_there("pmt-patch", "--config", str(self.own(own)), "edit", *change)
            self.assertEqual(done.returncode, 77, done.stderr)
            self.assertIn("the role lead", done.stderr)
        self.site('released_edit = "lead"\n[patch.roles]\nlead = ["nobody"]')
        done = self.run_there("pmt-patch", "edit", *change)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_site_without_roles(self):
        self.new("--config", str(self.own('[patch.roles]\npmt-new = ["chief"]')), status=0)

    def test_trusted_is_the_sites(self):
        own = self.text("").replace("[patch]\n", '[patch]\ntrusted = ["nobody"]\n')
        (self.shared / "own.toml").write_text(own)
        os.chown(self.shared / "own.toml", NOBODY, NOBODY)
        self.new("--config", str(self.shared / "own.toml"), "--as", "chief", status=77)
        self.assertEqual(self.made(), [])

    def test_site_that_cannot_be_read(self):
        self.site("[patch.roles\n")
        done = self.new("--config", str(self.own("")), status=78)
        self.assertIn("/etc/upkeep/upkeep.toml", done.stderr)

    def test_other_keys_are_the_callers(self):
        own = self.text("").replace("[patch]\n", '[patch]\nname = "P-{platform}-{number}"\n')
        (self.shared / "own.toml").write_text(own)
        os.chown(self.shared / "own.toml", NOBODY, NOBODY)
        self.assertEqual(self.new("--config", str(self.shared / "own.toml"), status=0).stdout.strip(), "P-4.4.0-1")


class BehindSudoTest(SiteCase):
    """As `sudo -u nobody` by a rule: nobody is the account that people do not hold."""

    def setUp(self):
        super().setUp()
        (self.shared / "state").mkdir()
        os.chown(self.shared / "state", NOBODY, NOBODY)

    def sudo(self, tool: str, *args, stdin: str = ""):
        return self.run_there(tool, *args, stdin=stdin, SUDO_USER="daemon", SUDO_UID="1")

    def test_person_is_the_actor(self):
        self.site('[patch.roles]\npmt-new = ["daemon"]')
        self.assertEqual(self.sudo("pmt-patch", "new", "--platform", "4.4.0").returncode, 0)
        self.assertEqual(self.made(), [["daemon"]])
        self.assertEqual(self.run_there("pmt-patch", "new", "--platform", "4.4.0").returncode, 77)
        self.assertEqual(self.sudo("pmt-patch", "--as", "chief", "new", "--platform", "4.4.0").returncode, 77)

    def test_what_the_person_may_not_see(self):
        for fields in ([], ["--category", "security"]):
            self.assertEqual(self.run_there("pmt-patch", "new", "--platform", "4.4.0", *fields).returncode, 0)
        self.site('[patch.see]\nsecurity = ["bin"]')
        self.assertEqual(self.run_there("pmt-patch", "list").stdout.count("\n"), 2)
        self.assertEqual(self.sudo("pmt-patch", "list").stdout.count("\n"), 1)
        seen = self.run_there("pmt-patch", "list", SUDO_USER="bin", SUDO_UID="2")
        self.assertEqual(seen.stdout.count("\n"), 2, seen.stderr)

    def test_no_pager(self):
        self.site("")
        page = self.shared / "pager"
        page.write_text("#!/bin/sh\necho PAGED\ncat\n")
        page.chmod(0o755)
        script = SITE.format(scratch=self.shared / "scratch", site=self.shared / "site.toml", uid=NOBODY)
        for env, paged in (({"SUDO_USER": "daemon"}, False), ({}, True)):
            shown = run_tty("/usr/bin/env", "unshare", "-m", "sh", "-c", script, "sh", find_tool("pmt-patch"), "fields",
                            env={"HOME": str(self.shared), "UPKEEP_PAGER": str(page), **env})
            self.assertGreater(len(shown.lines), 24, f"\n{shown}")
            self.assertEqual("PAGED" in shown.text, paged)

    def test_no_files(self):
        rows = self.shared / "rows.csv"
        rows.write_text("patch,overview_client\nWSO2-CARBON-PATCH-4.4.0-0001,Acme\n")
        for words in (
            ["pmt-patch", "import", str(rows)],
            ["pmt-patch", "import", "-", "--as", "csv", "--map", str(rows)],
            ["pmt-patch", "import", "-", "--as", "csv", "--rejects", str(self.shared / "rejects")],
            ["pmt-patch", "import", "--suggest-map", str(rows)],
            ["pmt-patch", "fields", "--load", str(rows)],
            ["pmt-patch", "choices", "clients", "--import", str(rows)],
            ["pmt-lifecycle", "lint", str(rows)],
            ["pmt-lifecycle", "load", str(rows)],
            ["pmt-verify", str(rows)],
            ["pmt-patch", "import", "-", "--as", "csv", "--rejects", "-"],
            ["pmt-report", "effective", "--platform", "4.4.0", "--applied", str(rows)],
            ["pmt-report", "effective", "--platform", "4.4.0", "--service-pack", str(rows)],
            ["pmt-report", "health", "--config", str(rows)],
            ["pmt-patch", "list", "--config", str(rows)],
        ):
            with self.subTest(words):
                done = self.sudo(*words)
                self.assertEqual(done.returncode, 64 if words[-1] == "-" else 77, done.stderr)
                self.assertNotIn("Acme", done.stderr)
        self.site('[patch.roles]\npmt-import = ["daemon"]')
        done = self.sudo("pmt-patch", "import", "-", "--as", "csv", stdin=rows.read_text())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.sudo("pmt-patch", "list", "--fields", "overview_client").stdout.count("Acme"), 1)

    def test_what_stdin_brings(self):
        self.sudo("pmt-patch", "new", "--platform", "4.4.0")
        done = self.sudo("pmt-report", "effective", "--platform", "4.4.0", "--applied", "-", stdin="patch9999\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("there is no patch WSO2-CARBON-PATCH-4.4.0-9999", done.stderr)
        done = self.sudo("pmt-report", "effective", "--platform", "4.4.0", "--applied", "-", "--service-pack", "-")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.site('[patch.roles]\npmt-import = ["daemon"]\npmt-fields = ["daemon"]')
        done = self.sudo("pmt-patch", "choices", "clients", "--import", "-", stdin="Acme\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_editor(self):
        """The caller's editor would run with the account's rights."""
        self.sudo("pmt-patch", "new", "--platform", "4.4.0")
        for words in (["request", "--edit"], ["new", "--platform", "4.4.0", "--edit"], ["edit", "--edit", "4.4.0-1"]):
            with self.subTest(words):
                done = self.sudo("pmt-patch", *words)
                self.assertEqual(done.returncode, 77, done.stderr)
                self.assertIn("no editor is started under sudo; give the values as options", done.stderr)
        self.assertEqual(len(self.made()), 1)

    def test_import_needs_its_role(self):
        row = json.dumps({"platform": "4.4.0", "number": 7, "state": "Released", "created_by": "chief"})
        for roles in ("", '[patch.roles]\nqa = ["chief"]', '[patch.roles]\npmt-import = ["chief"]'):
            with self.subTest(roles):
                self.site(roles)
                done = self.sudo("pmt-patch", "import", "-", "--as", "jsonl", stdin=row)
                self.assertEqual(done.returncode, 77, done.stderr)
                self.assertIn("pmt-import", done.stderr)
                self.assertEqual(self.made(), [])

    def test_person_without_a_state_directory(self):
        """What belongs to the account is its password file then."""
        (self.shared / "state").rmdir()
        secret = self.shared / "password"
        secret.write_text("x\n")
        secret.chmod(0o600)
        os.chown(secret, NOBODY, NOBODY)
        self.server.sql("ALTER USER 'nobody'@'localhost' IDENTIFIED BY 'x'")
        site = self.shared / "site.toml"
        site.write_text(site.read_text().replace("schema =", f'password_file = "{secret}"\nschema =', 1))
        done = self.sudo("pmt-patch", "new", "--platform", "4.4.0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.made(), [["daemon"]])

    def test_the_rule_that_ships(self):
        """By sudo itself: the sub-commands of share/sudoers, and nothing else."""
        if shutil.which("sudo") is None:
            self.skipTest("no sudo")
        rule = (REPOSITORY / "share" / "sudoers").read_text()
        tools = str(pathlib.Path(find_tool("pmt-patch")).parent)
        rule = (
            rule.replace("/usr/bin", tools)
            .replace("#%patches ALL=(upkeep)", "daemon ALL=(nobody)")
            .replace("#Defaults", "Defaults")
        )
        (self.shared / "rule").write_text(rule)

        def sudo(*args):
            return self.run_there("/usr/bin/env", "sudo", "-n", "-u", "nobody", *args, uid=1)
        patch = f"{tools}/pmt-patch"
        done = sudo(patch, "new", "--platform", "4.4.0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.made(), [["daemon"]])
        self.assertEqual(sudo(patch, "list").stdout.count("0001"), 1)
        self.assertEqual(sudo(f"{tools}/pmt-lifecycle", "time").returncode, 0)
        self.assertEqual(sudo(patch, "list", "--config", "/etc/shadow").returncode, 77)
        self.assertEqual(sudo(patch, "import", "/etc/shadow", "--as", "csv").returncode, 77)
        for words in ([patch, "--config", "/etc/shadow", "list"], [f"{tools}/pmt-lifecycle", "deliver"], ["/bin/sh"]):
            with self.subTest(words):
                self.assertIn("sudo", sudo(*words).stderr)

    def test_the_rule_names_what_there_is(self):
        rule = (REPOSITORY / "share" / "sudoers").read_text()
        pairs = set(re.findall(r"/usr/bin/(pmt-\w+) ([a-z-]+)", rule))
        self.assertGreater(len(pairs), 30)
        for tool in sorted({tool for tool, _ in pairs}):
            offered = re.findall(r"^  ([a-z-]+) ", self.installation.run(tool, "--help").text, re.MULTILINE)
            self.assertLessEqual({command for name, command in pairs if name == tool}, set(offered))


if __name__ == "__main__":
    unittest.main()
