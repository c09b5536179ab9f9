# SPDX-License-Identifier: MIT
"""An import beside other changes: it waits for them and sees them."""

import json
import unittest

from upkeep_test import TestCase, module_server, wait_for

MAP = """key = ["Ticket"]
assign_numbers = true
[columns]
"Ticket" = "jiraInformation_supportJIRA"
"Client" = "overview_client"
[defaults]
platform = "{}"
"""


class ImportRaceTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        direct = self.installation.config_file.read_text() + '[patch]\nlifecycle = ""\n'
        self.direct = self.write("direct.toml", direct)
        self.direct.chmod(0o600)
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket}, patch={"lifecycle": ""})

    def write(self, name, text):
        path = self.installation.directory / name
        path.write_text(text)
        return path

    def rows(self, *rows, name="rows.json"):
        return self.write(name, json.dumps(rows))

    def held(self, statement, *args):
        self.proxy.hold(statement)
        held = self.start("pmt-patch", *args, env=self.installation.env)
        wait_for(lambda: self.proxy.holding, f"'{statement}' is held")
        return held

    def beside(self, *args):
        """Not through the proxy."""
        return self.start("pmt-patch", "--config", self.direct, *args, env=self.installation.env)

    def waits(self, what):
        """Until the server has a session that waits for the numbers."""
        # Not innodb_trx: whoever reads it often sees the same again and again.
        wait_for(lambda: self.installation.server.sql(
            "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'INSERT INTO number_sequence%'"), what)

    def let_go(self, held, status=0):
        self.proxy.let_go()
        result = held.wait()
        self.assertEqual(result.status, status, result)
        return result

    def ended(self, process, status=0):
        result = process.wait()
        self.assertEqual(result.status, status, result)
        return result

    def list(self, *words):
        return self.assert_quiet(self.installation.run("pmt-patch", "list", "--json", *words)).json

    def test_the_same_rows_twice_at_once(self):
        rows = self.rows(*({"patch": f"4.4.0-{n}", "fields": {"overview_client": ["Acme"]}} for n in range(1, 40)))
        first = self.held("INSERT INTO patch", "import", rows)
        second = self.beside("import", rows, "--json")
        self.waits("the second import")
        self.let_go(first)
        [counts] = self.ended(second).json
        self.assertEqual((counts["imported"], counts["unchanged"], counts["rejected"]), (0, 39, 0))
        self.assertEqual(len(self.list()), 39)

    def test_a_number_that_is_being_drawn(self):
        first = self.held("INSERT INTO patch", "new", "--platform", "4.5.0", "--client", "New")
        second = self.beside("import", self.rows({"patch": "4.5.0-1", "fields": {"overview_client": ["Row"]}},
                                                 {"patch": "4.5.0-2", "fields": {}}))
        self.waits("the import")
        self.let_go(first)
        self.assertIn("already exists", self.ended(second, 2).stderr)
        self.assertEqual([one["patch"][-10:] for one in self.list("sort:number")], ["4.5.0-0001", "4.5.0-0002"])
        self.assertEqual(len(self.list("client=New")), 1)

    def test_a_queue_id_that_is_being_drawn(self):
        first = self.held("INSERT INTO patch", "request", "--client", "Acme", "mine")
        second = self.beside("import", self.rows({"patch": "Q-1", "fields": {"overview_description": "imported"}}))
        self.waits("the import")
        self.let_go(first)
        self.assertIn("Q-1 already exists", self.ended(second, 2).stderr)

    def test_one_key_on_two_platforms(self):
        table = self.write("table.csv", "Ticket,Client\nS-1,A\nS-2,B\n")
        first_map, second_map = (self.write(f"{n}.toml", MAP.format(n)) for n in ("4.6.0", "4.7.0"))
        first = self.held("INSERT INTO patch", "import", table, "--map", first_map)
        self.ended(self.beside("import", table, "--map", second_map))
        self.assertIn("the key 'S-1' belongs to WSO2-CARBON-PATCH-4.7.0-0001", self.let_go(first, 2).stderr)
        self.assertEqual({one["platform"] for one in self.list()}, {"4.7.0"})

    def test_a_request_that_is_promoted(self):
        for client in "AB":
            self.assert_status(self.installation.run("pmt-patch", "request", "--client", client, "x"), 0)
        row = {"patch": "Q-2", "queue_state": "open", "fields": {"overview_client": ["Z"]}}
        update = self.held("FOR UPDATE", "import", "--update", "--replace", self.rows(row))
        self.ended(self.beside("new", "--platform", "4.4.0", "--from", "Q-2"))
        self.assertIn("Q-2 already belongs to WSO2-CARBON-PATCH-4.4.0-0001", self.let_go(update, 2).stderr)
        [patch] = self.list("queue=Q-2")
        self.assertEqual(patch["patch"], "WSO2-CARBON-PATCH-4.4.0-0001")
        queue = self.assert_quiet(self.installation.run("pmt-patch", "queue", "--json")).json
        self.assertEqual([one["queue"] for one in queue], ["Q-1"])

    def test_a_patch_that_changes_before_it_is_indexed(self):
        def sql(text):
            return self.installation.server.sql(text, schema="upkeep")
        rows = self.rows(*({"patch": f"4.4.0-{n}", "fields": {"overview_client": ["Acme"]}} for n in range(1, 1201)))
        held = self.held("INSERT INTO term_index", "import", rows)
        # Two batches are committed. Others leave it to the import to index them.
        self.ended(self.beside("edit", "4.4.0-7", "--set", "overview_client=Changed"))
        self.assertEqual(sql("SELECT COUNT(*) FROM patch WHERE stale = 1"), [["1200"]])
        self.let_go(held)
        self.assertEqual(sql("SELECT number FROM patch WHERE stale = 1"), [["7"]])
        self.assertEqual(sql("SELECT COUNT(DISTINCT segment) FROM term_index"), [["1"]])
        self.assertEqual([one["patch"][-4:] for one in self.list("client=Changed")], ["0007"])
        self.assertEqual(len(self.list("client=Acme", "number<11")), 9)

    def test_links_that_close_a_cycle_together(self):
        for _ in range(3):
            self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0"), 0)
        first, second = (f"WSO2-CARBON-PATCH-4.4.0-000{n}" for n in (1, 2))
        row = {"patch": first, "links": [{"type": "requires", "patch": second}], "fields": {}}
        update = self.held("FOR UPDATE", "import", "--update", self.rows(row))
        self.ended(self.beside("link", "4.4.0-2", "requires", "4.4.0-3"))
        self.ended(self.beside("link", "4.4.0-3", "requires", "4.4.0-1"))
        self.assertIn(f"it requires {second}, which would create a cycle of links", self.let_go(update, 2).stderr)
        [shown] = self.assert_quiet(self.installation.run("pmt-patch", "show", "--json", first)).json
        self.assertEqual(shown["links"], [])


if __name__ == "__main__":
    unittest.main()
