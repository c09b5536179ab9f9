# SPDX-License-Identifier: MIT
"""share/records describes the records that the pages list and the tools print."""

import copy
import importlib.util
import re
import unittest
from typing import Any, Optional

from upkeep_test import REPOSITORY, TestCase, process, records
from upkeep_test.manual import MAN, page, tools

#: A command line that prints each record.
COMMAND_LINES = {
    "ws-upgrade.summary": "ws-upgrade --drain --summary",
    "ws-progress.public": "ws-progress acme --public",
    "ws-progress.publish": "ws-progress acme --publish",
    "ws-progress.forecast": "ws-progress --forecast",
    "ws-progress.report": "ws-progress --report",
    "pmt-patch.fields-load": "pmt-patch fields --load x.rxt",
    "pmt-patch.choices-aliases": "pmt-patch choices products --aliases",
    "pmt-lifecycle.eta-public": "pmt-lifecycle eta x --public",
    "pmt-lifecycle.refusal": "pmt-lifecycle tick x 1",
    "pmt-report.released-by": "pmt-report released --by month",
}
#: Not printed, but passed to a command.
PASSED_ON = {"notify": "upkeep.toml.5"}
EXAMPLES: dict[str, Any] = {"null": None, "boolean": True, "integer": 7, "number": 1.5}


def command_line(name: str) -> list[str]:
    return COMMAND_LINES.get(name, name.replace(".", " ")).split()


def page_of(name: str) -> str:
    tool = name.split(".")[0]
    [path] = [MAN / PASSED_ON[name]] if name in PASSED_ON else MAN.glob(f"{tool}.[18]")
    return path.read_text()


def fields_told(command: list[str]) -> Optional[list[str]]:
    """The fields that a command names if it is asked for one that it does not have; None: it names none."""
    configuration = REPOSITORY / "share" / "upkeep.toml.example"
    result = process.run(command[0], *command[1:], "--fields", "?", "--config", configuration, stdin="")
    told = re.search(r"the fields are ([\w,]+)", result.stderr)
    return told.group(1).split(",") if result.status == 64 and told else None


def words_of(text: str) -> str:
    """A page without macros and punctuation, on one line."""
    plain = re.sub(r"^\.\w+ ?|[{},;()]|\\&", " ", text, flags=re.MULTILINE)
    return " ".join(re.sub(r"[.:]( |$)", " ", " ".join(plain.split())).split())


def required(rule: dict[str, Any]) -> list[str]:
    return [name for name in rule["properties"] if name in rule["required"]]


def example(rule: dict[str, Any]) -> Any:
    """A value that is what a schema says, with all its members."""
    if "enum" in rule:
        return rule["enum"][0]
    kind = rule["type"] if isinstance(rule["type"], str) else rule["type"][0]
    if kind == "string":
        examples = ("text", "7", "2026-01-02", "2026-01-02T03:04:05Z")
        return next(text for text in examples if re.search(rule.get("pattern", ""), text))
    if kind == "array":
        return [example(rule["items"])]
    if kind == "object":
        return {name: example(one) for name, one in rule.get("properties", {}).items()}
    return EXAMPLES[kind]


def spoilt(rule: dict[str, Any]) -> list[Any]:
    """Values that are not what a schema says, each in one respect."""
    whole = example(rule)
    found = [{name: value for name, value in whole.items() if name != missing} for missing in rule["required"]]
    for name in rule["properties"]:
        for wrong in ({"x": 1}, True, -1, "2026-01-02 03:04", [[]], None):
            found.append({**copy.deepcopy(whole), name: wrong})
    return found


class SchemaTest(TestCase):
    def test_a_command_line_leads_to_each(self):
        for name in records.schema_names():
            with self.subTest(name):
                if name not in PASSED_ON:
                    self.assertEqual(records.name_for(command_line(name)), name)

    def test_every_tool_has_one(self):
        known = {name.split(".")[0] for name in records.schema_names()}
        self.assertEqual(set(tools()) - known, set())

    def test_reports_and_modes_that_name_their_fields(self):
        """In the same order, too: a reader who compares the two finds each at once."""
        named = 0
        for name in records.schema_names():
            told = fields_told(command_line(name)) if name not in PASSED_ON else None
            if told is None:
                continue
            with self.subTest(name):
                named += 1
                if name != "pmt-patch.list":  # all fields of the artifact type as well
                    self.assertEqual(list(records.schema(name)["properties"]), told)
        self.assertGreater(named, 15)

    def test_the_page_lists_the_same_fields(self):
        for name in records.schema_names():
            text, fields = page_of(name), required(records.schema(name))
            items = re.findall(r"^\.It Va (.*)$", text, re.MULTILINE)
            listed = [field for item in items for field in item.split(" , ")]
            with self.subTest(name):
                if len(fields) > 1 and " ".join(fields) not in words_of(text):
                    self.assertLessEqual(set(fields), set(listed))

    def test_upkeep_7_names_the_directory(self):
        self.assertIn("/usr/share/upkeep/records", page("upkeep.7"))

    def test_values_have_a_kind_and_members_a_description(self):
        for name in records.schema_names():
            rule = records.schema(name)
            with self.subTest(name):
                self.assertEqual(list(rule)[:2], ["$schema", "title"])
                self.assertEqual(records.problem_of(example(rule), rule), "")
                self.assertLessEqual(set(rule["required"]), set(rule["properties"]))
                for field, one in rule["properties"].items():
                    self.assertIn("type", one, field)


class HarnessTest(TestCase):
    """What the tests check with is right."""

    def test_a_further_field_and_a_missing_one_are_found(self):
        rule = records.schema("ws-check")
        whole = example(rule)
        self.assertIn("more is not described", records.problem_of({**whole, "more": 1}, rule))
        self.assertIn("it lacks detail, schema",
                      records.problem_of({"workspace": "a"}, {**rule, "required": ["detail", "schema"]}))
        self.assertEqual(records.problem_of({"state": "failed"}, rule, ["state"]), "")
        self.assertIn("lacks run", records.problem_of({"state": "failed"}, rule, ["state", "run"]))

    def test_output_of_a_tool_is_checked(self):
        with self.assertRaisesRegex(AssertionError, "ws-check.schema.json: it lacks"):
            records.check(["/x/ws-check", "--json"], [{"workspace": "acme"}])
        with self.assertRaisesRegex(AssertionError, "no schema for upkeep frobnicate"):
            records.check(["upkeep", "frobnicate"], [])
        records.check(["/usr/bin/curl"], {"anything": 1})

    @unittest.skipUnless(importlib.util.find_spec("jsonschema"), "python3-jsonschema is not installed")
    def test_a_library_agrees(self):
        """Schemas are valid, and mean to others what they mean here, further fields aside."""
        import jsonschema

        for name in records.schema_names():
            rule = records.schema(name)
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(rule)
                library = jsonschema.Draft202012Validator(rule)
                self.assertTrue(library.is_valid({**example(rule), "of_a_later_version": 1}))
                for value in [example(rule), *spoilt(rule)]:
                    self.assertEqual(library.is_valid(value), not records.problem_of(value, rule), value)


if __name__ == "__main__":
    unittest.main()
