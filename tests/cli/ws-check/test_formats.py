# SPDX-License-Identifier: MIT
"""Records: formats, columns, separators, escapes, terminals, and readers that leave (all four ws-* tools)."""

import json
import os
import subprocess
import unittest

from upkeep_test import TestCase, find_tool, module_server
from upkeep_test.process import clean_environment

CHECK = ["workspace", "state", "version", "target", "server", "schema", "detail"]
#: Of every tool a call that changes nothing and gives a record a workspace.
LOOKING = {
    "ws-check": ([], CHECK),
    "ws-schedule": (["-n"], ["workspace", "state", "run", "job", "due", "detail"]),
    "ws-upgrade": (["-n"], ["workspace", "state", "run", "exit_status", "lines", "seconds", "log", "detail"]),
    "ws-progress": ([], ["workspace", "state", "percent", "step", "position", "eta_s", "elapsed_s", "lines", "run",
                         "host", "queued_at", "started_at", "ended_at", "log", "detail"]),
}


class FormatTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.installation.add_small("done", upgraded=True)
        self.run_tool = self.installation.run

    def check(self, *args, status=1, **options):
        return self.assert_quiet(self.run_tool("ws-check", *args, **options), status)

    def test_records_of_every_tool(self):
        for tool, (words, columns) in LOOKING.items():
            with self.subTest(tool):
                result = self.run_tool(tool, *words, "--json", "acme", "done")
                self.assertEqual(result.stderr, "")
                self.assertEqual([record["workspace"] for record in result.json], ["acme", "done"])
                self.assert_fields(result.json[0], columns)
                lines = self.run_tool(tool, *words, "--format", "jsonl", "acme", "done")
                self.assertEqual([list(record) for record in lines.jsonl], [columns, columns])
                self.assertEqual(lines.status, result.status)
                tsv = self.run_tool(tool, *words, "--header", "acme", "done")
                self.assertEqual(tsv.rows[0], columns)
                self.assertEqual([len(row) for row in tsv.rows], [len(columns)] * 3)
                self.assertEqual(tsv.status, result.status)

    def test_default_in_a_pipe_is_tsv(self):
        result = self.check("acme", "done")
        self.assertEqual(
            result.text, "acme\tpending\t\t2.0\tcontrol\twf_acme\t\ndone\tupgraded\t2.0\t2.0\tcontrol\twf_done\t\n"
        )
        self.assertEqual(self.check("--format", "tsv", "acme", "done").text, result.text)
        self.assertEqual(self.check("--format", "tsv", "--header", "acme", "done").text,
                         "\t".join(CHECK) + "\n" + result.text)

    def test_absent_is_null_in_json(self):
        records = self.check("--json", "acme", "done").json
        self.assertEqual(records[0], {"workspace": "acme", "state": "pending", "version": None, "target": "2.0",
                                      "server": "control", "schema": "wf_acme", "detail": None})
        self.assertEqual(records[1]["version"], "2.0")
        self.assertEqual(self.check("--format", "json", "acme", "done").json, records)

    def test_nothing_to_tell(self):
        for tool, (words, _) in LOOKING.items():
            for form, text in (("json", "[]"), ("jsonl", ""), ("tsv", ""), ("text", "")):
                with self.subTest(tool, form=form):
                    result = self.run_tool(tool, *words, "--format", form, stdin=b"")
                    self.assertEqual(result.text.strip(), text)
                    self.assert_quiet(result, 0)
        self.assertEqual(self.run_tool("ws-check", "--all", "--state", "failed", "--json").json, [])

    def test_text_is_aligned_with_a_header(self):
        result = self.check("--format", "text", "--fields", "workspace,state,target", "acme", "done")
        self.assertEqual(
            result.text, "workspace  state     target\nacme       pending   2.0\ndone       upgraded  2.0\n"
        )

    def test_numbers_are_on_the_right_in_text(self):
        result = self.run_tool("ws-progress", "--format", "text", "--fields", "percent,workspace", "acme", "done")
        self.assertEqual(result.lines, ["percent  workspace", "      0  acme", "    100  done"])

    def test_fields_pick_and_order(self):
        fields = ("--fields", "detail,state,workspace")
        self.assertEqual(self.check(*fields, "acme").text, "\tpending\tacme\n")
        self.assertEqual(self.check(*fields, "--header", "acme").rows[0], ["detail", "state", "workspace"])
        self.assertEqual(list(self.check(*fields, "--json", "acme").json[0]), ["detail", "state", "workspace"])
        self.assertEqual(list(self.check(*fields, "--format", "jsonl", "acme").jsonl[0]),
                         ["detail", "state", "workspace"])

    def test_unknown_field_proposes_the_nearest_and_nothing_is_done(self):
        for tool in LOOKING:
            with self.subTest(tool):
                result = self.run_tool(tool, "--fields", "workspace,stat", "acme")
                self.assert_error(result, 64, "'stat'", "did you mean 'state'?")
        self.assertEqual(self.installation.server.value("SELECT COUNT(*) FROM upkeep.run"), "0")
        self.assert_error(self.run_tool("ws-check", "--fields", "state,", "acme"), 64, "no field ''")
        for tool in LOOKING:  # also where there is nothing to print
            self.assert_status(self.run_tool(tool, "--fields", "stat", stdin=b""), 64)

    def test_null_separates_names_and_ends_records(self):
        result = self.check("-0", stdin=b"acme\0done\0")
        self.assertEqual(result.stdout, b"acme\tpending\t\t2.0\tcontrol\twf_acme\t\0"
                                        b"done\tupgraded\t2.0\t2.0\tcontrol\twf_done\t\0")
        text = self.check("--null", "--format", "text", "--fields", "workspace,state", "acme")
        self.assertEqual(text.stdout, b"workspace  state\0acme       pending\0")
        header = self.check("--null", "--header", "--fields", "workspace", "acme")
        self.assertEqual(header.stdout, b"workspace\0acme\0")
        self.assertEqual(self.check("-0", "--fields", "workspace", stdin=b"acme").stdout, b"acme\0")

    def test_null_makes_a_newline_part_of_the_name(self):
        result = self.run_tool("ws-check", "-0", stdin=b"acme\ndone\0acme\0")
        self.assert_error(result, 65, r"acme\x0adone", stdout=None)
        self.assertEqual(result.stdout.count(b"\0"), 1)

    def test_null_with_json_is_an_error(self):
        for tool in LOOKING:
            for form in (["--json"], ["--format", "json"], ["--format", "jsonl"]):
                with self.subTest(tool, form=form):
                    self.assert_error(self.run_tool(tool, "-0", *form, "acme"), 64, "--null")

    def test_tsv_escapes(self):
        reason = "tab\there\nback\\slash"
        self.assert_status(self.run_tool("ws-schedule", "--via", "command", "--reason", reason, "acme"), 78)
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.assert_quiet(self.run_tool("ws-schedule", "--reason", reason, "acme"), 0)
        row = self.run_tool("ws-schedule", "--list").rows
        self.assertEqual(len(row), 1)
        self.assertIn(r"tab\there\nback\\slash", row[0][5])
        self.assertIn(reason, self.run_tool("ws-schedule", "--list", "--json").json[0]["detail"])
        nul = self.run_tool("ws-schedule", "--list", "-0").stdout
        self.assertTrue(nul.endswith(b"tab\\there\\nback\\\\slash\0"), nul)
        shown = self.run_tool("ws-schedule", "--list", "--format", "text")
        self.assertEqual(len(shown.lines), 2)
        self.assertIn(r"tab\x09here\x0aback", shown.text)

    def test_status_does_not_depend_on_the_format(self):
        for form in ("text", "tsv", "json", "jsonl"):
            self.check("--format", form, "acme", "done")
            self.check("--format", form, "done", status=0)
            self.assert_status(self.run_tool("ws-check", "--format", form, "nope"), 2)

    def test_unknown_words(self):
        self.assert_error(self.run_tool("ws-check", "--format", "jsno", "acme"), 64, "did you mean 'json'?")
        self.assert_error(self.run_tool("ws-check", "--color", "allways", "acme"), 64, "did you mean 'always'?")
        self.assert_error(self.run_tool("ws-check", "--penidng", "acme"), 64, "did you mean '--pending'?")
        self.assert_error(self.run_tool("ws-check", "--json", "--format", "tsv", "acme"), 64, "--format")
        self.assert_error(self.run_tool("ws-check", "-v", "-q", "acme"), 64, "cannot be used together")
        self.assert_status(self.run_tool("ws-check", "--json", "--format", "json", "done"), 0)

    def test_double_dash_ends_options(self):
        self.check("--", "acme")
        result = self.run_tool("ws-check", "--", "--json", "acme")
        self.assert_error(result, 65, "'--json'", stdout=None)
        self.assert_states(result, {"acme": "pending"})


class TerminalTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")

    def test_text_with_a_header(self):
        result = self.assert_status(self.installation.run_tty("ws-check", "acme", env={"NO_COLOR": "1"}), 1)
        self.assertEqual(result.stdout.replace(b"\r\n", b"\n"),
                         b"workspace  state    version  target  server   schema   detail\n"
                         b"acme       pending           2.0     control  wf_acme\n")

    def test_tsv_where_it_is_asked_for(self):
        result = self.installation.run_tty("ws-check", "--format", "tsv", "acme")
        self.assertEqual(result.lines, ["acme\tpending\t\t2.0\tcontrol\twf_acme\t"])

    def test_no_colour_where_none_is_wanted(self):
        for words, env in (([], {"NO_COLOR": "1"}), (["--color", "never"], {}), (["--color=never"], {"NO_COLOR": "1"})):
            for tool, (options, _) in LOOKING.items():
                with self.subTest(tool, words=words):
                    result = self.installation.run_tty(tool, *options, *words, "acme", env=env)
                    self.assertNotIn(b"\x1b", result.stdout)
        for tool, (options, _) in LOOKING.items():
            self.assertNotIn(b"\x1b", self.installation.run(tool, *options, "acme").stdout)

    def test_control_characters_never_reach_the_terminal(self):
        result = self.installation.run_tty("ws-check", "ac\x1b[31mme")
        self.assert_status(result, 65)
        self.assertNotIn(b"\x1b", result.stdout)
        self.assertIn(rb"\x1b[31m", result.stdout)


