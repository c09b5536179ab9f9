# SPDX-License-Identifier: MIT
"""What could not be done, or compares with nothing, is told; so is what -n would do."""

import concurrent.futures
import json
import unittest

from upkeep_test import TestCase, module_server

OTHER_TYPE = """<artifactType type="application/vnd.x+xml" shortName="patch" singularLabel="P" pluralLabel="P"
 hasNamespace="false" iconSet="1">
<storagePath>/p/@{overview_name}</storagePath><nameAttribute>overview_name</nameAttribute>
 <lifecycle>Other</lifecycle>
<relationships/><content><table name="Overview"><field type="text"><name>Name</name></field>
 <field type="text"><name label="Who asked">Asker</name></field></table></content></artifactType>"""


class ToldCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        self.tool("new", "--platform", "4.2.0", "--set", "client=Acme", "--set", "product=ESB 4.8.1")

    def tool(self, *words, status=0, **options):
        return self.assert_status(self.installation.run("pmt-patch", *words, **options), status)

    def value(self, key, patch="4.2.0-1"):
        return self.tool("show", patch, "--json").json[0]["fields"].get(key)

    def events(self):
        return len(self.tool("history", "4.2.0-1").lines)


class UnknownValueTest(ToldCase):
    def test_a_value_that_nothing_has_is_told_with_the_nearest(self):
        for term, near in (
            ("state=Relased", "Released"),
            ("state!=Relased", "Released"),
            ("category=securty", "security"),
            ("product=ESB 4.8.2", "ESB 4.8.1"),
            ("overview_products=ESB 4.8.2", "ESB 4.8.1"),
            ("platform=4.2.9", "4.2.0"),
            ("lifecycle=PatchLifecycl", "PatchLifeCycle"),
            ("state=Development,Testign", "Testing"),
            ("overview_category=securty", "security"),
        ):
            with self.subTest(term):
                for words in (
                    ["list", term],
                    ["export", "--format", "jsonl", term],
                    ["-n", "edit", term, "--set", "client=x"],
                ):
                    result = self.installation.run("pmt-patch", *words)
                    value = term.split("=")[1].split(",")[-1]
                    self.assertIn(f"'{value}'", result.stderr)
                    self.assertIn(f"did you mean '{near}'?", result.stderr)
                self.assertEqual(self.tool("list", "-q", term).stderr, "")

    def test_a_value_that_exists_is_an_empty_answer_without_a_word(self):
        self.tool("choices", "products", "--add", "IS 5.0.0")
        self.tool("choices", "versions", "--add", "4.9.0")
        for term in (
            "state=Released",
            "state=released",
            "state!=Released",
            "category=security",
            "product=IS 5.0.0",
            "platform=4.9.0",
            "lifecycle=patchlifecycle",
            "state=",
            "client=nobody",
            "product~nothing",
            "jira=X-1",
        ):
            with self.subTest(term):
                self.assert_quiet(self.tool("list", term))

    def test_reports_and_lifecycle_commands_too(self):
        for words in (["pmt-report", "progress", "state=Relased"], ["pmt-lifecycle", "blockers", "state=Relased"],
                      ["pmt-lifecycle", "overdue", "state=Relased"], ["pmt-lifecycle", "migrate", "state=Relased"],
                      ["pmt-lifecycle", "durations", "state=Relased"], ["pmt-lifecycle", "time", "state=Relased"]):
            with self.subTest(words):
                self.assertIn("did you mean 'Released'?", self.installation.run(*words).stderr)
        for words, value in (
            (["effective", "--platform", "9.9.9"], "9.9.9"),
            (["qa", "--product", "nonsense"], "nonsense"),
            (["effective", "--platform", "4.2.0", "--product", "ESB 4.8.2"], "ESB 4.8.2"),
        ):
            with self.subTest(words):
                self.assertIn(value, self.installation.run("pmt-report", *words).stderr)
        self.assert_quiet(self.installation.run("pmt-report", "effective", "--platform", "4.2.0"))


