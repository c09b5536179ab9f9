# SPDX-License-Identifier: MIT
"""Profiles that a configuration names, includes or changes."""

import shutil

from upkeep_test import TestCase, module_server
from upkeep_test.paths import find_tool


class ProfilesTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())

    def test_programs_without_the_installed_data(self):
        program = self.installation.directory / "bin" / "ws-check"
        program.parent.mkdir()
        shutil.copy(find_tool("ws-check"), program)
        for profile in ("processmaker", "mediawiki", "wordpress", "plain"):
            with self.subTest(profile):
                self.installation.configure(upgrade={"profile": profile})
                self.assert_status(self.installation.run(str(program), "nowhere"), 2)

    def test_a_profile_that_there_is_not(self):
        for name, said in (("mediawike", "did you mean 'mediawiki'?"),
                           ("../profiles/mediawiki", "there is no [profile."),
                           ("zzzzzz", "known: mediawiki, plain, processmaker, ")):
            with self.subTest(name):
                self.installation.configure(upgrade={"profile": name})
                self.assertIn(said, self.assert_error(self.installation.run("ws-check", "--all"), 78).stderr)
