# SPDX-License-Identifier: MIT
"""upkeep init sets up the schema: once, again, many at once, killed half-way, and with too few rights."""

import re
import stat
import time
import unittest

from upkeep_test import TestCase, module_server


def description(server, schema="upkeep"):
    """Everything that init makes, but for identities and times."""
    tables = [row[0] for row in server.sql(f"SHOW TABLES FROM `{schema}`")]
    shown = {table: server.sql(f"SHOW CREATE TABLE `{schema}`.`{table}`")[0][1] for table in tables}
    shown = {table: re.sub(r" AUTO_INCREMENT=\d+", "", text) for table, text in shown.items()}
    versions = server.sql(f"SELECT component, version FROM `{schema}`.schema_version ORDER BY 1")
    installations = server.value(f"SELECT COUNT(*) FROM `{schema}`.installation")
    return shown, versions, installations


class InitTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_installation(self.server, init=False)

    def run_init(self, *args, **options):
        return self.installation.run("upkeep", "init", *args, **options)

    def test_creates_and_then_changes_nothing(self):
        first = self.assert_quiet(self.run_init())
        self.assertEqual(first.stdout, b"")
        made = description(self.server)
        self.assertIn("run", made[0])
        identity = self.server.sql("SELECT * FROM upkeep.installation")
        migrated = self.server.sql("SELECT * FROM upkeep.schema_version")
        again = self.assert_quiet(self.run_init())
        self.assertEqual(again.stdout, b"")
        self.assertEqual(description(self.server), made)
        self.assertEqual(self.server.sql("SELECT * FROM upkeep.installation"), identity)
        self.assertEqual(self.server.sql("SELECT * FROM upkeep.schema_version"), migrated)

    def test_in_a_terminal(self):
        result = self.installation.run_tty("upkeep", "init")
        self.assertEqual((result.status, result.stdout), (0, b""))
        result = self.installation.run_tty("upkeep", "init", "--verbose")
        self.assertEqual((result.status, result.stdout), (0, b""))

    def test_verbose_tells_what_was_made(self):
        result = self.assert_status(self.run_init("-v"), 0)
        self.assertEqual(result.stdout, b"")
        self.assertIn("upkeep: note: created the schema 'upkeep'", result.stderr)
        self.assertRegex(result.stderr, r"note: migrated 'ws' of the schema 'upkeep' from version 0 to \d+")
        self.assert_quiet(self.run_init("-v"))

    def test_dry_run_changes_nothing(self):
        self.installation.log_dir.rmdir()
        result = self.assert_status(self.run_init("-n"), 0)
        self.assertEqual(result.stdout, b"")
        self.assertIn("would create the schema 'upkeep'", result.stderr)
        self.assertIn("would migrate 'ws'", result.stderr)
        self.assertIn(f"would create the directory {self.installation.log_dir}", result.stderr)
        self.assertEqual(self.server.schemas("upkeep"), [])
        self.assertFalse(self.installation.log_dir.exists())
        self.assert_quiet(self.run_init())
        again = self.assert_status(self.run_init("-n"), 0)
        self.assertEqual(again.stderr, "upkeep: note: nothing would be created or changed\n")

    def test_makes_the_directories(self):
        self.installation.log_dir.rmdir()
        self.installation.configure(upgrade={"state_dir": self.installation.directory / "a" / "state"})
        self.assert_quiet(self.run_init())
        for path in (self.installation.log_dir, self.installation.directory / "a" / "state"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o750)

    def test_directory_that_cannot_be_made_is_told(self):
        self.installation.configure(upgrade={"log_dir": "/proc/upkeep-log"})
        result = self.assert_status(self.run_init(), 0)
        self.assertIn("upkeep: warning: ", result.stderr)
        self.assertIn("/proc/upkeep-log", result.stderr)

    def test_eight_at_once(self):
        running = [self.start("upkeep", "init", env=self.installation.env) for _ in range(8)]
        for process in running:
            result = process.wait()
            self.assertEqual((result.status, result.stdout, result.stderr), (0, b"", ""), f"\n{result}")
        many = description(self.server)
        self.assertEqual(many[2], "1")
        self.server.drop("upkeep")
        self.run_init()
        self.assertEqual(description(self.server), many)

    def test_killed_half_way(self):
        self.assert_quiet(self.run_init())
        whole = description(self.server)
        proxy = self.open_proxy(self.server)
        proxy.delay(0.03)  # every statement takes that long, so that each kill meets another one
        half_made = 0
        for tenths in range(1, 12):
            self.server.drop("upkeep")
            self.installation.configure(database={"socket": proxy.socket})
            process = self.start("upkeep", "init", env=self.installation.env)
            time.sleep(tenths * 0.1)  # the moment is what is tried
            process.kill()
            self.installation.configure(database={"socket": self.server.socket})
            if self.server.schemas("upkeep"):
                made = self.server.sql("SHOW TABLES FROM upkeep")
                half_made += len(made) < len(whole[0])
            self.assert_quiet(self.run_init())
            self.assertEqual(description(self.server), whole)
        self.assertGreater(half_made, 0, "no kill came half-way")

    def test_user_without_rights_is_told_the_grant(self):
        self.server.add_user("poor")
        self.addCleanup(self.server.sql, "DROP USER 'poor'@'localhost', 'poor'@'127.0.0.1'")
        self.installation.configure(database={"user": "poor"})
        result = self.assert_error(self.run_init(), 77, "poor@localhost")
        self.assertIn("GRANT ALL PRIVILEGES ON `upkeep`.* TO 'poor'@'localhost';", result.stderr)
        # What it says is what helps.
        advice = re.search(r"CREATE DATABASE IF NOT EXISTS .*;", result.stderr)
        self.server.sql(advice.group())
        self.assert_quiet(self.run_init())

    def test_existing_schema_and_no_right_to_create_one(self):
        self.server.sql("CREATE DATABASE upkeep")
        self.server.add_user("tables", grants=["ALL PRIVILEGES ON upkeep.*"])
        self.addCleanup(self.server.sql, "DROP USER 'tables'@'localhost', 'tables'@'127.0.0.1'")
        self.installation.configure(database={"user": "tables"})
        self.assert_quiet(self.run_init())
        self.assertIn("run", description(self.server)[0])

    def test_right_to_read_alone_is_not_enough(self):
        self.server.sql("CREATE DATABASE upkeep")
        self.server.add_user("reader", grants=["SELECT ON upkeep.*"])
        self.addCleanup(self.server.sql, "DROP USER 'reader'@'localhost', 'reader'@'127.0.0.1'")
        self.installation.configure(database={"user": "reader"})
        self.assert_error(self.run_init(), 77, "GRANT ALL PRIVILEGES ON `upkeep`.*")

    def test_newer_schema_is_left_alone(self):
        self.assert_quiet(self.run_init())
        self.server.sql("UPDATE upkeep.schema_version SET version = 999 WHERE component = 'ws'")
        self.assert_error(self.run_init(), 78, "999", "newer upkeep")

    def test_odd_schema_name(self):
        self.installation.configure(database={"schema": "up-keep 2"})
        self.addCleanup(self.server.drop, "up-keep 2")
        self.assert_quiet(self.run_init())
        self.assertIn("run", description(self.server, "up-keep 2")[0])

    def test_no_server(self):
        self.installation.configure(database={"socket": "/nonexistent/socket"})
        self.assert_error(self.run_init(), 69, "/nonexistent/socket")

    def test_read_only_server(self):
        server = self.open_server(options=["--read-only=1"])
        server.sql("CREATE USER plain@localhost; GRANT ALL ON upkeep.* TO plain@localhost")
        self.installation.configure(database={"socket": server.socket, "user": "plain"})
        self.assert_error(self.run_init(), 69, "does not accept writes", "primary")

    def test_no_configuration_and_no_local_server(self):
        self.installation.config_file.unlink()
        result = self.run_init(env={"UPKEEP_CONFIG": None})
        self.assert_error(result, 69, "upkeep local start")

    def test_usage(self):
        self.assert_error(self.installation.run("upkeep"), 64)
        self.assert_error(self.installation.run("upkeep", "innit"), 64, "init")
        self.assert_error(self.run_init("extra"), 64)
        self.assert_error(self.run_init("--frobnicate"), 64, "--frobnicate")
        self.assert_error(self.run_init("--config", "/nonexistent.toml"), 78, "/nonexistent.toml")


if __name__ == "__main__":
    unittest.main()
