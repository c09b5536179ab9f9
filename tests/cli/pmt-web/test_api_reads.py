# SPDX-License-Identifier: MIT
"""What can be read through /api/v1: the records of the tools, byte for byte."""

import json
import re
import unittest
from typing import Any

from upkeep_test.pmt_web import Answer, PmtWebCase, without_ages

API = "/api/v1"


def ageless(printed: bytes) -> bytes:
    """The bytes of records without what differs between two looks at the same."""
    return re.sub(rb'"(age_s|since_s|oldest_s)":\d+', b"", printed)


class ReadCase(PmtWebCase):
    roles = {"pmt-new": ["anna"], "pmt-edit": ["anna", "bob"]}

    def setUp(self) -> None:
        super().setUp()
        run = self.installation.run
        self.assert_status(run("pmt-patch", "choices", "products", "--add", "ESB 4.8.1", "AM 1.6.0"), 0)
        self.name = self.new_of_anna("client=Big Bank", "developer=anna", "product=ESB 4.8.1")
        self.other = self.new_of_anna("client=Acme", "developer=bob")
        self.assert_status(run("pmt-patch", "request", "--set", "overview_client=Acme"), 0)

    def new_of_anna(self, *fields: str) -> str:
        args = [word for field in fields for word in ("--set", field)]
        made = self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--as", "anna", *args)
        return self.assert_status(made, 0).text.strip()

    def api(self, path: str, status: int = 200, **options: Any) -> Answer:
        answer = self.get(API + path, **options)
        self.assertEqual(answer.status, status, answer.text)
        kind = "application/json" if status < 300 else "application/problem+json"
        self.assertEqual(answer.headers["content-type"], kind)
        return answer

    def tool(self, *words: str) -> bytes:
        printed = self.installation.run(*words, "--json")
        self.assertIsInstance(printed.json, list)  # and the records are those of share/records
        return printed.stdout


class RecordTest(ReadCase):
    def test_lists_are_what_the_tools_print(self):
        for path, words in (
            ("/patches", ["pmt-patch", "list"]),
            ("/patches?q=client%3D%22Big%20Bank%22", ["pmt-patch", "list", "client=Big Bank"]),
            ("/patches?fields=patch,client,links", ["pmt-patch", "list", "--fields", "patch,client,links"]),
            (f"/patches/{self.name}/history", ["pmt-patch", "history", self.name]),
            (f"/patches/{self.name}/eta", ["pmt-lifecycle", "eta", self.name]),
            ("/queue", ["pmt-patch", "queue"]),
            ("/queue?all&q=client%3DAcme", ["pmt-patch", "queue", "--all", "client=Acme"]),
            ("/queue?q=state%3Ddeclined", ["pmt-patch", "queue", "state=declined"]),
            ("/blockers", ["pmt-lifecycle", "blockers"]),
            ("/fields", ["pmt-patch", "fields"]),
            ("/choices", ["pmt-patch", "choices"]),
            ("/choices/products", ["pmt-patch", "choices", "products"]),
            ("/choices/versions", ["pmt-patch", "choices", "versions"]),
            ("/lifecycles", ["pmt-lifecycle", "list"]),
            ("/reports/health", ["pmt-report", "health"]),
            ("/reports/trend?by=year&from=2013-01-01", ["pmt-report", "trend", "--by", "year", "--from", "2013-01-01"]),
            ("/reports/released?by=client", ["pmt-report", "released", "--by", "client"]),
            (f"/reports/install-order?patch=4.4.0-1&patch={self.other}",
             ["pmt-report", "install-order", self.name, self.other]),
            ("/reports/state-at?date=2030-01-01", ["pmt-report", "state-at", "2030-01-01"]),
            ("/reports/conflicts", ["pmt-report", "conflicts"]),
        ):
            with self.subTest(path):
                self.assertEqual(ageless(self.api(path).raw_body), ageless(self.tool(*words)))

    def test_one_is_an_object(self):
        for path, words in (
            (f"/patches/{self.name}", ["pmt-patch", "show", self.name]),
            ("/queue/Q-1", ["pmt-patch", "show", "Q-1"]),
            (f"/patches/{self.name}/lifecycle", ["pmt-lifecycle", "show", "--as", "anna", self.name]),
        ):
            with self.subTest(path):
                printed = self.tool(*words).strip().removeprefix(b"[").removesuffix(b"]").strip()
                self.assertEqual(ageless(self.api(path).raw_body.strip()), ageless(printed))
        listed = self.api("/lifecycles").json[0]
        self.assertEqual(self.api("/lifecycles/patchlifecycle").json, listed)
        self.assertEqual(self.api("/lifecycles/PatchLifeCycle?version=1").json, listed)

    def test_me_and_my_work(self):
        me = self.api("/me").json
        self.assert_fields(me, ["user", "account", "groups", "roles", "person", "may"])
        self.assertEqual((me["user"], me["account"], me["roles"], me["person"]),
                         ("anna", "anna", ["pmt-edit", "pmt-new"], ["anna"]))
        may = {one["act"]: (one["may"], one["who"]) for one in self.api("/me", user="bob").json["may"]}
        self.assertEqual(may["create patches and take requests"], (False, ["anna"]))
        self.assertEqual(may["edit fields and links"], (True, ["anna", "bob"]))
        self.assertEqual(may["comment"], (True, None))
        work = self.api("/me/work").json
        self.assert_fields(work, ["mine", "waiting", "overdue", "queue"])
        flat = [one for block in work.values() for one in block]
        printed = json.loads(self.tool("pmt-lifecycle", "mine", "--as", "anna"))
        self.assertEqual(without_ages(flat), without_ages(printed))

    def test_suggestions(self):
        found = self.api("/suggest?key=overview_products&q=esb").json
        self.assertEqual(found, [{"value": "ESB 4.8.1", "hint": None}])
        self.installation.run("pmt-patch", "choices", "products", "--alias", "Enterprise Bus=ESB 4.8.1")
        found = self.api("/suggest?key=overview_products&q=enterp").json
        self.assertEqual(found, [{"value": "ESB 4.8.1", "hint": "Enterprise Bus"}])
        self.assertEqual(self.api("/suggest?key=overview_products&q=").json, [])
        self.assertEqual(self.api("/suggest?key=overview_name&q=a").json, [])
        self.api("/suggest?q=a", 400)


