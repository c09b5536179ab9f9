# SPDX-License-Identifier: MIT
"""What happened is told: the outbox, its order, its failures, and the hooks that ship."""

import http.server
import json
import os
import pathlib
import re
import signal
import threading
import unittest

from upkeep_test import REPOSITORY, records, wait_for
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

HOOKS = REPOSITORY / "scripts" / "hooks"


class DeliverCase(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Loop", state("Open", ("Go", "Open"), ("Promote", "Closed"), items='<item name="A"/>'),
                            state("Closed", ("Demote", "Open"))))
        self.inbox = self.installation.directory / "inbox"

    def script(self, body: str, name: str = "hook") -> pathlib.Path:
        """A notifier: sh, with the event's JSON in $json and the file to keep it in $inbox."""
        path = self.installation.directory / name
        path.write_text(f"#!/bin/sh\njson=$(cat)\ninbox={self.inbox}\n{body}\n")
        path.chmod(0o755)
        return path

    def notify(self, *on: str, name: str = "test", command=None, **more) -> None:
        command = [command or self.script('printf "%s\\n" "$json" >> "$inbox"', "good-hook")]
        self.installation.configure(None, **{f"notify.{name}": {"on": list(on), "command": command, **more}})

    def received(self) -> list[dict]:
        events = [json.loads(line) for line in self.inbox.read_text().splitlines()] if self.inbox.exists() else []
        for event in events:
            self.assertEqual(records.problem_of(event, records.schema("notify")), "", event)
        return events

    def pending(self) -> int:
        return int(self.sql("SELECT COUNT(*) FROM event WHERE pending = 1")[0][0] or 0)


