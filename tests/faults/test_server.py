# SPDX-License-Identifier: MIT
"""A server that is not there, does not let us in, accepts no more connections or no writes: every ws tool."""

import subprocess
import unittest

from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades, wait_for

TOOLS = {
    "ws-check": ["acme"], "ws-schedule": ["acme"], "ws-upgrade": ["acme"], "ws-progress": ["acme"],
}
MORE = [("ws-check", "--all"), ("ws-schedule", "--list"), ("ws-schedule", "--cancel", "acme"),
        ("ws-upgrade", "--drain"), ("ws-upgrade", "--accept", "acme"), ("ws-progress", "--all"),
        ("ws-progress", "--forecast")]
CALLS = [(tool, *args) for tool, args in TOOLS.items()] + MORE


class ServerTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server())
        use_quick_upgrades(self.installation)
        add_empty_workspaces(self.installation, "acme")
        # A drain waits for its database as long as lease_s.
        self.installation.configure(upgrade={"lease_s": 2}, schedule={"via": "command", "command": ["/bin/true"]})

    def as_user(self, name="someone", password="right"):
        """A user without SUPER, whom every limit of the server concerns."""
        file = self.installation.directory / "password"
        file.write_text(password)
        file.chmod(0o600)
        self.installation.server.add_user(name, "right", ["ALL ON `upkeep`.*", "ALL ON `wf\\_%`.*"])
        self.installation.configure(database={"user": name, "password_file": file})

    def assert_all_say(self, status, *parts, calls=CALLS):
        for call in calls:
            with self.subTest(" ".join(call)):
                result = self.installation.run(*call)
                self.assert_error(result, status, *parts)
                self.assertRegex(result.stderr, r"(?m)^ws-\w+: (error|note): .{20,}")
        self.assertEqual(self.run_states(), [])
        self.assertEqual(self.installation.ledger.started(), [])
        self.assert_all_over()

    def test_no_server(self):
        self.installation.configure(database={"socket": "/nonexistent/s"})
        self.assert_all_say(69, "/nonexistent/s")

    def test_a_wrong_password(self):
        self.as_user(password="wrong")
        self.assert_all_say(77, "password_file")

    def test_too_many_connections(self):
        self.as_user()
        server = self.installation.server
        server.sql("SET GLOBAL max_connections = 10")
        self.addCleanup(server.sql, "SET GLOBAL max_connections = 400")
        sleepers = []
        for _ in range(10):
            sleepers.append(subprocess.Popen([*server.client_command(), "--execute", "SELECT SLEEP(600)"],
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            self.addCleanup(sleepers[-1].wait)
            self.addCleanup(sleepers[-1].kill)
        wait_for(lambda: len(server.connections()) >= 10, "the server is full")
        for call in CALLS:
            with self.subTest(" ".join(call)):
                self.assert_error(self.installation.run(*call), 75, "connections")
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait()
        wait_for(lambda: len(server.connections()) < 5, "there is room again")
        self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        self.assert_all_over()

    def test_one_connection_too_few(self):
        """Room for the queue's connection and none for the lock's: nothing runs unlocked."""
        self.as_user()
        self.installation.server.sql("ALTER USER someone@localhost WITH MAX_USER_CONNECTIONS 1")
        self.assert_error(self.installation.run("ws-upgrade", "acme"), 75, "connections")
        self.assertEqual(self.installation.ledger.started(), [])
        self.assert_all_over()

    def test_a_read_only_server(self):
        self.as_user()
        self.installation.server.sql("SET GLOBAL read_only = 1")
        self.addCleanup(self.installation.server.sql, "SET GLOBAL read_only = 0")
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "acme"), 1), {"acme": "pending"})
        self.assert_quiet(self.installation.run("ws-progress", "acme"), 1)
        self.assert_all_say(69, "does not accept writes", calls=[("ws-schedule", "acme"), ("ws-upgrade", "acme")])

    def test_read_only_at_the_end_of_a_run(self):
        """A fail-over half way: it is tried again for lease_s, then the verdict waits on disk."""
        self.as_user()
        use_quick_upgrades(self.installation, 1, needs_server=False, lease_s=2)
        self.installation.server.sql("CREATE TABLE wf_acme.DONE (a INT)")
        upgrade = self.upgrade("--force", "acme")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        self.installation.server.sql("SET GLOBAL read_only = 1")
        self.addCleanup(self.installation.server.sql, "SET GLOBAL read_only = 0")
        self.assert_status(upgrade.wait(), 69)
        self.assertEqual(self.run_states(), ["running"])
        self.installation.server.sql("SET GLOBAL read_only = 0")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "upgraded"})
        self.assertEqual(self.run_states(), ["succeeded"])
        self.assert_all_over()

    def test_no_schema(self):
        self.installation.configure(database={"schema": "nothing"})
        self.assert_all_say(78, "upkeep init")


if __name__ == "__main__":
    unittest.main()
