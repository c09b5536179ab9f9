# SPDX-License-Identifier: MIT
"""ws-upgrade: how the output of the command is judged (the built-in profile), and what the detail of a failure says."""

import pathlib
import unittest

from upkeep_test import TestCase, module_server

STEPS = "> Updating database...\n<*>   Database Upgrade Process took 0.9 seconds.\n"
GOOD = STEPS + "\nUpgrade successful\n"
WARNING = "Warning: Unknown: Failed to write session data (files) in Unknown on line 0\n"


class JudgingCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.output = self.installation.directory / "output"

    def judged(self, out, err="", status=0):
        """The record of a run that writes this."""
        self.output.write_bytes(out.encode())
        errors = self.output.with_suffix(".err")
        errors.write_bytes(err.encode())
        self.installation.set_script(
            f"upgrade 2> /dev/null; cat {self.output}; cat {errors} >&2; exit {status}", profile="processmaker"
        )
        return self.installation.run("ws-upgrade", "--force", "--json", "acme").json[0]


class OutputTest(JudgingCase):
    """Decoration around a line is not the line."""

    def assert_judged(self, state, *outputs):
        for output in outputs:
            with self.subTest(output):
                record = self.judged(output)
                self.assertEqual(record["state"], state, record["detail"])
                # Whatever is made of it, the log is what was written.
                self.assertEqual(pathlib.Path(record["log"]).read_bytes().split(b"\n", 1)[-1] or b"",
                                 output.encode().split(b"\n", 1)[-1])

    def test_what_the_interpreter_says_behind_the_success(self):
        self.assert_judged(
            "succeeded",
            GOOD + "\n" + WARNING,
            GOOD + "PHP Deprecated:  x() is deprecated in /a b/c.php on line 12\n",
            GOOD
            + "\nNotice: Undefined index: x in /a.php(3) : eval()'d code on line 1\n\nStrict Standards: y in z on line"
              " 4",
            GOOD + "[28-Nov-2026 12:00:00 UTC] PHP Warning:  Module x is already loaded in Unknown on line 0\r\n",
        )

    def test_diagnostics_as_html_and_what_xdebug_adds(self):
        trace = "[28-Nov-2026 12:00:00 UTC] PHP "
        self.assert_judged(
            "succeeded",
            GOOD + "<br />\n<b>Notice</b>:  Undefined variable: x in <b>/a.php</b> on line <b>12</b><br />\n",
            GOOD
            + trace
            + "Warning:  x in /a.php on line 3\n"
            + trace
            + "Stack trace:\n"
            + trace
            + "  1. {main}() /a.php:0\n",
            GOOD + "Xdebug: [Step Debug] Could not connect to debugging client. Tried: localhost:9003 :-(\n",
            GOOD + "Cannot load Zend OPcache - it was already loaded\n",
        )
        fatal = "<b>Fatal error</b>:  Allowed memory size exhausted in <b>/a.php</b> on line <b>12</b><br />"
        self.assert_judged(
            "failed", GOOD + "<br />\n" + fatal + "\n", "<br />\n" + fatal + "\n" + GOOD, STEPS + "<br />\n"
        )
        self.assertIn("<b>Fatal error</b>:  Allowed memory", self.judged("<br />\n" + fatal + "\n" + GOOD)["detail"])

    def test_drawn_over_blanks_and_colours(self):
        self.assert_judged(
            "succeeded",
            GOOD.replace("\n", "\r\n"),
            STEPS + "Rows 10 %\rRows 90 %\rUpgrade successful\n",
            STEPS + "Upgrade successful  \t\n",
            STEPS + "Rows 9\r\x1b[2K\x1b[32mUpgrade successful\x1b[0m\r\n",
            STEPS + "".join(f"Row {i}\r" for i in range(20000)) + "Upgrade successful\n",
            GOOD + "Cleaning up\r           \r\n",
        )

    def test_failures_stay_failures_wherever_they_stand(self):
        self.assert_judged(
            "failed",
            STEPS + "Errors upgrading workspace acme: x\nUpgrade successful\n",
            GOOD + "\nFatal error: Uncaught Error in /a.php on line 3\n",
            GOOD + "PHP Fatal error:  x in y on line 3\n",
            STEPS + "Errors upgrading workspace acme: x\rUpgrade successful\n",
            STEPS + "Rows 1\rErrors upgrading workspace acme: x\rRows 2\nUpgrade successful\n",
            GOOD + "\nParse error: syntax error in /a.php on line 3\n",
        )

    def test_what_is_no_diagnostic_is_the_programs_last_word(self):
        self.assert_judged("failed", GOOD + "Warning: the upgrade is incomplete\n", GOOD + "And now?\n", STEPS, WARNING,
                           STEPS + "Upgrade successful\rRows 90 %\n")