class OutboxTest(DeliverCase):
    def test_events(self):
        name = self.new("overview_client=Acme", lifecycle="Loop")
        self.ok("move", name, "Go")  # nobody asks yet
        self.notify("move", "log-time", "tick")
        self.ok("move", name, "Go", "--time", "1h", "--comment", "a\nb", "--input", "k=v")
        self.ok("log-time", name, "30m")
        self.ok("tick", name, "A")
        self.ok("untick", name, "A")
        self.assertEqual(self.pending(), 3)
        self.assertEqual(self.ok("deliver").text, "")
        events = self.received()
        self.assertEqual([event["action"] for event in events], ["move", "log-time", "tick"])
        for key in "event at patch actor action key from to time_s comment inputs fields".split():
            self.assertIn(key, events[0])
        move = events[0]
        self.assertEqual((move["patch"], move["key"], move["from"], move["to"], move["time_s"], move["comment"],
                          move["inputs"], move["fields"]["overview_client"]),
                         (name, "Go", "Open", "Open", 3600, "a\nb", {"k": "v"}, ["Acme"]))
        self.ok("deliver")
        self.assertEqual(len(self.received()), 3)
        self.assertEqual(self.pending(), 0)

    def test_back_off_and_dead_letters(self):
        self.notify("move", command=self.script("echo no reason >&2; exit 3"), tries=2, first_retry_s=0)
        self.notify("move", name="good")
        name, other = self.new(lifecycle="Loop"), self.new(lifecycle="Loop")
        for _ in range(2):
            self.ok("move", name, "Go")
        self.ok("move", other, "Go")
        failed = self.run_tool("deliver", "--json")
        self.assert_quiet(failed, 1)
        # The first of each patch; what comes later waits behind it, and the good notifier has all.
        self.assertEqual([(one["patch"], one["notify"], one["tries"], one["detail"]) for one in failed.json],
                         [(name, "test", 1, "status 3: no reason"), (other, "test", 1, "status 3: no reason")])
        self.assertEqual(len(self.received()), 3)
        self.assertEqual(self.ok("deliver", "--dead").text, "")
        self.assert_status(self.run_tool("deliver"), 1)
        self.assert_status(self.run_tool("deliver"), 1)
        dead = self.ok("deliver", "--dead", "--json").json
        self.assertEqual([(one["patch"], one["tries"]) for one in dead], [(name, 2), (name, 2), (other, 2)])
        self.assertEqual(len(self.received()), 3)
        self.assertEqual(self.pending(), 0)
        for words, told in (
            ([], "note: 0 events are waiting\n"),
            (["--revive"], "note: 0 events are waiting, and 3 abandoned deliveries would be retried\n"),
        ):
            self.assertIn(told, self.assert_status(self.run_tool("deliver", "-n", *words), 0).stderr)
        self.notify("move", name="test")
        self.ok("deliver")
        self.assertEqual(len(self.received()), 3)
        self.ok("deliver", "--revive")
        self.assertEqual(len(self.received()), 6)
        self.assertEqual(self.ok("deliver", "--dead").text, "")

    def test_pause(self):
        self.notify("move", command=self.script("exit 1"), first_retry_s=1000)
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        self.assert_status(self.run_tool("deliver"), 1)
        self.ok("deliver")  # not yet
        [(pause, tries)] = self.sql("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), next_at), tries FROM delivery")
        self.assertGreater(int(pause), 900)
        self.sql("UPDATE delivery SET next_at = UTC_TIMESTAMP()")
        self.assert_status(self.run_tool("deliver"), 1)
        [(pause, tries)] = self.sql("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), next_at), tries FROM delivery")
        self.assertGreater(int(pause), 1900)
        self.assertEqual(tries, "2")

    def test_another_configuration_drops_nothing(self):
        plain = self.installation.directory / "plain.toml"
        plain.write_text(self.installation.config_file.read_text())
        plain.chmod(0o600)
        self.notify("move", "tick", command=self.script("exit 3"), first_retry_s=0)
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        self.assert_status(self.run_tool("deliver"), 1)
        self.ok("tick", name, "A")  # never tried
        failed = self.run_tool("deliver", "--config", plain)
        self.assert_status(failed, 1)
        self.assertEqual([row[3:] for row in failed.rows], [["test", "2", "the configuration has no [notify.test]"]])
        self.assertIn("events that no [notify] of this configuration asks for: 1;", failed.stderr)
        self.sql("UPDATE delivery SET next_at = UTC_TIMESTAMP()")
        self.notify("move", "tick")
        self.ok("deliver")
        self.assertEqual([event["action"] for event in self.received()], ["move", "tick"])
        self.assertEqual(self.pending(), 0)

    def test_what_nobody_asks_for_any_more_is_dropped_after_a_week(self):
        self.notify("move")
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        self.installation.configure(None, **{"notify.test": None})
        self.assertIn("dropped after a week", self.assert_status(self.run_tool("deliver"), 0).stderr)
        self.assertEqual(self.pending(), 1)
        self.sql("UPDATE event SET at = at - INTERVAL 8 DAY WHERE pending = 1")
        self.ok("deliver")
        self.assertEqual(self.pending(), 0)

    def test_a_frozen_deliverer_is_replaced_when_its_lease_ends(self):
        self.notify("move", command=self.script('printf "%s\\n" "$json" >> "$inbox"; sleep 1'), timeout_s=2)
        name = self.new(lifecycle="Loop")
        for _ in range(3):
            self.ok("move", name, "Go")
        frozen = self.start("pmt-lifecycle", "deliver", env=self.installation.env)
        wait_for(lambda: self.received(), "the first delivery")
        frozen.signal(signal.SIGSTOP)
        self.assertIn("another deliverer", self.run_tool("deliver").stderr)
        wait_for(lambda: self.sql("SELECT expires_at < UTC_TIMESTAMP(3) FROM deliverer") == [["1"]],
                 "its lease has ended", 40)
        second = self.start("pmt-lifecycle", "deliver", env=self.installation.env)
        wait_for(lambda: len(self.received()) > 1, "the second delivery")
        frozen.signal(signal.SIGCONT)
        self.assertIn("another deliverer has taken over", frozen.wait().stderr)
        # It has given its lock up, but the second one is alive.
        self.assertIn("another deliverer", self.run_tool("deliver").stderr)
        self.assertEqual(second.wait().status, 0)
        self.assertEqual(self.pending(), 0)
        self.assertGreaterEqual(len(self.received()), 3)

    def test_one_deliverer(self):
        self.notify(
            "move",
            command=self.script('printf "%s\\n" "$json" >> "$inbox"; while [ ! -e "$inbox.go" ]; do sleep 0.05; done'),
        )
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        first = self.start("pmt-lifecycle", "deliver", env=self.installation.env)
        wait_for(lambda: self.received(), "the first delivery")
        second = self.run_tool("deliver")
        self.assert_status(second, 0)
        self.assertIn("another deliverer", second.stderr)
        pathlib.Path(f"{self.inbox}.go").touch()
        self.assertEqual(first.wait().status, 0)
        self.assertEqual(len(self.received()), 1)

    def test_a_killed_deliverer_loses_nothing(self):
        self.notify(
            "move",
            command=self.script('printf "%s\\n" "$json" >> "$inbox"; while [ ! -e "$inbox.go" ]; do sleep 0.05; done'),
        )
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        first = self.start("pmt-lifecycle", "deliver", env=self.installation.env)
        wait_for(lambda: self.received(), "the first delivery")
        first.kill()
        pathlib.Path(f"{self.inbox}.go").touch()
        wait_for(lambda: self.run_tool("deliver").stderr == "", "the lock of the killed one")
        self.assertEqual(len({event["event"] for event in self.received()}), 1)
        self.assertEqual(self.pending(), 0)

    def test_hung_hook(self):
        self.notify("move", command=self.script("sleep 600"), timeout_s=1)
        self.ok("move", self.new(lifecycle="Loop"), "Go")
        self.assertIn("time limit of 1 s", self.run_tool("deliver").text)

    def test_after_each_command(self):
        self.notify("move")
        self.installation.configure(patch={"deliver": "command"})
        name = self.new(lifecycle="Loop")
        self.ok("move", name, "Go")
        self.assertEqual(len(self.received()), 1)
        self.notify("move", command=self.script("exit 1"))
        moved = self.run_tool("move", name, "Go")
        self.assert_status(moved, 0)
        self.assertIn("warning", moved.stderr)
        self.assertEqual(self.pending(), 1)

    def test_unknown_action(self):
        self.notify("moev")
        self.assert_error(self.run_tool("deliver"), 78, "did you mean 'move'?")

    def test_environment(self):
        self.notify("move", command=self.script('env > "$inbox"'), env={"MINE": "yes"})
        self.ok("move", self.new(lifecycle="Loop"), "Go")
        self.ok("deliver", env={"SECRET": "shh"})
        self.assertIn("MINE=yes", self.inbox.read_text())
        self.assertNotIn("SECRET", self.inbox.read_text())


