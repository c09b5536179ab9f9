# SPDX-License-Identifier: MIT
"""What every page of a web application owes to people and their aids: checked without a browser."""

import html.parser
from typing import Optional

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: What may be within lists; browsers repair the rest, each in its own way.
CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"th", "td"}, "thead": {"tr"},
            "tbody": {"tr"}, "table": {"caption", "thead", "tbody", "tfoot"}}
INTERACTIVE = {"a", "button", "input", "select", "textarea", "label", "summary"}
REFERENCES = ("aria-labelledby", "aria-describedby", "for", "list", "aria-controls")

Attributes = dict[str, Optional[str]]


class _Element:
    def __init__(self, tag: str, attributes: Attributes, parent: Optional["_Element"]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.text = ""

    def within(self, *tags: str) -> bool:
        above = self.parent
        while above:
            if above.tag in tags:
                return True
            above = above.parent
        return False


class Markup(html.parser.HTMLParser):
    """A page, and what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[_Element] = []
        self.faults: list[str] = []
        self._open: list[_Element] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{one.tag}> is not closed" for one in self._open]
        self._check()

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.faults.append(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        attributes = dict(attrs)
        if len(attributes) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        parent = self._open[-1] if self._open else None
        if parent and tag not in CHILDREN.get(parent.tag, {tag}):
            self.faults.append(f"<{tag}> is directly within <{parent.tag}>")
        one = _Element(tag, attributes, parent)
        self.elements.append(one)
        if tag not in VOID:
            self._open.append(one)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> does not close what is open")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.text += data

    def all(self, *tags: str) -> list[_Element]:
        return [one for one in self.elements if one.tag in tags]

    def _check(self) -> None:
        self._check_document()
        self._check_ids()
        self._check_headings()
        self._check_names()
        self._check_policy()

    def _check_document(self) -> None:
        root = self.all("html")
        if len(root) != 1 or not root[0].attributes.get("lang"):
            self.faults.append("the page has no language")
        for tag in ("title", "main", "h1"):
            found = [one for one in self.all(tag) if not one.within("svg")]
            if len(found) != 1 or (tag != "main" and not found[0].text.strip()):
                self.faults.append(f"there are {len(found)} <{tag}>, or it is empty")
        for one in self.all("nav"):
            if not one.attributes.get("aria-label") and not one.attributes.get("aria-labelledby"):
                self.faults.append("a <nav> has no name")

    def _check_ids(self) -> None:
        ids = [one.attributes["id"] or "" for one in self.elements if "id" in one.attributes]
        self.faults += [f"the id {one} occurs twice" for one in sorted({i for i in ids if ids.count(i) > 1})]
        self.faults += [f"the id '{one}' is not valid" for one in ids if not one or " " in one]
        for one in self.elements:
            for name in REFERENCES:
                self.faults += [f"{name}={word} leads nowhere"
                                for word in (one.attributes.get(name) or "").split() if word not in ids]
            link = one.attributes.get("href") or ""
            if one.tag == "a" and link.startswith("#") and link[1:] not in ids:
                self.faults.append(f"{link} leads nowhere")

    def _check_headings(self) -> None:
        level = 0
        for one in self.all("h1", "h2", "h3", "h4", "h5", "h6"):
            own = int(one.tag[1])
            if own > level + 1:
                self.faults.append(f"<{one.tag}> '{one.text.strip()}' follows <h{level}>")
            if not one.text.strip():
                self.faults.append(f"an <{one.tag}> is empty")
            level = own

    def _check_names(self) -> None:
        labelled = {one.attributes.get("for") for one in self.all("label")}
        for one in self.all("input", "select", "textarea"):
            if one.attributes.get("type") in ("hidden", "submit"):
                continue
            named = one.attributes.get("aria-label") or one.attributes.get("aria-labelledby")
            if not named and one.attributes.get("id") not in labelled and not one.within("label"):
                self.faults.append(f"<{one.tag} name={one.attributes.get('name')}> has no label")
        for one in self.all("button", "a", "summary", "th", "legend", "label"):
            empty = not one.text.strip() and not one.attributes.get("aria-label")
            if empty and not (one.tag == "label" and any(i.parent is one for i in self.all("input"))):
                self.faults.append(f"a <{one.tag}> has no text: {one.attributes}")
            if one.tag in ("a", "button") and one.within("a", "button", "summary"):
                self.faults.append(f"a <{one.tag}> is within another control")
            if one.tag == "th" and one.attributes.get("scope") not in ("col", "row"):
                self.faults.append("a <th> has no scope")
        self.faults += ["an <img> has no text" for one in self.all("img") if not one.attributes.get("alt")]
        self.faults += ["a <form> is within a <form>" for one in self.all("form") if one.within("form")]

    def _check_policy(self) -> None:
        self.faults += ["there is a <style>" for _ in self.all("style")]
        self.faults += ["there is a script in the page" for one in self.all("script")
                        if "src" not in one.attributes or one.text.strip()]
        for one in self.elements:
            self.faults += [f"<{one.tag}> has the attribute {name}" for name in one.attributes
                            if name == "style" or name.startswith("on")]
            for name in ("href", "src", "action"):
                if (one.attributes.get(name) or "").lower().startswith(("javascript:", "data:", "//")):
                    self.faults.append(f"<{one.tag}> leads to {one.attributes[name]}")
