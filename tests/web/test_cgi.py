# SPDX-License-Identifier: MIT
"""What strangers can send: methods, sizes, paths, parameters; and what the web server's account may do."""

import concurrent.futures
import fcntl
import itertools
import json
import os
import pathlib
import socket
import stat
import subprocess
import unittest
from typing import Optional

from upkeep_test import REPOSITORY, process, wait_for, wait_until_gone
from upkeep_test.apache import Answer, is_root
from upkeep_test.process import processes_using
from upkeep_test.web import WebTest

EVIL = ["%3Cscript%3Ealert(1)%3C/script%3E", "acme%00", "acme%0A", "acme%20done", "..%2F..%2Fetc%2Fpasswd", "acme;id",
        "$(id)", "`id`", "acme'--", "-n", "--all", ".hidden", "..", "acme%2F..%2Fdone", "%", "%zz", "\xe4cme", "a" * 65,
        "a" * 4000, "acme%26ws=done", "*", "wf_%25", "acme|id", "%ff%fe"]
PUBLIC = {
    "workspace",
    "state",
    "percent",
    "position",
    "eta_s",
    "step",
    "start_s",
    "reference",
    "poll_s",
    "as_of",
    "retry_at",
}


class CgiTest(WebTest):
    php = False
    pmos = ""

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}  # nothing ever starts

    def runs(self) -> list:
        return self.installation.server.sql("SELECT workspace, state FROM upkeep.run")

    def test_only_public_fields(self):
        for workspace in ("acme", "done", "nosuch"):
            answer = self.apache.get(f"/upkeep/{workspace}/status")
            self.assertEqual(set(json.loads(answer.body)), PUBLIC)
            self.assertEqual(answer.status, 404 if workspace == "nosuch" else 200)
            self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertFalse((self.apache.status_dir / "nosuch.json").exists())

    def test_headers(self):
        for path in (
            "/upkeep/acme/",
            "/upkeep/acme/status",
            "/upkeep/acme/plain",
            "/upkeep/page.js",
            "/upkeep/nosuch/status",
            "/upkeep-cgi/ws-status?ws=%3C",
            "/upkeep/acme/request",
        ):
            with self.subTest(path):
                headers = self.apache.get(path).headers
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                policy = headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertEqual(headers["Cache-Control"], "max-age=300" if "page.js" in path else "no-store")
        # A process of prefork that waits for the next poll is none for the application.
        self.assertEqual(self.apache.get("/upkeep/acme/status").headers["Connection"], "close")
        self.assertNotEqual(self.apache.get("/upkeep/acme/").headers["Connection"], "close")
        for path in ("/upkeep/acme/", "/upkeep/acme/plain"):
            text = self.apache.get(path).text
            self.assertNotRegex(text, r"(?i)<script(?! src=)|\son\w+=|style=|javascript:")

    def test_methods(self):
        for path, allowed in (("/upkeep/acme/status", "GET, HEAD"), ("/upkeep/acme/plain", "GET, HEAD"),
                              ("/upkeep/acme/request", "POST")):
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
                with self.subTest(path, method=method):
                    answer = self.apache.request(method, path)
                    if method in allowed.split(", "):
                        self.assertEqual(answer.status, 200, f"\n{answer}")
                    else:
                        self.assertIn(answer.status, (405, 501), f"\n{answer}")
        self.assertEqual(self.apache.request("HEAD", "/upkeep/acme/status").body, b"")

    def test_looking_starts_nothing(self):
        for path in ("/upkeep/acme/", "/upkeep/acme/status", "/upkeep/acme/plain", "/upkeep/acme/request"):
            self.apache.get(path)
        self.assertEqual(self.runs(), [])

    def test_many_requests_are_one(self):
        def post(_):
            return self.apache.request("POST", "/upkeep/acme/request", timeout=60).status
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(post, range(24)))
        self.assertLessEqual(set(answers), {200, 503})
        self.assertIn(200, answers)
        self.assertEqual(self.runs(), [["acme", "queued"]])

    def test_upgraded_and_unknown_are_not_queued(self):
        self.assertEqual(json.loads(self.apache.request("POST", "/upkeep/done/request").body)["state"], "upgraded")
        answer = self.apache.request("POST", "/upkeep/nosuch/request")
        self.assertEqual((answer.status, json.loads(answer.body)["state"]), (404, "unknown"))
        self.assertEqual(self.runs(), [])

    def test_full_queue(self):
        self.installation.configure(schedule={"max_queue": 1})
        self.assertEqual(self.apache.request("POST", "/upkeep/acme/request").status, 200)
        answer = self.apache.request("POST", "/upkeep/globex/request")
        self.assertEqual((answer.status, answer.text), (503, '{"error":"busy"}\n'))
        self.assertTrue(answer.headers["Retry-After"])

    def test_attempts_hold(self):
        self.installation.configure(schedule={"attempts": 1})
        self.installation.set_script("echo BAD")
        self.installation.run("ws-upgrade", "acme")
        answer = json.loads(self.apache.request("POST", "/upkeep/acme/request").body)
        self.assertEqual(answer["state"], "failed")
        self.assertTrue(answer["reference"])
        self.assertEqual(self.runs(), [["acme", "failed"]])

    def test_few_may_ask_at_once(self):
        """Whoever asks for what is not there does not keep the web server's processes from others."""
        self.apache.get("/upkeep/nosuch/status")  # makes the places
        places = [open(self.apache.status_dir / f".place.{n}", "rb") for n in range(8)]
        try:
            for place in places:
                fcntl.flock(place, fcntl.LOCK_EX)
            for method, path in (("GET", "status"), ("GET", "plain"), ("POST", "request")):
                answer = self.apache.request(method, f"/upkeep/other/{path}")
                self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), f"\n{answer}")
            self.assertIn("try again automatically", self.apache.get("/upkeep/acme/plain").text)
            answer = self.apache.get("/api/1.0/acme/cases")
            self.assertEqual((answer.status, json.loads(answer.body)["error"]), (503, "upgrade"))
            self.assertEqual(self.runs(), [])
            self.assertEqual(self.apache.get("/upkeep/nosuch/status").status, 404, "it is known that it is not there")
        finally:
            for place in places:
                place.close()
        self.assertEqual(self.apache.get("/upkeep/other/status").status, 404)

    def test_no_place_is_kept_by_what_goes_on(self):
        self.assertEqual(self.apache.request("POST", "/upkeep/acme/request").status, 200)
        for number in range(8):
            with open(self.apache.status_dir / f".place.{number}", "rb") as place:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_what_is_not_there_is_remembered(self):
        self.assertEqual(self.apache.get("/upkeep/nosuch/status").status, 404)
        self.installation.add_small("nosuch")
        for method, path in (("GET", "status"), ("POST", "request")):
            answer = self.apache.request(method, f"/upkeep/nosuch/{path}")
            self.assertEqual((answer.status, json.loads(answer.body)["state"]), (404, "unknown"))
        self.assertEqual(self.apache.get("/upkeep/nosuch/plain").status, 200)
        self.assertEqual(self.apache.get("/upkeep/nosuc/status").status, 404)
        wait_for(lambda: self.apache.get("/upkeep/nosuch/status").status == 200, "for a short while", 30)
        for number in range(80):
            self.apache.get(f"/upkeep/no{number}/status")
        self.assertLessEqual(len((self.apache.status_dir / ".unknown").read_text().splitlines()), 64)

    def marked(self, flag: str) -> None:
        """From now on each start of a CGI program is counted in the file `flag`."""
        for name in ("ws-status", "ws-plain", "ws-request"):
            program = self.apache.directory / "cgi" / name
            program.write_text(
                program.read_text().replace("# SPDX", f"echo >> '{self.apache.status_dir}/{flag}'\n# SPDX", 1)
            )

    def test_names_that_are_nowhere_start_no_program(self):
        """Beyond a few, Apache refuses them alone; who asks for what is there is answered all the while."""
        (self.apache.status_dir / "started").touch()
        (self.apache.status_dir / "started").chmod(0o666)
        self.marked("started")

        def started() -> int:
            return (self.apache.status_dir / "started").stat().st_size
        numbers = itertools.count()

        def refused(method: str, path: str) -> Optional[Answer]:
            """The answer to the name that starts no program; None: one was started."""
            before = started()
            answer = self.apache.request(method, path.format(f"no{next(numbers)}"))
            return answer if started() == before and answer.status == 404 else None

        for method, path in (("GET", "/upkeep/{}/status"), ("POST", "/upkeep/{}/request"), ("GET", "/upkeep/{}/plain"),
                             ("GET", "/upkeep/{}/es/neoclassic/plain"), ("GET", "/upkeep-cgi/ws-status?ws={}"),
                             ("GET", "/upkeep-cgi/ws-plain?ws={}&l=en")):
            with self.subTest(path, method=method):
                answer = wait_for(lambda: refused(method, path), "Apache refuses alone", 30, every=0)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
                self.assertEqual(answer.headers["Connection"], "close")
                if "plain" in path:
                    self.assertIn("There is no such workspace", answer.text)
                    self.assertIn("text/html", answer.headers["Content-Type"])
                else:
                    record = json.loads(answer.body)
                    self.assertEqual((set(record), record["state"]), (PUBLIC, "unknown"))
                    self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(self.apache.get("/upkeep/acme/status").status, 200)
        self.installation.add_small("recent")
        wait_for(lambda: self.apache.get("/upkeep/recent/status").status == 200, "a new one is found", 30)

    def test_each_visitor_has_a_share(self):
        self.installation.configure(web={"logins_per_address": 1})
        for name in ("acme", "globex"):
            self.assertEqual(self.apache.request("POST", f"/upkeep/{name}/request").status, 200)
        rows = self.installation.server.sql("SELECT workspace, priority, address FROM upkeep.run ORDER BY id")
        self.assertEqual(rows, [["acme", "5", "127.0.0.1"], ["globex", "6", "127.0.0.1"]])

    def test_evil_names(self):
        before = sorted(path.name for path in self.apache.status_dir.iterdir())
        for name in EVIL:
            for path in (f"/upkeep/{name}/status", f"/upkeep/{name}/plain", f"/upkeep-cgi/ws-status?ws={name}",
                         f"/upkeep-cgi/ws-plain?ws={name}", f"/upkeep/{name}/"):
                with self.subTest(path[:60]):
                    answer = self.raw("GET", path)
                    self.assertIn(answer.split(b" ", 2)[1], (b"400", b"403", b"404"), answer)
                    self.assertNotIn(b"<script>alert", answer)
                    self.assertNotIn(b"uid=", answer)
            answer = self.raw("POST", f"/upkeep-cgi/ws-request?ws={name}")
            self.assertIn(answer.split(b" ", 2)[1], (b"400", b"404"), answer)
        self.assertEqual(self.runs(), [])
        after = sorted(path.name for path in self.apache.status_dir.iterdir() if not path.name.startswith("."))
        self.assertEqual(after, [name for name in before if not name.startswith(".")])

    def raw(self, method: str, target: str, more: bytes = b"") -> bytes:
        """A request line as it is, which http.client would refuse."""
        with socket.create_connection(("127.0.0.1", self.apache.port), timeout=30) as line:
            line.sendall(
                f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode("latin-1") + more + b"\r\n"
            )
            answer = b""
            while chunk := line.recv(65536):
                answer += chunk
            return answer

    def test_evil_parameters_of_the_page(self):
        for query in ("l=%3Cscript%3E", "l=en\"onload=", "s=../../x", "l=" + "e" * 500):
            answer = self.raw("GET", f"/upkeep-cgi/ws-plain?ws=acme&{query}")
            self.assertIn(b" 200 ", answer[:20])
            self.assertNotIn(b"<script>", answer)
            self.assertNotIn(b"onload", answer)
        answer = self.apache.get("/upkeep/acme/plain", Accept_Language="\"><script>,es;q=0.5")
        self.assertIn('lang="es"', answer.text)
        self.assertNotIn("<script>", answer.text)

    def test_paths(self):
        for path in (
            "/upkeep-cgi/visitor.sh",
            "/upkeep-cgi/ws-wait",
            "/upkeep-cgi/ws-wait?ws=acme",
            "/upkeep-cgi/ws-visitor",
            "/upkeep-cgi/ws-admin",
            "/upkeep-cgi/",
            "/upkeep-cgi/ws-status/..;/x?ws=acme",
            "/upkeep-cgi/ws-status/extra?ws=acme",
            "/upkeep-cgi/..%2fstatus%2f.keeper",
            "/upkeep/../status/acme.json",
            "/upkeep/.keeper",
            "/upkeep-admin",
            "/upkeep/acme/status/",
            "/upkeep/acme/other",
        ):
            with self.subTest(path):
                self.assertIn(self.raw("GET", path).split(b" ", 2)[1], (b"400", b"403", b"404"))

    def test_oversize(self):
        answer = self.apache.request("POST", "/upkeep/acme/request", body=b"x" * 100_000)
        self.assertIn(answer.status, (200, 413), f"\n{answer}")

        def accepted():
            answer = self.apache.request("POST", "/upkeep/acme/request", body=b"x" * 2000, Content_Type="text/plain")
            self.assertIn(answer.status, (200, 503), f"\n{answer}")
            return answer.status == 200
        wait_for(accepted, "the program of the refused request has ended, and it is this one's turn")
        self.assertEqual(self.runs(), [["acme", "queued"]])
        self.assertIn(self.raw("GET", "/upkeep/acme/status?" + "x" * 20000).split(b" ", 2)[1], (b"414", b"400"))

    def test_other_sites_cannot_send_browsers(self):
        for site in ("cross-site", "same-site"):
            self.assertEqual(self.apache.request("POST", "/upkeep/acme/request", Sec_Fetch_Site=site).status, 403)
        self.assertEqual(self.runs(), [])
        self.assertEqual(self.apache.request("POST", "/upkeep/acme/request", Sec_Fetch_Site="same-origin").status, 200)

    def test_the_form_leads_back(self):
        answer = self.apache.browse("/upkeep/acme/es/neoclassic/request", "POST")
        self.assertEqual((answer.status, answer.headers["Location"]), (303, "plain"))
        self.assertEqual(self.runs(), [["acme", "queued"]])
        text = self.apache.get("/upkeep/acme/es/neoclassic/plain").text
        self.assertIn("espera su turno", text)
        self.assertRegex(text, r'http-equiv="refresh" content="\d+"')

    def test_a_dead_publisher_is_found_out(self):
        self.assertEqual(self.apache.request("POST", "/upkeep/acme/request").status, 200)

        def publisher():
            return [pid for pid in processes_using(self.installation.directory) + processes_using(self.apache.directory)
                    if b"--publish" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()]
        (first,) = set(wait_for(publisher, "a publisher runs"))
        os.kill(first, 9)
        wait_until_gone(first)
        os.utime(self.apache.status_dir / "acme.json", (1, 1))
        self.assertEqual(self.apache.get("/upkeep/acme/status?fresh").status, 200)
        self.assertNotEqual(set(wait_for(publisher, "another one runs")), {first})
        self.assertEqual(self.runs(), [["acme", "queued"]])
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        wait_for(lambda: not publisher(), "it ends with the queue", 30)
        self.assertEqual(self.published("acme")["state"], "pending")