class NothingToDoTest(ToldCase):
    def test_what_is_not_there_cannot_be_taken_out(self):
        result = self.tool("edit", "4.2.0-1", "--remove", "client=Acmee")
        self.assertIn("client=Acmee: there is no such value", result.stderr)
        self.assertIn("did you mean 'Acme'?", result.stderr)
        self.assertEqual(self.value("overview_client"), ["Acme"])
        result = self.installation.run("pmt-patch", "choices", "clients", "--remove", "Nobody", "-q")
        self.assert_error(result, 2, "clients has no value 'Nobody'; the pick list 'clients' has no values")
        run = self.installation.run
        self.assert_error(
            run("pmt-patch", "choices", "clientz", "--remove", "Nobody"),
            2,
            "'clientz' has no values; did you mean 'clients'?",
        )
        self.assertIn("did you mean 'clients'?", self.assert_status(run("pmt-patch", "choices", "client"), 0).stderr)
        self.assertNotIn("mean", self.assert_status(run("pmt-patch", "choices", "clients"), 0).stderr)
        self.tool("choices", "clients", "--add", "Acme")
        self.assert_error(
            self.installation.run("pmt-patch", "choices", "clients", "--remove", "Acmee"), 2, "did you mean 'Acme'?"
        )
        self.assert_error(
            self.installation.run("pmt-patch", "unlink", "4.2.0-1", "requires", "4.2.0-2"), 1, "no such link"
        )

    def test_choices_are_removed_all_or_none(self):
        self.tool("choices", "clients", "--add", "Acme", "Globex")
        for words in ((), ("-n",)):
            result = self.installation.run("pmt-patch", *words, "choices", "clients", "--remove", "Acme", "Zed")
            self.assert_error(result, 2, "clients has no value 'Zed'; nothing was removed")
            self.assertEqual(self.tool("choices", "clients").lines, ["Acme\tclients", "Globex\tclients"])
        result = self.tool("-n", "choices", "clients", "--remove", "Acme", "Globex")
        self.assertIn("2 values would be removed from clients", result.stderr)
        self.assertEqual(len(self.tool("choices", "clients").lines), 2)
        self.assert_quiet(self.tool("choices", "clients", "--remove", "Acme", "Globex"))
        self.assertEqual(self.tool("choices", "clients").text, "")

    def test_a_flag_takes_no_value(self):
        self.tool("choices", "clients", "--add", "--", "-d")
        for word, advice in (("--add=-d", "--add -- -d"), ("--add=yes", "--add yes")):
            result = self.installation.run("pmt-patch", "choices", "clients", word)
            self.assert_error(result, 64, f"{word.split('=')[0]} takes no value")
            self.assertIn(advice, result.stderr)
        self.assertEqual(self.tool("choices", "clients").lines, ["-d\tclients"])

    def test_of_many_patches_only_what_none_has(self):
        self.tool("new", "--platform", "4.2.0", "--set", "client=Globex")
        self.assert_quiet(self.tool("edit", "platform=4.2.0", "--yes", "--remove", "client=Globex"))
        self.assertIn(
            "any of the 2 patches", self.tool("edit", "platform=4.2.0", "--yes", "--remove", "client=Globex").stderr
        )

    def test_a_typed_value_is_trimmed_as_an_imported_one(self):
        self.tool("edit", "4.2.0-1", "--set", "client= Acme \t")
        self.assertEqual(self.value("overview_client"), ["Acme"])
        self.tool("edit", "4.2.0-1", "--add", "client=Acme ", "--set", "description=  two words\n")
        self.assertEqual(self.value("overview_client"), ["Acme"])
        self.assertEqual(self.value("overview_description"), "two words")
        self.tool("edit", "4.2.0-1", "--remove", "client= Acme ", "--expect", "client=Acme ")
        self.assertIsNone(self.value("overview_client"))
        self.tool("new", "--platform", "4.2.0", "--set", "client=Acme  ")
        self.assertEqual(self.value("overview_client", "4.2.0-2"), ["Acme"])
        self.tool("edit", "4.2.0-2", "--set", "client=  ")
        self.assertIsNone(self.value("overview_client", "4.2.0-2"))

    def test_a_value_with_blanks_from_of_old_can_be_taken_out(self):
        sql = self.installation.server.sql
        sql("UPDATE patch SET fields = REPLACE(fields, 'client=Acme', 'client=Acme '), stale = 1", schema="upkeep")
        self.assert_quiet(self.tool("edit", "4.2.0-1", "--remove", "client=Acme "))
        self.assertIsNone(self.value("overview_client"))


