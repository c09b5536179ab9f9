# SPDX-License-Identifier: MIT
# ctest: timeout=1200
"""The suite upgrades real wikis and blogs by the shipped profiles: one fails, one is killed, a night takes the rest."""

import json
import unittest

from upkeep_test import TestCase, is_long, module_server, wait_for
from upkeep_test.dumps import structure
from upkeep_test.farms import FarmInstallation
from upkeep_test.mediawiki import WikiFarm
from upkeep_test.process import end_process, processes_using
from upkeep_test.wordpress import BlogFarm

WIKIS, BLOGS = (10, 3) if is_long() else (3, 1)


class FarmCase(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = module_server()

    def open_farm(self, kind, **sections):
        installation = FarmInstallation(kind(self.server, self.make_directory()), **sections)
        self.addCleanup(installation.close)
        return installation

    def runs(self, installation):
        """Workspace, state and detail of every run, oldest first."""
        return self.server.sql(f"SELECT workspace, state, detail FROM {installation.schema}.run ORDER BY id")

    def assert_like_new(self, installation, *names):
        """The schemas are those of new workspaces."""
        installation.add("fresh", older=False)
        schema = installation.farm.schema.format
        for name in names:
            self.assertEqual(structure(self.server, schema(name)), structure(self.server, schema("fresh")), name)
        self.server.drop(schema("fresh"))


class WikiTest(FarmCase):
    def setUp(self):
        self.installation = self.open_farm(WikiFarm)

    def test_upgraded(self):
        self.installation.add("acme", pages=20)
        self.server.sql("CREATE DATABASE wiki_none; CREATE TABLE wiki_none.X (a INT)")
        self.addCleanup(self.server.drop, "wiki_none")
        rows = {row[0]: row[1:3] for row in self.installation.run("ws-check", "--all").rows}
        self.assertEqual(rows, {"acme": ["pending", "1.38"], "none": ["pending", ""]})
        self.assert_states(self.assert_quiet(self.installation.run("ws-upgrade", "acme")), {"acme": "succeeded"})
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assertTrue(self.installation.farm.is_merged("acme"))
        self.assert_like_new(self.installation, "acme")
        # A database that is no wiki, and one that is not there.
        result = self.installation.run("ws-upgrade", "none", "nosuch")
        self.assertIn("Can not upgrade from versions older than 1.31", result.text)
        self.assert_states(result, {"none": "failed", "nosuch": "unknown"})

    def test_steps(self):
        self.installation.add("acme", pages=200)
        self.installation.run("ws-upgrade", "acme")
        steps = self.server.value(f"SELECT steps FROM {self.installation.schema}.run")
        names = [name for name, _ in json.loads(steps)]
        # The longest ones are recorded.
        self.assertIn("Merging the revision_actor_temp table into the revision table", names)
        self.assertTrue(any(name.startswith("Modifying ") for name in names), names)
        for name in names:
            self.assertNotRegex(name, r"already|\.\.\.$|^done")

    def test_a_broken_wiki_fails_with_its_cause(self):
        self.installation.add("broken")
        self.server.sql("RENAME TABLE revision_actor_temp TO kept;"
                        "CREATE VIEW revision_actor_temp AS SELECT * FROM kept", "wiki_broken")
        cause = "Error 1965: 'wiki_broken.revision_actor_temp' is a view"
        result = self.installation.run("ws-upgrade", "broken")
        self.assert_status(result, 1)
        self.assertEqual(result.rows[0][:2], ["broken", "failed"])
        for tool in ("ws-check", "ws-progress"):
            said = self.installation.run(tool, "broken")
            self.assertEqual(said.rows[0][1], "failed")
            self.assertIn(cause, said.rows[0][-1], f"\n{said}")
        # Repaired by hand, it is upgraded by another run.
        self.server.sql("DROP VIEW revision_actor_temp; RENAME TABLE kept TO revision_actor_temp", "wiki_broken")
        self.assert_states(self.installation.run("ws-upgrade", "broken"), {"broken": "succeeded"})
        self.assert_like_new(self.installation, "broken")

    def test_killed_in_the_middle(self):
        self.installation.add("acme", pages=3000)
        upgrade = self.start("ws-upgrade", "acme", env=self.installation.env)

        def is_in_the_middle():
            files = self.installation.log_files("acme")
            return bool(files) and "... rev_id=" in files[0].read_text()
        wait_for(is_in_the_middle, "it merges revisions", 60, every=0.01)
        upgrade.kill()
        # The guardian and the command: each is given the installation's directory or the farm's.
        for pid in [*processes_using(self.installation.directory), *processes_using(self.installation.farm.directory)]:
            end_process(pid)
        self.assertFalse(self.installation.farm.is_merged("acme"))
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assertEqual([run[1] for run in self.runs(self.installation)], ["lost"])
        self.assert_states(self.installation.run("ws-upgrade", "acme", timeout=180), {"acme": "succeeded"})
        self.assertTrue(self.installation.farm.is_merged("acme"))
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assert_like_new(self.installation, "acme")


class NightTest(FarmCase):
    """Two applications on one machine: a configuration and a control schema for each of them."""

    def test_the_sweep_takes_the_rest(self):
        wikis, blogs = self.open_farm(WikiFarm), self.open_farm(BlogFarm)
        names = [f"w{number}" for number in range(1, WIKIS + 1)]
        wikis.add(*names)
        self.server.sql("RENAME TABLE site_stats TO kept; CREATE VIEW site_stats AS SELECT * FROM kept", "wiki_w1")
        # The same name may be a wiki and a blog.
        blogs.add(*names[:BLOGS])
        for installation in (wikis, blogs):
            pending = installation.run("ws-check", "--all", "--pending").stdout
            self.assert_status(installation.run("ws-schedule", "--no-job", "--sweep", "night", stdin=pending), 0)
            installation.run("ws-upgrade", "--drain", timeout=600)
        self.assertEqual(wikis.states(), {"w1": "failed", **{name: "upgraded" for name in names[1:]}})
        self.assertEqual(blogs.states(), {name: "upgraded" for name in names[:BLOGS]})
        self.assertIn("Error 1347: 'wiki_w1.site_stats' is not of type 'BASE TABLE'", self.runs(wikis)[0][2])
        self.assert_like_new(wikis, *names[1:])
        self.assert_like_new(blogs, *names[:BLOGS])


class BlogTest(FarmCase):
    def test_upgraded_and_failed(self):
        installation = self.open_farm(BlogFarm)
        installation.add("acme", "broken", posts=20)
        self.server.sql("RENAME TABLE wp_comments TO kept; CREATE VIEW wp_comments AS SELECT * FROM kept",
                        "blog_broken")
        # A configuration whose database is none of WordPress's, and one whose database is not there.
        installation.add("none", "gone")
        self.server.sql("DROP DATABASE blog_gone; DROP DATABASE blog_none; CREATE DATABASE blog_none;"
                        "CREATE TABLE blog_none.X (a INT)")
        rows = {row[0]: row[1:3] for row in installation.run("ws-check", "--all").rows}
        self.assertEqual(rows, {"acme": ["pending", "4.4"], "broken": ["pending", "4.4"], "none": ["pending", ""],
                                "gone": ["unknown", ""]})
        result = installation.run("ws-upgrade", "acme", "broken", "none", "gone")
        self.assert_states(result, {"acme": "succeeded", "broken": "failed", "none": "failed", "gone": "unknown"})
        details = {row[0]: row[2] for row in self.runs(installation)}
        self.assertIn("error: 'blog_broken.wp_comments' is not of type 'BASE TABLE'", details["broken"])
        self.assertIn("error: no WordPress is installed in the database of none.blog.test", details["none"])
        self.assertEqual(installation.states("acme", "broken"), {"acme": "upgraded", "broken": "failed"})
        self.assert_like_new(installation, "acme")


if __name__ == "__main__":
    unittest.main()
