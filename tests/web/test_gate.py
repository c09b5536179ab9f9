# SPDX-License-Identifier: MIT
"""The gate sends whom it should to the page, and locks nobody out."""

import json
import os
import pathlib
import signal
import unittest

from upkeep_test import Server, wait_for
from upkeep_test.apache import ACCOUNT_OF_MAP, is_root
from upkeep_test.wait import children_of, wait_until_gone
from upkeep_test.web import FORM, LOGIN, POST, WebTest


def map_program(apache) -> int:
    """The pid of the running map program."""
    for pid in children_of(apache.pid):
        if b"--map" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return 0


class GateTest(WebTest):
    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}  # nothing ever starts: what programs queue waits

    def assert_sent(self, answer, where):
        self.assertEqual(answer.status, 303, f"\n{answer}")
        self.assertEqual(answer.headers["Location"], self.apache.url + where)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def assert_passed(self, answer):
        self.assertEqual((answer.status, answer.headers["X-Application"]), (200, "yes"), f"\n{answer}")

    def test_pages(self):
        self.assert_sent(self.apache.browse(LOGIN.format("acme")), "/upkeep/acme/en/neoclassic/")
        self.assert_sent(self.apache.browse("/sysacme/es/ux-mine/cases/main?a=1"), "/upkeep/acme/es/ux-mine/")
        self.assert_sent(self.apache.browse("/sysacme/"), "/upkeep/acme/")
        self.assert_sent(self.apache.browse("/sysacme"), "/upkeep/acme/")
        self.assert_sent(
            self.apache.browse("/sysacme/en/neoclassic/12345/Web_Entry.php"), "/upkeep/acme/en/neoclassic/"
        )
        self.assert_sent(self.apache.browse("/acme/oauth2/authorize?client_id=x"), "/upkeep/acme/")
        self.assert_passed(self.apache.browse(LOGIN.format("done")))
        self.assert_passed(self.apache.browse(LOGIN.format("nosuch")))
        self.assert_passed(self.apache.browse("/sys/en/neoclassic/main/sysLogin"))

    def test_a_login_on_its_way(self):
        answer = self.apache.browse(POST.format("acme"), "POST", body=FORM,
                                    Content_Type="application/x-www-form-urlencoded")
        self.assert_sent(answer, "/upkeep/acme/en/neoclassic/")
        self.assertNotIn("secret", str(answer) + self.apache.log)
        passed = self.apache.browse(POST.format("done"), "POST", body=FORM,
                                    Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(passed.text, "welcome to done, ann")

    def test_programs(self):
        for method, path, headers in [
            ("GET", "/api/1.0/acme/cases", {}),
            ("GET", "/api/1.0/acme/cases", {"Accept": "text/html"}),
            ("POST", "/acme/oauth2/token", {}),
            ("POST", "/sysacme/en/classic/services/soap2", {}),
            ("GET", "/sysacme/en/classic/services/wsdl2", {"Accept": "text/html"}),
            ("POST", POST.format("acme"), {}),
            (
                "GET",
                "/sysacme/en/neoclassic/cases/proxy",
                {"Accept": "text/html", "X_Requested_With": "XMLHttpRequest"},
            ),
            ("GET", "/sysacme/en/neoclassic/cases/proxy", {"Accept": "*/*", "Sec_Fetch_Dest": "empty"}),
        ]:
            with self.subTest(path, method=method, **headers):
                answer = self.apache.request(method, path, **headers)
                self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "30"), f"\n{answer}")
                self.assertEqual(answer.headers["Content-Type"], "application/json")
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertEqual(json.loads(answer.body), {"error": "upgrade", "workspace": "acme",
                                                           "status": "/upkeep/acme/status"})
                done = self.apache.request(method, path.replace("acme", "done"), **headers)
                self.assert_passed(done)

    def test_programs_with_any_method_and_body(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
            body = b"x" * 200_000 if method in ("POST", "PUT", "PATCH") else None
            answer = self.apache.request(method, "/api/1.0/acme/cases/1", body=body)
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "30"), f"\n{answer}")
            self.assertEqual(json.loads(answer.body or b'{"error":"upgrade"}')["error"], "upgrade")

    def test_a_program_queues_the_upgrade(self):
        def runs():
            return self.installation.server.sql("SELECT workspace, priority, address FROM upkeep.run WHERE active = 1")
        for path in ("/upkeep-wait/ask?ws=acme", "/upkeep-wait/answer"):
            self.assertEqual(self.apache.get(path).status, 404)
        self.assertEqual(runs(), [])
        for method, body in (("PUT", b"x" * 100_000), ("GET", None)):
            answer = self.apache.request(method, "/api/1.0/globex/cases", body=body)
            self.assertEqual((answer.status, json.loads(answer.body)["workspace"]), (503, "globex"))
        self.assertEqual(runs(), [["globex", "5", "127.0.0.1"]])
        self.assertEqual(self.apache.get("/api/1.0/done/cases").status, 200)
        self.assertEqual(len(runs()), 1)

    def test_a_503_of_the_application_stays_its_own(self):
        answer = self.apache.get("/api/1.0/done/busy")
        self.assertEqual((answer.status, answer.text), (503, "the application is busy"), f"\n{answer}")
        self.assertNotIn("Retry-After", answer.headers)
        for path in ("/upkeep-wait", "/upkeep-wait/x"):
            self.assertEqual(self.apache.get(path).status, 404)

    def test_files_pass(self):
        self.assertEqual(self.apache.browse("/real.css").text, "body{}\n")
        for path in ("cases/main.js", "5e4f7a/logo.png", "5e4f7a/x/font.WOFF2", "5e4f7a/logo.png?v=1"):
            path = f"/sysacme/en/neoclassic/{path}"
            self.assert_passed(self.apache.get(path, Accept="*/*"))
            self.assert_passed(self.apache.browse(path))
            self.assertEqual(self.apache.request("POST", path).status, 503)
        self.assert_passed(self.apache.browse("/some/where/else"))
        self.assert_passed(self.apache.browse("/images/sysacme/en"))
        self.assertEqual(self.apache.browse("/../etc/passwd").status, 400)

    def test_a_page_by_the_name_of_a_file(self):
        """To the application these are pages: it takes off what is behind a dot, and looks for scripts beside them."""
        for page in (
            "cases/main.png",
            "cases/main.css",
            "a.svg",
            "cases/other.js",
            "cases/main.js?v=1",
            "cases/main.JS",
            "5e4f7a/entry.php",
            "5e4f7a/logo.png?a=/entry.php",
            "e5f7a/logo.png",
            "a.b/5e4f7a/logo.png",
        ):
            with self.subTest(page):
                self.assert_sent(self.apache.browse(f"/sysacme/en/neoclassic/{page}"), "/upkeep/acme/en/neoclassic/")
                image = self.apache.get(f"/sysacme/en/neoclassic/{page}", Accept="image/*", Sec_Fetch_Dest="image")
                self.assertEqual(image.status, 503)
                self.assert_passed(self.apache.browse(f"/sysdone/en/neoclassic/{page}"))
        for path in (
            "/acme/oauth2/a.png",
            "/api/1.0/acme/a.png",
            "/sysacme/en.js",
            "/sysacme/en/neoclassic/services/a.js",
        ):
            self.assertIn(self.apache.browse(path).status, (303, 503), path)

    def test_whatever_a_page_accepts(self):
        """What reaches the application is stopped: an old browser as a person, all else as a program."""
        page = "/sysacme/en/neoclassic/cases/main"
        old = "Mozilla/4.0 (compatible; MSIE 8.0)"
        for status, headers in [
                (303, {"Accept": "application/xhtml+xml"}), (303, {"Accept": "TEXT/HTML"}),
                (303, {"Accept": "*/*", "User_Agent": old}), (303, {"User_Agent": old}),
                (303, {"Accept": "image/gif, image/jpeg, */*", "User_Agent": old}),
                (303, {"Accept": "*/*", "User_Agent": old, "Sec_Fetch_Dest": "iframe"}),
                (503, {"Accept": "*/*"}), (503, {}), (503, {"Accept": "*/*", "User_Agent": "curl/8.5"}),
                (503, {"Accept": "application/json"}), (503, {"Accept": "image/*", "Sec_Fetch_Dest": "image"}),
                (503, {"Accept": "image/png", "User_Agent": old}),
                (503, {"Accept": "*/*", "User_Agent": old, "X_Requested_With": "XMLHttpRequest"})]:
            for path in (page, page + "?a=x.png", "/acme/oauth2/authorize", "/sysacme/x.html", "/sysacme/.css"):
                with self.subTest(path, **headers):
                    self.assertEqual(self.apache.get(path, **headers).status, status)
            self.assert_passed(self.apache.get(page.replace("acme", "done"), **headers))

    def test_every_state(self):
        self.installation.set_script("echo BAD")
        self.installation.run("ws-upgrade", "acme")
        self.assert_sent(self.apache.browse(LOGIN.format("acme")), "/upkeep/acme/en/neoclassic/")
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.installation.run("ws-schedule", "globex")
        self.assert_sent(self.apache.browse(LOGIN.format("globex")), "/upkeep/globex/en/neoclassic/")
        self.installation.upgrade_by_hand("acme")
        self.assert_quiet(self.installation.run("ws-upgrade", "--accept", "acme"))
        self.assert_passed(self.apache.browse(LOGIN.format("acme")))

    @unittest.skipUnless(is_root(), "only root's Apache can change to another account")
    def test_the_map_program_has_its_own_account(self):
        owner = pathlib.Path(f"/proc/{map_program(self.apache)}").owner()
        self.assertEqual(owner, ACCOUNT_OF_MAP)

    def test_what_answers_for_the_map_program_killed(self):
        (answerer,) = children_of(map_program(self.apache))
        os.kill(answerer, signal.SIGKILL)
        wait_until_gone(answerer)
        wait_for(lambda: self.apache.browse(LOGIN.format("acme"), timeout=10).status == 303, "another one answers", 5)
        (other,) = children_of(map_program(self.apache))
        os.kill(other, signal.SIGSTOP)
        self.assert_passed(self.apache.browse(LOGIN.format("acme"), timeout=10))
        wait_for(lambda: self.apache.browse(LOGIN.format("acme"), timeout=10).status == 303, "it was replaced", 5)

    def test_map_program_killed(self):
        self.assertEqual(self.apache.browse(LOGIN.format("acme")).status, 303)
        os.kill(map_program(self.apache), signal.SIGKILL)
        for name in ("acme", "done", "acme", "nosuch"):
            self.assert_passed(self.apache.browse(LOGIN.format(name), timeout=10))
        self.apache.graceful()
        wait_for(lambda: self.apache.browse(LOGIN.format("acme")).status == 303, "a new map program answers", 30)


