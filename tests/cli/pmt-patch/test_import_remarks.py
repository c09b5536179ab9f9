# SPDX-License-Identifier: MIT
"""What an import does not do, refuses, or does beside its rows, it says."""

import json
import unittest

from upkeep_test.imports import ImportCase

NAME = "WSO2-CARBON-PATCH-{}"
FLOW = "PrePatchLifeCycle"


class EmptiedTest(ImportCase):
    """An import clears no field."""

    def test_in_every_format(self):
        mapping = self.write("m.toml", 'blank = ["n/a"]\n[columns]\nNo = "patch"\nWho = "client"\nPrio = "priority"\n')
        self.add({"patch": "4.4.0-1", "fields": {"overview_client": ["Acme"], "overview_priority": "2"}})
        told = ("note: 1 value is empty in the file and is kept in the registry (overview_client of "
                + NAME.format("4.4.0-0001") + "); 'pmt-patch edit --set KEY=' clears a field")
        rows = [("a.csv", "patch,overview_client,peopleInvolved_lead\n4.4.0-1,,\n", []),
                ("b.csv", "patch,overview_client\n4.4.0-1,[]\n", []),
                ("c.csv", "No,Who,Prio\n4.4.0-1,n/a,2\n", ["--map", mapping])]
        rows += [("a.jsonl", json.dumps({"patch": "4.4.0-1", "fields": fields}) + "\n", [])
                 for fields in ({"overview_client": []}, {"overview_client": None}, {"overview_client": ""},
                                {"client": None})]
        for name, text, args in rows:
            for more in ([], ["--update"]):
                with self.subTest(text, more=more):
                    counts, result = self.take(name, text, *args, *more)
                    self.assertEqual(counts, (0, 1, 0))
                    self.assertEqual(result.stderr, "pmt-patch: " + told + "\n")
        self.assertEqual(self.show("4.4.0-1")["fields"]["overview_client"], ["Acme"])

    def test_among_changes(self):
        self.add({"patch": "4.4.0-1", "fields": {"overview_client": ["Acme"], "overview_priority": "2"}},
                 {"patch": "4.4.0-2", "fields": {"overview_client": ["Acme"]}})
        text = "patch,overview_client,overview_priority\n4.4.0-1,,\n4.4.0-2,,1\n"
        told = "3 values are empty in the file and {} kept in the registry (the first is overview_client of "
        counts, result = self.take("a.csv", text, "--update", "-n")
        self.assertEqual(counts, (1, 1, 0))
        self.assertIn(told.format("would be"), result.stderr)
        counts, result = self.take("a.csv", text, "--update")
        self.assertIn(told.format("are"), result.stderr)
        # Nothing to say where there is nothing, or another column of the field has a value.
        text = "patch,overview_client,overview_client,overview_description\n4.4.0-1,,Acme,\n"
        self.assertEqual(self.take("a.csv", text)[1].stderr, "")


class ValuesTest(ImportCase):
    def test_words_of_a_map_in_any_case(self):
        mapping = self.write("m.toml", '[columns]\nNo = "patch"\nPrio = "priority"\n'
                                       '[values.priority]\n"Überfällig" = "1"\n')
        self.assertEqual(self.take("a.csv", "No,Prio\n4.4.0-1,ÜBERFÄLLIG\n", "--map", mapping)[0], (1, 0, 0))
        self.assertEqual(self.show("4.4.0-1")["fields"]["overview_priority"], "1")


class TicksTest(ImportCase):
    """An update that changes what a tick attests removes the tick, as an edit does."""

    ITEM = "Verified README"

    def setUp(self):
        super().setUp()
        self.add({"patch": "4.4.0-1", "lifecycle": "PatchLifeCycle", "state": "Testing",
                  "fields": {"overview_description": "It leaks"}})
        self.assert_quiet(self.installation.run("pmt-lifecycle", "tick", "4.4.0-1", self.ITEM))

    def ticked(self):
        shown = self.assert_quiet(self.installation.run("pmt-lifecycle", "show", "--json", "4.4.0-1")).json[0]
        return [one["name"] for one in shown["items"] if one["ticked"]]

    def test_the_note(self):
        text = "patch,overview_description\n4.4.0-1,It leaks memory\n"
        counts, result = self.take("a.csv", text, "--update", "-n")
        self.assertEqual((counts, self.ticked()), ((1, 0, 0), [self.ITEM]))
        self.assertEqual(result.stderr, "pmt-patch: note: 1 item would be no longer ticked, because the update changes"
                                        " what it attested\n")
        counts, result = self.take("a.csv", text, "--update")
        self.assertEqual((counts, self.ticked()), ((1, 0, 0), []))
        self.assertIn("1 item is no longer ticked", result.stderr)
        last = self.run_tool("history", "--json", "4.4.0-1").json[-1]
        self.assertEqual((last["action"], last["key"]), ("untick", self.ITEM))
        self.assertIn("overview_description", last["comment"])

    def test_other_fields(self):
        self.assertEqual(self.take("a.csv", "patch,overview_priority\n4.4.0-1,1\n", "--update")[1].stderr, "")
        self.assertEqual(self.ticked(), [self.ITEM])


