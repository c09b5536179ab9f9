# SPDX-License-Identifier: MIT
"""What the tools print as JSON, held against share/records: every record that a test reads is checked.

As shipped, a schema allows further fields, because later versions may add some; here it is closed.
"""

import functools
import json
import os
import re
from typing import Any, Optional, Sequence

from .paths import REPOSITORY

RECORDS = REPOSITORY / "share" / "records"
_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "boolean": (bool,), "integer": (int,), "number": (int, float), "string": (str,),
    "array": (list,), "object": (dict,)}
#: Keywords that say nothing about a value.
_SAID = {"$schema", "title", "description"}
#: What a tool prints with an option that asks for another record.
_BY_OPTION = {
    "ws-upgrade": {"--summary": "summary"},
    "ws-progress": {"--public": "public", "--publish": "publish", "--forecast": "forecast", "--report": "report"},
    "pmt-patch fields": {"--load": "fields-load"},
    "pmt-patch choices": {"--aliases": "choices-aliases"},
    "pmt-lifecycle eta": {"--public": "eta-public"},
    "pmt-report released": {"--by": "released-by"},
}
#: Commands whose record has the name of another one.
_SAME = {"pmt-lifecycle history": "pmt-patch.history", "pmt-lifecycle load": "pmt-lifecycle.list",
         "pmt-patch comment": "pmt-lifecycle.refusal", "pmt-patch decline": "pmt-lifecycle.refusal",
         **{f"pmt-lifecycle {act}": "pmt-lifecycle.refusal"
            for act in ("attach", "tick", "untick", "vote", "unvote", "move", "promote", "demote", "undo", "log-time")}}


def schema_names() -> list[str]:
    return sorted(path.name.removesuffix(".schema.json") for path in RECORDS.glob("*.schema.json"))


@functools.lru_cache(None)
def schema(name: str) -> dict[str, Any]:
    return json.loads((RECORDS / f"{name}.schema.json").read_text())


def name_for(argv: Sequence[str]) -> Optional[str]:
    """The schema of what this command line prints; None: it is not one of our tools, or prints no records."""
    tool = os.path.basename(argv[0])
    names = schema_names()
    if not any(name.split(".")[0] == tool for name in names):
        return None
    options = [word.split("=")[0] for word in argv[1:] if word.startswith("--")]
    for command in (f"{tool} {word}" for word in argv[1:]):
        if command in _SAME:
            return _SAME[command]
        if command.replace(" ", ".") in names:
            return _other(command, options) or command.replace(" ", ".")
    return _other(tool, options) or (tool if tool in names else None)


def _other(command: str, options: Sequence[str]) -> Optional[str]:
    tool = command.split()[0]
    return next((f"{tool}.{name}" for option, name in _BY_OPTION.get(command, {}).items() if option in options), None)


def check(argv: Sequence[str], records: Any) -> None:
    """Raises AssertionError if a tool printed something that its schema does not describe."""
    tool = os.path.basename(argv[0])
    name = name_for(argv)
    if name is None:
        if tool.startswith(("ws-", "pmt-")) or tool == "upkeep":
            raise AssertionError(f"share/records has no schema for {' '.join(argv)}")
        return
    fields = _chosen(argv)
    for record in records if isinstance(records, list) else [records]:
        problem = problem_of(record, schema(name), fields)
        if problem:
            raise AssertionError(f"share/records/{name}.schema.json: {problem}\n$ {' '.join(argv)}\n{record}")


def _chosen(argv: Sequence[str]) -> Optional[list[str]]:
    """The fields that --fields asks for; None: all."""
    for at, word in enumerate(argv):
        if word == "--fields":
            return argv[at + 1].split(",")
        if word.startswith("--fields="):
            return word.split("=", 1)[1].split(",")
    return ["*"] if "--listed" in argv else None


def problem_of(value: Any, rule: dict[str, Any], fields: Optional[list[str]] = None, at: str = "") -> str:
    """Why a value is not what the schema says; empty: it is.

    fields: the members that the outermost object must have instead of the required ones.
    """
    allowed = rule.get("type", list(_TYPES))
    kinds = [allowed] if isinstance(allowed, str) else allowed
    if not any(_is(value, kind) for kind in kinds):
        return f"{at or 'it'} is {value!r}, not of type {' or '.join(kinds)}"
    for keyword, asked in rule.items():
        if keyword == "enum" and value not in asked:
            return f"{at} is {value!r}, not one of {asked}"
        if keyword == "pattern" and isinstance(value, str) and not re.search(asked, value):
            return f"{at} is {value!r}, which does not match {asked}"
        if keyword == "minimum" and value is not None and value < asked:
            return f"{at} is {value}, less than {asked}"
        if keyword == "maximum" and value is not None and value > asked:
            return f"{at} is {value}, more than {asked}"
        if keyword not in _SAID | _KNOWN:
            return f"{at}: the harness does not know the keyword {keyword}"
    if isinstance(value, list) and "items" in rule:
        problems = (problem_of(one, rule["items"], None, f"{at}[{n}]") for n, one in enumerate(value))
        return next(filter(None, problems), "")
    return _object_problem(value, rule, fields, at) if isinstance(value, dict) else ""


_KNOWN = {"type", "enum", "pattern", "minimum", "maximum", "items", "properties", "required", "additionalProperties"}


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _object_problem(value: dict[str, Any], rule: dict[str, Any], fields: Optional[list[str]], at: str) -> str:
    required = rule.get("required", []) if fields is None else [name for name in fields if name != "*"]
    missing = [name for name in required if name not in value]
    if missing:
        return f"{at or 'it'} lacks {', '.join(missing)}"
    known, others = rule.get("properties", {}), rule.get("additionalProperties", False)
    for name, member in value.items():
        place = f"{at}.{name}" if at else name
        if name not in known and others is False:
            return f"{place} is not described"
        asked = known.get(name, others)
        problem = problem_of(member, asked, None, place) if isinstance(asked, dict) else ""
        if problem:
            return problem
    return ""
