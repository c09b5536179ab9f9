# SPDX-License-Identifier: MIT
"""upkeep setup prints a configuration that works as it is."""

from upkeep_test import TestCase, module_server, process


class SetupTest(TestCase):
    def setUp(self):
        self.directory = self.make_directory()

    def setup_text(self, *args, status=0):
        result = self.assert_status(process.run("upkeep", "setup", *args), status)
        return result.text, result.stderr

    def application(self):
        """A directory that looks like the one of a wiki."""
        (self.directory / "wiki" / "maintenance").mkdir(parents=True)
        (self.directory / "wiki" / "maintenance" / "update.php").write_text("")
        return self.directory / "wiki"

    def check(self, text, *args):
        """ws-check with this configuration, on the database server of the tests."""
        socket = module_server().socket
        given = ("socket =", "user =", "[database]")
        lines = [line for line in text.splitlines() if not line.lstrip("#").startswith(given)]
        file = self.directory / "upkeep.toml"
        database = f'[database]\nsocket = "{socket}"\nuser = "root"\n\n'
        file.write_text("\n".join(lines).replace("[workspaces]", database + "[workspaces]"))
        file.chmod(0o640)
        self.assert_quiet(process.run("upkeep", "init", "--config", file))
        return process.run("ws-check", "--config", file, *args)

    def test_a_wiki_farm(self):
        text, warnings = self.setup_text("--profile", "mediawiki", "--directory", str(self.application()))
        self.assertEqual(warnings, "")
        self.assertIn('include = ["profiles/mediawiki.toml"]', text)
        self.assertIn(f'directory = "{self.directory}/wiki"', text)
        module_server().sql("CREATE DATABASE wiki_acme; CREATE TABLE wiki_acme.page (page_id INT)")
        self.addCleanup(module_server().drop, "wiki_acme", "upkeep")
        for line in (f'log_dir = "{self.directory}/log"', f'state_dir = "{self.directory}/state"'):
            key = line.partition(" ")[0]
            text = "\n".join(old for old in text.splitlines() if not old.startswith(key)) + f"\n{line}\n"
        result = self.assert_status(self.check(text, "--all", "--json"), 1)
        self.assertEqual([(row["workspace"], row["state"], row["target"]) for row in result.json],
                         [("acme", "pending", "1.39")])

    def test_a_directory_that_looks_wrong(self):
        text, warnings = self.setup_text("--profile", "mediawiki", "--directory", str(self.directory))
        self.assertIn(f"upkeep: warning: {self.directory} has no maintenance/update.php", warnings)
        self.assertIn("[upgrade]", text)

    def test_probes_of_a_release(self):
        text, _ = self.setup_text("--profile", "processmaker", "--directory", str(self.directory), "--target", "3.8.2")
        self.assertIn('include = ["profiles/processmaker.toml", "probes/processmaker-3.8.2.toml"]', text)
        self.assertIn('target = "3.8.2"', text)

    def test_what_is_refused(self):
        for args, status, said in (
                ([], 64, "setup needs --profile; one of mediawiki, processmaker, wordpress"),
                (["--profile", "mediawik"], 64, "did you mean 'mediawiki'?"),
                (["--profile", "plain"], 64, "there is no profile 'plain'"),
                (["--profile", "template"], 64, "there is no profile 'template'"),
                (["--profile", "../x"], 64, "there is no profile '../x'"),
                (["--profile", "processmaker", "--target", "3.1"], 64, "needs --directory"),
                (["--profile", "processmaker", "--directory", "/"], 64, "needs --target; one of 2.8, "),
                (["--profile", "mediawiki", "--directory", "/", "--target", "1.390"], 64, "did you mean '1.39'?"),
                (["--profile", "mediawiki", "--directory", "/nowhere"], 66, "there is no directory /nowhere"),
                (["--profile", "mediawiki", "--directory", ""], 64, "--directory")):
            with self.subTest(args):
                text, errors = self.setup_text(*args, status=status)
                self.assertEqual(text, "")
                self.assertIn(said, errors)