class AtOneTimeTest(ToldCase):
    def test_additions_and_removals_take_nothing_from_anybody(self):
        key = "patchInformation_jarsInvolved"
        self.tool("edit", "4.2.0-1", *[word for i in range(12) for word in ("--add", f"{key}=old{i}.jar")])
        calls = [["edit", "4.2.0-1", "--add", f"{key}=new{i}.jar"] for i in range(12)]
        calls += [["edit", "4.2.0-1", "--remove", f"{key}=old{i}.jar"] for i in range(12)]
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            for result in pool.map(lambda words: self.installation.run("pmt-patch", *words), calls):
                self.assert_quiet(result)
        self.assertEqual(sorted(self.value(key)), sorted(f"new{i}.jar" for i in range(12)))
        history = json.dumps(self.tool("history", "4.2.0-1", "--json").json)
        for i in range(12):
            self.assertIn(f"new{i}.jar", history)

    def test_what_replaces_a_value_is_refused_still(self):
        self.assert_error(
            self.installation.run("pmt-patch", "edit", "4.2.0-1", "--set", "client=x", "--expect", "client=Globex"),
            1,
            "Acme",
        )


class DryRunTest(ToldCase):
    def test_every_command_says_what_it_would_do(self):
        self.tool("request", "--set", "client=Acme")
        self.tool("new", "--platform", "4.2.0")
        (self.installation.directory / "t.rxt").write_text(OTHER_TYPE)
        before = self.events()
        for words, part in ((["request", "--set", "client=x"], "would be queued"),
                            (["new", "--platform", "4.2.0"], "a patch of 4.2.0 would be created"),
                            (["decline", "Q-1", "--why", "x"], "Q-1 would be declined"),
                            (["edit", "4.2.0-1", "--set", "client=x"], "4.2.0-0001"),
                            (["link", "4.2.0-1", "requires", "4.2.0-2"], "would be linked"),
                            (["choices", "clients", "--add", "x", "y"], "2 of 2 values would be added to clients"),
                            (["choices", "products", "--alias", "a=b"], "'a' would be an alias of 'b'"),
                            (["fields", "--load", str(self.installation.directory / "t.rxt"), "-y"], "would replace")):
            with self.subTest(words):
                result = self.tool("-n", *words)
                self.assertIn(part, result.stderr)
        # The record that the real command would print.
        for words, name in ((["request", "--set", "client=x"], "Q-2"),
                            (["new", "--platform", "4.2.0"], "WSO2-CARBON-PATCH-4.2.0-0003"),
                            (["new", "--platform", "4.4.0", "--from", "Q-1"], "WSO2-CARBON-PATCH-4.4.0-0001")):
            self.assertEqual(self.tool("-n", *words).text, name + "\n")
            self.assertEqual([*self.tool("-n", "--json", *words).json[0].values()], [name])
        self.assertEqual(self.events(), before)
        self.assertEqual(self.tool("queue").lines[0].split("\t")[0], "Q-1")
        self.assertEqual(len(self.tool("list").lines), 2)
        self.assert_error(self.installation.run("pmt-patch", "-n", "decline", "Q-9", "--why", "x"), 2, "Q-9")


class ArtifactTypeTest(ToldCase):
    def load(self):
        file = self.installation.directory / "t.rxt"
        file.write_text(OTHER_TYPE)
        return self.tool("fields", "--load", file, "-y")

    def test_what_a_type_says_and_is_not_done_is_told(self):
        told = self.load().stderr
        self.assertIn("lifecycle Other is not attached to new patches", told)
        self.assertIn("'relationships' is ignored", told)

    def test_a_short_key_whose_field_is_missing(self):
        self.installation.configure(**{"patch.keys": {"boss": "peopleInvolved_lead"}})
        self.load()
        for words, parts in (
            (["list", "client=Acme"], ["overview_client"]),
            (["list", "sort:client"], ["overview_client"]),
            (["list", "boss=x"], ["peopleInvolved_lead"]),
            (["list", "jira=X-1"], ["jiraInformation_supportJIRA"]),
        ):
            with self.subTest(words):
                result = self.installation.run("pmt-patch", *words)
                self.assert_error(result, 64, "which the artifact type lacks", *parts)
                self.assertNotIn("did you mean", result.stderr)
        result = self.installation.run("pmt-patch", "edit", "4.2.0-1", "--set", "product=x")
        self.assert_error(result, 65, "overview_products", "which the artifact type lacks")
        result = self.installation.run("pmt-patch", "list", "clint=x")  # nothing that does not work is proposed
        self.assertNotIn("'client'", result.stderr)

    def test_people_see_labels(self):
        self.load()
        self.tool("edit", "4.2.0-1", "--set", "overview_asker=Ann")
        self.assertIn("Who asked", self.tool("show", "4.2.0-1", "--format", "text").text)


if __name__ == "__main__":
    unittest.main()
