# SPDX-License-Identifier: MIT
"""The texts of pmt-web's pages, as its sources have them."""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "lib" / "patch_web"
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\.(\w+) =\s|([{}(),;])|(\w+)')

#: What the texts of a function belong to, where that is not its name.
_WHOLE = {"": "", "_columns": "report.columns", "_summaries": "report.summaries", "_definitions": "report.definitions"}


def page_texts(language: str) -> dict[str, list[str]]:
    """The texts of a language by function or variable and member: several where a member is a list of them."""
    texts: dict[str, list[str]] = {}
    for path in sorted(SOURCES.glob(f"texts_{language}*.cpp")):
        source = re.sub(r"^#.*$|//.*$", "", path.read_text(), flags=re.MULTILINE)
        for function in re.finditer(r"\b(?:english|spanish)(_\w+|)\(\) \{\n(.*?)^\}", source, re.DOTALL | re.MULTILINE):
            _members(_WHOLE.get(function[1], function[1].strip("_")), function[2], texts)
    return texts


def _members(name: str, body: str, texts: dict[str, list[str]]) -> None:
    path, members, joins = [name], [""], False
    for text, member, mark, word in _TOKEN.findall(body):
        if mark == "{":
            path.append(members[-1])
            members.append("")
        elif mark == "}":
            path.pop()
            members.pop()
        elif member:
            members[-1] = member
        if mark or member or word:
            joins = False
            continue
        found = texts.setdefault(".".join(one for one in [*path, members[-1]] if one), [])
        text = text.replace('\\"', '"').replace("\\\\", "\\")
        if joins:  # adjacent literals are one
            found[-1] += text
        else:
            found.append(text)
        joins = True
