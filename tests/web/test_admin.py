# SPDX-License-Identifier: MIT
"""The administrator's page: the fleet, the queue and the logs, for those who can log in."""

import base64
import unittest

from upkeep_test import wait_for

from web.helpers import USERS, PageTest


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

    def test_evil_parameters(self):
        for query in ("ws=..%2f..%2fetc%2fpasswd", "ws=", "ws=-n", "ws=.x", "run=1", "ws=%3Cscript%3E", "ws=a&ws=b", "ws=a;id"):
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
            return "running" in browser.text(".legend") and browser.text("table").count("%") and "Part 3" in browser.text("main")
        wait_for(running, "one runs", 30)
        self.assertIn("Upgrades of 16 workspaces", browser.text("h1"))
        self.assertIn("umbrella", browser.text("main"))
        self.assertGreater(browser.script("return document.querySelector('svg').getBoundingClientRect().height"), 10)
        fill = browser.script("return getComputedStyle(document.querySelector('rect.failed')).fill")
        self.assertEqual(fill, "rgb(192, 70, 60)")
        self.keep_picture(browser, "admin.png")
        self.assert_calm(browser)
        drain.kill()


if __name__ == "__main__":
    unittest.main()
