# SPDX-License-Identifier: MIT
"""upkeep init brings a schema of every earlier version, filled with data, to the newest one, and the tools say what
was there.

A version is made as it came to be: for each number up to it, the migration of share/schema, then the rows of
earlier/, as a
program of that version wrote them.
"""

import pathlib
import unittest
from typing import Any

from upkeep_test import REPOSITORY, TestCase, module_server

ROWS = pathlib.Path(__file__).parent / "earlier"
COMPONENTS = {"upgrade": "ws", "patch": "pmt"}
FIRST, SECOND, THIRD = (f"WSO2-CARBON-PATCH-4.2.0-{number:04}" for number in (1, 2, 3))
HOST = "11111111-2222-3333-4444-555555555555"


def migrations(half: str) -> list[pathlib.Path]:
    return sorted((REPOSITORY / "share" / "schema" / half).glob("*.sql"))


def rows(half: str, version: int) -> pathlib.Path:
    return ROWS / half / f"{version:03}.sql"


def number_of(migration: pathlib.Path) -> int:
    return int(migration.name[:3])


def picked(records: list[dict], *keys: str) -> list[tuple]:
    return [tuple(record[key] for key in keys) for record in records]


class EarlierCase(TestCase):
    HALF = ""

    def setUp(self):
        self.server = module_server()

    def sql(self, text: str):
        return self.server.sql(text, schema="upkeep")

    def make(self, version: int) -> None:
        """The control schema with that version of the half."""
        self.server.sql("CREATE DATABASE upkeep CHARACTER SET utf8mb4")
        self.sql("CREATE TABLE schema_version (component VARCHAR(16) NOT NULL PRIMARY KEY, version INT NOT NULL,"
                 " migrated_at DATETIME(3) NOT NULL) ENGINE=InnoDB")
        for migration in migrations(self.HALF):
            if number_of(migration) > version:
                break
            self.sql(migration.read_text())
            self.sql(rows(self.HALF, number_of(migration)).read_text())
        self.sql(f"INSERT INTO schema_version VALUES ('{COMPONENTS[self.HALF]}', {version}, UTC_TIMESTAMP(3))")

    def each_version(self, check) -> None:
        """Runs check(version, installation) over each version, brought to the newest one; that one is among them."""
        versions = [number_of(migration) for migration in migrations(self.HALF)]
        newest = versions[-1]
        for version in versions:
            with self.subTest(version=version):
                self.make(version)
                installation = self.open_small(self.server)  # runs `upkeep init`
                self.assertEqual(
                    self.sql(f"SELECT version FROM schema_version WHERE component = '{COMPONENTS[self.HALF]}'"),
                    [[str(newest)]],
                )
                try:
                    check(version, installation)
                finally:
                    installation.close()