class RefusedTest(WebTest):
    """A map program that refuses everybody."""

    php = False
    pmos = ""
    guarded = False

    def open_apache(self, installation):
        # As an account of its own it can enter no directory of ours: a program of the system does.
        self.define = {"UPKEEP_MAP": "/usr/bin/stdbuf -oL /usr/bin/sed s/.*/busy/"}
        return super().open_apache(installation)

    def test_busy(self):
        for method, path in (("GET", "status"), ("GET", "plain"), ("POST", "request")):
            with self.subTest(path):
                answer = self.apache.request(method, f"/upkeep/acme/{path}")
                self.assertEqual((answer.status, answer.headers["Retry-After"], answer.headers["Connection"]),
                                 (503, "10", "close"), f"\n{answer}")
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                if path == "plain":
                    self.assertIn("try again automatically", answer.text)
                    self.assertEqual(answer.headers["Refresh"], "10")
                else:
                    self.assertEqual(json.loads(answer.body), {"error": "busy"})
        self.assertEqual(list(self.apache.status_dir.iterdir()), [], "no program has been started")
        self.assertEqual(self.apache.get("/upkeep/acme/").status, 200)
        (self.apache.status_dir / "acme.json").write_text("{}")
        self.assertEqual(self.apache.get("/upkeep/acme/status").text, "{}", "what is published is served all the same")
        self.assertEqual(self.apache.get("/upkeep-refused/busy").status, 404)


