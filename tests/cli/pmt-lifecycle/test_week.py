# SPDX-License-Identifier: MIT
"""A week of a support engineer, a developer and a QA engineer: from a request to a release and its recall.

Each act counts the keys it takes now and those that it took before there were short forms and `mine`.
UPKEEP_WEEK_TABLE=FILE writes that table.
"""

import getpass
import json
import os
import pathlib
import shlex
import unittest
from typing import Any

from upkeep_test import TestCase, module_server, run_tty
from upkeep_test.archives import jar, patch_name, support_files, write_zip

OLD, PATCH, NEXT = (patch_name("4.4.0", number) for number in (1, 2, 3))
#: What each had to look at to know what to do.
LOOK = {
    "sam": ["pmt-patch queue", "pmt-lifecycle blockers", "pmt-lifecycle overdue"],
    "alice": ["pmt-patch queue", "pmt-patch list developer=alice state!=Released",
              "pmt-lifecycle blockers developer=alice", "pmt-lifecycle overdue developer=alice"],
    "quinn": ["pmt-patch list qa=quinn state!=Released", "pmt-lifecycle blockers qa=quinn",
              "pmt-lifecycle overdue qa=quinn"],
}
#: The clients of a patch and of those that require or supersede it.
WHO_HAS_IT = ["pmt-patch list patch=4.4.0-2 --fields client", "pmt-patch list requires=4.4.0-2 --fields client",
              "pmt-patch list supersedes=4.4.0-2 --fields client"]


def keys(*commands: str) -> int:
    """What is typed for these commands; each ends with Enter."""
    return sum(len(command) + 1 for command in commands)


class WeekTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={
            "trusted": [getpass.getuser()], "released_edit": "lead",
        }, **{"patch.roles": {"pmt-request": ["sam"], "pmt-new": ["alice"], "pmt-void": ["lea"], "lead": ["lea"]}})
        self.directory = self.make_directory()
        self.table: list[tuple[str, int, int]] = []
        self.looked: set[tuple[str, str]] = set()
        self.day = ""
        path = self.directory / "old.jsonl"
        path.write_text(json.dumps({
            "platform": "4.4.0", "number": 1, "state": "Released", "lifecycle": "PatchLifeCycle", "fields": {
                "overview_products": ["ESB 4.8.1"], "overview_client": ["Globex"], "dates_releasedOn": "2014-03-01",
                "patchInformation_jarsInvolved": ["axis2_1.6.1.jar"], "overview_description": "Axis2 leaks"}}))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def argv(self, who, line):
        tool, *words = shlex.split(line)
        return [tool, "--as", who, *words]

    def act(self, who, line, before=None, status=0, quiet=True):
        """Runs what `who` types. before: what had to be typed, [] if the same; None: it was impossible."""
        result = self.installation.run(*self.argv(who, line), cwd=self.directory)
        self.assert_status(result, status)
        if quiet:
            self.assert_quiet(result, status)
        if before is not None:
            self.table.append((line, keys(*(before or [line])), keys(line)))
        return result

    def screen(self, who, line, columns=80):
        """What `who` sees on a terminal; nothing is wrapped."""
        argv = self.argv(who, line)
        result = run_tty(*argv, env={**self.installation.env, "NO_COLOR": "1"}, columns=columns)
        lines = result.text.replace("\r\n", "\n").splitlines()
        self.assertLessEqual(max(map(len, lines), default=0), columns, result.text)
        return "\n".join(lines)

    def mine(self, who):
        """(patch, block, event, detail) of each record. Only one look in a day counts."""
        before = None if (self.day, who) in self.looked else LOOK[who]
        self.looked.add((self.day, who))
        result = self.act(who, "pmt-lifecycle mine", before)
        return [(row[0], row[1], row[3], row[5]) for row in result.rows]

    def shown(self, name=PATCH):
        return self.assert_quiet(self.installation.run("pmt-lifecycle", "show", "--json", name)).json[0]

    def last_event(self, action):
        history = self.assert_quiet(self.installation.run("pmt-patch", "history", "--json", PATCH)).json
        return [one for one in history if one["action"] == action][-1]

    def archive(self, more: str) -> pathlib.Path:
        files: dict[str, Any] = {**support_files("4.4.0", 2), "patch0002/b-2.0.jar": jar(more=more)}
        readme = str(files["README.txt"])
        for foreign in (", esb-4.9.0", "\n                   https://wso2.org/jira/browse/CARBON-18"):
            readme = readme.replace(foreign, "")
        return write_zip(self.directory / f"{PATCH}.zip", {**files, "README.txt": readme})

    def test_week(self):
        for day in (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday):
            self.day = day.__name__
            day()
        before, now = (sum(row[column] for row in self.table) for column in (1, 2))
        changed = [row for row in self.table if row[1] != row[2]]
        if target := os.environ.get("UPKEEP_WEEK_TABLE"):
            lines = [f"{row[1]}\t{row[2]}\t{row[0]}" for row in [*self.table, ("sum", before, now)]]
            pathlib.Path(target).write_text("before\tnow\ttyped now\n" + "\n".join(lines) + "\n")
        # Names and texts, which have to be typed in any case, are in both.
        self.assertLessEqual(2 * sum(row[2] for row in changed), sum(row[1] for row in changed))
        self.assertLessEqual(3 * now, 2 * before)

    def monday(self):
        """Acme reports a failure: has anybody else? The request waits until a developer takes it."""
        self.assertEqual(self.mine("sam"), [])
        self.assertEqual(self.act("sam", "pmt-patch list NullPointerException", []).text, "")
        self.assertEqual(self.act("sam", "pmt-patch queue client=acme",
                                  ["pmt-patch queue | grep -i acme"]).text, "")
        asked = self.act(
            "sam", "pmt-patch request 'ESB 4.8.1' --platform 4.4.0 --client Acme --jira SUPPORT-1717 --priority 1"
            " 'NullPointerException in a mediator'",
            ["pmt-patch request --set 'product=ESB 4.8.1' --set overview_carbonPlatform=4.4.0 --set client=Acme"
             " --set jiraInformation_supportJIRA=SUPPORT-1717 --set priority=1"
             " --set 'description=NullPointerException in a mediator'"])
        self.assertEqual(asked.text, "Q-1\n")
        # Globex reports the same; before, somebody had to find that out.
        again = self.act("sam", "pmt-patch request --unique --client Globex --jira SUPPORT-1717",
                         ["pmt-patch queue | pmt-patch show | grep SUPPORT-1717", "pmt-patch list jira=SUPPORT-1717"],
                         status=1, quiet=False)
        self.assertIn("Q-1 (open) has the same JIRA key SUPPORT-1717", again.stderr)
        self.act("sam", "pmt-patch comment Q-1 'Globex has it as well'")
        self.act("sam", "pmt-patch edit Q-1 --add client=Globex", [])
        self.assertEqual(self.mine("sam")[0][:2], ("Q-1", "waiting"))
        self.assertEqual(self.mine("alice")[0][:2], ("Q-1", "queue"))
        self.assert_status(self.installation.run("pmt-patch", "--as", "sam", "new", "--from", "Q-1"), 77)
        made = self.act("alice", "pmt-patch new --from Q-1 --developer alice --qa quinn",
                        ["pmt-patch new --platform 4.4.0 --from Q-1 --set developer=alice --set qa=quinn"])
        self.assertEqual(made.text, f"{PATCH}\n")
        self.assertIn("NullPointerException in a mediator", self.screen("alice", "pmt-patch show 4.4.0-2"))
        self.assertEqual([row[:3] for row in self.mine("alice")], [(PATCH, "mine", "Promote")])
        self.assertTrue(self.mine("sam")[0][3].startswith("alice: "))

    def tuesday(self):
        """Fixed and built; a move is refused until its requirements are met."""
        refused = self.act("alice", "pmt-lifecycle promote 4.4.0-2", [], status=1)
        self.assertEqual({row[2] for row in refused.rows}, {"validation"})
        self.act("alice", "pmt-patch edit 4.4.0-2 --set jar=org.example.a_1.0.0.jar --set jar=b-2.0.jar"
                 " --set jiraInformation_publicJIRA=ESBJAVA-17 --set patchInformation_revision=189812", [])
        self.act("alice", "pmt-lifecycle tick 4.4.0-2 all", ["pmt-lifecycle tick 4.4.0-2 1 2 3 4 5 6"])
        self.assertTrue(all(item["ticked"] for item in self.shown()["items"]))
        self.act("alice", "pmt-lifecycle promote 4.4.0-2 --time 6.5h --comment 'fixed and built'",
                 ["pmt-lifecycle promote 4.4.0-2 --time 6h30m --comment 'fixed and built'"])
        self.assertEqual(self.mine("quinn")[0][:3], (PATCH, "mine", "Promote"))
        self.assertTrue(self.mine("alice")[0][3].startswith("quinn: "))

    def wednesday(self):
        """QA sends it back, and the developer sees why at once."""
        self.act("quinn", "pmt-lifecycle tick 4.4.0-2 all", ["pmt-lifecycle tick 4.4.0-2 1 2"])
        self.act("quinn", "pmt-lifecycle promote 4.4.0-2", [])
        archive = self.archive("first").name
        self.act("quinn", f"pmt-verify --patch 4.4.0-2 --record --tick {archive}",
                 [f"pmt-verify --patch 4.4.0-2 --record {archive}", f"pmt-verify --patch 4.4.0-2 --tick {archive}"])
        self.assertEqual([item["order"] for item in self.shown()["items"] if item["ticked"]], [1, 2, 8])
        self.act("quinn", "pmt-lifecycle demote 4.4.0-2 --comment 'it still fails if the client closes first'", [])
        self.assertEqual(self.mine("alice")[0][:3], (PATCH, "mine", "Promote"))
        self.act("alice", "pmt-lifecycle show 4.4.0-2", ["pmt-lifecycle show 4.4.0-2", "pmt-patch history 4.4.0-2"])
        page = self.screen("alice", "pmt-lifecycle show 4.4.0-2")
        for word in ("FailedQA", "quinn", "it still fails if the client closes first"):
            self.assertIn(word, " ".join(page.split()))
        last = self.screen("alice", "pmt-patch history 4.4.0-2").splitlines()[-2:]
        self.assertRegex(last[0], r" quinn +moved Testing -> FailedQA  \(Demote\)$")
        self.assertEqual(last[1].strip(), "it still fails if the client closes first")
        # Time that was forgotten yesterday, time that was mistyped, and a move too early.
        self.act("alice", "pmt-lifecycle log-time 4.4.0-2 1.5h --date yesterday", [])
        self.act("alice", "pmt-lifecycle log-time 4.4.0-2 20h", [])
        wrong = self.last_event("log-time")["event"]
        self.act("alice", f"pmt-lifecycle log-time --revoke {wrong} --why 'two hours were meant'", [])
        self.act("alice", "pmt-lifecycle log-time 4.4.0-2 2h", [])
        spent = self.act("alice", "pmt-lifecycle time 4.4.0-2", []).rows
        self.assertEqual(sum(int(row[-1]) for row in spent), 10 * 3600)
        self.act("alice", "pmt-lifecycle promote 4.4.0-2", [])
        undone = self.act("alice", "pmt-lifecycle undo 4.4.0-2", [], quiet=False)
        self.assertIn("Promote", undone.stderr)
        self.assertEqual(self.shown()["state"], "FailedQA")

    def thursday(self):
        """It is released; what QA attested does not change afterwards without a reason."""
        self.act("alice", "pmt-lifecycle tick 4.4.0-2 1", [])
        self.act("alice", "pmt-lifecycle promote 4.4.0-2 --comment 'built again'", [])
        self.act("quinn", "pmt-lifecycle promote 4.4.0-2", [])
        archive = self.archive("second").name
        self.act("quinn", f"pmt-verify --patch 4.4.0-2 --record --tick {archive}",
                 [f"pmt-verify --patch 4.4.0-2 --record {archive}", f"pmt-verify --patch 4.4.0-2 --tick {archive}"])
        self.act("quinn", "pmt-lifecycle tick 4.4.0-2 3-9", ["pmt-lifecycle tick 4.4.0-2 3 4 5 6 7 8 9"])
        self.assertEqual(self.mine("quinn")[0][2:], ("Promote", "JIRA was marked resolved"))
        self.act("quinn", "pmt-lifecycle tick 4.4.0-2 10", [])
        self.act("quinn", "pmt-lifecycle promote 4.4.0-2 --time 2.5h --comment 'all well'",
                 ["pmt-lifecycle promote 4.4.0-2 --time 2h30m --comment 'all well'"])
        listed = self.act("sam", "pmt-patch list client=acme --fields state,dates_releasedOn", [])
        self.assertEqual([row[0] for row in listed.rows], ["Released"])
        self.assertRegex(listed.rows[0][1], r"^\d{4}-\d\d-\d\d$")
        self.assertEqual((self.mine("alice"), self.mine("quinn")), ([], []))
        edit = "pmt-patch edit 4.4.0-2 --set 'description=A mediator fails'"
        self.assert_error(self.act("alice", edit, status=77, quiet=False), 77, "lead")
        self.assert_error(self.act("lea", edit, status=1, quiet=False), 1, "Verified README", "--why")
        self.act("lea", f"{edit} --why 'as in the JIRA'", [edit])
        self.assertIn("Verified README", self.last_event("edit")["comment"])

    def friday(self):
        """What does a customer's server lack? Then the patch turns out to be bad."""
        (self.directory / "globex.txt").write_text("patch0001\n")
        lacking = self.act("sam", "pmt-report missing --platform 4.4.0 --applied globex.txt", [
            "pmt-report effective --platform 4.4.0 --applied globex.txt | cut -f 2 > has",
            "pmt-patch list platform=4.4.0 released!= --fields patch | grep -vFf has"])
        self.assertEqual([row[:2] + row[3:] for row in lacking.rows], [[PATCH, "1", "not applied"]])
        self.act("quinn", "pmt-lifecycle move 4.4.0-2 Broken --comment 'it loses messages'", [])
        recalled = self.act("sam", "pmt-report recall 4.4.0-2", WHO_HAS_IT)
        self.assertEqual(sorted(row[1] for row in recalled.rows), ["Acme", "Globex"])
        self.assertEqual({row[0] for row in recalled.rows}, {PATCH})
        self.assertIn("Globex", self.screen("sam", "pmt-report recall 4.4.0-2"))
        asked = self.act("sam", "pmt-patch request 'ESB 4.8.1' --platform 4.4.0 --client Acme --client Globex"
                         " --priority 1 'Messages are lost'",
                         ["pmt-patch request --set 'product=ESB 4.8.1' --set overview_carbonPlatform=4.4.0"
                          " --set client=Acme --set client=Globex --set priority=1"
                          " --set 'description=Messages are lost'"])
        made = self.act("alice", f"pmt-patch new --from {asked.text.strip()} --developer alice",
                        [f"pmt-patch new --platform 4.4.0 --from {asked.text.strip()} --set developer=alice"])
        self.assertEqual(made.text, f"{NEXT}\n")
        self.act("alice", "pmt-patch link 4.4.0-3 supersedes 4.4.0-2", [])
        self.assert_status(self.installation.run("pmt-patch", "--as", "alice", "new", "--platform", "4.4.0"), 0)
        self.act("lea", "pmt-patch void 4.4.0-4 --why 'drawn by mistake'")
        listed = self.act("alice", "pmt-patch list developer=@me sort:patch",
                          ["pmt-patch list developer=alice sort:patch"])
        self.assertEqual([row[:2] for row in listed.rows], [[PATCH, "Broken"], [NEXT, "Development"]])
        self.assertNotIn("4.4.0-0004", self.installation.run("pmt-patch", "list").text)
        spent = self.act("sam", "pmt-lifecycle time --by actor", []).rows
        self.assertEqual([(row[1], row[-1]) for row in spent], [("alice", str(10 * 3600)), ("quinn", str(9000))])
        self.assertIn(PATCH, self.screen("alice", "pmt-lifecycle mine"))
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))


if __name__ == "__main__":
    unittest.main()
