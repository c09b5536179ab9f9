# SPDX-License-Identifier: MIT
"""[patch.see]: what a person may not see does not exist on any page, in any act and in any answer of the API."""

import json
import re
import unittest
import urllib.parse
from typing import Optional

from upkeep_test import REPOSITORY
from upkeep_test.pmt_web import Answer, PmtWebCase

API = "/api/v1"
WORD = "zebrafish"  # occurs in what is hidden, and nowhere else
#: Another word of the same length, for what never existed.
OTHER = "zebrawood"
EVENTS = ("Promote", "OnHold", "Demote")
REPORTS = ("health", "queue", "progress", "over-eta", "released", "released?by=month", "released?by=category",
           "durations", "trend", "workload", "time", "state-at?date=2099-01-01", "qa?product=ESB&from=2001-01-01",
           "service-pack?product=ESB&platform=4.4.0", "effective?platform=4.4.0", "conflicts")


def routes() -> list[tuple[str, str]]:
    """Every method and pattern of the pages."""
    text = (REPOSITORY / "lib" / "patch_web" / "routes.cpp").read_text()
    return re.findall(r'\{"([A-Z]+)", "(/[^"]*)"', text)


class SeeCase(PmtWebCase):
    patch = {"see": {"security": ["sara", "@nosuchgroup", "watch"]}}
    roles = {"watch": ["walter"], "dev": ["anna"]}

    def setUp(self) -> None:
        super().setUp()
        run = self.installation.run
        self.assert_status(run("pmt-patch", "choices", "products", "--add", "ESB"), 0)
        self.shown = self.new("client=Acme", "developer=bob", "product=ESB",
                              "overview_description=visible", "jiraInformation_supportJIRA=SEEN-1")
        self.hidden = self.new(f"client={WORD} Bank", "developer=anna", "product=ESB", "category=security",
                               f"overview_description={WORD}", "jiraInformation_supportJIRA=HIDDEN-1",
                               f"patchInformation_jarsInvolved={WORD}.jar")
        self.port = self.assert_status(
            run("pmt-patch", "new", "--platform", "4.5.0", "--ported-from", self.hidden, "--category", "normal",
                "--set", "client=Beta", "--set", "overview_description=port",
                "--set", "jiraInformation_supportJIRA=SEEN-2",
                "--set", "patchInformation_jarsInvolved=seen.jar"), 0).text.strip()
        for source, target in ((self.shown, self.hidden), (self.hidden, self.shown)):
            kind = "requires" if source == self.shown else "conflicts"
            self.assert_status(run("pmt-patch", "link", source, kind, target), 0)
        made = run("pmt-patch", "request", "--as", "anna", "--set", f"overview_client={WORD}", "--set",
                   "category=security", "--set", f"overview_description={WORD}")
        self.request = self.assert_status(made, 0).text.strip()
        self.open = self.assert_status(run("pmt-patch", "request", "--set", "overview_client=Acme"), 0).text.strip()
        self.assert_status(run("pmt-patch", "comment", self.hidden, f"about {WORD}"), 0)
        self.sql("INSERT INTO patch_jar (patch, name, bundle, version, md5, sha256, size, recorded_at, recorded_by)"
                 f" SELECT id, '{WORD}_1.0.0.jar', '{WORD}', '1.0.0', REPEAT('0', 32), REPEAT('0', 64), 1, NOW(), 'x'"
                 " FROM patch WHERE category = 'security' AND number IS NOT NULL")
        self.secrets = (WORD, self.hidden, "4.4.0-2", "HIDDEN-1", f"{self.request}<", f"{self.request}\"")

    def assert_secret(self, answer: Answer, asked: str = "") -> None:
        """An answer shows nothing that is hidden, apart from the words of the question."""
        text = answer.text + json.dumps(answer.headers)
        for secret in self.secrets:
            if secret not in asked:
                self.assertNotIn(secret, text.replace(asked, "") if asked else text)

    def assert_as_unknown(self, hidden: Answer, never: Answer, pairs: list[tuple[str, str]]) -> None:
        """What is hidden is answered as what never existed is, but for the names."""
        def plain(answer: Answer) -> tuple[int, int, str]:
            text = answer.text
            for one, other in pairs:
                text = text.replace(urllib.parse.quote(one), "NAME").replace(one, "NAME")
                text = text.replace(urllib.parse.quote(other), "NAME").replace(other, "NAME")
            text = re.sub(r'"?(token|once)"? value="[^"]*"', "", text)
            text = re.sub(r"\b(\d+s( ago)?|now)</", "</", text)  # ages, a second apart
            return answer.status, answer.exit_status, re.sub(r"\b[0-9a-f]{32,}\b", "", text)
        self.assertEqual(plain(hidden), plain(never))


