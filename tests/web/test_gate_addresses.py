# SPDX-License-Identifier: MIT
"""The gate of any application knows a workspace by its host, by its path or by a table, in Apache and in nginx."""

import concurrent.futures
import json
import os
import signal
import socket
import time
import unittest
import urllib.parse
from typing import Any

from upkeep_test import Server, TestCase, find_tool, module_server, wait_for
from upkeep_test.browser import Browser
from upkeep_test.gates import ApacheGate, NginxGate
from upkeep_test.web import driver

ANSWER = '{"error":{"code":"readonly","info":"{workspace} is being upgraded, see {status}"}}'
COMMON: dict[str, Any] = {
    "programs": [r"{root}/(?:api|rest)\.php(?:/|$)"],
    "pass": [r"{root}/load\.php$"],
    "answer": ANSWER,
    "answer_closed": '{"error":"closed"}',
    "answer_type": "application/problem+json",
}
BY_HOST = {"workspace": "host", "hosts": ["{workspace}.example.org", "{workspace}.localhost"],
           "login": "/index.php?title=Special:UserLogin&lang={lang}", **COMMON}
BY_PATH = {"paths": ["/wiki/{workspace}"], "place": "/wiki/{workspace}/in/{lang}/{skin}",
           "login": "/wiki/{workspace}/login", **COMMON}


class GateCase(TestCase):
    """Pending workspaces acme and globex, an upgraded one called done, behind each web server."""

    gate: dict = {}
    server_of_databases = None
    kind: type = ApacheGate

    def setUp(self):
        self.installation = self.open_small(self.server_of_databases or module_server(), "acme", "globex")
        self.installation.add_small("done", upgraded=True)
        self.installation.configure(schedule={"via": "command", "command": ["true"], "delay_s": 0},
                                    **{"profile.small.gate": self.gate_keys()})
        self.front = self.kind(self.installation)
        self.addCleanup(self.front.close)
        self.front.start()
        wait_for(lambda: self.at("acme").status == 303, "the gate is up", 30)

    def gate_keys(self):
        return self.gate

    def at(self, workspace, path="/", method="GET", **headers):
        """A browser's request for a page of a workspace."""
        raise NotImplementedError

    def assert_sent(self, answer, where):
        self.assertEqual(answer.status, 303, f"\n{answer}")
        self.assertEqual(urllib.parse.urlsplit(answer.headers["Location"]).path, where)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def assert_passed(self, answer):
        self.assertEqual((answer.status, answer.headers["X-Application"]), (200, "yes"), f"\n{answer}")

    def assert_stopped(self, answer, workspace="acme"):
        """As a program."""
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "30"), f"\n{answer}")
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(json.loads(answer.body)["error"], {
            "code": "readonly", "info": f"{workspace} is being upgraded, see /upkeep/{workspace}/status"})

    def runs(self):
        return self.installation.server.sql("SELECT workspace, priority FROM upkeep.run WHERE active = 1")


