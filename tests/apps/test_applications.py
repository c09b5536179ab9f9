# SPDX-License-Identifier: MIT
# ctest: atd timeout=1200
"""Users of real wikis and blogs meet the gate, wait, and log in: in a real browser, Apache, at(1) and database."""

import json
import unittest

from upkeep_test import AtDaemon, module_server, wait_for
from upkeep_test.farms import FarmApache, FarmInstallation
from upkeep_test.mediawiki import ADMIN as WIKI_ADMIN, WikiFarm
from upkeep_test.web import PICTURES, PageTest, keep_shot
from upkeep_test.wordpress import ADMIN as BLOG_ADMIN, BlogFarm


class FarmPageTest(PageTest):
    farm: type

    def setUp(self):
        daemon = AtDaemon()
        self.addCleanup(daemon.close)
        farm = self.farm(module_server(), self.make_directory())
        self.installation = FarmInstallation(farm, schedule={"map_ttl_s": 0})
        self.addCleanup(self.installation.close)
        self.installation.add("done", older=False)
        self.apache = FarmApache(self.installation)
        self.addCleanup(self.apache.close)
        self.apache.start()
        self.add_old("acme")
        wait_for(lambda: self.ask("acme", "/").status == 303, "the gate is up", 30)

    def add_old(self, *names):
        self.installation.add(*names)

    def ask(self, name, path, **headers):
        """As a browser asks for a page."""
        return self.apache.browse(path, Host=self.apache.host(name), **headers)

    def ask_as_program(self, name, path, **headers):
        return self.apache.get(path, Host=self.apache.host(name), **headers)

    def runs(self):
        return self.installation.server.sql(
            f"SELECT workspace, state, reason FROM {self.installation.schema}.run ORDER BY id")


class WikiTest(FarmPageTest):
    farm = WikiFarm
    login = "/index.php?title=Special:UserLogin"

    def add_old(self, *names):
        self.installation.add(*names, pages=3000)  # some ten seconds

    def test_from_login_to_login(self):
        browser = self.open_browser(width=900, height=520)
        browser.open(self.apache.at("acme", self.login))
        self.wait_for_url(browser, "/upkeep/acme/")
        refused = self.ask_as_program("acme", "/api.php?action=query&format=json")
        self.assertEqual((refused.status, refused.headers["Content-Type"]), (503, "application/json"), f"\n{refused}")
        self.assertTrue(refused.headers["Retry-After"])
        self.assertEqual(json.loads(refused.body)["error"]["code"], "readonly")
        seen = self.watch(browser, "Special:UserLogin", 180)
        said = [now["said"] for now in seen]
        self.assertIn("Your workspace is being upgraded.", said)
        self.assertEqual(said[-1], "Your workspace is ready.")
        self.assert_never_falls(seen)
        self.assertEqual(seen[-1]["percent"], 100)
        for now in seen:  # which steps are seen depends on when the page looks
            self.assertRegex(now["step"], r"^(?:Step: (?:Updating [a-z ]+|Clearing caches))?$")
        self.assertFalse(any("revision" in str(now) or "actor" in str(now) for now in seen), seen)
        self.assertEqual(self.runs(), [["acme", "succeeded", "login"]])
        browser.type("#wpName1", WIKI_ADMIN[0])
        browser.type("#wpPassword1", WIKI_ADMIN[1])
        browser.click("#wpLoginAttempt")
        self.wait_for_text(browser, "#pt-userpage", WIKI_ADMIN[0])
        browser.open(self.apache.at("acme", "/index.php?title=Page_10"))
        self.wait_for_text(browser, "#firstHeading", "Page 10")
        answer = self.ask_as_program("acme", "/api.php?action=query&meta=siteinfo&format=json")
        self.assertEqual(json.loads(answer.body)["query"]["general"]["sitename"], "Acme")

    def test_a_broken_wiki(self):
        self.installation.configure(schedule={"retry_after_s": 900})
        self.installation.add("broken")
        self.installation.server.sql("RENAME TABLE site_stats TO kept; CREATE VIEW site_stats AS SELECT * FROM kept",
                                     "wiki_broken")
        browser = self.open_browser()
        browser.open(self.apache.at("broken", "/"))
        self.wait_for_text(browser, "#said", "We could not finish upgrading your workspace.")
        page = browser.text("body")
        for secret in ("site_stats", "Error 1347", "Rdbms", "php"):
            self.assertNotIn(secret, page)
        self.assertEqual(self.ask_as_program("broken", "/api.php").status, 503)
        said = self.installation.run("ws-progress", "broken").rows[0][-1]
        self.assertIn("Error 1347: 'wiki_broken.site_stats' is not of type 'BASE TABLE'", said)
        # A wiki cannot be asked for at the host of another.
        self.assertEqual(self.ask("acme", "/upkeep/broken/status").status, 404)

    @unittest.skipUnless(PICTURES, "for the documentation")
    def test_picture(self):
        self.installation.add("initech", "globex", pages=4000)
        self.assert_quiet(self.installation.run("ws-upgrade", "initech"))
        browser = self.open_browser(width=900, height=520)
        browser.prefer(prefers_reduced_motion="reduce")  # the bar does not glide
        browser.open(self.apache.at("globex", self.login))
        self.wait_for_url(browser, "/upkeep/globex/")
        wait_for(lambda: browser.text("#step") and (browser.property("#bar", "value") or 0) > 30, "it runs", 60)
        keep_shot(browser, "page-wiki.png")
        self.watch(browser, "Special:UserLogin", 180)

    def test_others_pass(self):
        self.assertEqual(self.ask("done", "/index.php?title=Main_Page").status, 200)
        self.assertIn("MediaWiki", self.ask("done", "/index.php?title=Main_Page").text)
        self.assertEqual(json.loads(self.ask_as_program("done", "/api.php?action=query&meta=siteinfo&format=json").body)
                         ["query"]["general"]["sitename"], "Done")
        self.assertEqual(self.ask("nosuch", "/index.php").status, 500)  # MediaWiki's own answer
        self.assertEqual(self.ask_as_program("acme", "/resources/assets/licenses/cc-0.png").status, 200)
        self.assertEqual(self.runs(), [])


class BlogTest(FarmPageTest):
    farm = BlogFarm

    def test_from_login_to_login(self):
        browser = self.open_browser()
        browser.open(self.apache.at("acme", "/wp-login.php"))
        self.wait_for_url(browser, "/upkeep/acme/")
        refused = self.ask_as_program("acme", "/wp-json/wp/v2/posts")
        if self.runs()[0][1] != "succeeded":  # it takes a second
            self.assertEqual((refused.status, refused.headers["Content-Type"]), (503, "application/json"))
            self.assertEqual(json.loads(refused.body)["data"]["status"], 503)
        self.assertEqual(self.watch(browser, "/wp-login.php", 120)[-1]["said"], "Your workspace is ready.")
        browser.type("#user_login", BLOG_ADMIN[0])
        browser.type("#user_pass", BLOG_ADMIN[1])
        browser.click("#wp-submit")
        # So does WordPress after an upgrade from 4.4.
        self.wait_for_text(browser, "body", "Administration email verification")
        browser.click("#correct-admin-email")
        self.wait_for_text(browser, "#wpadminbar", BLOG_ADMIN[0])
        self.assertEqual(self.runs(), [["acme", "succeeded", "login"]])
        self.assertIn("Hello world!", self.ask("acme", "/").text)
        self.assertIn("Hello world!", self.ask("done", "/").text)


if __name__ == "__main__":
    unittest.main()