class OutputTest(TestCase):
    """Where the records cannot go."""

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")

    def test_full_disk_is_74(self):
        for tool, (words, _) in LOOKING.items():
            with self.subTest(tool), open("/dev/full", "wb") as full:
                result = self.installation.run(tool, *words, "acme", stdout=full.fileno())
                self.assert_error(result, 74, "cannot write the output", "No space left")

    def test_closed_stdout_is_74(self):
        for tool, (words, _) in LOOKING.items():
            with self.subTest(tool):
                result = self.installation.run("/bin/sh", "-c", 'exec "$@" >&-', "sh", find_tool(tool), *words, "acme")
                self.assertEqual(result.status, 74, str(result))
                self.assertIn(f"{tool}: error: cannot write the output", result.stderr)

    def test_closed_stdout_without_a_record_is_fine(self):
        result = self.installation.run("/bin/sh", "-c", 'exec "$@" >&-', "sh", find_tool("ws-check"), "--all",
                                       "--upgraded")
        self.assert_quiet(result, 1)

    def test_all_closed(self):
        # No file and no connection may get the number of a standard stream.
        result = self.installation.run("/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", find_tool("ws-check"), "acme")
        self.assert_status(result, 74)

    def test_reader_that_leaves_ends_it_quietly(self):
        names = [f"w{number}" for number in range(3000)]
        read_end, write_end = os.pipe()
        tool = subprocess.Popen([find_tool("ws-check"), *names], stdout=write_end, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, env=clean_environment(self.installation.env))
        os.close(write_end)
        os.close(read_end)
        _, err = tool.communicate(timeout=60)
        self.assertEqual(err, b"")
        self.assertEqual(tool.returncode, -13)

    def test_head_in_a_shell(self):
        self.installation.add_small(*(f"w{number:03}" for number in range(100)))
        script = 'set -o pipefail; "$@" --all --format jsonl | head -n 1'
        result = self.installation.run("/bin/bash", "-c", script, "bash", find_tool("ws-check"))
        self.assertEqual(json.loads(result.text)["workspace"], "acme")
        self.assertEqual(result.stderr, "")

    def test_messages_cannot_be_written(self):
        result = self.installation.run("/bin/sh", "-c", 'exec "$@" 2>&-', "sh", find_tool("ws-check"), "../x", "acme")
        self.assert_status(result, 65)
        self.assert_states(result, {"acme": "pending"})


if __name__ == "__main__":
    unittest.main()