class Rules:
    """What holds however the workspace is named."""

    def test_a_person(self):
        self.assert_sent(self.at("acme"), "/upkeep/acme/")
        self.assert_sent(self.at("acme", "/index.php", method="POST"), "/upkeep/acme/")
        self.assert_sent(self.at("acme", "/a.png"), "/upkeep/acme/")
        self.assert_sent(self.at("acme", "/index.php/%0a"), "/upkeep/acme/")
        self.assert_passed(self.at("done"))
        self.assert_passed(self.at("nosuch"))
        self.assert_passed(self.at("acme", "/load.php?modules=a/b"))

    def test_a_program(self):
        program = {"Accept": "*/*", "User_Agent": "curl/8"}
        self.assertEqual(self.runs(), [])
        for _ in range(2):  # the first one queues the upgrade
            self.assert_stopped(self.at("acme", "/api.php?action=query"))
            self.assert_stopped(self.at("acme", "/x", **program))
            self.assert_stopped(self.at("acme", "/x", X_Requested_With="XMLHttpRequest"))
            self.assert_stopped(self.at("acme", "/x", Sec_Fetch_Dest="empty"))
        self.assertEqual(self.runs(), [["acme", "5"]])
        self.assert_passed(self.at("done", "/api.php?action=query"))
        self.assertEqual(self.at("acme", "/load.php", method="POST", **program).status, 503)
        self.assert_sent(self.at("acme", "/x", Accept="*/*", User_Agent="Mozilla/4.0"), "/upkeep/acme/")

    def test_one_that_is_closed(self):
        self.assert_quiet(self.installation.run("ws-schedule", "globex"))
        hold = self.installation.run("ws-schedule", "--hold", "--gate", "closed", "--why", "later", "globex")
        self.assert_quiet(hold)
        answer = self.at("globex", "/api.php")
        self.assertEqual((answer.status, answer.text), (503, '{"error":"closed"}\n'), f"\n{answer}")

    def test_the_page(self):
        page = self.at("acme", page="/upkeep/acme/")
        self.assertEqual((page.status, page.headers["Content-Type"]), (200, "text/html; charset=utf-8"), f"\n{page}")
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        moved = self.at("acme", page="/upkeep/acme")
        self.assertEqual((moved.status, urllib.parse.urlsplit(moved.headers["Location"]).path), (301, "/upkeep/acme/"))
        for _ in range(2):
            status = self.at("acme", page="/upkeep/acme/status", Accept="application/json")
            self.assertEqual((status.status, json.loads(status.body)["state"]), (200, "pending"), f"\n{status}")
            self.assertEqual(status.headers["Content-Type"], "application/json")
        asked = self.at("acme", page="/upkeep/acme/request", method="POST", Accept="application/json")
        self.assertEqual((asked.status, json.loads(asked.body)["state"]), (200, "queued"), f"\n{asked}")
        self.assertEqual(self.runs(), [["acme", "5"]])
        fresh = self.at("acme", page="/upkeep/acme/status?fresh", Accept="application/json")
        self.assertEqual((fresh.status, json.loads(fresh.body)["state"]), (200, "queued"), f"\n{fresh}")
        plain = self.at("acme", page="/upkeep/acme/es/blue/plain")
        self.assertIn("Su espacio de trabajo espera", plain.text)
        self.assertEqual(self.at("acme", page="/upkeep/acme/request", Sec_Fetch_Site="cross-site",
                                 method="POST").status, 403)
        self.assertEqual(self.at("acme", page="/upkeep/acme/request").status, 405)
        texts = self.at("acme", page="/upkeep/texts.tsv")
        self.assertEqual(texts.headers["X-Upkeep-Login"], self.gate["login"])
        self.assertIn("tab-separated", texts.headers["Content-Type"])
        for internal in ("/upkeep-run/ws-status", "/upkeep-gate", "/upkeep-door", "/upkeep-wait/ask?ws=acme"):
            self.assertNotEqual(self.at("done", page=internal).status, 503)
        self.assertEqual(len(self.runs()), 1)

    def test_visitors_that_ask_too_often(self):
        """Refused without a process, for each kind of answer."""
        def at_once(workspace, what):
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                return list(pool.map(lambda _: self.at(workspace, page=f"/upkeep/{workspace}/{what}"), range(80)))

        def is_refused(what, text):
            return any(answer.status == 404 and text in answer.text for answer in at_once("nosuch", what))
        wait_for(lambda: is_refused("status", '"poll_s":30'), "a status is refused", 30)
        wait_for(lambda: is_refused("plain", "<title>Upgrades</title>"), "a page is refused", 30)

        def is_busy():
            answers = at_once("acme", "plain")
            return any(answer.status == 503 and answer.headers["Refresh"] == "10" for answer in answers)
        wait_for(is_busy, "the page is refused", 30)


