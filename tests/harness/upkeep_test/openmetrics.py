# SPDX-License-Identifier: MIT
"""A strict reader of OpenMetrics 1.0: what a scraper would refuse is a ValueError here."""

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)')
LINE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)")
DESCRIPTION = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.*)")
#: The suffixes that a type's samples have.
SUFFIXES = {"gauge": {""}, "counter": {"_total", "_created"}, "info": {"_info"},
            "histogram": {"_bucket", "_count", "_sum", "_created"}}
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}

Labels = tuple[tuple[str, str], ...]


@dataclass
class Family:
    """Everything of one name. samples: by suffix and labels."""
    name: str
    kind: str = ""
    unit: str = ""
    help: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, suffix: str = "", **labels: str) -> float:
        return self.samples[suffix, tuple(sorted(labels.items()))]


def _labels(text: str) -> Labels:
    found, at = [], 0
    while at < len(text):
        match = LABEL.match(text, at)
        if not match or (match.group(3) == "," and match.end() == len(text)):
            raise ValueError(f"bad labels: {text}")
        value = re.sub(r'\\[\\n"]', lambda escape: ESCAPES[escape.group()], match.group(2))
        found.append((match.group(1), value))
        at = match.end()
    if len({name for name, _ in found}) != len(found):
        raise ValueError(f"a label twice: {text}")
    return tuple(sorted(found))


def _check_histogram(family: Family) -> None:
    """Buckets of each group grow, end with +Inf, and that one is the count."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for (suffix, labels), value in family.samples.items():
        if suffix == "_bucket":
            bound = dict(labels)["le"]
            if bound != "+Inf" and "." not in bound:
                raise ValueError(f"not canonical: le={bound}")
            rest = tuple(pair for pair in labels if pair[0] != "le")
            groups.setdefault(rest, []).append((float(bound), value))
    for rest, buckets in groups.items():
        if buckets != sorted(buckets) or [count for _, count in buckets] != sorted(count for _, count in buckets):
            raise ValueError(f"{family.name}: buckets do not grow")
        if buckets[-1][0] != float("inf") or family.samples["_count", rest] != buckets[-1][1]:
            raise ValueError(f"{family.name}: +Inf is not the count")
        if ("_sum", rest) not in family.samples:
            raise ValueError(f"{family.name}: no sum")


def _check(family: Family) -> None:
    if not family.kind or not family.help:
        raise ValueError(f"{family.name}: without type or help")
    if family.unit and not family.name.endswith("_" + family.unit):
        raise ValueError(f"{family.name} does not end in its unit")
    if family.kind in ("counter", "histogram") and any(value < 0 for value in family.samples.values()):
        raise ValueError(f"{family.name} is negative")
    if family.kind == "info" and set(family.samples.values()) != {1}:
        raise ValueError(f"{family.name}: an info is 1")
    if family.kind == "histogram":
        _check_histogram(family)


def _add_sample(family: Family, line: str) -> None:
    match = LINE.fullmatch(line)
    if not match:
        raise ValueError(f"bad line: {line}")
    name, labels, value = match.groups()
    suffix = name.removeprefix(family.name)
    if not name.startswith(family.name) or suffix not in SUFFIXES[family.kind]:
        raise ValueError(f"{name} is not a sample of the {family.kind} {family.name}")
    if labels == "":
        raise ValueError(f"empty labels: {line}")
    key = suffix, _labels(labels or "")
    if key in family.samples:
        raise ValueError(f"twice: {line}")
    family.samples[key] = float(value)


def parse(text: str) -> dict[str, Family]:
    """The families of a whole exposition, by name."""
    if not text.endswith("\n# EOF\n") or "\r" in text:
        raise ValueError("it does not end with # EOF")
    families: dict[str, Family] = {}
    current = Family("")
    for line in text.removesuffix("# EOF\n").splitlines():
        if not line.startswith("#"):
            _add_sample(current, line)
            continue
        match = DESCRIPTION.fullmatch(line)
        if not match:
            raise ValueError(f"bad line: {line}")
        what, name, rest = match.groups()
        if name != current.name:
            if name in families:
                raise ValueError(f"{name} is interleaved")
            current = families[name] = Family(name)
        key = {"TYPE": "kind", "UNIT": "unit", "HELP": "help"}[what]
        if getattr(current, key) or current.samples:
            raise ValueError(f"{what} of {name}: twice, or behind its samples")
        if what == "TYPE" and rest not in SUFFIXES:
            raise ValueError(f"bad type: {rest}")
        setattr(current, key, rest)
    for family in families.values():
        _check(family)
    return families