class AwayTest(WebTest):
    """With a server of its own, that goes away."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.close)

    def test_database_away(self):
        self.assertEqual(self.apache.browse(LOGIN.format("done")).status, 200)
        self.assertEqual(self.apache.browse(LOGIN.format("acme")).status, 303)
        self.server.stop()
        try:
            for name in ("acme", "done", "globex"):
                answer = self.apache.browse(LOGIN.format(name), timeout=10)
                self.assertEqual((answer.status, answer.headers["X-Application"]), (200, "yes"), f"\n{answer}")
            answer = self.apache.get("/upkeep/globex/status")
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), f"\n{answer}")
            self.assertEqual(answer.text, '{"error":"away"}\n')
            answer = self.apache.request("POST", "/upkeep/globex/request")
            self.assertEqual(answer.status, 503, f"\n{answer}")
            plain = self.apache.get("/upkeep/globex/plain")
            self.assertEqual((plain.status, plain.headers["Retry-After"]), (503, "5"), f"\n{plain}")
            self.assertIn("This page keeps trying.", plain.text)
            self.assertNotIn("upgrade continues", plain.text)
        finally:
            self.server.start()
        wait_for(lambda: self.apache.browse(LOGIN.format("acme")).status == 303, "the gate is back", 30)


if __name__ == "__main__":
    unittest.main()