class CycleTest(ImportCase):
    """As `link` does, an import refuses links that would create a cycle."""

    def row(self, number, *links):
        return {"patch": f"4.4.0-{number}", "links": [{"type": kind, "patch": f"4.4.0-{to}"} for kind, to in links]}

    def take_rows(self, *rows, status=0, args=()):
        return self.take("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows), *args, status=status)

    def links(self, number):
        return [(one["type"], one["patch"][-1]) for one in self.show(f"4.4.0-{number}")["links"]]

    def test_in_one_file(self):
        rows = [self.row(1, ("supersedes", 2)), self.row(2, ("requires", 3)), self.row(3, ("supersedes", 1)),
                self.row(4, ("ported-from", 5)), self.row(5, ("requires", 4), ("conflicts", 4))]
        counts, result = self.take_rows(*rows, status=2)
        self.assertEqual(counts, (2, 0, 3))
        self.assertIn("it supersedes " + NAME.format("4.4.0-0001") + ", which would create a cycle of links",
                      result.stderr)

    def test_with_the_registry(self):
        self.add(self.row(1), self.row(2, ("supersedes", 1)), self.row(3, ("requires", 2)))
        for links in ([("supersedes", 3)], [("conflicts", 2), ("requires", 2)]):
            for args in (["--update"], ["--update", "-n"]):
                with self.subTest(links, args=args):
                    counts, result = self.take_rows(self.row(1, *links), status=2, args=args)
                    self.assertEqual((counts, self.links(1)), ((0, 0, 1), []))
                    self.assertIn("a cycle of links", result.stderr)
        # Nothing that was refused counts against another row.
        counts, result = self.take_rows(self.row(1, ("supersedes", 3)), self.row(4, ("supersedes", 3)),
                                        self.row(2, ("supersedes", 1), ("conflicts", 3)), status=2, args=["--update"])
        self.assertEqual(counts, (2, 0, 1))

    def test_chains_in_any_order(self):
        forward = [self.row(n, ("supersedes", n - 1)) for n in range(2, 300)]
        self.assertEqual(self.take_rows(self.row(1), *forward[::2], *forward[1::2], status=0)[0], (299, 0, 0))
        counts, _ = self.take_rows(self.row(1, ("supersedes", 299)), status=2, args=["--update"])
        self.assertEqual(counts, (0, 0, 1))

    def test_an_export_is_restored(self):
        self.add(self.row(1), self.row(2, ("supersedes", 1)))
        rows = self.assert_quiet(self.run_tool("export", "--format", "jsonl")).jsonl
        rows[0]["links"] = [{"type": "supersedes", "patch": rows[1]["patch"]}]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self.assertEqual(self.take("edited.jsonl", text, "--update", status=2)[0], (0, 1, 1))
        self.installation.server.sql("DELETE FROM patch; DELETE FROM event; DELETE FROM link", schema="upkeep")
        counts, result = self.take("all.jsonl", text)
        self.assertEqual(counts, (2, 0, 0))
        self.assertEqual(result.stderr.count("which closes a cycle of links"), 1)


class QueueTest(ImportCase):
    """The queue and the lifecycle of a request agree after an import."""

    def standing(self, request="Q-1"):
        row = self.assert_quiet(self.run_tool("queue", "--all", "--json")).json
        shown = self.show(request)
        return next(one["state"] for one in row if one["queue"] == request), shown["state"]

    def take_row(self, *args, status=0, **members):
        return self.take("a.jsonl", json.dumps({"patch": "Q-1", **members}) + "\n", *args, status=status)

    def test_new_requests(self):
        for queue, state, expected in [("declined", "Queued", ("declined", "Declined")),
                                       ("declined", None, ("declined", "Declined")),
                                       ("declined", "ReadyForPatch", ("declined", "ReadyForPatch")),
                                       ("open", "Declined", ("declined", "Declined")),
                                       (None, "Declined", ("declined", "Declined")),
                                       (None, "PreQADevelopment", ("open", "PreQADevelopment"))]:
            with self.subTest(queue, state=state):
                self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
                self.assertEqual(self.take_row(lifecycle=FLOW, state=state, queue_state=queue)[0], (1, 0, 0))
                self.assertEqual(self.standing(), expected)

    def test_updates(self):
        replace = ("--update", "--replace")
        self.take_row(lifecycle=FLOW)
        self.assertEqual(self.standing(), ("open", "Queued"))
        self.assertEqual(self.take_row(*replace, queue_state="declined")[0], (1, 0, 0))
        self.assertEqual(self.standing(), ("declined", "Declined"))
        counts, result = self.take_row(*replace, queue_state="open", status=2)
        self.assertEqual(counts, (0, 0, 1))
        self.assertIn("queue_state: 'open', but its state is 'Declined'", result.stderr)
        # What a row does not say is no difference.
        self.assertEqual(self.take_row()[0], (0, 1, 0))
        self.assertEqual(self.take_row(*replace, state="Queued")[0], (1, 0, 0))
        self.assertEqual(self.standing(), ("open", "Queued"))
        self.assertEqual(self.take_row(*replace, state="Declined")[0], (1, 0, 0))
        self.assertEqual(self.standing(), ("declined", "Declined"))
        self.assertEqual(self.take_row(*replace, state="PreQADevelopment", queue_state="open")[0], (1, 0, 0))
        self.assertEqual(self.standing(), ("open", "PreQADevelopment"))
        self.assert_quiet(self.run_tool("verify-history"))
        # It goes on as any other.
        self.assert_quiet(self.run_tool("decline", "Q-1", "--why", "a duplicate"))
        self.assertEqual(self.standing(), ("declined", "Declined"))

    def test_a_request_without_a_lifecycle(self):
        self.take_row(queue_state="declined")
        self.assertEqual(self.take_row("--update", "--replace", queue_state="open")[0], (1, 0, 0))
        self.assertEqual(self.standing(), ("open", None))


if __name__ == "__main__":
    unittest.main()
