# SPDX-License-Identifier: MIT
"""The guides of docs/: their commands and keys exist, and what they advise works."""

# ctest: slow

import re
import shutil
import tomllib
import unittest

from upkeep_test import REPOSITORY, TestCase, find_tool, manual, wait_for
from upkeep_test.fresh import FreshServer, blocks, shape

DOCS = REPOSITORY / "docs"
GUIDES = sorted([*(DOCS / "how-to").glob("*.md"), *(DOCS / "tutorial").glob("*.md")])


def command_lines(text: str) -> list[str]:
    """What a guide shows as a command of ours: in blocks of both kinds, and between backquotes."""
    text = re.sub(r"\bsudo -u upkeep |-[og] upkeep ", "", text)
    code = re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^ *```\w*\n.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    code += re.findall(r"^ {4}(.*)$", prose, re.MULTILINE) + re.findall(r"`([^`\n]+)`", prose)
    words = "|".join(sorted(manual.tools()))
    return [line for part in code for line in re.findall(rf"(?<![\w./-])(?:{words}) [^|;&>()`\n]*", part)]


#: Tables whose keys are names that a reader chooses, and how deep.
NAMES = {"profile": 1, "roles": 1, "columns": 1, "states": 1, "lifecycles": 1, "values": 2}


def keys(table: dict, chosen: int = 0) -> set[str]:
    found = set()
    for key, value in table.items():
        if not chosen:
            found.add(key)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                found |= keys(inner, max(chosen - 1, NAMES.get(key, 0)))
    return found


class GuidesTest(TestCase):
    def test_options_exist(self):
        count = 0
        for path in GUIDES:
            for line in command_lines(path.read_text()):
                with self.subTest(f"{path.name}: {line}"):
                    tool = line.split()[0]
                    without_texts = re.sub(r"'[^']*'|\"[^\"]*\"", "x", line)
                    used = set(re.findall(r"(?<= )--?[a-z][\w-]*", without_texts))
                    self.assertEqual(used - manual.all_options(tool), set())
                    count += 1
        self.assertGreater(count, 40)

    def test_keys_are_documented(self):
        documented = "".join(manual.page(name) for name in ("upkeep.toml.5", "upkeep-profile.5", "pmt-import-map.5"))
        for path in GUIDES:
            for text in re.findall(r"^```toml\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE):
                for key in keys(tomllib.loads(text)):
                    with self.subTest(f"{path.name}: {key}"):
                        line = rf"^(?:\.(?:It|Ss|Ql|Li)\b.*\b{key}\b|\.Va {key}\b|{key} = )"
                        found = re.search(line, documented, re.MULTILINE)
                        self.assertTrue(found, "it is in no page")

    def test_ldap_has_the_lines_of_the_page(self):
        lines = manual.literal(manual.section(manual.page("pmt-web.7"), "SET-UP"), "LDAP, after")
        self.assertIn(f"```apache\n{lines}```", (DOCS / "how-to/ldap.md").read_text())

    def test_guides_are_short(self):
        for path in GUIDES:
            with self.subTest(path.name):
                self.assertLessEqual(path.read_text().count("\n"), 150 if path.parent.name == "tutorial" else 100)


class TutorialServerTest(TestCase):
    """On the server of docs/tutorial/first-upgrade.md, before its first upgrade."""

    def setUp(self):
        for tool in ("upkeep", "ws-upgrade", "ws-schedule", "ws-progress"):
            find_tool(tool)
        self.server = FreshServer()
        self.addCleanup(self.server.close)
        for commands, _ in blocks("tutorial/first-upgrade.md"):
            if "ws-check" in commands:
                break
            self.run_there(commands)

    def run_there(self, commands, status=0, user="root"):
        result = self.server.run(commands, user)
        self.assertEqual(result.status, status, f"{commands}\n{result.text}")
        return result.text

    def start_there(self, commands):
        """What goes on after the end of its terminal, however early that comes."""
        self.run_there(f"trap '' HUP\n{commands}")


class GuidesRunTest(TutorialServerTest):
    def test_a_night(self):
        for commands, _ in blocks("how-to/nightly-sweep.md"):
            self.assertLess(self.upkeep(commands), 3)
            if "--drain" in commands:
                ask = "sudo -u upkeep ws-check --all --fields workspace,state --format tsv || :"
                states = shape(self.run_there(ask))
                self.assertEqual(states, ["acme upgraded", "globex queued", "initech upgraded"])

    def test_the_others(self):
        for name in ("how-to/several-hosts.md", "how-to/monitoring.md", "how-to/moving-from-0.1.md"):
            for commands, _ in blocks(name):
                with self.subTest(f"{name}: {commands}"):
                    self.assertLess(self.upkeep(commands.replace("> ", "> /tmp/")), 3)

    def upkeep(self, commands):
        return self.server.run(f"cat > /tmp/c << 'END'\n{commands}END\nsudo -u upkeep bash -o pipefail /tmp/c").status


APACHE = """ServerRoot /usr/lib/apache2
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
{modules}ServerName localhost
Listen 80
PidFile /run/apache2.pid
ErrorLog /run/apache2.log
ScriptSock /run/cgid
TypesConfig /etc/mime.types
User www-data
Group www-data
<VirtualHost *:80>
Include /etc/upkeep/gate.conf
DocumentRoot /var/www
</VirtualHost>
"""
MODULES = ("alias", "cgid", "env", "headers", "mime", "rewrite")  # the first, third and fifth are Debian's default


class WaitingPageTest(TutorialServerTest):
    """docs/how-to/waiting-page.md, with a configuration of Apache as short as possible in place of Debian's."""

    def test_the_gate(self):
        for program in ("apache2", "curl", "systemd-tmpfiles"):
            if not shutil.which(program, path="/usr/sbin:/usr/bin:/bin"):
                self.skipTest(f"{program} is not installed")
        text = (DOCS / "how-to/waiting-page.md").read_text()
        toml = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        self.run_there(f"cat >> /etc/upkeep/upkeep.toml << 'END'\n{toml[0]}END")
        modules = "".join(f"LoadModule {name}_module modules/mod_{name}.so\n" for name in MODULES)
        self.run_there(f"cat > /etc/test.conf << 'END'\n{APACHE.format(modules=modules)}END")
        for commands, shown in blocks("how-to/waiting-page.md"):
            commands = re.sub(r"^(?:a2enmod|sed) .*\n", "", commands, flags=re.MULTILINE)
            commands = commands.replace("apachectl configtest", "apache2 -f /etc/test.conf -t")
            if "restart" in commands:
                self.start_there("apache2 -f /etc/test.conf")
                ask = "curl -s http://localhost/upkeep/initech/"
                wait_for(lambda: self.server.run(ask).status == 0, "Apache listens")
                continue
            output = shape(self.run_there(commands))
            if shown:
                self.assertEqual(output, shape(shown))
        ask = "sudo -u upkeep ws-schedule --list initech | grep -q queued"
        wait_for(lambda: self.server.run(ask).status == 0, "the upgrade is queued")


class CronJobsTest(TutorialServerTest):
    """docs/how-to/application-cron-jobs.md, on the server of the tutorial, with anna in place of www-data."""

    def setUp(self):
        super().setUp()
        text = (DOCS / "how-to/application-cron-jobs.md").read_text().replace("www-data", "anna")
        found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        self.sh = [block for kind, block in found if kind == "sh"]
        toml = [block for kind, block in found if kind == "toml"]
        self.assertEqual((len(self.sh), len(toml)), (6, 2))
        self.run_there(self.sh[0])
        self.run_there(f"cat > /etc/upkeep/jobs.toml << 'END'\n{toml[0]}END\n")
        command = next(line for line in toml[1].splitlines() if line.startswith("command"))
        self.run_there(f"sed -i 's|^command.*|{command}|' /etc/upkeep/upkeep.toml")
        self.run_there("printf '#!/bin/sh\\necho \"$1\" >> /tmp/exports\\n' > /opt/notes/export")
        self.run_there("chmod 0755 /opt/notes/export")
        self.run_there(self.sh[3])

    def job(self, commands, status=0):
        self.run_there(f"export UPKEEP_CONFIG=/etc/upkeep/jobs.toml\n{commands}", status, "anna")

    def exports(self):
        return shape(self.run_there("cat /tmp/exports || true"))

    def test_a_job_runs_for_what_is_upgraded(self):
        alone, for_all = self.sh[1], self.sh[2]
        self.job(alone, 1)
        self.job(self.sh[4], 1)
        self.job(for_all)
        self.assertNotIn("acme", self.exports())
        self.run_there("sudo -u upkeep ws-upgrade acme")
        self.job(alone)
        self.job(self.sh[4])
        self.job(for_all)
        self.assertEqual(self.exports(), ["acme", "acme", "acme"])

    def test_an_upgrade_waits_for_a_running_job(self):
        waiting = "until [ -e /tmp/go ]; do sleep 0.1; done; echo done >> /tmp/order"
        self.job(f"trap '' HUP; setsid -f flock -s -n /opt/notes/locks/acme -c '{waiting}' > /dev/null 2>&1")
        self.run_there("sed -i '/^echo/i date >> /tmp/order' /opt/notes/migrate")
        self.start_there("sudo -u upkeep setsid -f ws-upgrade acme > /dev/null 2>&1 < /dev/null")
        ask = "sudo -u upkeep ws-check acme --fields state --format tsv || true"
        wait_for(lambda: shape(self.run_there(ask)) == ["running"], "the upgrade is running")
        wait_for(lambda: self.server.run("pgrep -x flock -u upkeep").status == 0, "it waits for the lock")
        self.run_there("pgrep -f '^sh migrate'", 1)
        self.job("! test -s /tmp/order && touch /tmp/go")
        wait_for(lambda: shape(self.run_there(ask)) == ["upgraded"], "the upgrade has ended")
        self.assertEqual(shape(self.run_there("head -n 1 /tmp/order")), ["done"])

    def test_no_job_starts_during_an_upgrade(self):
        self.run_there("sed -i '1i until [ -e /tmp/go ]; do sleep 0.1; done' /opt/notes/migrate")
        self.start_there("sudo -u upkeep setsid -f ws-upgrade acme > /dev/null 2>&1 < /dev/null")
        wait_for(lambda: self.server.run("pgrep -f '^sh migrate'").status == 0, "the command runs")
        self.job("flock -s -n /opt/notes/locks/acme /opt/notes/export acme", 1)
        self.job(self.sh[4], 1)
        self.assertNotIn("acme", self.exports())
        self.run_there("touch /tmp/go && sudo -u upkeep ws-progress --follow acme > /dev/null")

    def test_a_hold(self):
        steps = self.sh[5].splitlines()
        self.run_there(steps[0].replace("ws-", "sudo -u upkeep ws-"))
        self.run_there(steps[1].replace("ws-", "sudo -u upkeep ws-"))
        self.run_there("sudo -u upkeep ws-schedule --delay 0 acme", 1)
        self.run_there("sudo -u upkeep ws-upgrade acme", 1)
        self.run_there(steps[2])
        self.run_there(steps[3].replace("ws-", "sudo -u upkeep ws-"))
        self.run_there("sudo -u upkeep ws-upgrade acme")


if __name__ == "__main__":
    unittest.main()
