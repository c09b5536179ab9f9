# SPDX-License-Identifier: MIT
"""Nobody but its store writes to a table: read from the SQL in the sources."""

import re
import unittest
from typing import Iterator

from upkeep_test import REPOSITORY

#: Who writes to a table of the registry.
OWNERS = {
    "artifact_type": "lib/patch/store/type_store.cpp",
    "choice": "lib/patch/store/choice_store.cpp",
    "choice_alias": "lib/patch/store/choice_store.cpp",
    "deliverer": "lib/patch/store/delivery_store.cpp",
    "delivery": "lib/patch/store/delivery_store.cpp",
    "event": "lib/patch/store/event_store.cpp",
    "lifecycle": "lib/patch/store/lifecycle_store.cpp",
    "link": "lib/patch/store/link_store.cpp",
    "number_sequence": "lib/patch/store/number_sequence.cpp",
    "patch": "lib/patch/store/patch_store.cpp",
    "patch_jar": "lib/patch/store/jar_store.cpp",
    "term_index": "lib/patch/query/segment_builder.cpp",
    "term_word": "lib/patch/query/term_words.cpp",
    "view": "lib/patch/query/view_store.cpp",
    "schema_version": "lib/db/migration.cpp",
}
#: Beside the stores of the upgrade half, whose tables have a schema before their names.
UPGRADE_STORES = "lib/upgrade/store/"
#: Statements that change nothing: they ask whether the account may.
DOCTOR = "lib/setup/doctor/"
WRITE = re.compile(r"\b(?:INSERT (?:IGNORE )?INTO|REPLACE INTO|DELETE FROM|UPDATE) (`?\w+`?|\{\d*\})(?= |$|\()")
STRING = re.compile(r'R"\w*\((.*?)\)\w*"|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
COMMENT = re.compile(r"//[^\n]*")


def statements(text: str) -> Iterator[str]:
    """The string literals of a source, those that follow one another put together."""
    text = COMMENT.sub("", text)
    joined, end = "", None
    for match in STRING.finditer(text):
        if end is not None and text[end:match.start()].strip():
            yield joined
            joined = ""
        joined += match.group(1) or match.group(2) or ""
        end = match.end()
    yield joined


def written_tables(text: str) -> list[str]:
    """The tables that a source writes to; `{}` for one whose name is put in."""
    found = []
    for statement in statements(text):
        plain = re.sub(r"ON DUPLICATE KEY UPDATE", "", statement)
        for match in WRITE.finditer(plain):
            name = match.group(1).strip("`")
            found.append("{}" if name.startswith("{") else name)
    return found


def writers() -> Iterator[tuple[str, str]]:
    """(file, table) of every write of the product."""
    for folder in ("lib", "tools"):
        for path in sorted((REPOSITORY / folder).rglob("*.[ch]pp")):
            for table in written_tables(path.read_text()):
                yield str(path.relative_to(REPOSITORY)), table


class TableOwnerTest(unittest.TestCase):
    def test_each_table_has_one_writer(self):
        wrong = []
        for file, table in writers():
            if file.startswith(DOCTOR):
                continue
            if file.startswith("lib/upgrade/"):
                if table == "{}" and file.startswith(UPGRADE_STORES):
                    continue
            elif OWNERS.get(table) == file:
                continue
            wrong.append(f"{file} writes to {table}, which belongs to {OWNERS.get(table, 'no store')}")
        self.assertEqual(wrong, [])

    def test_each_owner_writes(self):
        self.assertLessEqual(set(OWNERS.items()), {(table, file) for file, table in writers()})

    def test_each_table_of_the_schema_has_an_owner(self):
        made = set()
        for migration in (REPOSITORY / "share" / "schema" / "patch").glob("*.sql"):
            made |= set(re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", migration.read_text()))
        self.assertEqual(made, set(OWNERS) - {"schema_version"})

    def test_this_test_sees_writes(self):
        for source, tables in {
                'execute("INSERT INTO patch (id) VALUES (?)");': ["patch"],
                'execute("INSERT IGNORE INTO "\n   "choice VALUES (1)");': ["choice"],
                'sql = fmt::format("UPDATE {} SET a = 1", table);': ["{}"],
                '"INSERT INTO event (a) VALUES (1)" " ON DUPLICATE KEY UPDATE a = VALUES(a)"': ["event"],
                '"DELETE FROM `patch_jar` WHERE patch = ?"': ["patch_jar"],
                '"UPDATE patch p JOIN (SELECT 1) e SET p.a = 1"': ["patch"],
                '"SELECT 1 FROM patch FOR UPDATE"': [],
                '// INSERT INTO patch\n"SELECT updated FROM run"': [],
        }.items():
            with self.subTest(source):
                self.assertEqual(written_tables(source), tables)


if __name__ == "__main__":
    unittest.main()