class PageTest(SeeCase):
    def paths(self, pattern: str, subject: str) -> list[str]:
        """Addresses of a route, with every query that could lead somewhere."""
        if pattern == "/lifecycles/{}":
            return ["/lifecycles/PatchLifeCycle"]
        if pattern == "/reports/{}":
            return [f"/reports/{name}" for name in REPORTS]
        if pattern == "/problems/{}":
            return ["/problems/refused"]
        path = pattern.replace("{}", subject)
        queries = {"/patches": ("", "?q=", "?q=client~a", "?q=sort:number", "?format=csv", "?format=json",
                                "?q=limit:1", "?q=requires!=", "?fields=patch,client,links"),
                   "/queue": ("", "?all", "?all&q=client~a"), "/feeds/patches.atom": ("",),
                   "/patches/new": ("", f"?ported-from={self.shown}")}
        return [path + query for query in queries.get(pattern, ("",))]

    def test_every_page(self):
        """An outsider, even the developer of it, finds nothing; who is listed does."""
        found = 0
        for method, pattern in routes():
            if method != "GET":
                continue
            for path in self.paths(pattern, self.open if "/queue/" in pattern else self.shown):
                with self.subTest(path):
                    answer = self.get(path)
                    self.assertLess(answer.status, 500, answer.text)
                    self.assert_secret(answer)
                    found += WORD in self.get(path, user="sara").text
        self.assertGreater(found, 8)

    def test_a_statement_has_the_views_of_its_own_tables_alone(self):
        """Each costs the server as much as a small statement."""
        log = self.installation.directory / "general.log"
        self.sql(f"SET GLOBAL general_log_file = '{log}'; SET GLOBAL general_log = 1")
        try:
            self.get("/patches")
        finally:
            self.sql("SET GLOBAL general_log = 0")
        sent = [line.partition("WITH ")[2] for line in log.read_text(errors="replace").splitlines()
                if "SELECT p.id, p.platform" in line]
        self.assertEqual(len(sent), 1)
        self.assertIn("patch AS (", sent[0])
        self.assertIn("state_event", sent[0])
        self.assertNotIn("event AS (", sent[0])

    def test_every_page_and_act_of_a_hidden_one(self):
        token = self.page("/patches/" + self.shown).form("/comment")["token"]
        found = 0
        for method, pattern in routes():
            if "{}" not in pattern or pattern.split("/")[1] not in ("patches", "queue"):
                continue
            hidden, never = (self.request, "Q-77") if "/queue/" in pattern else (self.hidden, self.hidden[:-1] + "7")
            with self.subTest(f"{method} {pattern}"):
                answers = []
                for number, name in enumerate((hidden, never)):
                    path = pattern.replace("{}", name)
                    form = {"token": token, "once": f"{abs(hash(pattern))}-{number}", "stay": "1", "item": "1",
                            "event": "Promote", "text": "x", "why": "x", "time": "1h", "type": "requires",
                            "patch": self.shown, "stage": "Development", "best": "1h", "likely": "1h", "worst": "1h",
                            "platform": "4.4.0"}
                    if pattern.endswith("/verify") and method == "POST":
                        answers.append(self.send_archive(path, name, form))
                    else:
                        answers.append(self.post(path, form) if method == "POST" else self.get(path))
                self.assertEqual(answers[0].status, 404, answers[0].text)
                self.assert_as_unknown(answers[0], answers[1], [(hidden, never)])
                if method == "GET":
                    seen = self.get(pattern.replace("{}", hidden), user="walter")
                    self.assertLess(seen.status, 400, seen.text)
                    found += WORD in seen.text
        self.assertGreater(found, 4)
        self.assertEqual(len(self.history(self.hidden)), 4)

    def send_archive(self, path: str, name: str, form: dict) -> Answer:
        fields = {"token": form["token"][0], "once": form["once"]}
        parts = [f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                 for key, value in fields.items()]
        parts.append(f'--cut\r\nContent-Disposition: form-data; name="archive"; filename="{name}.zip"\r\n'
                     "Content-Type: application/zip\r\n\r\nPK\r\n--cut--\r\n")
        return self.send("POST", path, "".join(parts), "anna", {"Content-Type": "multipart/form-data; boundary=cut"})

    def test_words_that_lead_to_it(self):
        for word, other in ((WORD, OTHER), ("HIDDEN-1", "HIDDEN-9"), (self.hidden, self.hidden[:-1] + "7"),
                            ("4.4.0-2", "4.4.0-7"), (self.request, "Q-77"), (f"{WORD}.jar", f"{OTHER}.jar"),
                            (f"client={WORD}", f"client={OTHER}"),
                            (f"requires={self.hidden}", f"requires={self.hidden[:-1]}7"),
                            (f"patch={self.hidden}", f"patch={self.hidden[:-1]}7")):
            for path in ("/search?q=", "/patches?q=", "/queue?all&q=", "/feeds/patches.atom?q=", "/reports/progress?q=",
                         "/reports/recall?patch=", "/reports/install-order?patch=", "/patches/new?ported-from=",
                         "/reports/effective?platform=4.4.0&jar="):
                with self.subTest(path + word):
                    pair = [(word, other), (self.hidden, self.hidden[:-1] + "7"),
                            (urllib.parse.quote_plus(word), urllib.parse.quote_plus(other))]
                    hidden, never = (self.get(path + urllib.parse.quote(one)) for one in (word, other))
                    self.assert_as_unknown(hidden, never, pair)
                    self.assertEqual(hidden.location.replace(urllib.parse.quote_plus(word), ""),
                                     never.location.replace(urllib.parse.quote_plus(other), ""))
        self.assertEqual(self.get("/search?q=HIDDEN-1", user="sara").location, f"/pmt/patches/{self.hidden}")

    def test_acts_that_name_it(self):
        """A link to it, or a port of it, is refused as that to a patch that never existed."""
        for number, (path, field, fields) in enumerate((
                (f"/patches/{self.shown}", "link", {"type": "supersedes", "patch": ""}),
                ("/patches/new", "new", {"ported-from": "", "platform": "4.6.0", "set.overview_client": "x"}))):
            answers = []
            for name in (self.hidden, self.hidden[:-1] + "7"):
                page = self.page(path)
                form = page.form("/" + field)
                filled = {key: value or name for key, value in fields.items()}
                answers.append(self.post(f"{path}/link" if field == "link" else path, form | filled))
            with self.subTest(path):
                self.assertGreaterEqual(answers[0].status, 400)
                self.assert_as_unknown(answers[0], answers[1], [(self.hidden, self.hidden[:-1] + "7")])

    def test_a_link_is_not_there(self):
        """To an outsider a link to what is hidden can neither be seen nor removed."""
        self.assertNotIn("requires", self.installation.run("pmt-patch", "show", "--json", self.port).json[0]["links"])
        page = self.page(f"/patches/{self.port}")
        self.assert_secret(page)
        form = page.form("/comment")
        gone = self.post(f"/patches/{self.shown}/unlink", form | {"type": "requires", "patch": self.hidden})
        self.assertEqual(gone.status, 303)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM link WHERE type = 'requires'"), [["1"]])
        self.assertIn(self.hidden, self.page(f"/patches/{self.shown}", user="sara").text)
        self.assertIn(self.hidden, self.page(f"/patches/{self.port}", user="sara").text)

    def test_without_the_table_everybody_sees(self):
        self.serve(patch={"see": {}})
        self.assertIn(WORD, self.page(f"/patches/{self.hidden}").text)