class PageTest(ReadCase):
    def test_pages(self):
        for _ in range(3):
            self.new_of_anna("client=Acme")
        seen, path = [], "/patches?limit=2&q=client%3DAcme"
        first = self.api(path)
        self.assertEqual(first.headers["upkeep-count"], "4")
        while True:
            page = self.api(path)
            seen += [one["patch"] for one in page.json]
            link = page.headers.get("link")
            if not link:
                break
            self.assertRegex(link, r'^</pmt/api/v1/patches\?.*after=[0-9a-f]+>; rel="next"$')
            path = link[1:link.index(">")].removeprefix("/pmt" + API)
        listed = json.loads(self.tool("pmt-patch", "list", "client=Acme"))
        self.assertEqual(seen, [one["patch"] for one in listed])
        cursor = first.headers["link"].partition("after=")[2].partition(">")[0]
        self.api("/patches?q=client%3DOther&after=" + cursor, 400)
        for limit in ("0", "5001", "x", "-1"):
            self.api("/patches?limit=" + limit, 400)

    def test_the_history_behind_an_event(self):
        self.assert_status(self.installation.run("pmt-patch", "comment", self.name, "one"), 0)
        history = self.api(f"/patches/{self.name}/history").json
        last = history[-1]["event"]
        self.assertEqual(self.api(f"/patches/{self.name}/history?after={last}").json, [])
        self.assertEqual(self.api(f"/patches/{self.name}/history?after={last - 1}").json, history[-1:])
        page = self.api(f"/patches/{self.name}/history?limit=1")
        self.assertIn("after=", page.headers["link"])
        self.assertEqual({one["event"] for one in page.json}, {history[0]["event"]})

    def test_tags(self):
        for part in ("", "/history", "/lifecycle", "/eta"):
            path = f"/patches/{self.name}{part}"
            tag = self.api(path).headers["etag"]
            self.assertRegex(tag, r'^"\d+\.\d+"$')
            same = self.get(API + path, headers={"If-None-Match": f'"x", W/{tag}'})
            self.assertEqual((same.status, same.exit_status, same.raw_body), (304, 0, b""))
            self.assertEqual(same.headers["etag"], tag)
        self.assert_status(self.installation.run("pmt-patch", "comment", self.name, "one"), 0)
        self.assertNotEqual(self.api(path).headers["etag"], tag)
        self.assertEqual(self.get(API + path, headers={"If-None-Match": tag}).status, 200)

    def test_loose_names(self):
        loose = self.api("/patches/4.4.0-1/history")
        self.assertEqual(loose.headers["content-location"], f"/pmt{API}/patches/{self.name}/history")
        self.assertNotIn("content-location", self.api(f"/patches/{self.name}").headers)
        self.assertEqual(self.api("/patches/4.4.0-1").json["patch"], self.name)


