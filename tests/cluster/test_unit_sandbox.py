# SPDX-License-Identifier: MIT
"""The shipped services are confined, and upgrades work inside. What needs a manager is skipped where none starts."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, find_tool, module_server, wait_for
from upkeep_test.openmetrics import parse
from upkeep_test.systemd import Systemd

UNITS = REPOSITORY / "scripts" / "systemd"
BIN = pathlib.Path(find_tool("ws-upgrade")).parent
#: Exposure levels go from 0 to 10; below 3, systemd calls it OK.
HIGHEST = 3.0
ACCOUNT = "daemon"
#: What the manager of these tests cannot set up, and what would hide their directories, which are in /tmp.
NOT_HERE = ("ProtectHome", "ProtectKernelLogs", "ProtectKernelTunables", "PrivateTmp", "OnFailure")


def services() -> list[pathlib.Path]:
    """Those that run programs of the suite."""
    return [path for path in sorted(UNITS.glob("*.service")) if re.search(r"(?m)^User=upkeep", path.read_text())]


class ExposureTest(unittest.TestCase):
    def test_each_service_is_confined(self):
        self.assertGreaterEqual(len(services()), 6)
        for path in services():
            with self.subTest(path.name):
                done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path],
                                      capture_output=True, text=True, check=False)
                if "unrecognized option" in done.stderr:
                    self.skipTest("this needs systemd 250")
                level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
                assert level, done.stdout + done.stderr
                self.assertLess(float(level[1]), HIGHEST)

    def test_the_drop_in_that_lifts_the_limits_names_them_all(self):
        """Each setting that implies NoNewPrivileges=yes for a service with an account, see systemd.exec(5)."""
        implied = {"SystemCallFilter", "SystemCallArchitectures", "RestrictAddressFamilies", "RestrictNamespaces",
                   "PrivateDevices", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs",
                   "ProtectClock", "MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality",
                   "ProtectHostname", "NoNewPrivileges"}
        for name in ("upkeep-drain.service", "upkeep-sweep.service"):
            text = (UNITS / name).read_text()
            used = set(re.findall(r"(?m)^(\w+)=", text)) & implied
            self.assertGreater(len(used), 10)
            self.assertLessEqual(used, set(re.findall(r"(?m)^#   (\w+)=(?:no)?$", text)), name)


@unittest.skipUnless(shutil.which("systemd-analyze"), "this needs systemd")
class SandboxTest(TestCase):
    systemd: Systemd

    @classmethod
    def setUpClass(cls):
        cls.systemd = Systemd()
        cls.addClassCleanup(cls.systemd.close)
        try:
            cls.systemd.start()
        except RuntimeError as error:
            raise unittest.SkipTest(str(error)) from error

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.directory = self.installation.directory
        account = pwd.getpwnam(ACCOUNT)
        self.directory.chmod(0o755)
        self.installation.server.directory.chmod(0o755)
        self.data = self.directory / "data"  # what the application writes
        self.data.mkdir()
        for path in (self.installation.state_dir, self.installation.log_dir, self.data):
            for one in (path, *path.rglob("*")):
                os.chown(one, account.pw_uid, account.pw_gid)

    def install(self, name: str, drop_in: str = "", **replaced: str) -> None:
        """A shipped service, for this installation; `replaced`: settings with other values."""
        units = self.systemd.directory / ".config" / "systemd" / "user"
        units.mkdir(parents=True, exist_ok=True)
        lines = [f"{line.partition('=')[0]}={replaced[line.partition('=')[0]]}\n"
                 if line.partition("=")[0] in replaced else line
                 for line in (UNITS / name).read_text().splitlines(True)
                 if line.partition("=")[0] not in NOT_HERE]
        environment = "".join(f'Environment="{key}={value}"\n' for key, value in self.installation.env.items())
        text = re.sub(r"(?m)^(ExecStart=)(ws-upgrade|upkeep)\b", rf"\1{BIN}/\2", "".join(lines))
        text = text.replace("User=upkeep\n", f"User={ACCOUNT}\n{environment}")
        self.assertIn(f"User={ACCOUNT}\n", text)
        (units / name).write_text(text + drop_in)
        self.addCleanup((units / name).unlink)
        self.systemd.call("systemctl", "daemon-reload")

    def run_unit(self, name: str) -> str:
        """@returns its result, such as success"""
        self.systemd.call("systemctl", "reset-failed", name)
        done = subprocess.run([self.systemd.client, "systemctl", "start", name], capture_output=True, check=False,
                              timeout=120)
        return "success" if done.returncode == 0 else self.systemd.call("systemctl", "show", "--value", "-p", "Result",
                                                                        name)

    def queue(self) -> None:
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"), 0)

    def seen(self, name: str) -> str:
        return (self.data / name).read_text()

    #: An upgrade that writes its data, and says what it can and what it cannot.
    SCRIPT = ("grep -E '^(NoNewPrivs|Seccomp|CapBnd)' /proc/self/status > {data}/status; "
              "touch /usr/upkeep-test 2> /dev/null && echo it escaped > {data}/escaped; upgrade; echo OK")

    def test_an_upgrade(self):
        self.installation.set_script(self.SCRIPT.format(data=self.data))
        self.install("upkeep-drain.service")
        self.queue()
        self.assertEqual(self.run_unit("upkeep-drain.service"), "success")
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assertRegex(self.seen("status"), r"CapBnd:\t0+\nNoNewPrivs:\t1\nSeccomp:\t2\n")
        self.assertFalse((self.data / "escaped").exists())

    def test_the_drop_in_lets_a_command_gain_privileges(self):
        self.installation.set_script(self.SCRIPT.format(data=self.data))
        text = (UNITS / "upkeep-drain.service").read_text()
        lifted = [line for line in re.findall(r"(?m)^#   (\S+=\S*)$", text) if not line.startswith("ReadWritePaths")]
        self.install("upkeep-drain.service", "[Service]\n" + "\n".join(lifted) + "\n")
        self.queue()
        self.assertEqual(self.run_unit("upkeep-drain.service"), "success")
        self.assertRegex(self.seen("status"), r"CapBnd:\t0*[1-9a-f]\w*\nNoNewPrivs:\t0\nSeccomp:\t0\n")

    def test_the_guardian_outlives_the_unit(self):
        self.installation.set_script(f"echo $$ > {self.data}/pid; sleep 2; upgrade; echo > {self.data}/end; echo OK")
        self.install("upkeep-drain.service")
        self.queue()
        subprocess.run([self.systemd.client, "systemctl", "start", "--no-block", "upkeep-drain.service"], check=True)
        wait_for(lambda: (self.data / "pid").exists() and self.seen("pid").strip(), "the command runs")
        main = int(self.systemd.call("systemctl", "show", "--value", "-p", "MainPID", "upkeep-drain.service"))
        os.kill(main, signal.SIGKILL)
        wait_for(lambda: (self.data / "end").exists(), "the command goes on to its end")
        wait_for(lambda: self.installation.states("acme") == {"acme": "upgraded"}, "who looks records the verdict")

    def test_metrics(self):
        self.install("upkeep-metrics.service", ConditionPathIsDirectory=str(self.data), ReadWritePaths=str(self.data),
                     ExecStart=f"upkeep metrics --output {self.data}/upkeep.prom")
        self.assertEqual(self.run_unit("upkeep-metrics.service"), "success")
        self.assertEqual(parse(self.seen("upkeep.prom"))["upkeep_up"].value(), 1)
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assertEqual(self.run_unit("upkeep-metrics.service"), "success", "a database that is away is reported")
        self.assertEqual(parse(self.seen("upkeep.prom"))["upkeep_up"].value(), 0)

    def test_prune(self):
        log = self.installation.log_dir / "acme" / "1.log"
        log.parent.mkdir()
        log.write_text("x")
        os.utime(log, (0, 0))
        account = pwd.getpwnam(ACCOUNT)
        os.chown(log.parent, account.pw_uid, account.pw_gid)
        self.install("upkeep-prune.service", ReadWritePaths=str(self.installation.log_dir))
        self.assertEqual(self.run_unit("upkeep-prune.service"), "success")
        self.assertFalse(log.exists())


if __name__ == "__main__":
    unittest.main()