class EarlierPatchesTest(EarlierCase):
    HALF = "patch"

    def records(self, installation, tool: str, *args: str) -> Any:
        return self.assert_quiet(installation.run(tool, *args, "--json")).json

    def test_every_version(self):
        self.each_version(self.check)

    def check(self, version, installation):
        self.check_patches(version, installation)
        self.check_requests(installation)
        self.check_histories(version, installation)
        self.check_the_rest(version, installation)
        self.check_going_on(version, installation)

    def check_patches(self, version, installation):
        listed = self.records(installation, "pmt-patch", "list")
        expected = [(FIRST, "Released", "critical", "2014-01-03T09:00:00Z", "2014-01-08T10:00:00Z"),
                    (SECOND, "Testing", None, "2014-01-04T09:00:00Z", None)]
        if version >= 4:
            expected.append((THIRD, "Development", None, "2014-01-10T09:00:00Z", None))
        self.assertEqual(picked(listed, "patch", "state", "category", "created_at", "released_at"), expected)
        [shown] = self.records(installation, "pmt-patch", "show", FIRST)
        self.assertEqual(shown["fields"], {
            "overview_name": FIRST, "overview_carbonPlatform": "4.2.0", "overview_category": "critical",
            "overview_client": ["Acme", "Müller & Söhne"], "patchInformation_revision": "two\nlines"})
        self.assertEqual(shown["links"], [{"type": "requires", "patch": SECOND}])
        if version >= 5:
            [third] = self.records(installation, "pmt-patch", "show", THIRD)
            self.assertEqual([(one["type"], one["patch"][-10:]) for one in third["links"]],
                             [("supersedes", "4.2.0-0002"), ("conflicts", "4.4.0-0007"), ("requires", "4.2.0-0001")])
        listed = self.records(installation, "pmt-patch", "list", "state=Void")
        void = [("WSO2-CARBON-PATCH-4.4.0-0001", "Void")] if version >= 6 else []
        self.assertEqual(picked(listed, "patch", "state"), void)
        listed = self.records(installation, "pmt-patch", "list", f"requires={SECOND}")
        self.assertEqual(picked(listed, "patch"), [(FIRST,)])
        self.assertEqual((shown["queue"], shown["created_by"], shown["lifecycle"]), ("Q-1", "al", "PatchLifeCycle"))
        for selector, found in (("client=Acme", [FIRST]), ("müller", [FIRST]), ("state=Testing", [SECOND]),
                                ("created_by=AL", [name for name, *_ in expected]), ("created_by=ál", [])):
            listed = self.records(installation, "pmt-patch", "list", selector)
            self.assertEqual(picked(listed, "patch"), [(name,) for name in found], selector)

    def check_requests(self, installation):
        queue = self.records(installation, "pmt-patch", "queue", "--all")
        self.assertEqual(picked(queue, "queue", "state", "client", "patch"),
                         [("Q-1", "promoted", "Acme, Müller & Söhne", FIRST), ("Q-2", "open", "Acme", None),
                          ("Q-3", "declined", "Acme", None)])

    def check_histories(self, version, installation):
        def history(name):
            return picked(
                self.records(installation, "pmt-patch", "history", name),
                "event",
                "at",
                "actor",
                "action",
                "key",
                "from",
                "to",
                "comment",
                "time_s",
                "worked_on",
                "revokes",
            )

        def event(number, at, actor, action, key=None, was=None, now=None, comment=None, time_s=None, worked_on=None,
                  revokes=None):
            return (number, f"2014-01-{at}:00:00Z", actor, action, key, was, now, comment, time_s, worked_on, revokes)

        clients = "Müller & Söhne"
        expected = [
            event(101, "02T08", "ann", "edit", "queue", None, "open"),
            event(102, "03T09", "al", "create", comment='a "reason"'),
            event(102, "03T09", "al", "attach", None, None, "Development", 'a "reason"'),
            event(103, "03T10", "al", "edit", "overview_client", "Acme", ["Acme", clients], "it's theirs too"),
            event(104, "03T11", "al", "link", "requires", None, SECOND),
            event(105, "06T09", "al", "move", "Promote", "Development", "ReadyForQA", time_s=7200),
            event(106, "07T09", "quy", "move", "Promote", "ReadyForQA", "Testing"),
            event(107, "08T10", "quy", "move", "Promote", "Testing", "Released", time_s=1800),
        ]
        if version >= 3:
            expected += [event(116, "09T09", "quy", "record", "a_1.0.jar", None, "b" * 64),
                         event(116, "09T09", "quy", "record", "c.jar", None, "d" * 64)]
        self.assertEqual(history(FIRST), expected)
        if version >= 4:
            self.assertEqual(history(THIRD)[-2:], [
                event(202, "10T10", "al", "log-time", comment="café", time_s=3600, worked_on="2014-01-09"),
                event(203, "10T11", "al", "revoke", comment="not ours", revokes=202)])
        declined = history("Q-3")
        self.assertEqual(
            declined[:2],
            [
                event(114, "05T09", "bob", "edit", "queue", None, "open"),
                event(115, "06T09", "bob", "move", "Decline", "Queued", "Declined", "a duplicate"),
            ],
        )
        # What version 4 noted itself.
        self.assertEqual([one[2:8] for one in declined[2:]],
                         [("upkeep", "edit", "queue", "open", "declined", "its lifecycle declined it")])
        self.assert_quiet(installation.run("pmt-patch", "verify-history"))

    def check_the_rest(self, version, installation):
        [stands] = self.records(installation, "pmt-lifecycle", "show", SECOND)
        self.assertEqual(picked([one for one in stands["items"] if one["ticked"]], "name", "by", "at"),
                         [("Verified README", "quy", "2014-01-06T10:00:00Z")])
        self.assertEqual(self.records(installation, "pmt-patch", "numbers"),
                         [{"platform": "4.2.0", "last": 3 if version >= 4 else 2, "cap": 3 if version >= 4 else None}])
        jars = self.records(installation, "pmt-report", "effective", "--platform", "4.2.0")
        self.assertEqual(
            picked(jars, "jar", "patch"), [("a_1.0.0.jar", FIRST), ("c.jar", FIRST)] if version >= 3 else []
        )
        given_up = self.records(installation, "pmt-lifecycle", "deliver", "--dead")
        self.assertEqual(picked(given_up, "event", "notify", "tries"), [(110, "mail", 5)] if version >= 2 else [])

    def check_going_on(self, version, installation):
        """The next event continues each chain, and the next number its sequence."""
        for name in (FIRST, SECOND, "Q-2", "Q-3"):
            self.assert_quiet(installation.run("pmt-patch", "edit", name, "--set", "client=Beta"))
        self.assert_quiet(installation.run("pmt-lifecycle", "move", SECOND, "Demote", "--why", "x"))
        if version >= 4:
            self.assert_error(installation.run("pmt-patch", "new", "--platform", "4.2.0"), 1, "4.2.0")
        else:
            self.assertEqual(
                self.assert_quiet(installation.run("pmt-patch", "new", "--platform", "4.2.0")).text, THIRD + "\n"
            )
        self.assertEqual(self.assert_quiet(installation.run("pmt-patch", "request")).text, "Q-4\n")
        self.assert_quiet(installation.run("pmt-patch", "verify-history"))