@unittest.skipUnless(is_root(), "needs root, to become www-data")
class RightsTest(WebTest):
    php = False
    pmos = ""

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}

    def as_www_data(self, *argv, stdin=""):
        return process.run(argv[0], *argv[1:], stdin=stdin, user="www-data", cwd="/")

    def visitor(self, *arguments, stdin=""):
        return self.as_www_data("/usr/bin/sudo", "-n", "-u", "root", str(self.apache.directory / "run-ws-visitor"),
                                *arguments, stdin=stdin)

    def test_the_one_way(self):
        found = self.visitor(stdin="status acme\n")
        self.assertEqual(json.loads(found.stdout)["state"], "pending")
        self.assertEqual(json.loads(self.visitor(stdin="request acme\n").stdout)["state"], "queued")
        self.assertEqual(self.visitor(stdin="record acme\n").rows[0][:2], ["acme", "queued"])

    def test_no_other_way(self):
        self.assertNotEqual(self.as_www_data("/usr/bin/at", "-l").status, 0)
        self.assertNotEqual(self.visitor("acme", stdin="status acme\n").status, 0)
        self.assertNotEqual(self.as_www_data("/usr/bin/sudo", "-n", "-u", "root", "/bin/sh", "-c", "id").status, 0)
        for words in (
            "",
            "\n",
            "drop acme\n",
            "status\n",
            "status acme done\n",
            "status acme\nrequest globex\n",
            "log acme\n",
            "status " + "a" * 5000,
            "request $(touch /tmp/x)\n",
            "request -n\n",
            "request --all\n",
        ):
            result = self.visitor(stdin=words)
            if words.startswith("status acme\n"):  # one line counts
                self.assertEqual(json.loads(result.stdout)["workspace"], "acme")
            else:
                self.assertIn(result.status, (2, 64, 65), f"{words[:40]!r}\n{result}")
        self.assertEqual(self.installation.server.sql("SELECT COUNT(*) FROM upkeep.run"), [["0"]])

    def test_files(self):
        mode = (self.apache.status_dir / "acme.json")
        self.visitor(stdin="status acme\n")
        self.assertEqual(stat.S_IMODE(mode.stat().st_mode), 0o644)
        listed = subprocess.run(
            ["visudo", "-cf", str(self.shipped_rules())], capture_output=True, text=True, check=False
        )
        self.assertEqual(listed.returncode, 0, listed)

    def shipped_rules(self):
        copy = self.make_directory() / "sudoers"
        copy.write_text((REPOSITORY / "share" / "sudoers").read_text())
        copy.chmod(0o440)
        return copy


if __name__ == "__main__":
    unittest.main()
