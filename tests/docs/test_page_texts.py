# SPDX-License-Identifier: MIT
"""The texts of pmt-web are complete in every language, and take the same values."""

import re
import unittest

from upkeep_test.page_texts import SOURCES, page_texts

#: Members that English has elsewhere: in the library, or as the errors themselves.
ELSEWHERE = {"messages", "report.summaries", "report.definitions"}
#: What is the same in both languages: names, abbreviations, and words that both have.
SAME = {"QA", "Jar", "Jars", "JIRA", "MD5", "SHA-256", "Roles", "Alias", "Selector", "Error", "Normal", "no",
        "{}.zip", "{}, {}", "{} ({})"}


def placeholders(text: str) -> list[str]:
    return sorted(re.sub(r"\{\d\}", "{}", one) for one in re.findall(r"\{\w*\}", text.split("|", maxsplit=1)[0]))


class PageTextsTest(unittest.TestCase):
    def setUp(self):
        self.english, self.spanish = page_texts("en"), page_texts("es")

    def test_the_same_members(self):
        of_library = {name for name in self.spanish if name.startswith("events.")}
        self.assertGreater(len(self.english), 300)
        self.assertEqual(set(self.english), set(self.spanish) - of_library - ELSEWHERE)

    def test_the_same_values(self):
        for name, texts in self.english.items():
            with self.subTest(name):
                self.assertEqual(len(texts), len(self.spanish[name]))
                for english, spanish in zip(texts, self.spanish[name]):
                    self.assertTrue(spanish.strip())
                    self.assertEqual(placeholders(english), placeholders(spanish), spanish)

    def test_translated(self):
        names = {"texts.language", "me.keys_list", "me.acts", "problems", "headings", "report.labels",
                 "report.columns", "script.did"}  # their texts are pairs: what is a name stays
        for name, texts in self.english.items():
            for english, spanish in zip(texts, self.spanish[name]):
                if name not in names and english not in SAME:
                    with self.subTest(name):
                        self.assertNotEqual(english, spanish)

    def test_messages_are_those_of_errors(self):
        """A translation of a message that no longer exists."""
        sources = "".join(path.read_text() for path in SOURCES.parent.rglob("*.?pp")
                          if not path.name.startswith("texts_es"))
        sources = re.sub(r'"\s+"', "", sources)
        for english in self.spanish["messages"][::2]:
            for part in english.split("{}"):
                self.assertTrue(part in sources, english)


if __name__ == "__main__":
    unittest.main()