class EarlierRunsTest(EarlierCase):
    HALF = "upgrade"

    def test_every_version(self):
        self.each_version(self.check)

    def check(self, version, installation):
        installation.add_small("beta", "gamma", "delta", "eps", "zeta", "eta")
        installation.add_small("acme", upgraded=True)
        names = ["acme", "beta", "gamma", "delta", "eps", "zeta"]
        progress = self.assert_status(installation.run("ws-progress", "--json", *names), 2)
        zeta = ("zeta", "failed", 0, 0, 6, HOST, "2014-01-06T22:09:59Z",
                "run 6 failed 2014-01-06T22:09:59Z: it ended with status 1")
        self.assertEqual(
            picked(progress.json, "workspace", "state", "percent", "lines", "run", "host", "ended_at", "detail"),
            [
                ("acme", "upgraded", 100, 120, 1, HOST, "2014-01-02T22:10:01Z", None),
                (
                    "beta",
                    "failed",
                    40,
                    7,
                    2,
                    HOST,
                    "2014-01-03T08:01:02Z",
                    "run 2 failed 2014-01-03T08:01:02Z: it ended with status 3",
                ),
                ("gamma", "queued", 0, 0, 3, None, None, None),
                ("delta", "queued", 0, 0, 4, None, None, None),
                ("eps", "running", 30, 9, 5, HOST, None, None),
                zeta if version >= 3 else ("zeta", "pending", 0, None, None, None, None, None),
            ],
        )
        queue = self.assert_status(installation.run("ws-schedule", "--list", "--json"), 0)
        self.assertEqual(
            "the queue is paused since 2014-01-05T08:00:00Z by ann: a backup" in queue.stderr, version >= 2
        )
        self.assertEqual(picked(queue.json, "workspace", "state", "run", "detail"), [
            ("eps", "running", 5, "priority 5, requested by eve"),
            ("delta", "queued", 4, "priority 5, requested by dan"),
            ("gamma", "queued", 3, "priority 9, requested by ann: later")])
        [report] = self.assert_quiet(installation.run("ws-progress", "--report", "--from", "2014-01-01", "--json")).json
        figures = {1: [2, 1, 1, 660], 2: [2, 1, 1, 660], 3: [3, 1, 2, 1258]}
        self.assertEqual([report[key] for key in ("runs", "succeeded", "failed", "seconds")],
                         figures.get(version, [4, 2, 2, 1858]))
        self.assertEqual(report["stops"], [{"at": "2014-01-06T22:10:00Z", "sweep": "night", "rule": "canary", "left": 0,
                                            "detail": "zeta failed"}] if version >= 3 else [])
        [held] = self.assert_quiet(installation.run("ws-check", "--json", "eta"), 1).json
        self.assertEqual(held["detail"], "held since 2014-01-07T08:00:00Z by ann: the customer asked (gate closed)"
                         if version >= 3 else None)
        # The slot is another host's, and what was queued can still be taken back.
        self.assertEqual(self.sql("SELECT slot, epoch, run, server, place FROM slot WHERE run IS NOT NULL"),
                         [["1", "5", "5", *(["db1.example.org:3306", "1"] if version >= 5 else [None, None])]])
        self.assert_status(installation.run("ws-schedule", "--cancel", "gamma"), 0)
        self.assertEqual(self.sql("SELECT state, active FROM run WHERE id = 3"), [["cancelled", None]])


class RowsTest(unittest.TestCase):
    def test_each_version_has_rows(self):
        for half in COMPONENTS:
            for migration in migrations(half):
                number = number_of(migration)
                self.assertTrue(rows(half, number).exists(), f"{migration.name} needs rows in {rows(half, number)}")


if __name__ == "__main__":
    unittest.main()