class HostRules(Rules):
    gate = BY_HOST

    def at(self, workspace, path="/", method="GET", page=None, **headers):
        return self.front.browse(page or path, method, Host=f"{workspace}.example.org", **headers)

    def test_spellings_of_a_host(self):
        for host in ("ACME.Example.ORG", "acme.example.org:8080", "acme.example.org.", "acme.localhost:1"):
            self.assert_sent(self.front.browse("/", Host=host), "/upkeep/acme/")
        for host in ("example.org", "acme.example.org.evil.com", "x.acme.example.org", "acme.example.com", "acme"):
            self.assert_passed(self.front.browse("/", Host=host))

    def test_the_host_of_the_request_line(self):
        with socket.create_connection(("127.0.0.1", self.front.port), 10) as client:
            client.sendall(b"GET http://acme.example.org/ HTTP/1.1\r\nHost: done.example.org\r\nAccept: text/html\r\n"
                           b"Connection: close\r\n\r\n")
            self.assertIn(b"303", client.recv(4096).split(b"\r\n")[0])

    def test_the_page_of_another_host(self):
        for where in ("", "status", "status?fresh", "plain", "request"):
            answer = self.at("acme", page="/upkeep/globex/" + where, method="POST" if where == "request" else "GET")
            self.assertEqual(answer.status, 404, f"{where}\n{answer}")
            answer = self.front.browse("/upkeep/globex/" + where, Host="example.org")
            self.assertEqual(answer.status, 404, f"{where}\n{answer}")
        for path in ("/upkeep-cgi/ws-status?ws=globex", "/upkeep-cgi/ws-request?a&ws=globex&ws=acme"):
            self.assertNotEqual(self.at("acme", page=path).status, 200, path)
        self.assertEqual(self.runs(), [])

    def test_files(self):
        self.assertEqual(self.at("acme", "/images/logo.gif").text, "GIF89a")
        self.assert_sent(self.at("acme", "/images/none.gif"), "/upkeep/acme/")
        self.assert_sent(self.at("acme", "/app.cgi"), "/upkeep/acme/")
        self.assert_passed(self.at("acme", "/.well-known/acme-challenge/x"))


class PathRules(Rules):
    gate = BY_PATH

    def at(self, workspace, path="/", method="GET", page=None, **headers):
        return self.front.browse(page or f"/wiki/{workspace}{path}", method, **headers)

    def test_paths(self):
        self.assert_sent(self.front.browse("/wiki/acme"), "/upkeep/acme/")
        self.assert_sent(self.front.browse("//wiki/./x/../acme/a"), "/upkeep/acme/")
        self.assert_sent(self.front.browse("/wiki/acme/in/es/blue/a"), "/upkeep/acme/es/blue/")
        self.assert_sent(self.front.browse("/wiki/%61cme/a?b=c"), "/upkeep/acme/")
        for path in ("/", "/acme", "/wiki/", "/wiki/acmes/x", "/a/wiki/acme"):
            self.assert_passed(self.front.browse(path))


class TableRules(Rules):
    gate = {**COMMON, "workspace": "table", "login": "/login"}

    def gate_keys(self):
        self.table = self.make_directory() / "hosts.tsv"
        self.table.parent.chmod(0o755)
        self.table.write_text("# the blogs\nwww.acme.test\tacme\n\nWWW.done.test \tdone # ready\n"
                              "farm.test/blogs/globex/\tglobex\nwww.nosuch.test nosuch\nbroken\n")
        return {**self.gate, "table": str(self.table)}

    def at(self, workspace, path="/", method="GET", page=None, **headers):
        if workspace == "globex":
            return self.front.browse(page or "/blogs/globex" + path, method, Host="farm.test", **headers)
        return self.front.browse(page or path, method, Host=f"www.{workspace}.test", **headers)

    def test_lines(self):
        self.assert_sent(self.front.browse("/blogs/globex", Host="FARM.test.:80"), "/upkeep/globex/")
        self.assert_sent(self.front.browse("/blogs/globex/a/b/c/d/e", Host="farm.test"), "/upkeep/globex/")
        self.assert_sent(self.front.browse("/blogs/globex/" + "a" * 5000, Host="farm.test"), "/upkeep/globex/")
        self.assert_sent(self.front.browse("/blogs/globex/%0a", Host="farm.test"), "/upkeep/globex/")
        for path in ("/", "/blogs", "/blogs/globexx", "/blogs/other"):
            self.assert_passed(self.front.browse(path, Host="farm.test"))
        self.assert_passed(self.front.browse("/", Host="broken"))
        self.table.write_text("broken acme\n")
        self.assert_sent(self.front.browse("/", Host="broken"), "/upkeep/acme/")
        self.assert_passed(self.front.browse("/", Host="www.acme.test"))
        self.table.unlink()
        self.assert_sent(self.front.browse("/", Host="broken"), "/upkeep/acme/")


