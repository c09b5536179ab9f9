# SPDX-License-Identifier: MIT
"""request and new in few words: operands, and options with the names of the short keys."""

import unittest

from upkeep_test import TestCase, module_server

#: A type whose JIRA fields have patterns, and which lacks most of the others.
OTHER_TYPE = """<artifactType type="application/vnd.x+xml" shortName="patch" singularLabel="P" pluralLabel="P"
 hasNamespace="false" iconSet="1">
<storagePath>/p/@{overview_name}</storagePath><nameAttribute>overview_name</nameAttribute>
<content><table name="Overview"><field type="text"><name>Name</name></field>
<field type="text"><name>Client</name></field><field type="text"><name>Owner</name></field></table>
<table name="JIRA Information">
<field type="text" maxoccurs="unbounded" validate="SUPPORT-[0-9]+"><name>Support JIRA</name></field>
<field type="text" maxoccurs="unbounded" validate="[A-Z]+JAVA-[0-9]+"><name>Public JIRA</name></field>
</table></content></artifactType>"""


class AskingTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def made(self, *args):
        """The fields of what a command creates."""
        name = self.assert_quiet(self.run_tool(*args)).text.strip()
        return self.assert_quiet(self.run_tool("show", "--json", name)).json[0]["fields"]

    def load(self, rxt):
        path = self.installation.directory / "type.rxt"
        path.write_text(rxt)
        self.assert_status(self.run_tool("fields", "--load", path, "--yes"), 0)

    def test_a_request_in_few_words(self):
        fields = self.made("request", "ESB 4.8.1", "--client", "Acme", "--jira", "SUPPORT-1717", "--priority", "1",
                           "--platform", "4.4.0", "--developer", "alice", "--qa", "quinn",
                           "NullPointerException in a mediator")
        self.assertEqual(fields, {
            "overview_products": ["ESB 4.8.1"],
            "overview_carbonPlatform": "4.4.0",
            "overview_client": ["Acme"],
            "overview_priority": "1",
            "overview_description": "NullPointerException in a mediator",
            "jiraInformation_supportJIRA": ["SUPPORT-1717"],
            "peopleInvolved_developedby": "alice",
            "peopleInvolved_qaedby": "quinn",
        })
        name = self.assert_quiet(self.run_tool("new", "--from", "Q-1")).text  # the request names the platform
        self.assertIn("4.4.0", name)

    def test_a_patch_in_few_words(self):
        fields = self.made("new", "--platform", "4.4.0", "--client", "Acme", "IS 5.0.0", "[login] fails", "--qa=quinn")
        self.assertEqual(fields["overview_products"], ["IS 5.0.0"])
        self.assertEqual(fields["overview_description"], "[login] fails")
        self.assertEqual(fields["overview_client"], ["Acme"])
        self.assertEqual(fields["overview_carbonPlatform"], "4.4.0")

    def test_one_operand_is_the_description(self):
        for words in (["the mediator leaks"], ["--product", "ESB 4.8.1", "[the mediator leaks]"],
                      ["--", "-v is ignored"], ["list"]):
            with self.subTest(words):
                self.assertEqual(self.made("request", *words)["overview_description"], words[-1])

    def test_a_product_is_no_description(self):
        self.assert_quiet(self.run_tool("choices", "products", "--add", "ESB 4.8.1"))
        self.assert_quiet(self.run_tool("choices", "products", "--alias", "Service Bus=ESB"))
        for word in ("ESB 4.8.1", "wso2 esb 4.8.1", "Service Bus 4.8.1"):
            for command in (["request"], ["new", "--platform", "4.4.0"]):
                with self.subTest(word=word, command=command):
                    self.assert_error(self.run_tool(*command, word), 64, f"'{word}' is a product", "--product")
        self.assertEqual(self.made("request", "ESB 4.8.2")["overview_description"], "ESB 4.8.2")
        self.assertEqual(self.made("request", "--product", "ESB 4.8.1"), {"overview_products": ["ESB 4.8.1"]})

    def test_several_values(self):
        fields = self.made("request", "--client", "Acme", "--client", "Globex", "--jira", "SUPPORT-1", "--jira",
                           "SUPPORT-2", "--product", "ESB 4.8.1", "--product", "IS 5.0.0", "--set", "client=Initech")
        self.assertEqual(fields["overview_client"], ["Acme", "Globex", "Initech"])
        self.assertEqual(fields["jiraInformation_supportJIRA"], ["SUPPORT-1", "SUPPORT-2"])
        self.assertEqual(fields["overview_products"], ["ESB 4.8.1", "IS 5.0.0"])

    def test_wrong_words(self):
        for command in (["request"], ["new", "--platform", "4.4.0"]):
            for words, status, parts in (
                (["ESB 4.8.1", "it leaks", "badly"], 64, ["badly"]),
                (["--product", "ESB 4.8.1", "IS 5.0.0", "it leaks"], 64, ["IS 5.0.0", "--product ESB 4.8.1"]),
                (["ESB 4.8.1", ""], 64, ["empty"]),
                (["ESB 4.8.1", " \t"], 64, ["blank"]),
                (["--client", ""], 64, ["--client"]),
                (["--priority", "1", "--priority", "2"], 64, ["overview_priority", "twice"]),
                (["--priority", "1", "--set", "priority=2"], 64, ["overview_priority", "twice"]),
                (["it leaks", "--set", "description=it fails"], 64, ["overview_description", "twice"]),
                (["--priority", "urgent"], 65, ["overview_priority", "urgent", "1, 2, 3, 4, 5"]),
                (["--platform", "four"], 65, ["four", "4.4.0"]),
                (["--clint", "Acme"], 64, ["--client"]),
            ):
                with self.subTest(command=command, words=words):
                    if command[0] == "new" and "--platform" in words:
                        words = [*words[2:], "--from", "Q-1"]
                        status, parts = 2, ["Q-1"]
                    self.assert_error(self.run_tool(*command, *words), status, *parts)
        self.assertEqual(self.run_tool("queue", "--all").text, "")
        self.assertEqual(self.made("new", "--platform", "4.4.0")["overview_name"], "WSO2-CARBON-PATCH-4.4.0-0001")

    def test_platform_of_the_patch_and_of_its_field(self):
        result = self.run_tool("new", "--platform", "4.4.0", "--set", "overview_carbonPlatform=4.2.0")
        self.assert_error(result, 64, "--platform 4.4.0", "4.2.0")
        self.made("new", "--platform", "4.4.0", "--set", "overview_carbonPlatform=4.4.0")

    def test_a_ticket_goes_where_it_fits(self):
        self.load(OTHER_TYPE)
        fields = self.made("request", "--jira", "ESBJAVA-17", "--jira", "SUPPORT-3", "--client", "Acme")
        self.assertEqual(fields["jiraInformation_publicJIRA"], ["ESBJAVA-17"])
        self.assertEqual(fields["jiraInformation_supportJIRA"], ["SUPPORT-3"])
        self.assert_error(self.run_tool("request", "--jira", "what?"), 65, "jiraInformation_supportJIRA",
                          "SUPPORT-[0-9]+")

    def test_fields_that_the_type_lacks(self):
        self.load(OTHER_TYPE)
        for words, parts in ((["--qa", "quinn"], ["--qa", "peopleInvolved_qaedby"]),
                             (["--platform", "4.4.0"], ["--platform", "overview_carbonPlatform"]),
                             (["it leaks"], ["description", "overview_description"])):
            with self.subTest(words):
                self.assert_error(self.run_tool("request", *words), 64, "artifact type lacks", *parts)
        self.assertIn("4.4.0", self.assert_quiet(self.run_tool("new", "--platform", "4.4.0")).text)
        self.installation.configure(**{"patch.keys": {"qa": "overview_owner"}})
        self.assertEqual(self.made("request", "--qa", "quinn"), {"overview_owner": "quinn"})


if __name__ == "__main__":
    unittest.main()