class CauseTest(JudgingCase):
    """The detail of a failure has the cause in the program's own words."""

    def assert_detail(self, detail, out, err="", status=0):
        record = self.judged(out, err, status)
        self.assertEqual((record["state"], record["detail"]), ("failed", detail))

    def test_below_its_heading(self):
        heading = "\n  Error executing 'upgrade':\n"
        for output in (
            heading + "\n  SQLSTATE[HY000]: no view\n",
            heading + "  SQLSTATE[HY000]: no view\n\nmore\n",
            heading + "\n" + WARNING + "\nPHP Notice:  x in y on line 3\n  SQLSTATE[HY000]: no view\n\n" + WARNING,
            heading + "  SQLSTATE[HY000]: no view",
            heading.replace("\n", "\r\n") + "\r\n  SQLSTATE[HY000]: no view\r\n",
        ):
            with self.subTest(output):
                self.assert_detail("Error executing 'upgrade': SQLSTATE[HY000]: no view", STEPS + output)

    def test_of_several_lines(self):
        self.assert_detail(
            "Error executing 'upgrade': Could not run: ALTER TABLE x: Access denied for user 'wf'@'localhost'",
            "  Error executing 'upgrade':\n\n  Could not run:\n\n  ALTER TABLE x:\n  Access denied for user"
            " 'wf'@'localhost'\n\nbye\n",
        )

    def test_ends_where_the_output_turns_to_something_else(self):
        heading = "Errors upgrading workspace acme: \n"
        for rest in (
            "> Next step...\n",
            "Upgrade finished but there were errors upgrading workspaces.\n",
            "Upgrade successful\n",
        ):
            with self.subTest(rest):
                self.assert_detail("Errors upgrading workspace acme: no such table", heading + "no such table\n" + rest)

    def test_on_one_line(self):
        self.assert_detail(
            "Errors upgrading workspace acme: [wrapped: It is not possible]",
            STEPS
            + "Errors upgrading workspace acme: [wrapped: It is not possible]\nUpgrade finished but there were"
              " errors\n",
        )

    def test_a_heading_with_nothing_below_it(self):
        self.assert_detail("Error executing 'upgrade':", "  Error executing 'upgrade':\n\n")

    def test_a_heading_whose_cause_is_on_the_error_output(self):
        heading = "  Error executing 'upgrade':\n\n"
        self.assert_detail(
            "exit status 3: Error executing 'upgrade': mariadb: Access denied", heading, "mariadb: Access denied\n", 3
        )
        self.assert_detail(
            "Error executing 'upgrade': mariadb: Access denied", heading, WARNING + "mariadb: Access denied\n" + WARNING
        )
        self.assert_detail("Error executing 'upgrade': no view", heading + "  no view\n", "mariadb: Access denied\n")

    def test_on_the_error_output(self):
        self.assert_detail("exit status 3: mariadb: Access denied", "", "\nmariadb: Access denied\n\n", 3)
        self.assert_detail("exit status 3: Half way; mariadb: Access denied", "Half way\n", "mariadb: Access denied", 3)

    def test_in_progress_and_report(self):
        self.judged("  Error executing 'upgrade':\n\n  SQLSTATE[HY000]: no view\n")
        for options in (["acme"], ["--report"]):
            shown = self.installation.run("ws-progress", "--json", *options)
            self.assertIn("SQLSTATE[HY000]: no view", shown.text)


if __name__ == "__main__":
    unittest.main()
