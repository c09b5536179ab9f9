# SPDX-License-Identifier: MIT
"""The control database is restored from a dump: run numbers come again, whose files are there already."""

import os
import pathlib
import subprocess
import unittest

from upkeep_test import TestCase, module_server


class RestoredTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_small(self.server, "acme")
        self.installation.set_script("upgrade 2> /dev/null; echo OK")
        schema = self.installation.schema
        client = ["--no-defaults", f"--socket={self.server.socket}", "--user=root"]
        self.dump = subprocess.run(["mariadb-dump", *client, schema], check=True, capture_output=True).stdout
        self.restore_command = ["mariadb", *client, schema]

    def restore(self):
        subprocess.run(self.restore_command, input=self.dump, check=True)

    def upgrade(self):
        result = self.installation.run("ws-upgrade", "--force", "--json", "acme")
        return self.assert_quiet(result, 0).json[0]

    def test_the_next_free_name_is_taken_and_named(self):
        first = self.upgrade()
        log = pathlib.Path(first["log"])
        before = log.read_bytes()
        for number in (2, 3):
            self.restore()
            again = self.upgrade()
            self.assertEqual(again["run"], first["run"])
            self.assertEqual(pathlib.Path(again["log"]), log.with_suffix(f".{number}.log"))
            shown = self.installation.run("ws-progress", "--json", "acme").json[0]
            self.assertEqual(shown["log"], again["log"])
            self.assertEqual(pathlib.Path(again["log"]).read_bytes(), before)
        self.assertEqual(log.read_bytes(), before)

    def test_the_hooks_log_has_the_same_number(self):
        self.installation.configure(upgrade={"before": ["echo", "ready"]})
        first = pathlib.Path(self.upgrade()["log"])
        first.unlink()  # its hooks' log alone is there
        self.restore()
        again = pathlib.Path(self.upgrade()["log"])
        self.assertEqual(again, first.with_suffix(".2.log"))
        self.assertEqual(again.with_suffix(".hooks.log").read_text(), "ready\n")
        self.assertEqual(first.with_suffix(".hooks.log").read_text(), "ready\n")

    def test_a_link_in_the_way_is_not_followed(self):
        first = pathlib.Path(self.upgrade()["log"])
        target = self.installation.directory / "elsewhere"
        first.unlink()
        first.symlink_to(target)
        self.restore()
        self.assertEqual(pathlib.Path(self.upgrade()["log"]), first.with_suffix(".2.log"))
        self.assertFalse(target.exists())

    def test_what_an_old_guardian_said_is_no_word_of_the_new_run(self):
        run = self.upgrade()["run"]
        self.restore()
        old = self.installation.state_dir / "runs" / f"{run}.json"
        old.write_text("{}")
        seen = self.installation.directory / "seen"
        self.installation.set_script(f"cat {old} > {seen} 2> /dev/null; upgrade 2> /dev/null; echo OK")
        self.upgrade()
        self.assertNotEqual(seen.read_text().strip(), "{}")
        self.assertFalse(os.path.lexists(old))


if __name__ == "__main__":
    unittest.main()
