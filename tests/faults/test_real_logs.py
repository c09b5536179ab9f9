# SPDX-License-Identifier: MIT
"""Every log of the real program, replayed through the real tools; real schemas, changed by real DDL.

Third-party data that lies beside a working tree; without it these tests are skipped.
"""

import tomllib
import unittest

from upkeep_test import REPOSITORY, need_shared
from upkeep_test.faults import FaultCase, module_server

#: Log -> what the command's status was, and how the run has to end; True: with the real changes made.
LOGS = {
    "3.0.1.8-no-xml-unknown-option-exit0": (0, "failed", False),
    "3.0.1.8-success-same-version": (0, "succeeded", True),
    "3.1.2-alter-failed-silently-but-says-successful": (0, "failed", "ABE_CONFIGURATION.ABE_FORCE_LOGIN"),
    "3.1.2-at-style-stdin-swallowed": (0, "failed", False),
    "3.1.2-bad-db-password": (0, "failed", False),
    "3.1.2-killed-mid-way": (137, "failed", True),
    "3.1.2-nonexistent-workspace": (0, "failed", False),
    "3.1.2-parallel-with-xml-acme": (0, "succeeded", True),
    "3.1.2-parallel-with-xml-beta": (0, "succeeded", True),
    "3.1.2-rerun-already-upgraded": (0, "succeeded", True),
    "3.1.2-success-30000-cases": (0, "succeeded", True),
    "3.1.2-success-from-3.0.1.8": (0, "succeeded", True),
    "3.8.3-failed-half-way-exit0": (0, "failed", True),
    "3.8.3-info": (0, "failed", True),
    "3.8.3-nonexistent-workspace": (0, "failed", False),
    "3.8.3-option-after-workspace": (0, "failed", True),
    "3.8.3-parallel-acme": (0, "succeeded", True),
    "3.8.3-parallel-beta": (0, "succeeded", True),
    "3.8.3-rerun-already-upgraded": (0, "succeeded", True),
    "3.8.3-success-from-3.0.1.8": (0, "succeeded", True),
    "3.8.3-unknown-option": (0, "failed", False),
}
#: Logs of many runs, which no run prints.
APPENDED = {"3.1.2-shared-log-upgrades", "3.1.2-upgrade.log-appended-over-many-runs"}

#: REPLAY LOG STATUS CHANGES SCHEMA SOCKET: makes the changes, then says what the real program said.
REPLAY = 'mariadb --no-defaults --socket="$5" --user=root "$4" < "$3" || exit 99; cat "$1"; exit "$2"'


def shipped_probes(version: str) -> list[dict]:
    with open(REPOSITORY / "share" / "probes" / f"processmaker-{version}.toml", "rb") as file:
        return tomllib.load(file)["probe"]


class RealTest(FaultCase):
    def setUp(self):
        self.data = need_shared("data", "processmaker")
        self.open_installation(module_server(options=["--sql-mode="]))
        self.installation.configure(probe=shipped_probes("3.1"))
        self.old = self.load("old", "schema-3.0.1.8-without-EMAIL_SERVER_UID.sql")

    def load(self, workspace: str, name: str) -> str:
        text = (self.data / name).read_text(errors="replace")
        self.installation.server.sql(f"CREATE DATABASE `wf_{workspace}`; USE `wf_{workspace}`;\n{text}")
        return f"wf_{workspace}"

    def differences(self, new: str, but_not: str = "") -> str:
        """DDL that gives a workspace of 3.0.1.8 every table and column that 3.1.2 has more."""
        server = self.installation.server

        def columns(schema):
            rows = server.sql("SELECT table_name, column_name, column_type, is_nullable, column_default"
                              f" FROM information_schema.columns WHERE table_schema = '{schema}'"
                              " ORDER BY table_name, ordinal_position")
            return {(row[0], row[1]): row[2:] for row in rows}
        before, after = columns(self.old), columns(new)
        tables = {table for table, _ in before}
        statements = []
        for table in sorted({table for table, _ in after} - tables):
            # As one line: the client writes line ends in values as \n, which its reader turns back.
            statements.append(server.sql(f"SHOW CREATE TABLE `{new}`.`{table}`")[0][1])
        for (table, column), (kind, nullable, default) in after.items():
            if table in tables and (table, column) not in before and f"{table}.{column}" != but_not:
                more = "" if nullable == "YES" else " NOT NULL"
                more += f" DEFAULT {default}" if default else ""
                statements.append(f"ALTER TABLE `{table}` ADD COLUMN `{column}` {kind}{more}")
        self.assertGreater(len(statements), 10)
        return "".join(f"{statement};\n" for statement in statements)

    def replay(self, workspace: str, log: str, status: int, changes: str):
        file = self.installation.directory / f"{workspace}.sql"
        file.write_text(changes)
        self.installation.configure(upgrade={
            "directory": self.installation.directory,
            "command": ["/bin/sh", "-c", REPLAY, "upgrade", self.data / "logs" / f"{log}.log", str(status), file,
                        "wf_{workspace}", self.installation.server.socket]})
        return self.installation.run("ws-upgrade", workspace)

    def test_every_log_has_its_verdict(self):
        present = {path.stem for path in (self.data / "logs").glob("*.log")}
        self.assertEqual(present - set(LOGS) - APPENDED, set(), "a log that this test does not know")
        new = self.load("new", "schema-3.1.2-with-EMAIL_SERVER_UID.sql")
        every = self.differences(new)
        # Only the tables that probes and changes are about: a schema of 133 tables a log takes minutes.
        touched = {line.split("`")[1] for line in every.splitlines() if line.startswith("ALTER")}
        copies = "".join(f"CREATE TABLE `{table}` LIKE `{self.old}`.`{table}`;\n" for table in sorted(touched))
        for number, (log, (status, state, made)) in enumerate(LOGS.items()):
            with self.subTest(log):
                name = f"l{number}"
                self.installation.server.sql(f"CREATE DATABASE wf_{name}; USE wf_{name};\n{copies}")
                changes = {True: every, False: ""}.get(made)
                result = self.replay(name, log, status,
                                     self.differences(new, made) if changes is None else changes)
                self.assertEqual(result.rows[0][1], state, str(result))
                self.assertEqual(result.rows[0][3], str(status))
                self.assert_status(result, 0 if state == "succeeded" else 1)
                text = (self.data / "logs" / f"{log}.log").read_bytes()
                self.assertEqual(self.installation.log_files(name)[0].read_bytes(), text, "byte for byte")
                self.assertEqual(self.installation.states(name),
                                 {name: "upgraded" if state == "succeeded" else "failed"})
                if made == "ABE_CONFIGURATION.ABE_FORCE_LOGIN":
                    self.assertIn(made, result.rows[0][7])
        self.assert_all_over()

    def test_a_real_workspace_becomes_3_1_2(self):
        self.assertEqual(self.installation.states("old"), {"old": "pending"})
        new = self.load("new", "schema-3.1.2-with-EMAIL_SERVER_UID.sql")
        self.assertEqual(self.installation.states("new"), {"new": "upgraded"})
        changes = self.differences(new)
        result = self.assert_quiet(self.replay("old", "3.1.2-success-from-3.0.1.8", 0, changes))
        self.assertEqual(result.rows[0][1], "succeeded")
        self.assertEqual(result.rows[0][4], "89")
        self.assertEqual(self.installation.states("old", "new"), {"old": "upgraded", "new": "upgraded"})
        self.assertEqual(self.installation.columns("new") - self.installation.columns("old"), set())
        self.assert_all_over()


if __name__ == "__main__":
    unittest.main()
