# SPDX-License-Identifier: MIT
"""pmt-web by hand: one request, one answer."""

import getpass
import html.parser
import json
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from .case import module_server
from .lifecycle import LifecycleCase
from .process import Result

#: A form as a person fills it in: a name may have several values.
Form = Mapping[str, Union[str, Sequence[str]]]


class _Forms(html.parser.HTMLParser):
    """The forms of a page: action, and the values that their inputs have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._area: Optional[str] = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag == "form":
            self.forms.append((found.get("action") or "", {}))
        elif self.forms and name and tag == "input" and found.get("type") not in ("radio", "checkbox"):
            self._add(name, found.get("value") or "")
        elif name and tag == "textarea":
            self._area = name
            self._add(name, "")
        elif name and tag == "button":
            self.forms[-1][1].setdefault("button." + name, []).append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            values = self.forms[-1][1][self._area]
            values[-1] += data.removeprefix("\n") if not values[-1] else data

    def _add(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


_AGES = ("age_s", "since_s", "oldest_s")


def without_ages(record: Any) -> Any:
    """A record without what differs between two looks at the same."""
    if isinstance(record, list):
        return [without_ages(one) for one in record]
    if isinstance(record, dict):
        return {key: without_ages(value) for key, value in record.items() if key not in _AGES}
    return record


class Answer:
    """What a web server would send on."""

    def __init__(self, result: Result) -> None:
        head, _, body = result.stdout.partition(b"\r\n\r\n") if b"\r\n\r\n" in result.stdout[:8192] \
            else result.stdout.partition(b"\n\n")
        self.exit_status = result.status
        self.log = result.stderr
        self.raw_body = body
        self.headers: dict[str, str] = {}
        for line in head.decode().splitlines():
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.status = int(self.headers.get("status", "200").split()[0])

    @property
    def text(self) -> str:
        return self.raw_body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.raw_body)

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    def form(self, action: str, **button: str) -> dict[str, list[str]]:
        """The form that is sent to an address with this end, and has this button."""
        parser = _Forms()
        parser.feed(self.text)
        for address, fields in parser.forms:
            if not address.endswith(action):
                continue
            if all(value in fields.get("button." + name, []) + fields.get(name, [])
                   for name, value in button.items()):
                kept = {name: values for name, values in fields.items() if not name.startswith("button.")}
                return kept | {name: [value] for name, value in button.items()}
        raise AssertionError(f"no form for {action} {button} in\n{self.text}")


class PmtWebCase(LifecycleCase):
    """An installation whose patch tool is served; its account may act for everybody."""

    #: The roles of `[patch.roles]`; None: not enforced.
    roles: Optional[dict[str, list[str]]] = None
    #: More keys of `[web.patches]` and of `[patch]`.
    web: dict[str, Any] = {}
    patch: dict[str, Any] = {}

    def setUp(self) -> None:
        self.installation = self.open_installation(module_server())
        self.secret = self.installation.directory / "pmt-web.secret"
        self.secret.write_text("0123456789abcdef0123456789abcdef\n")
        self.secret.chmod(0o600)
        self.serve()

    def serve(self, patch: Optional[Mapping[str, Any]] = None, **web: Any) -> None:
        """Writes the configuration anew, with further keys of its sections."""
        keys: dict[str, Any] = {"trusted": [getpass.getuser()]} | self.patch | dict(patch or {})
        if self.roles is not None:
            keys["roles"] = self.roles
        served = {"secret_file": str(self.secret)} | self.web | web
        self.installation.configure(patch=keys, web={"patches": served})

    def send(self, method: str, path: str, body: Union[str, bytes] = b"", user: str = "anna",
             headers: Optional[Mapping[str, str]] = None) -> Answer:
        words = ["--user", user] if user else []
        for name, value in (headers or {}).items():
            words += ["--header", f"{name}:{value}"]
        data = body.encode() if isinstance(body, str) else body
        return Answer(self.installation.run("pmt-web", *words, method, path, stdin=data))

    def get(self, path: str, user: str = "anna", headers: Optional[Mapping[str, str]] = None) -> Answer:
        return self.send("GET", path, user=user, headers=headers)

    def page(self, path: str, user: str = "anna") -> Answer:
        """A page that is there."""
        answer = self.get(path, user)
        self.assertEqual((answer.status, answer.exit_status), (200, 0), answer.text)
        return answer

    def post(self, path: str, form: Form, user: str = "anna",
             headers: Optional[Mapping[str, str]] = None) -> Answer:
        pairs = [(name, value) for name, values in form.items()
                 for value in ([values] if isinstance(values, str) else values)]
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urllib.parse.urlencode(pairs), user, kind | dict(headers or {}))

    def act(self, page: Answer, action: str, fields: Optional[Form] = None, user: str = "anna",
            **button: str) -> Answer:
        """Sends a form of a page by a button, with other values in some fields."""
        return self.post(action, page.form(action, **button) | dict(fields or {}), user)