class ApacheHostTest(HostRules, GateCase):
    pass


class ApachePathTest(PathRules, GateCase):
    pass


class ApacheTableTest(TableRules, GateCase):
    pass


class NginxHostTest(HostRules, GateCase):
    kind = NginxGate

    def test_its_own_refusals(self):
        for workspace in ("done", "acme"):
            self.assertEqual(self.at(workspace, "/forbidden").status, 403)

    def test_without_the_gate(self):
        (answerer,) = self.children()
        for pid in (answerer, self.front.gate_pid):  # one alone would be woken or replaced
            os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        self.assert_passed(self.at("acme"))
        self.assertLess(time.monotonic() - began, 4)  # nginx asks again for the named location
        os.kill(self.front.gate_pid, signal.SIGCONT)
        wait_for(lambda: self.at("acme").status == 303, "the gate is back", 30)
        os.kill(self.front.gate_pid, signal.SIGKILL)
        self.assert_passed(self.at("acme", timeout=20))

    def test_what_answers_killed(self):
        (answerer,) = self.children()
        os.kill(answerer, signal.SIGKILL)
        wait_for(lambda: self.at("acme").status == 303, "another one answers", 10)

    def test_several_processes(self):
        self.front.start_gate()
        os.kill(self.front.gate_pid, signal.SIGKILL)
        wait_for(lambda: self.at("acme").status == 303, "the other one answers", 10)
        for _ in range(10):
            self.assert_sent(self.at("acme"), "/upkeep/acme/")

    def children(self):
        with open(f"/proc/{self.front.gate_pid}/task/{self.front.gate_pid}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    def test_in_a_browser(self):
        self.installation.set_script("step one sleep 1; upgrade; echo OK")
        drain = (f"UPKEEP_CONFIG={self.installation.config_file} setsid -f {find_tool('ws-upgrade')} --drain"
                 " < /dev/null > /dev/null 2>&1; echo 1")
        self.installation.configure(schedule={"via": "command", "command": ["/bin/sh", "-c", drain]})
        browser = Browser(driver())
        self.addCleanup(browser.close)
        host = f"http://acme.localhost:{self.front.port}"
        browser.open(f"{host}/index.php?a=b")
        wait_for(lambda: "/upkeep/acme/" in browser.url, "the page", 30)
        wait_for(lambda: browser.url == f"{host}/index.php?title=Special:UserLogin&lang=en", "the login", 60)
        self.assertIn("Special:UserLogin", browser.text("p"))


class NginxPathTest(PathRules, GateCase):
    kind = NginxGate


class NginxTableTest(TableRules, GateCase):
    kind = NginxGate


class NginxAwayTest(GateCase):
    """With a server of its own, that goes away."""

    gate = BY_HOST
    kind = NginxGate
    at = HostRules.at

    @classmethod
    def setUpClass(cls):
        cls.server_of_databases = Server().start()
        cls.addClassCleanup(cls.server_of_databases.close)

    def test_database_away(self):
        self.assert_passed(self.at("done"))
        self.server_of_databases.stop()
        try:
            for name in ("acme", "done", "globex"):
                self.assert_passed(self.at(name, timeout=20))
            answer = self.at("globex", page="/upkeep/globex/status", Accept="application/json")
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), f"\n{answer}")
        finally:
            self.server_of_databases.start()
        wait_for(lambda: self.at("acme").status == 303, "the gate is back", 30)


if __name__ == "__main__":
    unittest.main()
