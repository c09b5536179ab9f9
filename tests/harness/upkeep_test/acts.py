# SPDX-License-Identifier: MIT
"""People who act by the forms of pmt-web and remember what they were told: a ledger of acts."""

import dataclasses
import http.client
import json
import random
import re
import threading
import time
import urllib.parse
import uuid
from typing import Optional

from .apache import Answer
from .pmt_web_apache import Asker

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KINDS = ("comment", "edit", "tick", "patch", "request", "api")
DONE = (200, 303)
ITEMS = ("Committed the fix to the support branch", "Committed the fix to the public branch")


@dataclasses.dataclass
class Act:
    """One form, or one act of the API. Its key is `once` and, but for ticks, also in what it writes."""

    kind: str
    path: str
    form: dict[str, str]
    key: str
    statuses: list[int] = dataclasses.field(default_factory=list)  #: of each time it was sent; 0: no answer

    @property
    def answered(self) -> bool:
        return any(status in self.statuses for status in DONE)


@dataclasses.dataclass
class Look:
    """A GET: when it was begun and answered, and the status; 0: no answer."""

    began: float
    ended: float
    status: int


class Person(threading.Thread):
    """Acts and looks, alternately, until `ending` is set. Only this person changes their patch."""

    def __init__(self, front: Asker, ending: threading.Event, seed: int):
        super().__init__(daemon=True)
        self.front, self.ending = front, ending
        self.random = random.Random(seed)
        self.acts: list[Act] = []
        self.looks: list[Look] = []
        self.wrong: list[str] = []
        self.patch = ""
        self.client = ""
        self.ticked = 0
        self.comment = ""
        self.token = ""

    # -- requests -------------------------------------------------------------------------------
    def ask(self, method: str, path: str, body: Optional[bytes] = None,
            headers: Optional[dict[str, str]] = None) -> Optional[Answer]:
        """None: there was no answer."""
        try:
            return self.front.request(method, path, body, headers=headers, timeout=60)
        except (OSError, http.client.HTTPException):
            return None

    def look(self, path: str) -> Optional[Answer]:
        began = time.monotonic()
        answer = self.ask("GET", path)
        self.looks.append(Look(began, time.monotonic(), answer.status if answer else 0))
        return answer if answer and answer.status == 200 else None

    def send(self, act: Act) -> Optional[Answer]:
        if act.kind == "api":
            answer = self.ask("POST", act.path, json.dumps(act.form).encode(),
                              {"Content-Type": "application/json", "Idempotency-Key": act.key})
        else:
            form = urllib.parse.urlencode({"token": self.token, **act.form})
            answer = self.ask("POST", act.path, form.encode(), FORM)
        status = answer.status if answer else 0
        act.statuses.append(status)
        if status not in (0, *DONE, 502, 503, 504):
            self.wrong.append(f"{act.kind} {act.path} {act.statuses}: {answer and answer.text}")
        return answer if status in DONE else None

    # -- what they do ---------------------------------------------------------------------------
    def made(self, kind: str) -> Act:
        key = uuid.uuid4().hex
        below = f"/pmt/patches/{self.patch}"
        if kind == "comment":
            return Act(kind, f"{below}/comment", {"once": key, "text": f"said {key}"}, key)
        if kind == "api":
            return Act(kind, f"/pmt/api/v1/patches/{self.patch}/comment", {"text": f"said {key}"}, key)
        if kind == "edit":
            return Act(kind, f"{below}/edit", {"once": key, "was.overview_client": self.client,
                                               "set.overview_client": f"client {key}", "why": f"why {key}"}, key)
        if kind == "tick":
            act = "untick" if self.ticked % 2 else "tick"
            return Act(kind, f"{below}/{act}", {"once": key, "stay": "0", "item": ITEMS[0]}, key)
        form = {"once": key, "set.overview_client": f"client {key}", "why": f"why {key}"}
        if kind == "request":
            return Act(kind, "/pmt/queue/new", form, key)
        return Act(kind, "/pmt/patches/new", {**form, "platform": "4.4.0"}, key)

    def remember(self, act: Act) -> None:
        if act.kind in ("comment", "api"):
            self.comment = act.form["text"]
        elif act.kind == "edit":
            self.client = act.form["set.overview_client"]
        elif act.kind == "tick":
            self.ticked += 1

    def insist(self, act: Act) -> Optional[Answer]:
        """Sends it until it is answered."""
        while True:
            answer = self.send(act)
            if answer or self.wrong:
                return answer
            time.sleep(0.2)

    def begin(self) -> None:
        """A token, and a patch of their own."""
        page = self.look("/pmt/patches/new")
        assert page, "the form of a new patch"
        found = re.search(r'name="token" value="([^"]*)"', page.text)
        assert found
        self.token = found[1]
        act = self.made("patch")
        self.acts.append(act)
        answer = self.insist(act)
        assert answer, self.wrong
        self.patch = (answer.headers["Location"] or "").partition("?")[0].rpartition("/")[2]
        self.client = act.form["set.overview_client"]

    def check_page(self) -> None:
        """What was answered is on the page, whichever front end shows it."""
        page = self.look(f"/pmt/patches/{self.patch}")
        if not page:
            time.sleep(0.05)
            return
        for text in (self.client, self.comment):
            if text not in page.text:
                self.wrong.append(f"stale: {self.patch} does not show '{text}'")

    def run(self) -> None:
        try:
            while not self.ending.is_set() and not self.wrong:
                act = self.made(self.random.choice(KINDS))
                self.acts.append(act)
                # What later acts rely on is sent until it is answered; the others may stay open until the end.
                answer = self.insist(act) if act.kind in ("edit", "tick") else self.send(act)
                if answer:
                    self.remember(act)
                self.check_page()
                time.sleep(self.random.uniform(0, 0.1))
        except Exception as error:  # pylint: disable=broad-except
            self.wrong.append(repr(error))


class Crowd:
    """People at work, until end()."""

    def __init__(self, front: Asker, count: int):
        self._ending = threading.Event()
        self.people = [Person(front, self._ending, seed) for seed in range(count)]
        for person in self.people:
            person.begin()
        for person in self.people:
            person.start()

    def end(self) -> None:
        self._ending.set()
        for person in self.people:
            person.join(120)

    @property
    def acts(self) -> list[Act]:
        return [act for person in self.people for act in list(person.acts)]

    @property
    def done(self) -> int:
        return sum(act.answered for act in self.acts)

    @property
    def wrong(self) -> list[str]:
        return [text for person in self.people for text in person.wrong]

    def longest_outage(self) -> float:
        """The seconds for which GETs failed and none succeeded."""
        looks = sorted((look for person in self.people for look in person.looks), key=lambda look: look.ended)
        longest, succeeded, since = 0.0, 0.0, None
        for look in looks:
            if look.status == 200:
                succeeded, since = look.ended, None
            else:
                since = max(look.began, succeeded) if since is None else since
                longest = max(longest, look.ended - since)
        return longest

    def failed_looks(self) -> list[Look]:
        return [look for person in self.people for look in person.looks if look.status != 200]