class ExecutorTest(DeliverCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Gated", state("Open", ("Promote", "Closed"), data=(
            '<data name="transitionExecution"><execution forEvent="Promote" class="CommandExecutor">'
            '<parameter name="name" value="gate"/><parameter name="more" value="text"/></execution>'
            '<execution forEvent="Promote" class="org.example.UnknownExecutor"/></data>')), state("Closed")))

    def gate(self, body: str, **more) -> None:
        self.installation.configure(None, **{"executor.gate": {"command": [self.script(body)], **more}})

    def test_veto(self):
        self.gate('printf "%s" "$json" > "$inbox"; echo "the build is red" >&2; exit 1')
        name = self.new(lifecycle="Gated")
        self.assertEqual(self.refused(1, "promote", name, "--comment", "now")[0][:2], ["Promote", "veto"])
        self.assertIn("the build is red", self.refused(1, "promote", name)[0][2])
        self.assertEqual(self.state_of(name), "Open")
        self.assertEqual([event["action"] for event in self.history(name) if event["action"] == "move"], [])
        self.gate('printf "%s" "$json" > "$inbox"')
        self.ok("promote", name, "--comment", "now")
        event = json.loads(self.inbox.read_text())
        self.assertEqual((event["patch"], event["key"], event["from"], event["to"], event["comment"],
                          event["parameters"]["more"]), (name, "Promote", "Open", "Closed", "now", "text"))
        [(inputs,)] = self.sql("SELECT inputs FROM event WHERE action = 'move'")
        self.assertIn("not run", inputs)

    def test_hung_and_missing(self):
        self.gate("sleep 600", timeout_s=1)
        name = self.new(lifecycle="Gated")
        self.assertIn("time limit", self.refused(1, "promote", name)[0][2])
        self.installation.configure(None, **{"executor.gate": {"command": ["/nonexistent/gate"]}})
        self.assertIn("/nonexistent/gate", self.refused(1, "promote", name)[0][2])
        self.installation.configure(None, **{"executor.gate": None})
        self.assertIn("[executor.gate]", self.refused(1, "promote", name)[0][2])
        self.assertEqual(self.state_of(name), "Open")

    def test_copy(self):
        self.load(lifecycle("Copies", state("Open", ("Copy", "Open"), data=(
            '<data name="transitionExecution"><execution forEvent="Copy" class="a.CopyExecutor">'
            '<parameter name="platform" value="4.5.0"/></execution></data>'))))
        name = self.new("overview_client=Acme", lifecycle="Copies")
        self.ok("move", name, "Copy")
        shown = self.installation.run("pmt-patch", "show", "--json", "4.5.0-1").json[0]
        self.assertEqual(shown["links"], [{"type": "ported-from", "patch": name}])
        self.assertEqual(shown["fields"]["overview_client"], ["Acme"])

    def test_copy_that_cannot_be_made(self):
        self.load(lifecycle("Copies", state("Open", ("Copy", "Open"), data=(
            '<data name="transitionExecution"><execution forEvent="Copy" class="a.CopyExecutor">'
            '<parameter name="platform" value="banana"/></execution></data>'))))
        [[event, reason, detail]] = self.refused(1, "move", self.new(lifecycle="Copies"), "Copy")
        self.assertEqual((event, reason), ("Copy", "veto"))
        self.assertIn("the platform 'banana' of CopyExecutor in Copies is not a version", detail)

    def test_a_veto_leaves_no_copy(self):
        self.load(
            lifecycle(
                "Copies",
                state(
                    "Open",
                    ("Copy", "Open"),
                    data=(
                        '<data name="transitionExecution"><execution forEvent="Copy" class="a.CopyExecutor">'
                        '<parameter name="platform" value="4.5.0"/></execution><execution forEvent="Copy"'
                        ' class="a.CommandExecutor"/></data>'
                    ),
                ),
            )
        )
        [[_, reason, detail]] = self.refused(1, "move", self.new(lifecycle="Copies"), "Copy")
        self.assertEqual((reason, detail), ("veto", "there is no [executor.CommandExecutor] in the configuration"))
        self.assertEqual(self.sql("SELECT COUNT(*) FROM patch WHERE platform = '4.5.0'"), [['0']])


