# SPDX-License-Identifier: MIT
"""request and new name what they repeat; --unique refuses it."""

import concurrent.futures
import json
import unittest

from upkeep_test import TestCase, module_server

NAME = "WSO2-CARBON-PATCH-{}"


class DuplicatesTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def warned(self, *args):
        """What a command warns of, without the tool's name."""
        result = self.assert_status(self.run_tool(*args), 0)
        start = "pmt-patch: warning: "
        return [line.removeprefix(start) for line in result.stderr.splitlines() if line.startswith(start)]

    def test_the_same_ticket(self):
        self.assertEqual(self.warned("request", "--jira", "SUPPORT-1717", "It leaks\nand leaks"), [])
        told = "Q-1 (open) has the same JIRA key SUPPORT-1717: 'It leaks'"
        self.assertEqual(self.warned("request", "--jira", "support-1717"), [told.replace("SUPPORT", "support")])
        self.assertEqual(self.warned("new", "--platform", "4.4.0", "--set",
                                     "jiraInformation_publicJIRA=SUPPORT-1717"),
                         ["Q-2 (open) has the same JIRA key SUPPORT-1717", told])
        self.run_tool("decline", "Q-2", "--why", "a duplicate")
        self.assertEqual(self.warned("new", "--platform", "4.2.0", "--jira", "SUPPORT-1717", "--jira", "SUPPORT-3"),
                         [told, NAME.format("4.4.0-0001") + " (no state) has the same JIRA key SUPPORT-1717"])
        self.assertEqual(self.run_tool("-q", "request", "--jira", "SUPPORT-1717").stderr, "")

    def test_what_is_no_repetition(self):
        self.warned("request", "--jira", "none", "--client", "Acme", "--set", "jar=a-1.0.jar")
        for words in (["--jira", "none"], ["--jira", "SUPPORT-17"], ["--client", "Acme"], ["--set", "jar=a-1.0.jar"],
                      ["--client", "Acme", "--set", "jar=ab-1.0.jar"], ["--client", "Acme", "--set", "jar=b.jar"],
                      ["--client", "Acme Inc", "--set", "jar=a-1.0.jar"]):
            with self.subTest(words):
                self.assertEqual(self.warned("request", *words), [])
        self.warned("request", "--jira", "SUPPORT-18")
        self.assertEqual(self.warned("new", "--platform", "4.4.0", "--from", "Q-9"), [])  # itself
        self.assertEqual(self.warned("-n", "new", "--platform", "4.4.0", "--from", "Q-1"), [])

    def test_the_same_client_and_jar(self):
        self.warned("new", "--platform", "4.4.0", "--client", "Acme", "--client", "Globex",
                    "--set", "jar=x.jar, lib/org.wso2.carbon.core_4.4.0.jar")
        told = NAME.format("4.4.0-0001") + " (no state) has the same client {} and jar {}"
        for client, jar in (("ACME", "org.wso2.carbon.core-4.4.0-SNAPSHOT.jar"), ("Globex", "ORG.wso2.carbon.core"),
                            ("Acme", "X.jar")):
            with self.subTest(jar):
                self.assertEqual(self.warned("-n", "request", "--client", client, "--set", f"jar={jar}"),
                                 [told.format(client, jar)])
        self.warned("new", "--platform", "4.2.0", "--client", "Müller & Söhne", "--set", "jar=m.jar")
        self.assertEqual(self.warned("-n", "request", "--client", "MÜLLER & SÖHNE", "--set", "jar=m.jar"),
                         [NAME.format("4.2.0-0001") + " (no state) has the same client MÜLLER & SÖHNE and jar m.jar"])
        both = self.warned("-n", "request", "--client", "Çelik", "--client", "acme", "--set", "jar=y.jar",
                           "--set", "jar=x.jar")
        self.assertEqual(both, [told.format("acme", "x.jar")])

    def test_clients_and_jars_beyond_ascii(self):
        self.warned("request", "--client", "Çelik", "--set", "jar=größe-1.0.jar")
        self.assertEqual(self.warned("-n", "request", "--client", "Çelik", "--set", "jar=größe-2.0.jar"),
                         ["Q-1 (open) has the same client Çelik and jar größe-2.0.jar"])

        self.assertEqual(self.warned("-n", "request", "--client", "ÇELIK", "--set", "jar=GRÖßE-2.0.jar"),
                         ["Q-1 (open) has the same client ÇELIK and jar GRÖßE-2.0.jar"])

    def test_recorded_jars(self):
        """Those that pmt-verify recorded count as well, whatever the field says."""
        row = {"patch": "4.4.0-1", "fields": {"overview_client": ["Acme"]},
               "jars": [{"name": "a-1.0.jar", "bundle": "org.x.A_1.0.0.jar", "version": "1.0.0", "md5": "0" * 32,
                         "sha256": "0" * 64, "size": 1}]}
        path = self.installation.directory / "row.jsonl"
        path.write_text(json.dumps(row) + "\n")
        self.assert_status(self.run_tool("import", path), 0)
        told = [NAME.format("4.4.0-0001") + " (no state) has the same client acme and jar org.x.A-2.jar"]
        self.assertEqual(self.warned("-n", "request", "--client", "acme", "--set", "jar=lib/org.x.A-2.jar"), told)
        for client, jar in (("Other", "org.x.A"), ("Acme", "org.x.AB"), ("Acme", "org.x")):
            with self.subTest(client, jar=jar):
                self.assertEqual(self.warned("-n", "request", "--client", client, "--set", f"jar={jar}"), [])

    def test_a_field_of_our_own(self):
        """A type or [patch.keys] may keep the jars elsewhere."""
        self.installation.configure(**{"patch.keys": {"jar": "patchInformation_jarVersions"}})
        self.warned("request", "--client", "Acme", "--set", "patchInformation_jarVersions=a-1.0.jar")
        self.warned("request", "--client", "Acme", "--set", "patchInformation_jarsInvolved=b-1.0.jar")
        for jar, request in (("a", "Q-1"), ("b", "Q-2")):
            self.assertEqual(self.warned("-n", "request", "--client", "Acme", "--set", f"jar={jar}-2.jar"),
                             [f"{request} (open) has the same client Acme and jar {jar}-2.jar"])

    def test_a_port_is_compared_with_its_own_platform(self):
        self.warned("new", "--platform", "4.2.0", "--jira", "SUPPORT-5")
        self.assertEqual(self.warned("new", "--platform", "4.4.0", "--ported-from", "4.2.0-1"), [])
        self.assertEqual(self.warned("new", "--platform", "4.4.0", "--ported-from", "4.2.0-1"),
                         [NAME.format("4.4.0-0001") + " (no state) has the same JIRA key SUPPORT-5"])
        self.assertEqual(len(self.warned("-n", "new", "--platform", "4.4.0", "--jira", "SUPPORT-5")), 3)

    def test_at_most_five_are_named(self):
        for _ in range(8):
            self.warned("request", "--jira", "SUPPORT-5")
        told = self.warned("new", "--platform", "4.4.0", "--jira", "SUPPORT-5")
        self.assertEqual([line.split()[0] for line in told], ["Q-8", "Q-7", "Q-6", "Q-5", "Q-4", "and"])
        self.assertIn("and 3 more", told[-1])

    def test_unique(self):
        self.assert_quiet(self.run_tool("request", "--unique", "--jira", "SUPPORT-5"))
        for words in (["request"], ["-n", "request"], ["new", "--platform", "4.4.0"],
                      ["-n", "new", "--platform", "4.4.0"]):
            with self.subTest(words):
                result = self.run_tool(*words, "--unique", "--jira", "SUPPORT-5", "-q")
                self.assert_error(result, 1, "Q-1 (open) has the same JIRA key SUPPORT-5", "omit --unique")
                self.assertNotIn("warning", self.run_tool(*words, "--unique", "--jira", "SUPPORT-5").stderr)
        self.assertEqual(len(self.run_tool("queue", "--all").lines), 1)
        self.assertEqual(self.run_tool("list").text, "")
        self.assert_quiet(self.run_tool("new", "--platform", "4.4.0", "--unique", "--from", "Q-1"))
        self.assert_quiet(self.run_tool("new", "--platform", "4.4.0", "--unique", "--jira", "SUPPORT-6"))
        self.assertEqual(len(self.run_tool("list").lines), 2)

    def test_unique_at_one_time(self):
        """Of several calls with the same ticket one succeeds, on whichever platforms."""
        for at in range(3):
            calls = [["request"], ["new", "--platform", "4.4.0"], ["new", "--platform", "4.2.0"]] * 3
            with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
                done = list(pool.map(lambda call, key=f"SUPPORT-{at}": self.run_tool(
                    *call, "--unique", "--jira", key), calls))
            self.assertEqual(sorted(one.status for one in done), [0] + [1] * (len(calls) - 1), [str(d) for d in done])

    def test_also_with_the_index(self):
        """As many patches as are indexed at once: the index finds them."""
        path = self.installation.directory / "many.csv"
        path.write_text("platform,number,overview_client,jiraInformation_supportJIRA,patchInformation_jarsInvolved\n"
                        + "".join(f"4.2.0,{i},Client {i % 7},SUPPORT-{i},org.x.part{i % 11}_1.{i}.jar\n"
                                  for i in range(1, 1201)))
        self.assert_status(self.run_tool("import", path), 0)
        self.assertEqual(self.warned("-n", "request", "--jira", "SUPPORT-777"),
                         [NAME.format("4.2.0-0777") + " (no state) has the same JIRA key SUPPORT-777"])
        told = self.warned("-n", "request", "--client", "Client 3", "--set", "jar=org.x.part5_7.jar")
        self.assertEqual(len(told), 6)
        count = sum(i % 7 == 3 and i % 11 == 5 for i in range(1, 1201))
        self.assertIn(f"and {count - 5} more", told[-1])


if __name__ == "__main__":
    unittest.main()
