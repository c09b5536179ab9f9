# SPDX-License-Identifier: MIT
"""The shipped probe sets hold exactly for the schemas of their release and of later ones."""

import tomllib
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server, need_shared

DIRECTORY = REPOSITORY / "share" / "probes"
#: Version of a set -> the first release in which its signatures were seen (shared data, signatures.tsv).
RELEASES = {
    "2.8": "2.8", "3.0.0": "3.0.0.6", "3.0.1": "3.0.1", "3.0.1.5": "3.0.1.5", "3.0.1.7": "3.0.1.7",
    "3.0.1.8": "3.0.1.8", "3.1": "3.1.2", "3.2": "3.2", "3.2.3": "3.2.3", "3.3": "3.3", "3.4.1": "3.4.1",
    "3.4.8": "3.4.8", "3.5": "3.5.6", "3.8.2": "3.8.2-community",
}
VERSIONS = list(RELEASES)  # oldest first
SCHEMAS = {
    "schema-3.0.0.6-no-EMAIL_EVENT-table.sql": "3.0.0",
    "schema-3.0.1.8-without-EMAIL_SERVER_UID.sql": "3.0.1.8",
    "schema-3.1.2-with-EMAIL_SERVER_UID.sql": "3.1",
}


def probes(version: str) -> list[dict]:
    with open(DIRECTORY / f"processmaker-{version}.toml", "rb") as file:
        return tomllib.load(file)["probe"]


class SetTest(unittest.TestCase):
    def test_there_is_a_set_for_every_release(self):
        self.assertEqual({path.name for path in DIRECTORY.glob("*.toml")},
                         {f"processmaker-{version}.toml" for version in VERSIONS} | {"processmaker.toml"})

    def test_a_set_is_about_its_version_and_has_several_tables(self):
        for version in VERSIONS:
            with self.subTest(version):
                found = probes(version)
                self.assertEqual({probe["version"] for probe in found}, {version})
                self.assertGreaterEqual(len(found), 3)
                self.assertGreaterEqual(len({probe["table"] for probe in found}), 2)
                keys = [(probe["table"], probe.get("column")) for probe in found]
                self.assertEqual(len(keys), len(set(keys)))

    def test_one_file_holds_them_all(self):
        with open(DIRECTORY / "processmaker.toml", "rb") as file:
            together = tomllib.load(file)["probe"]
        self.assertEqual(together, [probe for version in VERSIONS for probe in probes(version)])

    def test_3_1_has_what_comes_late(self):
        found = {(probe["table"], probe.get("column")) for probe in probes("3.1")}
        self.assertLessEqual({
            ("EMAIL_EVENT", "EMAIL_SERVER_UID"), ("NOTIFICATION_QUEUE", None), ("APPLICATION", "APP_TITLE"),
            ("TASK", "TAS_TITLE"), ("PROCESS", "PRO_TITLE"), ("PROCESS", "PRO_ITEE"), ("LOGIN_LOG", "LOG_ID"),
            ("USERS", "USR_LAST_LOGIN"), ("ABE_CONFIGURATION", "ABE_FORCE_LOGIN")}, found)


class SignatureTest(unittest.TestCase):
    """Against what was in every release's schema, where that list is at hand."""

    def setUp(self):
        lines = need_shared("data", "processmaker", "signatures.tsv").read_text().splitlines()
        columns = lines[1].removeprefix("# columns: ").split("\t")
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        self.signatures = [dict(zip(columns, row)) for row in rows]

    def test_every_probe_is_new_in_its_release_and_stays(self):
        known = {(row["table"], row["column"]): row for row in self.signatures}
        for version in VERSIONS:
            for probe in probes(version):
                with self.subTest(version, **probe):
                    row = known[probe["table"], probe.get("column", "-")]
                    self.assertEqual(row["first_release_with_it"], RELEASES[version])
                    self.assertEqual(row["first_release_without_it_again"], "-")

    def test_every_table_that_a_release_touches_is_probed(self):
        for version in VERSIONS:
            touched = {row["table"] for row in self.signatures
                       if row["first_release_with_it"] == RELEASES[version]
                       and row["first_release_without_it_again"] == "-"}
            with self.subTest(version):
                self.assertEqual({probe["table"] for probe in probes(version)}, touched)


class RealSchemaTest(TestCase):
    """Against the real schemas, in a real server, with plain SQL."""

    def load(self, name: str) -> str:
        text = need_shared("data", "processmaker", name).read_text(errors="replace")
        server = module_server(options=["--sql-mode="])
        schema = "probe_" + "".join(c if c.isalnum() else "_" for c in name)[:40]
        self.addCleanup(server.drop, schema)
        server.sql(f"CREATE DATABASE `{schema}`; USE `{schema}`;\n{text}")
        return schema

    def holding(self, schema: str, found: list[dict]) -> int:
        """How many of the probes hold."""
        rows = module_server().sql("SELECT UPPER(table_name), UPPER(column_name)"
                                   f" FROM information_schema.columns WHERE table_schema = '{schema}'")
        columns = {(table, column) for table, column in rows}
        tables = {table for table, _ in columns}
        return sum((probe["table"], probe["column"]) in columns if "column" in probe
                   else probe["table"] in tables for probe in found)

    def test_sets_hold_for_their_release_and_later_ones_only(self):
        for name, release in SCHEMAS.items():
            schema = self.load(name)
            for version in VERSIONS:
                found = probes(version)
                with self.subTest(schema=release, probes=version):
                    expected = len(found) if VERSIONS.index(version) <= VERSIONS.index(release) else 0
                    self.assertEqual(self.holding(schema, found), expected)


if __name__ == "__main__":
    unittest.main()
