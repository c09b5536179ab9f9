# SPDX-License-Identifier: MIT
"""The hash chains of histories, and what verify-history finds."""

import unittest

from upkeep_test import TestCase, module_server


class HistoryChainTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.names = [self.ok("new", "--platform", "4.4.0", "--set", "client=Acme").text.strip() for _ in range(2)]

    def ok(self, *args, tool: str = "pmt-patch", **options):
        return self.assert_status(self.installation.run(tool, *args, **options), 0)

    def sql(self, text: str):
        return self.installation.server.sql(text, schema="upkeep")

    def busy(self, name: str) -> list[int]:
        """One event of each kind; their numbers."""
        self.ok("edit", name, "--set", "client=Beta", "--why", "caf\u00e9 \\ 'quoted'\nand a line")
        self.ok("link", name, "requires", self.names[1])
        self.ok("tick", name, "1", tool="pmt-lifecycle")
        self.ok("untick", name, "1", tool="pmt-lifecycle")
        self.ok("log-time", name, "1h", "--date", "2014-03-05", tool="pmt-lifecycle")
        self.ok("move", name, "OnHold", "--time", "2h", tool="pmt-lifecycle")
        self.ok("undo", name, tool="pmt-lifecycle")
        self.ok("eta", name, "--best", "1d", "--likely", "1d", "--worst", "2d", tool="pmt-lifecycle")
        [(entry,)] = self.sql("SELECT MAX(id) FROM event WHERE action = 'log-time'")
        self.ok("log-time", "--revoke", entry, "--why", "not ours", tool="pmt-lifecycle")
        self.ok("attach", name, "Security_PatchLifeCycle", "--replace", tool="pmt-lifecycle")
        self.ok("unlink", name, "requires", self.names[1])
        self.ok("comment", name, "caf\u00e9 \\ 'quoted'\nand a line")
        return self.events(name)

    def events(self, name: str) -> list[int]:
        number = int(name[-4:])
        return [int(row[0]) for row in self.sql("SELECT e.id FROM event e JOIN patch p ON p.id = e.patch"
                                                f" WHERE p.number = {number} ORDER BY e.id")]

    def assert_sound(self) -> None:
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))

    def broken(self, *args) -> list[list[str]]:
        """(patch, event, problem) of each break."""
        result = self.installation.run("pmt-patch", "verify-history", *args, "--fields", "patch,event,problem")
        self.assert_quiet(result, 1)
        return result.rows

    def test_every_kind_of_event(self):
        self.assertGreaterEqual(len(self.busy(self.names[0])), 13)
        request = self.ok("request", "--set", "client=Acme").text.strip()
        self.ok("attach", request, "PrePatchLifeCycle", tool="pmt-lifecycle")
        self.ok("edit", request, "--set", "client=Beta")
        self.assert_sound()
        self.ok("new", "--platform", "4.5.0", "--from", request)
        declined = self.ok("request").text.strip()
        self.ok("decline", declined, "--why", "a duplicate")
        self.assert_sound()
        self.assertEqual(self.sql("SELECT COUNT(*) FROM event WHERE hash IS NULL OR LENGTH(hash) <> 64"), [["0"]])

    def test_changed(self):
        events = self.busy(self.names[0])
        for column, value in [
            ("comment", "'x'"),
            ("actor", "'mallory'"),
            ("at", "at - INTERVAL 1 DAY"),
            ("changes", "NULL"),
            ("time_s", "7"),
            ("action", "'edit'"),
            ("via", "'x'"),
            ("inputs", "'{}'"),
            ("worked_on", "'2014-03-06'"),
            ("revokes", "1"),
        ]:
            with self.subTest(column):
                [row] = self.sql(f"SELECT HEX({column}), {column} IS NULL FROM event WHERE id = {events[5]}")
                self.sql(f"UPDATE event SET {column} = {value} WHERE id = {events[5]}")
                changed = self.sql(f"SELECT HEX({column}), {column} IS NULL FROM event WHERE id = {events[5]}") != [row]
                if changed:
                    self.assertEqual(self.broken(), [[self.names[0], str(events[5]), "changed"]])
                    before = (
                        "NULL"
                        if row[1] == "1"
                        else f"UNHEX('{row[0]}')"
                        if column not in ("time_s", "revokes")
                        else str(int(row[0], 16))
                    )
                    self.sql(f"UPDATE event SET {column} = {before} WHERE id = {events[5]}")
                self.assert_sound()

    def test_deleted_in_between(self):
        events = self.busy(self.names[0])
        self.sql(f"DELETE FROM event WHERE id = {events[3]}")
        self.assertEqual(self.broken(), [[self.names[0], str(events[4]), "changed"]])
        self.assertEqual(self.broken(self.names[0]), [[self.names[0], str(events[4]), "changed"]])
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history", self.names[1]))

    def test_first_one_deleted(self):
        events = self.busy(self.names[0])
        self.sql(f"DELETE FROM event WHERE id = {events[0]}")
        self.assertEqual(self.broken(), [[self.names[0], str(events[1]), "changed"]])

    def test_last_ones_cut(self):
        events = self.busy(self.names[0])
        self.sql(f"DELETE FROM event WHERE id >= {events[-2]} AND patch = (SELECT MIN(id) FROM patch)")
        self.assertEqual(self.broken(), [[self.names[0], "", "cut"]])
        self.sql("DELETE FROM event WHERE patch = (SELECT MIN(id) FROM patch)")
        self.assertEqual(self.broken(), [[self.names[0], "", "cut"]])

    def test_inserted(self):
        events = self.busy(self.names[0])
        self.sql(
            "INSERT INTO event (patch, at, actor, via, action, hash) SELECT patch, at, 'mallory', via, 'tick', hash"
            " FROM"
            f" event WHERE id = {events[-1]}"
        )
        self.assertEqual([row[2] for row in self.broken()], ["changed"])
        self.sql("UPDATE event SET hash = NULL ORDER BY id DESC LIMIT 1")
        self.assertEqual([row[2] for row in self.broken()], ["unchained"])

    def test_reordered(self):
        events = self.busy(self.names[0])
        for a, b in ((events[2], 10 ** 9), (events[3], events[2]), (10 ** 9, events[3])):
            self.sql(f"UPDATE event SET id = {b} WHERE id = {a}")
        self.assertEqual([row[2] for row in self.broken()], ["changed"] * 3)

    def test_moved_to_another_patch(self):
        events = self.busy(self.names[0])
        self.sql(f"UPDATE event SET patch = (SELECT MAX(id) FROM patch) WHERE id = {events[-1]}")
        self.assertEqual({(row[0], row[2]) for row in self.broken()},
                         {(self.names[0], "cut"), (self.names[1], "changed"), (self.names[1], "cut")})

    def test_patch_deleted(self):
        self.sql("DELETE FROM patch ORDER BY id DESC LIMIT 1")
        self.assertEqual([row[2] for row in self.broken()], ["no-patch"])

    def test_from_before_the_chains(self):
        events = self.busy(self.names[0])
        self.sql("UPDATE event SET hash = NULL")
        self.sql("UPDATE patch SET history_hash = NULL")
        self.sql("UPDATE schema_version SET version = 3 WHERE component = 'pmt'")
        self.ok("init", tool="upkeep")
        self.assert_sound()
        self.sql(f"UPDATE event SET comment = 'x' WHERE id = {events[1]}")
        self.assertEqual(self.broken(), [[self.names[0], "", "earlier"]])
        self.sql(f"UPDATE event SET comment = NULL WHERE id = {events[1]}")  # what it was is forgotten: still broken
        self.assertEqual(self.broken(), [[self.names[0], "", "earlier"]])

    def test_after_the_block(self):
        events = self.busy(self.names[0])
        self.sql("UPDATE event SET hash = NULL")
        self.sql("UPDATE patch SET history_hash = NULL")
        self.sql("UPDATE schema_version SET version = 3 WHERE component = 'pmt'")
        self.ok("init", tool="upkeep")
        self.ok("edit", self.names[0], "--set", "client=Gamma")
        self.ok("edit", self.names[0], "--set", "client=Delta")
        self.assert_sound()
        self.sql(f"DELETE FROM event WHERE id = {events[3]}")
        self.assertEqual(self.broken(), [[self.names[0], str(self.events(self.names[0])[-2]), "earlier"]])

    def test_import_makes_them_again(self):
        self.busy(self.names[0])
        exported = self.ok("export").stdout
        other = self.open_installation(self.installation.server)
        self.assert_status(other.run("pmt-patch", "import", "-", "--as", "json", stdin=exported), 0)
        self.assert_quiet(other.run("pmt-patch", "verify-history"))
        self.assert_status(other.run("pmt-patch", "edit", self.names[0], "--set", "client=Gamma"), 0)
        rows = "patch,overview_client\nWSO2-CARBON-PATCH-4.4.0-0009,Acme\n"
        self.assert_status(other.run("pmt-patch", "import", "-", "--as", "csv", stdin=rows), 0)
        self.assert_status(
            other.run("pmt-patch", "import", "-", "--as", "csv", "--update", stdin=rows.replace("Acme", "Beta")), 0
        )
        self.assert_quiet(other.run("pmt-patch", "verify-history"))

    def test_older_program(self):
        """One that writes events without hashes knows a schema version before this one, and refuses."""
        [(least,)] = self.sql("SELECT COALESCE(min_writer, '') FROM schema_version WHERE component = 'pmt'")
        self.assertEqual(least, "")  # none but those that know it

    def test_at_once(self):
        started = [
            self.start("pmt-patch", "edit", self.names[i % 2], "--add", f"client=C{i}", env=self.installation.env)
            for i in range(10)
        ]
        for one in started:
            one.wait()
        self.assert_sound()


if __name__ == "__main__":
    unittest.main()
