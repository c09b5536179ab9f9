# SPDX-License-Identifier: MIT
# ctest: long serial timeout=5400
"""The Debian packages in a fresh Debian 12: installed over an installation from source with data, upgraded, used,
removed and purged."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from typing import Optional

from upkeep_test import REPOSITORY, TestCase
from upkeep_test.debian_root import BESIDES, DebianRoot

#: The schema of 0.1.0, by half: its last migration.
RELEASED = {"upgrade": 4, "patch": 6}
COMPONENTS = {"upgrade": "ws", "patch": "pmt"}
#: What stays after a purge: accounts of the system, and what other packages change when they are configured.
STAYS = re.compile(r"/(?:etc/(?:passwd|group|shadow|gshadow|subuid|subgid)-?"
                   r"|etc/ld\.so\.cache|run/.*|tmp/.*"
                   r"|var/(?:lib/(?:apache2|apt|dpkg|systemd)/.*|log/(?:apt/.*|\w+\.log)|cache/.*))$")
VIRTUAL_HOST = """\
<VirtualHost *:80>
    Define PMT_WEB_AUTH /etc/apache2/pmt-web-auth.conf
    IncludeOptional conf-available/upkeep-gate.conf
    IncludeOptional conf-available/pmt-web.conf
</VirtualHost>
"""


def build_packages(directory: pathlib.Path) -> pathlib.Path:
    """The packages of the last commit; $UPKEEP_PACKAGES has some that were built before."""
    built = os.environ.get("UPKEEP_PACKAGES")
    if built:
        return pathlib.Path(built)
    for program in ("dpkg-buildpackage", "dh", "git"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")
    done = subprocess.run([REPOSITORY / "scripts" / "package", "--no-setup", "--output", directory], check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stdout)
    return directory


class PackagesTest(TestCase):
    packages: pathlib.Path
    root: DebianRoot
    transcript: Optional[pathlib.Path] = None

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="upkeep-packages-", dir="/var/tmp")
        cls.addClassCleanup(holder.cleanup)
        cls.root = DebianRoot()
        cls.addClassCleanup(cls.root.close)
        cls.packages = build_packages(pathlib.Path(holder.name))
        if os.environ.get("UPKEEP_PACKAGE_TRANSCRIPT"):
            cls.transcript = pathlib.Path(os.environ["UPKEEP_PACKAGE_TRANSCRIPT"])

    def inside(self, command: str, status: int = 0, **options) -> str:
        done = self.root.run(command, transcript=self.transcript, **options)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}")
        return done.stdout

    def test_lintian(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        files = sorted(self.packages.glob("*.deb"))
        done = subprocess.run(["lintian", "--allow-root", "--info", "--fail-on", "error,warning", *files],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_from_installation_to_purge(self):
        self.prepare()
        self.install_over_a_source_installation()
        self.run_the_tests_of_the_packages()
        self.migrate_data()
        self.install_again()
        self.configure_apache()
        self.remove()
        self.purge()

    # -- steps --------------------------------------------------------------------------------
    def prepare(self):
        """What the packages recommend, and a web server; then the list of all files."""
        self.inside(f"apt-get update -q && apt-get install -q -y --no-install-recommends {BESIDES}",
                    timeout=1800)
        packages = self.root.path / "root" / "packages"
        packages.mkdir()
        for file in self.packages.glob("*.deb"):
            if "dbgsym" not in file.name:
                shutil.copy(file, packages)
        # Their dependencies stay: what is compared later are files of these packages alone.
        needed = "".join(subprocess.run(["dpkg-deb", "-f", file, "Depends"], capture_output=True, text=True,
                                        check=True).stdout.strip() + ", " for file in packages.iterdir())
        names = {re.split(r"[ |]", one)[0] for one in needed.split(", ") if one and not one.startswith("upkeep")}
        self.inside(f"apt-get install -q -y --no-install-recommends {' '.join(sorted(names))}", timeout=900)
        self.before = self.root.files()

    def install_over_a_source_installation(self):
        """An account and directories as the documents of 0.1.0 had them made, and its programs below /usr/local."""
        self.inside("""
            useradd --system --no-create-home --home-dir /var/lib/upkeep --shell /usr/sbin/nologin upkeep &&
            install -d -o upkeep -g upkeep -m 0750 /var/lib/upkeep /var/log/upkeep && install -d /etc/upkeep &&
            printf '[upgrade]\\ntarget = "2"\\n' > /etc/upkeep/upkeep.toml &&
            runuser -u upkeep -- sh -c 'mkdir /var/log/upkeep/acme && echo old > /var/log/upkeep/acme/1.log &&
                echo 2014 > /var/log/upkeep/upkeep.log && echo 1111 > /var/lib/upkeep/kept' &&
            install -m 0755 /dev/stdin /usr/local/bin/ws-check <<< 'echo 0.1.0'""")
        number = self.inside("id -u upkeep")
        self.inside("apt-get install -q -y --no-install-recommends /root/packages/*.deb")
        self.assertEqual(self.inside("id -u upkeep"), number)
        self.assertEqual(self.inside("cat /var/log/upkeep/acme/1.log /var/log/upkeep/upkeep.log /var/lib/upkeep/kept"),
                         "old\n2014\n1111\n")
        self.assertEqual(self.inside("cat /etc/upkeep/upkeep.toml"), '[upgrade]\ntarget = "2"\n')
        # What README.Debian says.
        readme = (REPOSITORY / "debian" / "upkeep.README.Debian").read_text()
        for line in re.findall(r"(?m)^    (rm -.*)$", readme):
            self.inside(line)
        self.inside("test ! -e /usr/local/bin/ws-check && rm /etc/upkeep/upkeep.toml")
        self.assertEqual(self.inside("stat -c '%U %G %a' /var/lib/upkeep /var/log/upkeep /run/upkeep /etc/upkeep"
                                     " /etc/sudoers.d/upkeep-web"),
                         "upkeep upkeep 750\nupkeep upkeep 750\nupkeep upkeep 755\nroot root 755\nroot root 440\n")
        self.inside("visudo -c && id upkeep-web && logrotate --debug /etc/logrotate.d/upkeep")
        enabled = self.inside("find /etc/systemd -name '*upkeep*' -o -name 'pmt-web*'")
        self.assertEqual(enabled, "")

    def run_the_tests_of_the_packages(self):
        shutil.copytree(REPOSITORY / "debian" / "tests", self.root.path / "root" / "tests")
        for test in ("upgrade-workspace", "release-patch"):
            with self.subTest(test):
                self.inside(f"/root/tests/{test}")

    def migrate_data(self):
        """The tables of 0.1.0, filled as it filled them, are brought to the newest version."""
        script = ["CREATE DATABASE upkeep CHARACTER SET utf8mb4; USE upkeep;",
                  "CREATE TABLE schema_version (component VARCHAR(16) NOT NULL PRIMARY KEY, version INT NOT NULL,"
                  " migrated_at DATETIME(3) NOT NULL) ENGINE=InnoDB;"]
        for half, last in RELEASED.items():
            for migration in sorted((REPOSITORY / "share" / "schema" / half).glob("*.sql")):
                number = int(migration.name[:3])
                if number <= last:
                    rows = REPOSITORY / "tests" / "cli" / "upkeep" / "earlier" / half / f"{number:03}.sql"
                    script += [migration.read_text(), rows.read_text()]
            script.append(f"INSERT INTO schema_version VALUES ('{COMPONENTS[half]}', {last}, UTC_TIMESTAMP(3));")
        (self.root.path / "srv" / "earlier.sql").write_text("\n".join(script))
        # One command: a server ends with the namespace of the command that started it.
        said = self.inside("""
            as_upkeep() {
                runuser -u upkeep -- env HOME=/srv XDG_STATE_HOME=/srv/db UPKEEP_CONFIG=/srv/upkeep.toml "$@"
            }
            printf '[schedule]\\nvia = "command"\\ncommand = ["true"]\\n' > /srv/upkeep.toml
            cd /srv && install -d -o upkeep /srv/db && as_upkeep upkeep local start &&
            as_upkeep mariadb --socket=/srv/db/upkeep/mariadb.sock < /srv/earlier.sql || exit 9
            as_upkeep ws-schedule --list && echo 'works before init'
            as_upkeep upkeep init &&
            as_upkeep ws-progress --report --from 2014-01-01 --fields runs,succeeded,failed --format tsv &&
            as_upkeep ws-schedule --list --fields workspace,run --format tsv &&
            as_upkeep pmt-patch list --fields patch,state --format tsv &&
            as_upkeep pmt-patch verify-history &&
            as_upkeep pmt-lifecycle deliver --dead --fields event,tries --format tsv
            as_upkeep upkeep local stop
            rm -rf /srv/db /srv/earlier.sql /srv/upkeep.toml""")
        for line in ("4\t2\t2", "delta\t4", "gamma\t3", "WSO2-CARBON-PATCH-4.2.0-0001\tReleased", "110\t5"):
            self.assertIn(line, said)
        self.assertNotIn("works before init", said)

    def install_again(self):
        """An upgrade of the package keeps what the administrator changed."""
        self.inside("echo '# ours' >> /etc/sudoers.d/upkeep-web && echo kept > /etc/upkeep/upkeep.toml && "
                    "apt-get install -q -y --reinstall --no-install-recommends /root/packages/*.deb && "
                    "grep -q '# ours' /etc/sudoers.d/upkeep-web && grep -q kept /etc/upkeep/upkeep.toml")

    def configure_apache(self):
        (self.root.path / "etc" / "apache2" / "sites-available" / "test.conf").write_text(VIRTUAL_HOST)
        (self.root.path / "etc" / "apache2" / "pmt-web-auth.conf").write_text("Require all granted\n")
        self.inside("a2enmod -q cgid headers rewrite env alias unique_id && a2ensite -q test && "
                    "a2enconf -q upkeep-gate pmt-web && apache2ctl configtest")
        shown = self.inside("apache2ctl -t -D DUMP_INCLUDES")
        self.assertIn("/usr/share/upkeep/apache/upkeep-gate.conf", shown)
        self.assertIn("/usr/share/upkeep/apache/pmt-web.conf", shown)

    def remove(self):
        self.inside("apt-get remove -q -y upkeep upkeep-web && apache2ctl configtest && visudo -c")
        for kept in ("/etc/upkeep/upkeep.toml", "/var/log/upkeep/upkeep.log", "/var/lib/upkeep/kept"):
            self.inside(f"test -e {kept}")
        self.inside("test ! -e /usr/bin/ws-check && test ! -e /usr/share/upkeep && test ! -e /usr/libexec/upkeep")

    def purge(self):
        self.inside("apt-get purge -q -y upkeep upkeep-web && apache2ctl configtest && visudo -c")
        self.inside("a2dissite -q test && a2dismod -q cgid headers rewrite unique_id; rm -rf"
                    " /etc/apache2/sites-available/test.conf /etc/apache2/pmt-web-auth.conf /root/tests /root/packages")
        now = self.root.files()
        left = {path for path in now if path not in self.before and not STAYS.match(path)}
        self.assertEqual(left, set())
        gone = {path for path in self.before if path not in now and not STAYS.match(path)}
        gone = {path for path in gone if not path.startswith(("/etc/apache2/", "/root/packages"))}
        self.assertEqual(gone, set())
        self.assertNotIn("upkeep", self.inside("find / -xdev -user upkeep -o -xdev -user upkeep-web"))
        self.inside("id upkeep && passwd --status upkeep")


if __name__ == "__main__":
    unittest.main()
