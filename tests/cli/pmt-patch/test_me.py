# SPDX-License-Identifier: MIT
"""@me in selectors: the names that [patch] person gives the caller."""

import getpass
import pwd
import unittest

from upkeep_test.lifecycle import LifecycleCase

ME = getpass.getuser()


def named_account() -> tuple[str, str]:
    """An account of the system whose real name differs from its login name, and that name."""
    for entry in pwd.getpwall():
        name = entry.pw_gecos.split(",")[0].strip()
        if name and "&" not in name and name.isascii() and name.lower() != entry.pw_name.lower():
            return entry.pw_name, name
    raise unittest.SkipTest("no account has a real name")


class MeTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.fields = {
            "4.4.0-1": ["developer=" + ME.upper()],
            "4.4.0-2": ["qa=" + ME, "developer=ann"],
            "4.4.0-3": ["lead=ann", "overview_reporter=" + ME],
            "4.4.0-4": ["client=@me", "description=for @me"],
        }
        for fields in self.fields.values():
            self.new(*fields)

    def found(self, *terms, tool: str = "pmt-patch", command: str = "list") -> list[int]:
        result = self.assert_quiet(self.installation.run(tool, command, "--fields", "patch", *terms))
        return [int(row[0][-4:]) for row in result.rows]

    def test_people_fields(self):
        for term, expected in (
            ("developer=@me", [1]),
            ("developer=@ME", [1]),
            ("peopleInvolved_developedby=@me,ann", [1, 2]),
            ("qa=@me", [2]),
            ("lead=@me", []),
            ("overview_reporter=@me", [3]),
            ("developer!=@me", [2, 3, 4]),
            ("created_by=@me", [1, 2, 3, 4]),
            ("created_by!=@me", []),
            ("requested_by=@me", []),
            ("client=@me", [4]),  # an ordinary text
            ("@me", [4]) if ME != "me" else ("client=@me", [4]),
        ):
            with self.subTest(term):
                self.assertEqual(self.found(term), expected)

    def test_other_operators(self):
        for operator in ("~", "!~", "<", "<=", ">", ">="):
            for value in ("@me", "ann,@ME"):
                term = f"developer{operator}{value}"
                with self.subTest(term):
                    result = self.installation.run("pmt-patch", "list", term)
                    self.assert_error(result, 64, "developer: @me stands for whole names")
                    self.assertIn("use developer=@me or developer!=@me", result.stderr)
        self.assertEqual(self.found("client~@me"), [4])  # an ordinary text

    def test_requested_by(self):
        queue = self.assert_quiet(self.installation.run("pmt-patch", "request")).text.strip()
        self.assert_quiet(self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--from", queue))
        self.assertEqual(self.found("requested_by=@me"), [5])
        self.assertEqual(self.found("requested_by=", "sort:requested_by"), [1, 2, 3, 4])

    def test_short_keys_and_other_commands(self):
        self.installation.configure(**{"patch.keys": {"by": "peopleInvolved_developedby"}})
        self.assertEqual(self.found("by=@me"), [1])
        self.assertEqual(self.found("by=@me", tool="pmt-report", command="progress"), [1])
        self.assert_quiet(self.installation.run("pmt-patch", "edit", "by=@me", "--set", "priority=1"))
        self.assertEqual(self.found("priority=1"), [1])

    def test_names(self):
        self.installation.configure(patch={"person": ["{user}@example.org", "{user}"]})
        self.new(f"developer={ME}@example.org")
        self.assertEqual(self.found("developer=@me"), [1, 5])
        self.assertEqual(self.found("developer!=@me"), [2, 3, 4])
        self.installation.configure(patch={"person": ["{user}@example.org"]})
        self.assertEqual(self.found("developer=@me"), [5])
        self.assertEqual(self.found("created_by=@me"), [1, 2, 3, 4, 5])  # an account, however people are named

    def test_real_name_and_as(self):
        login, name = named_account()
        self.installation.configure(patch={"person": ["{name}"], "trusted": [ME]})
        self.new(f"developer={name}")
        self.assertEqual(self.found("--as", login, "developer=@me"), [5])
        error = self.installation.run("pmt-patch", "--as", "nobody.at.all", "list", "developer=@me")
        self.assert_error(error, 78, "no name")

    def test_as_another(self):
        self.installation.configure(patch={"trusted": [ME]})
        self.assertEqual(self.found("--as", "ann", "developer=@me"), [2])
        self.assertEqual(self.found("--as", "ann", "lead=@me"), [3])

    def test_templates(self):
        for template in ("Ann", "{users}", "", "{user} {"):
            with self.subTest(template):
                self.installation.configure(patch={"person": [template]})
                self.assert_error(self.installation.run("pmt-patch", "list"), 78, "person")
        self.installation.configure(patch={"person": []})
        self.assert_error(self.installation.run("pmt-patch", "list"), 78, "person")


if __name__ == "__main__":
    unittest.main()
