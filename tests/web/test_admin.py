# SPDX-License-Identifier: MIT
"""The administrator's page: the fleet, the queue and the logs, for those who can log in."""

import base64
import os
import unittest

from upkeep_test import wait_for
from upkeep_test.web import USERS, PageTest, keep_picture


class AdminTest(PageTest):
    php = False
    pmos = ""

    def drained_at_once(self):
        return {"via": "command", "command": ["true"]}

    def open_apache(self, installation):
        users = self.make_directory()
        users.chmod(0o755)
        (users / "users").write_text(USERS)
        self.define = {"UPKEEP_ADMIN_USERS": users / "users"}
        return super().open_apache(installation)

    def get(self, path: str, user: str = "ann:right"):
        return self.apache.get(path, Authorization="Basic " + base64.b64encode(user.encode()).decode())

    def test_only_with_a_login(self):
        self.assertEqual(self.apache.get("/upkeep-admin").status, 401)
        self.assertEqual(self.get("/upkeep-admin", "ann:wrong").status, 401)
        self.assertEqual(self.apache.get("/upkeep-admin?ws=acme").status, 401)
        self.assertEqual(self.apache.get("/upkeep-cgi/ws-admin").status, 404)
        self.assertEqual(self.get("/upkeep-admin").status, 200)
        self.assertEqual(self.apache.request("POST", "/upkeep-admin").status, 401)

    def test_the_fleet(self):
        self.installation.add_small("bad", "next")
        self.installation.set_script("step '<b>Part</b>' true; echo 'BAD <script>alert(1)</script>'")
        self.installation.run("ws-upgrade", "bad")
        self.steps(2, 0)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))
        self.assert_quiet(self.installation.run("ws-schedule", "next"))
        page = self.get("/upkeep-admin")
        self.assertIn("Upgrades of 5 workspaces", page.text)
        for words in ("2 upgraded", "1 queued", "1 pending", "1 failed", "1 queued, 0 running", "Failed or unknown"):
            self.assertIn(words, page.text)
        self.assertIn('role="img"', page.text)
        self.assertIn('href="/upkeep-admin?ws=bad"', page.text)
        self.assertNotIn("<script", page.text)
        log = self.get("/upkeep-admin?ws=bad")
        self.assertEqual(log.status, 200)
        self.assertIn("&gt; &lt;b&gt;Part&lt;/b&gt;", log.text)
        self.assertNotIn("<script", log.text)
        self.assertEqual(self.get("/upkeep-admin?ws=acme").status, 404)
        self.assertEqual(self.get("/upkeep-admin?ws=nosuch").status, 404)

    def test_what_is_held(self):
        """It has no place in the queue, and the page says why."""
        run = self.installation.run
        self.installation.add_small("initech", "later")
        self.assert_quiet(run("ws-schedule", "initech"))
        self.assert_quiet(run("ws-schedule", "--sweep", "night", "later", "--max-failures", "1"))
        self.installation.server.sql(
            "UPDATE upkeep.sweep SET stopped_at = UTC_TIMESTAMP(3), stopped_by = 'max-failures'"
        )
        for name, *gate in (("initech", "--gate", "closed"), ("acme",)):
            self.assert_quiet(run("ws-schedule", "--hold", name, "--why", "exams <i>", *gate))
        self.assert_quiet(run("ws-schedule", "--hold", "done", "--why", "nothing to hold back"))
        page = self.get("/upkeep-admin").text
        self.assertIn("2 queued, 0 running, 1 at a time; 2 held", page)
        queued = page[page.index("Queued</caption>"):page.index("Held</caption>")]
        held = page[page.index("Held</caption>"):]
        self.assertIn("later", queued)
        self.assertIn("sweep night is stopped", queued)
        self.assertNotIn("initech", queued)
        for words in ("initech", "acme", "closed</td>", "open</td>", "exams &lt;i&gt;"):
            self.assertIn(words, held)
        self.assertNotIn("nothing to hold back", held)
        browser = self.open_browser()
        browser.emulate_phone(320, 640)
        browser.open(self.apache.url.replace("//", "//ann:right@") + "/upkeep-admin")
        self.assertIn("held", browser.text("main"))
        self.assertFalse(browser.script("return document.documentElement.scrollWidth > innerWidth"))
        # A row is a block of its own there: columns would leave a reason one word a line.
        self.assertTrue(browser.script("const reason = [...document.querySelectorAll('td')].find((cell) =>"
                                       " cell.textContent.includes('exams')); return reason.offsetWidth > 200"))

    def test_only_logs_are_shown(self):
        """The path of a log comes from a table that others may write, too."""
        self.installation.run("ws-upgrade", "acme")
        log = self.installation.log_files("acme")[0]
        self.assertEqual(self.get("/upkeep-admin?ws=acme").status, 200)
        secret = self.installation.directory / "secret"
        secret.write_text("S3cret\n")
        inside = log.parent
        (inside / "link").symlink_to(secret)
        (inside / "hard").hardlink_to(secret)
        (inside / "directory").symlink_to(self.installation.directory)
        os.mkfifo(inside / "pipe")
        for path in (secret, inside / "link", inside / "hard", inside / "directory" / "secret", inside / "pipe", inside,
                     f"{inside}/../../secret", f"{inside}/./{log.name}", "secret", "", "/dev/zero", f"{log}\0"):
            with self.subTest(str(path)):
                hexed = str(path).encode().hex()
                self.installation.server.sql(f"UPDATE upkeep.run SET log = x'{hexed}'")
                answer = self.get("/upkeep-admin?ws=acme")
                self.assertEqual(answer.status, 404)
                self.assertNotIn("S3cret", answer.text)
                shown = self.installation.run("ws-progress", "--log", "acme")
                self.assertEqual((shown.status, shown.stdout), (66, b""))

    def test_the_end_of_a_log_is_kept(self):
        for text in ("line\n" * 100_000, "x" * 1_000_000, "\xff\xfe" * 300_000, "ä" * 300_000):
            self.installation.run("ws-upgrade", "--force", "acme")
            log = self.installation.log_files("acme")[-1]
            log.write_bytes(text.encode("latin-1") + b"THE <END>\\n\n")
            self.installation.server.sql(f"UPDATE upkeep.run SET log = '{log}' WHERE workspace = 'acme'")
            page = self.get("/upkeep-admin?ws=acme")
            self.assertEqual(page.status, 200)
            self.assertIn("THE &lt;END&gt;\\n", page.text)
            self.assertLess(len(page.body), 400_000)

    def test_evil_parameters(self):
        for query in (
            "ws=..%2f..%2fetc%2fpasswd",
            "ws=",
            "ws=-n",
            "ws=.x",
            "run=1",
            "ws=%3Cscript%3E",
            "ws=a&ws=b",
            "ws=a;id",
        ):
            with self.subTest(query):
                answer = self.get(f"/upkeep-admin?{query}")
                self.assertEqual(answer.status, 400)

    def test_in_a_browser(self):
        self.installation.add_small("initech", "hooli", "umbrella", "wayne")
        self.installation.add_small(*(f"ready{n}" for n in range(9)), upgraded=True)
        self.installation.set_script("echo 'BAD the disk is full'")
        self.installation.run("ws-upgrade", "umbrella")
        self.steps(4, 0.5)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))
        self.assert_quiet(self.installation.run("ws-schedule", "acme", "initech", "hooli"))
        self.steps(6, 1)
        drain = self.start("ws-upgrade", "--drain", env=self.installation.env)
        browser = self.open_browser(width=1100, height=760)
        browser.open(self.apache.url.replace("//", "//ann:right@") + "/upkeep-admin")

        def running():
            browser.reload()
            return (
                "running" in browser.text(".legend")
                and browser.text("table").count("%")
                and "Part 3" in browser.text("main")
            )
        wait_for(running, "one runs", 30)
        self.assertIn("Upgrades of 16 workspaces", browser.text("h1"))
        self.assertIn("umbrella", browser.text("main"))
        self.assertGreater(browser.script("return document.querySelector('svg').getBoundingClientRect().height"), 10)
        fill = browser.script("return getComputedStyle(document.querySelector('rect.failed')).fill")
        self.assertEqual(fill, "rgb(192, 70, 60)")
        keep_picture(browser, "admin.png")
        self.assert_calm(browser)
        drain.kill()


if __name__ == "__main__":
    unittest.main()