class ApiTest(SeeCase):
    def answer(self, method: str, path: str, body: Optional[dict], user: str = "anna") -> Answer:
        text = "" if body is None else json.dumps(body)
        return self.send(method, path, text, user, {"Content-Type": "application/json"} if body is not None else {})

    def body_of(self, operation: dict) -> Optional[dict]:
        if "requestBody" not in operation:
            return None
        content = operation["requestBody"]["content"]
        if "application/json" not in content:
            return None  # an archive
        schema = content["application/json"]["schema"]
        known = {"item": ["1"], "event": "Promote", "set": {"overview_client": "x"}, "was": {"overview_client": "x"},
                 "type": "requires", "patch": self.shown, "time": "1h", "platform": "4.4.0", "why": "x", "text": "x",
                 "best": "1h", "likely": "1h", "worst": "1h"}
        return {name: known[name] for name in schema["properties"] if name in known}

    def test_every_operation(self):
        paths = self.get(f"{API}/openapi.json").json["paths"]
        self.assertGreater(len(paths), 20)
        seen = 0
        for path, methods in paths.items():
            for method, operation in methods.items():
                with self.subTest(f"{method} {path}"):
                    place = re.search(r"\{(\w+)\}", path)
                    kind = place.group(1) if place else ""
                    if kind in ("patch", "request"):
                        seen += self.one(method.upper(), path, kind, operation)
                    elif method == "get":
                        seen += self.others(path, kind)
        self.assertGreater(seen, 4)

    def one(self, method: str, path: str, kind: str, operation: dict) -> bool:
        """An operation on what is hidden is answered as one on what never existed."""
        hidden, never = (self.request, "Q-77") if kind == "request" else (self.hidden, self.hidden[:-1] + "7")
        body = self.body_of(operation)
        path = path if path.startswith("/api") else API + path
        if "requestBody" in operation and body is None:
            answers = [self.send(method, path.replace("{%s}" % kind, name) + f"?file={name}.zip", "PK", "anna",
                                 {"Content-Type": "application/zip"}) for name in (hidden, never)]
        else:
            answers = [self.answer(method, path.replace("{%s}" % kind, name), body) for name in (hidden, never)]
        self.assertEqual(answers[0].status, 404, answers[0].text)
        self.assert_as_unknown(answers[0], answers[1], [(hidden, never)])
        shown = self.answer("GET" if method == "GET" else "HEAD", path.replace("{%s}" % kind, hidden), None, "sara")
        return method == "GET" and WORD in shown.text

    def others(self, path: str, kind: str) -> bool:
        path = path if path.startswith("/api") else API + path
        places = {"list": ["products"], "lifecycle": ["PatchLifeCycle"], "report": list(REPORTS), "": [""]}[kind]
        keys = ("overview_client", "overview_products", "client")
        queries = {"suggest": [f"?key={key}&q={WORD[:3]}" for key in keys],
                   "queue": ["", "?all", "?all&q=client~a"], "patches": ["", "?limit=1", f"?q={WORD[:-1]}"]}
        seen = False
        for name in places:
            for query in queries.get(path.rpartition("/")[2], [""]):
                where = path.replace("{%s}" % kind, name) + query
                answer = self.answer("GET", where, None)
                self.assertLess(answer.status, 500, answer.text)
                self.assert_secret(answer)
                seen = seen or WORD in self.answer("GET", where, None, "sara").text
        return seen

    def test_counts(self):
        for user, count in (("anna", "2"), ("sara", "3")):
            self.assertEqual(self.get(f"{API}/patches?limit=1", user=user).headers["upkeep-count"], count)
        standing = {user: self.get(f"{API}/lifecycles", user=user).json[0]["patches"]
                    for user in ("anna", "sara")}
        self.assertEqual(standing["sara"], standing["anna"] + 1)

    def test_history_of_what_is_linked(self):
        for name, link in ((self.shown, "requires"), (self.port, "ported-from")):
            history = self.get(f"{API}/patches/{name}/history")
            self.assert_secret(history)
            everything = self.get(f"{API}/patches/{name}/history", user="sara").json
            more = [one for one in everything if one not in history.json]
            self.assertEqual([(one["action"], one["key"]) for one in more], [("link", link)])

    def test_who_makes_it_is_shown_it_once(self):
        made = self.answer("POST", f"{API}/patches", {"platform": "4.4.0", "category": "security",
                                                      "set": {"overview_client": "own"}})
        self.assertEqual((made.status, made.json["category"]), (201, "security"), made.text)
        self.assertEqual(self.get(f"{API}/patches/{made.json['patch']}").status, 404)
        self.assertEqual(self.get(f"{API}/patches/{made.json['patch']}", user="sara").status, 200)

    def test_a_visible_one_becomes_hidden(self):
        path = f"{API}/patches/{self.shown}"
        changed = self.answer("PATCH", path, {"set": {"overview_category": "Security"},
                                              "was": {"overview_category": "normal"}})
        self.assertIn(changed.status, (200, 422), changed.text)
        if changed.status == 200:
            self.assertEqual(self.get(path).status, 404)


if __name__ == "__main__":
    unittest.main()