class RefusalTest(ReadCase):
    def test_problems(self):
        for path, status, word in (
            ("/nothing", 404, "unknown"),
            ("/patches/nonsense", 404, "unknown"),
            ("/patches/4.4.0-999", 404, "unknown"),
            ("/queue/17", 404, "unknown"),
            ("/queue/Q-1/lifecycle", 404, "unknown"),
            ("/reports/nosuch", 404, "unknown"),
            ("/reports/health?by=day", 400, "request"),
            ("/reports/trend?by=week&from=x", 400, "request"),
            ("/choices/product", 404, "unknown"),
            ("/lifecycles/Nothing", 404, "unknown"),
            ("/lifecycles/PatchLifeCycle?version=9", 404, "unknown"),
            ("/patches?q=%22open", 400, "request"),
            ("/patches?q=nokey%3D1", 400, "request"),
            ("/patches?fields=nothing", 400, "request"),
            ("/patches?nothing=1", 400, "request"),
            ("/patches?limit=1&limit=2", 400, "request"),
        ):
            with self.subTest(path):
                problem = self.api(path, status).json
                self.assert_fields(problem, ["type", "title", "status", "detail", "advice", "reasons", "request"])
                self.assertEqual((problem["type"], problem["status"]), (f"/pmt/problems/{word}", status))
        self.assertIn("products", self.api("/choices/product", 404).json["advice"])

    def test_accept(self):
        for accept in ("application/json", "*/*", "text/html, application/*;q=0.1", ""):
            self.api("/fields", headers={"Accept": accept})
        for accept in ("text/html", "application/json;q=0, */*", "text/*"):
            answer = self.api("/fields", 406, headers={"Accept": accept})
            self.assertEqual(answer.exit_status, 64)

    def test_methods(self):
        answer = self.send("DELETE", API + "/patches")
        self.assertEqual(answer.status, 405)
        self.assertIn("GET, HEAD", answer.headers["allow"])
        head = self.send("HEAD", f"{API}/patches/{self.name}")
        self.assertEqual((head.status, head.raw_body), (200, b""))
        self.assertIn("etag", head.headers)

    def test_nobody(self):
        answer = self.get(API + "/patches", user="")
        self.assertEqual((answer.status, answer.headers["content-type"]), (403, "application/problem+json"))


class DescriptionTest(ReadCase):
    def test_every_described_address_is_there(self):
        self.assert_status(self.installation.run("pmt-lifecycle", "attach", "Q-1", "PatchLifeCycle"), 0)
        described = self.api("/openapi.json").json
        self.assertTrue(described["openapi"].startswith("3.1"))
        for path, methods in described["paths"].items():
            for method, one in methods.items():
                for parameter in one.get("parameters", []):
                    self.assertIn(parameter["in"], ("path", "query"))
                if method != "get":
                    continue
                filled = path
                for name, value in (("patch", self.name), ("request", "Q-1"), ("list", "products"),
                                    ("lifecycle", "PatchLifeCycle"), ("report", "health")):
                    filled = filled.replace("{" + name + "}", value)
                with self.subTest(path):
                    query = "?key=overview_client" if path.endswith("/suggest") else ""
                    self.assertEqual(self.get(filled + query).status, 200)


if __name__ == "__main__":
    unittest.main()