class Jira(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, self.headers, None))
        self.answer(200, {"worklogs": self.server.logs})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, self.headers, body))
        if self.server.status == 201:
            self.server.logs.append(body)
        self.answer(self.server.status, {"id": "1"})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class HooksTest(DeliverCase):
    def test_worklog(self):
        server = http.server.HTTPServer(("127.0.0.1", 0), Jira)
        server.seen, server.logs, server.status = [], [], 201
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(lambda: (server.shutdown(), thread.join(), server.server_close()))
        token = self.installation.directory / "token"
        token.write_text("s3cret\n")
        self.notify("move", "log-time", name="worklog", command=HOOKS / "jira-worklog", first_retry_s=0, env={
            "JIRA_URL": f"http://127.0.0.1:{server.server_port}/", "JIRA_TOKEN_FILE": str(token)})
        name = self.new(
            "jiraInformation_supportJIRA=https://support.example.org/jira/browse/ESBSUP-12", lifecycle="Loop"
        )
        self.ok("move", name, "Go")  # no time: nothing to log
        self.ok("move", name, "Go", "--time", "2h30m", "--comment", "tested")
        server.status = 500
        failed = self.run_tool("deliver")
        self.assert_status(failed, 1)
        self.assertIn("status 75", failed.text)
        self.assertNotIn("s3cret", failed.text)
        server.status = 201
        self.ok("deliver")
        path, headers, body = server.seen[-1]
        self.assertEqual(path, "/rest/api/2/issue/ESBSUP-12/worklog")
        self.assertEqual(headers["Authorization"], "Bearer s3cret")
        self.assertEqual(sorted(body), ["comment", "started", "timeSpentSeconds"])
        self.assertEqual(body["timeSpentSeconds"], 9000)
        self.assertRegex(body["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$")
        [(event,)] = self.sql("SELECT id FROM event WHERE time_s = 9000")
        self.assertIn(f"[upkeep event {event}]", body["comment"])
        self.assertIn("tested", body["comment"])
        # A second delivery of the same event is recognised.
        self.sql(f"UPDATE event SET pending = 1 WHERE id = {event}")
        self.ok("deliver")
        self.assertEqual(len(server.logs), 1)

    def sendmail(self, status: int = 0) -> pathlib.Path:
        path = self.installation.directory / "sendmail"
        path.write_text(f'#!/bin/sh\necho "$@" > {self.inbox}.args\ncat >> {self.inbox}\nexit {status}\n')
        path.chmod(0o755)
        return path

    def test_mail(self):
        self.notify("eta", name="customer", command=HOOKS / "mail", first_retry_s=0, env={
            "MAIL_FROM": "Support <support@example.org>", "MAIL_TO": "{fields.overview_clientContacts}",
            "MAIL_DOMAIN": "example.com", "MAIL_SENDMAIL": str(self.sendmail())})
        self.notify("overdue", name="lead", command=HOOKS / "mail", first_retry_s=0, env={
            "MAIL_FROM": "support@example.org", "MAIL_TO": "{fields.peopleInvolved_lead},",
            "MAIL_DOMAIN": "example.org", "MAIL_SENDMAIL": str(self.sendmail())})
        name = self.new(
            "peopleInvolved_lead=lara", "peopleInvolved_clientContacts=carol@client.example", lifecycle="Loop"
        )
        self.installation.configure(**{"notify.customer": {"env": {
            "MAIL_FROM": "Support <support@example.org>", "MAIL_TO": "{fields.peopleInvolved_clientContacts}",
            "MAIL_SENDMAIL": str(self.sendmail())}}})
        self.ok("eta", name, "--best", "1d", "--likely", "2d", "--worst", "3d")
        self.ok("deliver")
        text = self.inbox.read_text()
        self.assertEqual(pathlib.Path(f"{self.inbox}.args").read_text(), "-i -t\n")
        self.assertIn("To: carol@client.example\n", text)
        self.assertRegex(
            re.sub(r"\n ", " ", text), rf"Subject: Your patch {name}: expected between \d{{4}}-\d\d-\d\d and "
        )
        self.assertNotIn("lara", text)
        self.inbox.unlink()
        self.sql("UPDATE patch SET state_since = UTC_TIMESTAMP() - INTERVAL 30 DAY")
        self.assert_status(self.run_tool("overdue", "--tell"), 1)
        self.sendmail(status=1)
        self.assertIn("status 75", self.run_tool("deliver").text)
        self.sendmail()
        self.inbox.unlink()
        self.ok("deliver")
        text = self.inbox.read_text()
        self.assertIn("To: lara@example.org\n", text)
        self.assertIn(f"Subject: {name} is overdue in Open\n", text)
        self.assertEqual(text.count("Subject:"), 1)

    def test_templates_are_plain(self):
        self.assertEqual(
            {path.name for path in (HOOKS / "templates").iterdir()},
            {"comment.txt", "eta.txt", "event.txt", "hand-over.txt", "overdue.txt"},
        )
        for hook in ("mail", "jira-worklog"):
            self.assertTrue(os.access(HOOKS / hook, os.X_OK))


if __name__ == "__main__":
    unittest.main()
