# SPDX-License-Identifier: MIT
"""The queue can be searched like patches."""

import unittest

from upkeep_test import TestCase, module_server


class QueueSearchTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        for fields in ({"client": "Acme", "priority": "2", "description": "NullPointerException in a mediator",
                        "product": "ESB 4.8.1", "overview_carbonPlatform": "4.2.0"},
                       {"client": "Globex", "priority": "3", "description": "Leak", "developer": "ann"},
                       {"client": "acme", "priority": "4", "description": "No login", "product": "IS 5.0.0"},
                       {"client": "Initech", "description": "A leak again"},
                       {"client": "Acme", "priority": "1", "description": "declined one"}):
            sets = [word for key, value in fields.items() for word in ("--set", f"{key}={value}")]
            self.assert_status(self.run_tool("request", *sets), 0)
        self.assert_status(self.run_tool("decline", "Q-5", "--why", "a duplicate"), 0)
        self.assert_status(self.run_tool("new", "--platform", "4.4.0", "--from", "Q-2"), 0)

    def run_tool(self, *words):
        return self.installation.run("pmt-patch", *words)

    def queue(self, *words):
        result = self.run_tool("queue", *words)
        self.assert_quiet(self.assert_status(result, 0))
        return [row[0] for row in result.rows]

    def test_terms_select_requests(self):
        for words, ids in (([], ["Q-1", "Q-3", "Q-4"]), (["--all"], ["Q-5", "Q-1", "Q-2", "Q-3", "Q-4"]),
                           (["client=Acme"], ["Q-1", "Q-3"]), (["client=Acme", "--all"], ["Q-5", "Q-1", "Q-3"]),
                           (["client!=Acme"], ["Q-4"]), (["leak"], ["Q-4"]), (["leak", "--all"], ["Q-2", "Q-4"]),
                           (["NullPointerException"], ["Q-1"]), (["description~login"], ["Q-3"]),
                           (["product=ESB 4.8.1,IS 5.0.0"], ["Q-1", "Q-3"]),
                           (["priority<=2"], ["Q-1"]), (["priority="], ["Q-4"]), (["platform=4.2.0"], ["Q-1"]),
                           (["queue=Q-3"], ["Q-3"]), (["queue>1"], ["Q-3", "Q-4"]),
                           (["created>=today"], ["Q-1", "Q-3", "Q-4"]), (["created<today"], []),
                           (["state=declined"], ["Q-5"]), (["state=Declined,promoted"], ["Q-5", "Q-2"]),
                           (["state!=open"], ["Q-5", "Q-2"]), (["platform=4.4.0", "--all"], ["Q-2"]),
                           (["patch=4.4.0-1", "--all"], ["Q-2"]), (["developer=ann", "--all"], ["Q-2"]),
                           (["sort:-queue"], ["Q-4", "Q-3", "Q-1"]), (["sort:client", "limit:2"], ["Q-1", "Q-4"]),
                           (["limit:1"], ["Q-1"])):
            with self.subTest(words):
                self.assertEqual(self.queue(*words), ids)

    def test_terms_in_one_text(self):
        for words, ids in ((["--query", "client=Acme"], ["Q-1", "Q-3"]),
                           (["client=Acme", "--query", "'product=IS 5.0.0'"], ["Q-3"]),
                           (["--query", "state=declined"], ["Q-5"])):
            with self.subTest(words):
                self.assertEqual(self.queue(*words), ids)
        self.assert_status(self.run_tool("queue", "--query", "'"), 64)

    def test_an_unknown_key_or_value(self):
        result = self.assert_status(self.run_tool("queue", "clint=Acme"), 64)
        self.assertIn("did you mean 'client'", result.stderr)
        self.assertEqual(result.stdout, b"")
        result = self.assert_status(self.run_tool("queue", "state=decline"), 0)
        self.assertIn("no request has the state 'decline'; did you mean 'declined'?", result.stderr)

    def test_names_as_terms(self):
        """A bare word is text; who names a request or a patch is told how to select it."""
        for command, word, key, what in (("queue", "q-1", "queue", "request"), ("list", "4.4.0-1", "patch", "patch"),
                                         ("list", "Q-1", "queue", "request")):
            with self.subTest(command, word=word):
                result = self.assert_status(self.run_tool(command, word), 0)
                self.assertEqual((result.text, result.stderr), (
                    "", f"pmt-patch: note: '{word}' was searched for as text; {key}={word} selects the {what}\n"))
        self.assert_quiet(self.run_tool("list", "nothing"))
        self.assertEqual(result.rows, [])

    def test_patches_of_some_requests_or_of_none(self):
        self.assert_status(self.run_tool("new", "--platform", "4.4.0", "--from", "Q-1"), 0)
        self.assert_status(self.run_tool("new", "--platform", "4.4.0", "--set", "client=Initech"), 0)
        names = {"Q-2": "1", "Q-1": "2", "": "3"}
        for term, meant in (("queue=Q-1,", ["Q-1", ""]), ("queue=,Q-1", ["Q-1", ""]), ("queue=", [""]),
                            ("queue=Q-1,,2", ["Q-2", "Q-1", ""]), ("queue!=Q-1,", ["Q-2"]),
                            ("queue!=", ["Q-2", "Q-1"])):
            with self.subTest(term):
                result = self.assert_quiet(self.run_tool("list", term))
                self.assertEqual([row[4] for row in result.rows], [names[one] for one in meant])

    def test_requests_without_priority_are_listed_by_age(self):
        for client in ("Zulu", "Alpha", "Mike"):
            self.assert_status(self.run_tool("request", "--set", f"client={client}", "--set", "description=later"), 0)
        self.assertEqual(self.queue("later"), ["Q-6", "Q-7", "Q-8"])

    def test_the_selected_records_are_those_of_the_queue(self):
        everything = {row[0]: row for row in self.run_tool("queue", "--all").rows}
        one, = self.run_tool("queue", "queue=Q-1").rows
        self.assertEqual(one[:6] + one[7:], everything["Q-1"][:6] + everything["Q-1"][7:])
        self.assertLess(abs(int(one[6])), 600)


if __name__ == "__main__":
    unittest.main()
