# SPDX-License-Identifier: MIT
"""Names in: operands, `-`, lines and JSON on stdin, and names that are none (all four ws-* tools)."""

import os
import subprocess
import unittest

from upkeep_test import TestCase, find_tool, module_server, run_tty
from upkeep_test.process import clean_environment

TOOLS = {"ws-check": [], "ws-schedule": ["-n"], "ws-upgrade": ["-n"], "ws-progress": []}
BAD = ["../x", "a;b", "a b", "a'b", 'a"b', "a`b", "a$b", "a*b", "a%b", "a\\b", "ä", "a\nb", "a\x1bb", "a/b", ".", "..",
       "a-b", "x" * 62, "x" * 5000, " acme", "acme "]


class NamesTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")

    def names(self, *args, stdin=None, status=1, tool="ws-check"):
        """The first column of what it prints."""
        result = self.installation.run(tool, *args, stdin=stdin)
        self.assert_quiet(result, status)
        return [row[0] for row in result.rows]

    def test_operands(self):
        self.assertEqual(self.names("beta", "acme"), ["beta", "acme"])

    def test_lines_of_stdin(self):
        for tool, words in TOOLS.items():
            status = 1 if tool in ("ws-check", "ws-progress") else 0
            with self.subTest(tool):
                self.assertEqual(self.names(*words, stdin="beta\nacme\n", status=status, tool=tool), ["beta", "acme"])
                self.assertEqual(self.names(*words, "-", stdin="beta\nacme", status=status, tool=tool),
                                 ["beta", "acme"])

    def test_dash_among_operands(self):
        self.assertEqual(self.names("beta", "-", stdin="acme\n"), ["beta", "acme"])
        self.assertEqual(self.names("-", "beta", stdin="acme\n"), ["acme", "beta"])

    def test_stdin_is_left_alone_where_operands_are(self):
        self.assertEqual(self.names("beta", stdin="acme\n"), ["beta"])

    def test_first_field_of_tsv(self):
        self.assertEqual(self.names(stdin="acme\tpending\t2\nbeta\t\n"), ["acme", "beta"])

    def test_json_lines(self):
        self.assertEqual(self.names(stdin='{"state": "x", "workspace": "acme"}\n{"workspace":"beta","n":[1,{}]}\r\n'),
                         ["acme", "beta"])
        self.assertEqual(self.names(stdin='beta\n{"workspace":"acme"}\n'), ["beta", "acme"])

    def test_carriage_returns_and_empty_lines(self):
        self.assertEqual(self.names(stdin="\n\r\nacme\r\n\n\nbeta\r\n\n"), ["acme", "beta"])

    def test_a_name_twice_is_one_record(self):
        self.assertEqual(self.names("acme", "beta", "acme"), ["acme", "beta"])

    def test_output_is_input(self):
        for form in ("tsv", "jsonl"):
            result = self.installation.run("ws-check", "--all", "--format", form)
            self.assertEqual(self.names(stdin=result.stdout), ["acme", "beta"])
        self.assertEqual(self.installation.run("ws-check", "-0", "--fields", "workspace", stdin=self.installation.run(
            "ws-check", "--all", "-0").stdout).stdout, b"acme\0beta\0")

    def test_pipeline_as_it_stands_in_the_contract(self):
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        script = '"$1" --all --pending | "$2" --delay 0 | "$3"'
        result = self.installation.run(
            "/bin/sh", "-c", script, "sh", *map(find_tool, ("ws-check", "ws-schedule", "ws-progress"))
        )
        self.assert_quiet(result, 1)
        self.assert_states(result, {"acme": "queued", "beta": "queued"})

    def test_empty_input_is_nothing_to_do(self):
        for tool, words in {**TOOLS, "ws-upgrade": []}.items():
            for stdin in ("", "\n\n\r\n"):
                with self.subTest(tool, stdin=stdin):
                    self.assertEqual(self.names(*words, stdin=stdin, status=0, tool=tool), [])
        self.assertEqual(self.installation.ledger.started(), [])
        # Also where no server is needed: none is asked.
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assertEqual(self.names(stdin="", status=0), [])

    def test_empty_operand_does_nothing(self):
        for tool in TOOLS:
            for operands in ([""], ["acme", ""], ["", "acme"]):
                with self.subTest(tool, operands=operands):
                    self.assert_error(self.installation.run(tool, *operands), 64, "empty")
        self.assertEqual(self.installation.server.value("SELECT COUNT(*) FROM upkeep.run"), "0")
        self.assertFalse((self.installation.log_dir / "acme").exists())

    def test_bad_names_are_named_and_the_others_handled(self):
        for tool, words in TOOLS.items():
            for name in BAD if tool == "ws-check" else BAD[:4]:
                with self.subTest(tool, name=name[:70]):
                    result = self.installation.run(tool, *words, "--", "acme", name, "beta")
                    self.assert_error(result, 65, stdout=None)
                    self.assertEqual([row[0] for row in result.rows], ["acme", "beta"])
                    self.assertLess(len(result.stderr), 400)
                    self.assertEqual(result.stderr.count("\n"), 1)

    def test_bad_names_alone(self):
        result = self.assert_error(self.installation.run("ws-check", "a.b", "--json"), 65, "'a.b'", stdout=None)
        self.assertEqual(result.json, [])

    def test_bad_bytes(self):
        result = self.installation.run("ws-check", stdin=b"\xff\xfe\nacme\nb\0c\n")
        self.assert_error(result, 65, stdout=None)
        self.assert_states(result, {"acme": "pending"})
        self.assertEqual(result.stderr.count("error:"), 2)

    def test_what_is_no_record_is_named_and_nothing_handled(self):
        for record, word in (("{", "JSON"), ('{"workspace": 7}', "workspace"), ('{"patch": "x"}', "workspace"),
                             ('{"workspace": ""}', "empty"), ("\tx", "empty")):
            with self.subTest(record):
                result = self.installation.run("ws-check", stdin=f"{record}\nacme\n")
                self.assert_error(result, 65, word, "nothing was done")

    def test_a_name_that_breaks_the_rule_leaves_the_others(self):
        result = self.installation.run("ws-check", stdin='{"workspace": "a b"}\nacme\n')
        self.assert_error(result, 65, "'a b'", stdout=None)
        self.assert_states(result, {"acme": "pending"})

    def test_a_record_without_end(self):
        result = self.installation.run("ws-check", stdin="acme\n" + "x" * (3 << 20) + "\nbeta\n")
        self.assert_error(result, 65, "longer than")
        self.assertLess(len(result.stderr), 500)

    def test_unknown_name_is_2_also_alone(self):
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "nope"), 2), {"nope": "unknown"})
        result = self.assert_quiet(self.installation.run("ws-check", "nope", "acme"), 2)
        self.assert_states(result, {"nope": "unknown", "acme": "pending"})

    def test_the_worst_status_wins(self):
        self.assert_status(self.installation.run("ws-check", "nope", "a b", "acme"), 65)

    def test_length(self):
        self.installation.add_small("y" * 61)
        self.assertEqual(self.names("y" * 61), ["y" * 61])
        self.assert_error(self.installation.run("ws-check", "y" * 62), 65)
        # The server's limit counts the whole schema name.
        self.installation.configure(workspaces={"names": "[a-z.]+"})
        self.assert_quiet(self.installation.run("ws-check", "z" * 61), 2)
        self.assert_error(self.installation.run("ws-check", "z" * 62), 65, "64")
        self.installation.configure(workspaces={"schema": "{workspace}_data_of_ours"})
        self.assert_error(self.installation.run("ws-check", "z" * 61), 65, "64")

    def test_names_are_case_sensitive(self):
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "Acme", "ACME"), 2),
                           {"Acme": "unknown", "ACME": "unknown"})
        self.installation.add_small("ACME", upgraded=True)
        self.assert_states(self.installation.run("ws-check", "--all"),
                           {"ACME": "upgraded", "acme": "pending", "beta": "pending"})
        self.assert_states(self.installation.run("ws-check", "acme", "ACME", "Acme"),
                           {"acme": "pending", "ACME": "upgraded", "Acme": "unknown"})

    def test_a_wide_rule_never_lets_paths_through(self):
        self.installation.configure(workspaces={"names": ".*"})
        for name in ("../x", "a/b", ".hidden", "a\tb", "-x", "a\nb"):
            with self.subTest(name):
                self.assert_error(self.installation.run("ws-upgrade", "--", name), 65)
        odd = "it's `odd`; $(touch x)?%_*"
        quoted = "`wf_" + odd.replace("`", "``") + "`"
        self.installation.server.sql(
            f"CREATE DATABASE {quoted}; CREATE TABLE {quoted}.OLD (a INT); CREATE DATABASE wf_itXs;"
        )
        self.addCleanup(self.installation.server.sql, f"DROP DATABASE {quoted}")
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", odd), 1), {odd: "pending"})
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "it_s", "%"), 2),
                           {"it_s": "unknown", "%": "unknown"})
        listed = self.installation.run("ws-check", "--all")
        self.assertIn(odd, [row[0] for row in listed.rows])

    def test_metacharacters_in_the_pattern_are_literal(self):
        # `_` in wf_{workspace} is no wildcard.
        self.installation.server.sql("CREATE DATABASE wfXgamma")
        self.addCleanup(self.installation.server.drop, "wfXgamma")
        self.assert_states(self.installation.run("ws-check", "--all"), {"acme": "pending", "beta": "pending"})

    def test_no_operand_on_a_terminal(self):
        for tool in TOOLS:
            with self.subTest(tool):
                result = self.installation.run_tty(tool)
                self.assert_status(result, 64)
                self.assertIn(b"no workspace given", result.stdout)

    def test_dash_reads_a_terminal(self):
        result = run_tty("ws-check", "-", env=self.installation.env, keys="acme\n\x04")
        self.assert_status(result, 1)
        self.assertIn(b"pending", result.stdout)

    def test_stdin_that_cannot_be_read(self):
        directory = os.open("/", os.O_RDONLY)
        try:
            self.assert_error(self.installation.run("ws-check", stdin=directory), 66, "cannot read the names")
        finally:
            os.close(directory)

    def test_closed_stdin_is_told(self):
        result = self.installation.run("/bin/sh", "-c", 'exec "$@" <&-', "sh", find_tool("ws-check"))
        self.assert_error(result, 66)

    def test_list_waits_for_no_stdin(self):
        # An open stdin that says nothing: the queue's list asks for nothing.
        read_end, write_end = os.pipe()
        try:
            done = subprocess.run([find_tool("ws-schedule"), "--list"], stdin=read_end, timeout=20,
                                  env=clean_environment(self.installation.env), check=False)
        finally:
            os.close(read_end)
            os.close(write_end)
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
