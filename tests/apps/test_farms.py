# SPDX-License-Identifier: MIT
"""The farms of the tests are what they say: older releases that the applications' own upgrades make new."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.dumps import structure
from upkeep_test.mediawiki import WikiFarm, run_php
from upkeep_test.wordpress import UPGRADE, BlogFarm, versions


class WikiTest(TestCase):
    def test_an_older_wiki_becomes_a_new_one(self):
        server = module_server()
        self.addCleanup(lambda: server.drop(*server.schemas("wiki\\_%")))
        farm = WikiFarm(server, self.make_directory())
        farm.add("old", pages=50)
        farm.add("new", older=False)
        self.assertNotEqual(structure(server, "wiki_old"), structure(server, "wiki_new"))
        self.assertFalse(farm.is_merged("old"))
        lines = farm.update("old").splitlines()
        self.assertIn("Creating user_autocreate_serial table...done.", lines)
        self.assertIn("Completed merge of revision_actor into the revision table, 51 rows updated.", lines)
        self.assertRegex(lines[-1], r"^Done in [0-9.]+ s\.$")
        self.assertEqual(structure(server, "wiki_old"), structure(server, "wiki_new"))
        self.assertTrue(farm.is_merged("old"))
        self.assertNotIn("Creating user_autocreate_serial table...done.", farm.update("old"))


class BlogTest(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = module_server()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.farm = BlogFarm(cls.server, cls.directory)

    def setUp(self):
        self.addCleanup(lambda: self.server.drop(*self.server.schemas("blog\\_%")))

    def upgrade(self, *words):
        return subprocess.run(["php", UPGRADE, *words], cwd=self.farm.tree, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def assert_fails(self, *words, status=1, why):
        done = self.upgrade(*words)
        self.assertEqual(done.returncode, status, done)
        self.assertIn(why, done.stdout + done.stderr)
        self.assertNotIn("Upgraded: ", done.stdout)
        return done.stdout

    def version(self, name):
        return self.server.value("SELECT option_value FROM wp_options WHERE option_name = 'db_version'", f"blog_{name}")

    def test_an_older_blog_becomes_a_new_one(self):
        current = str(versions()[1])
        self.farm.add("old", posts=50)
        self.farm.add("new", older=False)
        self.assertNotEqual(structure(self.server, "blog_old"), structure(self.server, "blog_new"))
        lines = self.farm.update("old").splitlines()
        self.assertEqual(lines[0], f"Database version 35700, to be upgraded to {current}")
        self.assertEqual(lines[-1], f"Upgraded: old.blog.test has database version {current}")
        self.assertIn("> Changing table wp_options", lines)
        self.assertEqual([line.startswith("> ") for line in lines[1:-1]], [True, False] * (len(lines) // 2 - 1))
        self.assertEqual(structure(self.server, "blog_old"), structure(self.server, "blog_new"))
        self.assertEqual(self.version("old"), current)
        self.assertEqual(self.farm.update("old").splitlines(),
                         [f"Database version {current}, to be upgraded to {current}", lines[-1]])

    def test_what_fails_is_tried_again(self):
        self.farm.add("broken")
        self.server.sql("RENAME TABLE wp_comments TO kept; CREATE VIEW wp_comments AS SELECT * FROM kept",
                        "blog_broken")
        said = self.assert_fails("broken.blog.test", why="error: 'blog_broken.wp_comments' is not of type 'BASE TABLE'")
        self.assertEqual(said.splitlines()[-1], "error: 'blog_broken.wp_comments' is not of type 'BASE TABLE'")
        self.assertEqual(self.version("broken"), "35700")
        self.server.sql("DROP VIEW wp_comments; RENAME TABLE kept TO wp_comments", "blog_broken")
        self.farm.add("new", older=False)
        self.farm.update("broken")
        self.assertEqual(structure(self.server, "blog_broken"), structure(self.server, "blog_new"))

    def test_no_such_blog(self):
        self.assert_fails("nosuch.blog.test", why="config-nosuch.blog.test.php")
        self.farm.add("acme")
        self.assert_fails("acme.blog.test/two", why="error: this is no multisite: name the host alone")
        self.farm.add("empty")
        self.server.sql("DROP DATABASE blog_empty")
        self.assert_fails("empty.blog.test", why="error: Cannot select database")
        self.server.sql("CREATE DATABASE blog_empty")
        self.assert_fails("empty.blog.test", why="error: no WordPress is installed in the database of empty.blog.test")

    def test_a_multisite(self):
        self.farm.add("net", older=False)
        php = ("$_SERVER['HTTP_HOST'] = 'net.blog.test'; $_SERVER['REQUEST_URI'] = '/';"
               "$_SERVER['REMOTE_ADDR'] = '::1'; {} require 'wp-load.php';"
               " require ABSPATH . 'wp-admin/includes/upgrade.php'; {}")
        run_php(self.farm.tree, ["-r", php.format(
            "define('WP_INSTALLING_NETWORK', true);",
            "foreach ($wpdb->tables('ms_global') as $name => $table) { $wpdb->$name = $table; }"
            "install_network(); populate_network(1, 'net.blog.test', 'a@example.org', 'Net', '/', false);")])
        config = self.farm.configurations / "config-net.blog.test.php"
        network = {"MULTISITE": "true", "SUBDOMAIN_INSTALL": "false", "DOMAIN_CURRENT_SITE": "'net.blog.test'",
                   "PATH_CURRENT_SITE": "'/'", "SITE_ID_CURRENT_SITE": "1", "BLOG_ID_CURRENT_SITE": "1"}
        addresses = ("define('WP_HOME'", "define('WP_SITEURL'")
        lines = [line for line in config.read_text().splitlines() if not line.startswith(addresses)]
        config.write_text("\n".join([*lines, *(f"define('{name}', {value});" for name, value in network.items()), ""]))
        run_php(self.farm.tree, ["-r", php.format("", "wpmu_create_blog('net.blog.test', '/two/', 'Two', 1);")])
        self.server.sql("UPDATE wp_2_options SET option_value = '35700' WHERE option_name = 'db_version';"
                        "ALTER TABLE wp_2_options DROP INDEX autoload", "blog_net")
        self.assertNotIn("> ", self.upgrade("net.blog.test").stdout)
        done = self.upgrade("net.blog.test/two")
        self.assertIn("> Changing table wp_2_options\n", done.stdout)
        self.assertIn("\nUpgraded: net.blog.test/two has database version ", done.stdout)
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema ="
                                           " 'blog_net' AND index_name = 'autoload'"), "2")
        self.assert_fails("net.blog.test/nosuch", why="error: this network has no site net.blog.test/nosuch/")

    def test_newer_than_the_code(self):
        self.farm.add("later")
        self.server.sql("UPDATE wp_options SET option_value = '99999' WHERE option_name = 'db_version'", "blog_later")
        self.assert_fails("later.blog.test", why="error: the database has version 99999, newer than this WordPress")
        self.assertEqual(self.version("later"), "99999")

    def test_a_configuration_that_cannot_be_used(self):
        self.farm.add("acme")
        config = self.farm.configurations / "config-acme.blog.test.php"
        good = config.read_text()
        config.write_text(good.replace(self.server.socket, "/nonexistent"))
        self.assert_fails("acme.blog.test", why="error: Error establishing a database connection")
        config.write_text("<?php no language at all")
        self.assert_fails("acme.blog.test", why="PHP Parse error")
        self.assertEqual(self.version("acme"), "35700")

    def test_usage(self):
        for words in ([], ["a", "b"], ["a;b"], ["-h"], [""], ["a\n"], ["../a"]):
            self.assert_fails(*words, status=64, why="usage: ")
        done = subprocess.run(["php", UPGRADE, "a.blog.test"], cwd="/", stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stdout),
                         (1, "error: / is not the directory of WordPress: it has no wp-load.php\n"))


if __name__ == "__main__":
    unittest.main()
