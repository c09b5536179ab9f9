# SPDX-License-Identifier: MIT
"""Private numbers such as patch9999: what a server makes of the next one, and how they are left out of the counting."""

import unittest

from upkeep_test import TestCase, module_server


class PrivateNumbersTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def take_in(self, *numbers: int, platform: str = "4.4.0") -> None:
        rows = "".join(f"WSO2-CARBON-PATCH-{platform}-{number:04},Acme\n" for number in numbers)
        self.assert_status(self.run_tool("import", "-", "--as", "csv", stdin="patch,overview_client\n" + rows), 0)

    def new(self, *args) -> int:
        return int(self.assert_quiet(self.run_tool("new", "--platform", "4.4.0", *args)).text.strip().split("-")[-1])

    def test_warning_when_the_number_is_drawn(self):
        self.take_in(27, 9999)
        for words in (["new", "--platform", "4.4.0", "-n"], ["new", "--platform", "4.4.0"],
                      ["new", "--platform", "4.4.0", "--ported-from", "4.4.0-27"]):
            result = self.assert_status(self.run_tool(*words), 0)
            for word in ("warning", "patch9999", "numbers 4.4.0 --cap 9998"):
                self.assertIn(word, result.stderr)

    def test_no_warning_where_a_server_counts_as_we_do(self):
        self.take_in(9, 99, 999)
        self.assertEqual(self.new(), 1000)
        self.take_in(12000, platform="4.5.0")  # no shorter one beside it
        self.assert_quiet(self.run_tool("new", "--platform", "4.5.0"))

    def test_cap(self):
        self.take_in(27, 9999)
        self.assert_quiet(self.run_tool("numbers", "4.4.0", "--cap", "8999", "-n"))
        self.assertEqual(self.assert_quiet(self.run_tool("numbers")).rows, [["4.4.0", "9999", ""]])
        result = self.assert_quiet(self.run_tool("numbers", "4.4.0", "--cap", "8999"))
        self.assertEqual(result.rows, [["4.4.0", "27", "8999"]])
        self.assertEqual([self.new(), self.new()], [28, 29])
        self.take_in(9998, 40)
        self.assertEqual(self.new(), 41)
        self.take_in(8999)
        self.assert_error(self.run_tool("new", "--platform", "4.4.0"), 1, "8999")
        self.assert_error(self.run_tool("new", "--platform", "4.4.0", "-n"), 1, "8999")
        self.assert_quiet(self.run_tool("numbers", "4.4.0", "--cap", "9500"))
        self.assertEqual(self.new(), 9000)
        self.assert_quiet(self.run_tool("numbers", "4.4.0", "--cap", "0"))
        self.assertEqual(self.assert_quiet(self.run_tool("numbers", "4.4.0")).rows, [["4.4.0", "9999", ""]])

    def test_cap_before_the_first_number(self):
        self.assert_quiet(self.run_tool("numbers", "4.6.0", "--cap", "2"))
        self.take_in(9999, platform="4.6.0")
        for _ in range(2):
            self.assert_quiet(self.run_tool("new", "--platform", "4.6.0"))
        self.assert_error(self.run_tool("new", "--platform", "4.6.0"), 1, "no numbers left")

    def test_continuing_above_a_number(self):
        """As after the restoration of an older copy: the numbers that it does not know are not drawn again."""
        self.assertEqual([self.new(), self.new()], [1, 2])
        self.assert_quiet(self.run_tool("numbers", "4.4.0", "--after", "17", "-n"))
        self.assertEqual(self.new(), 3)
        result = self.assert_quiet(self.run_tool("numbers", "4.4.0", "--after", "17"))
        self.assertEqual(result.rows, [["4.4.0", "17", ""]])
        self.assertEqual(self.new(), 18)
        result = self.assert_quiet(self.run_tool("numbers", "4.4.0", "--after", "5"))  # never back
        self.assertEqual(result.rows, [["4.4.0", "18", ""]])
        self.assertEqual(self.new(), 19)
        self.assert_error(self.run_tool("numbers", "4.4.0", "--cap", "30", "--after", "31"), 1, "is 30")
        self.assertEqual(self.assert_quiet(self.run_tool("numbers")).rows, [["4.4.0", "19", ""]])
        result = self.assert_quiet(self.run_tool("numbers", "4.4.0", "--cap", "30", "--after", "29"))
        self.assertEqual(result.rows, [["4.4.0", "29", "30"]])
        self.assertEqual(self.new(), 30)
        self.assert_error(self.run_tool("new", "--platform", "4.4.0"), 1, "no numbers left")
        self.assert_quiet(self.run_tool("numbers", "4.7.0", "--after", "4"))  # before the first number
        made = self.assert_quiet(self.run_tool("new", "--platform", "4.7.0"))
        self.assertEqual(made.text, "WSO2-CARBON-PATCH-4.7.0-0005\n")

    def test_usage(self):
        for words in (["--after", "5"], ["4.4.0", "--after", "x"], ["4.4.0", "--after", ""],
                      ["--cap", "5"], ["4.4.0", "--cap", "x"], ["4.4.0", "--cap", "-1"], ["4.4.0", "--cap", ""]):
            with self.subTest(words):
                self.assert_status(self.run_tool("numbers", *words), 64)
        self.assert_status(self.run_tool("numbers", "x"), 65)


if __name__ == "__main__":
    unittest.main()
