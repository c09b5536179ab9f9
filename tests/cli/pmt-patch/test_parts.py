# SPDX-License-Identifier: MIT
"""pmt-patch list key~part finds parts of words through the term index, and finds the same without it."""

import json
import unittest

from upkeep_test import TestCase, module_server

COUNT = 600  # enough for an import to write the index
#: The last words are equal to "desk" and "kiosk" to the server, ignoring case: a long s, and the Kelvin sign.
SPECIAL = ["Acme Holding", "ACMETRON", "Beta-acm.e Ltd", "Müller & Söhne", "MÜLLER", "x\\acme", "first\nACME second",
           "de\u017fk", "\u212aiosk"]
QUESTIONS = [["client~acm"], ["client~CMETR"], ["client~acm.e"], ["client~acme hold"], ["client~ME SEC"],
             ["client~üll"], ["client~LER"], ["client~& s"], ["client~desk"], ["client~kios"], ["client~ios"],
             ["client~e\u017f"], ["client~acm,bet"], ["client~&,acm"], ["client~zzz"], ["client~lient 59"],
             ["client!~client"], ["client~client", "client~77"], ["description~acm"], ["client~first\nac"],
             ["client~x\\a"],
             ["client~client 1", "sort:-client", "limit:7"], ["client~t", "acme"]]


class PartsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        patches = [{"platform": "4.4.0", "number": i + 1,
                    "fields": {"overview_client": [SPECIAL[i] if i < len(SPECIAL) else f"Client {i}"],
                               "overview_description": f"number{i} nothing"}} for i in range(COUNT)]
        lines = "\n".join(json.dumps(patch) for patch in patches)
        self.assert_status(self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin=lines), 0)
        self.assertGreater(self.count("term_word"), 0)

    def sql(self, text):
        return self.installation.server.sql(text, schema="upkeep")

    def count(self, table):
        return int(self.sql(f"SELECT COUNT(*) FROM {table}")[0][0])

    def found(self, *terms):
        result = self.installation.run("pmt-patch", "list", "--fields", "number", *terms)
        self.assert_quiet(result)
        return [int(row[0]) for row in result.rows]

    def answers(self):
        return {str(terms): self.found(*terms) for terms in QUESTIONS}

    def test_same_answers(self):
        indexed = self.answers()
        self.assertEqual(indexed["['client~acm']"], [1, 2, 3, 6, 7])
        self.assertEqual(indexed["['client~desk']"], [8])
        self.assertEqual(indexed["['client~kios']"], [9])
        self.assertEqual(indexed["['client~first\\nac']"], [7])
        # Words without a segment of their own, as an earlier version leaves them: all documents are read.
        words = self.sql("SELECT segment, first_term, words FROM term_word ORDER BY 1, 2")
        self.sql("DELETE FROM term_word")
        self.assertEqual(self.answers(), indexed)
        result = self.installation.run("upkeep", "init", "--verbose")
        self.assertIn("the words of 1 segment", result.text + result.stderr)
        added = self.sql("SELECT segment, first_term, words FROM term_word ORDER BY 1, 2")
        self.assertEqual([[a, b, sorted(c.split())] for a, b, c in added],
                         [[a, b, sorted(c.split())] for a, b, c in words])
        self.assertEqual(self.answers(), indexed)
        again = self.installation.run("upkeep", "init", "--verbose")
        self.assertNotIn("segment", again.text + again.stderr)
        self.sql("UPDATE patch SET stale = 1")
        self.assertEqual(self.answers(), indexed)

    def test_the_index_is_used(self):
        """A document that was changed behind its back is not read."""
        self.sql("UPDATE patch SET fields = REPLACE(fields, 'Client 100', 'Vvvvv 100') WHERE number = 101")
        self.assertEqual(self.found("client~vvvv"), [])
        self.sql("UPDATE patch SET stale = 1 WHERE number = 101")
        self.assertEqual(self.found("client~vvvv"), [101])


if __name__ == "__main__":
    unittest.main()
