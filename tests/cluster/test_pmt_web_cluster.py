# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""pmt-web on two front ends and a Galera cluster behind haproxy, with a ledger of acts: whatever is killed under load,
every act that was answered is there once, and the others once or not at all."""

import collections
import getpass
import os
import threading
import time
import unittest

from upkeep_test import Installation, TestCase, is_long, wait_for
from upkeep_test.acts import Crowd, Person
from upkeep_test.front_ends import Haproxy
from upkeep_test.galera import Galera, why_not
from upkeep_test.pmt_web_apache import PatchApache, Workers, configure_web
from upkeep_test.proxy import Proxy

PEOPLE = 15
PROCESSES = 4
#: haproxy notices after two checks, one a second, that take two seconds at most.
HEALTH_CHECK_S = 4.0


class FrontEnd:
    """A machine: Apache, processes of pmt-web, and a node of its own."""

    def __init__(self, case, node, installation):
        self.case, self.node, self.installation = case, node, installation
        configure_web(installation)
        installation.configure(patch={"trusted": [getpass.getuser(), "www-data"]}, database={"sync_reads": True})
        self.workers = Workers(case, installation.env, PROCESSES)
        self.apache = PatchApache(installation, self.workers)
        case.addCleanup(self.apache.close)
        self.apache.start()

    def kill_processes(self, count=PROCESSES):
        for process in self.workers.processes[-count:]:
            process.kill()
            process.wait()

    def start_processes(self, count=PROCESSES):
        for _ in range(count):
            self.workers.add()


class PmtWebClusterTest(TestCase):
    def setUp(self):
        if reason := why_not():
            self.skipTest(reason)
        self.cluster = Galera()  # the third one only votes
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.fronts = []
        self.crowd = None
        for i, node in enumerate(self.cluster.nodes[:2]):
            installation = Installation(node, init=i == 0)
            self.addCleanup(installation.close)
            self.fronts.append(FrontEnd(self, node, installation))
        # Between haproxy and the first one, a line that can be cut.
        self.line = Proxy(("127.0.0.1", self.fronts[0].apache.port), tcp=True)
        self.addCleanup(self.line.close)
        self.haproxy = Haproxy([self.line.port, self.fronts[1].apache.port])
        self.addCleanup(self.haproxy.close)
        self.haproxy.start()
        wait_for(lambda: self.haproxy.get("/pmt/healthz").status == 200, "a front end is up", 20)

    def sql(self, text, node=0):
        return self.cluster.nodes[node].sql("SET SESSION wsrep_sync_wait = 1; " + text, schema="upkeep")

    def go_on(self, what, seconds=3.0, count=2 * PEOPLE):
        """For longer than haproxy takes to notice, and until so many more acts are done, whatever has been killed."""
        before, end = self.crowd.done, time.monotonic() + seconds
        wait_for(lambda: self.crowd.wrong or (self.crowd.done >= before + count and time.monotonic() > end),
                 f"acts after {what}", 90)
        self.assertEqual(self.crowd.wrong, [], what)

    def wait_until_up(self):
        """Until haproxy uses both front ends."""
        for i, front in enumerate(self.fronts, 1):
            wait_for(lambda front=front: front.apache.get("/pmt/healthz", login="").status == 200, "a front end", 60)
            wait_for(lambda i=i: f"web{i} is DOWN" not in self.haproxy.log.rpartition(f"web{i} is UP")[2],
                     "haproxy sees it", 20)

    # -- what dies --------------------------------------------------------------------------------
    def a_process(self):
        self.fronts[0].kill_processes(1)
        self.go_on("a process was killed")
        self.fronts[0].start_processes(1)

    def an_apache(self):
        self.fronts[1].apache.kill()
        self.go_on("an Apache was killed")
        self.fronts[1].apache.start()

    def a_frozen_apache(self):
        self.fronts[1].apache.freeze()
        try:
            self.go_on("an Apache was frozen", 6)
        finally:
            self.fronts[1].apache.thaw()

    def a_front_end(self):
        self.fronts[1].apache.kill()
        self.fronts[1].kill_processes()
        self.go_on("a front end was killed")
        self.fronts[1].start_processes()
        self.fronts[1].apache.start()

    def connections_of_haproxy(self):
        for _ in range(5):
            self.line.cut()
            self.go_on("connections of haproxy were cut", 0.2, 5)

    def haproxy_itself(self):
        self.haproxy.kill()
        self.haproxy.start()
        self.go_on("haproxy was killed")

    def connections_to_the_database(self):
        for front in self.fronts:
            front.node.kill_connections("COMMAND = 'Sleep' OR INFO LIKE '%patch%'")
        self.go_on("the connections to the database were killed")

    def a_node(self):
        self.fronts[1].node.kill()
        self.go_on("a node was killed")
        self.cluster.rejoin(self.fronts[1].node)

    def a_frozen_node(self):
        """Its statements are never answered; haproxy asks the other front end again."""
        self.fronts[1].node.freeze()
        try:
            self.go_on("a node was frozen", 45)
        finally:
            self.fronts[1].node.thaw()
        self.cluster.wait_for_size(3)

    # -- what is left -----------------------------------------------------------------------------
    def counts(self):
        """How often each key is in what acts have written, but for ticks, and each `once`."""
        written = collections.Counter()
        for text in (row[0] for row in self.sql("SELECT comment FROM event WHERE comment IS NOT NULL")):
            if text.startswith(("said ", "why ")):
                written[text.partition(" ")[2]] += 1
        fields = "".join(row[0] for row in self.sql("SELECT fields FROM patch"))
        once = collections.Counter(row[0] for row in self.sql("SELECT once FROM event WHERE once IS NOT NULL"))
        return written, fields, once

    def assert_ledger(self):
        written, fields, once = self.counts()
        for act in self.crowd.acts:
            count = once[act.key]
            self.assertIn(count, (1,) if act.answered else (0, 1), act)
            if act.kind != "tick":
                self.assertEqual(written[act.key], count, act)
            if act.kind in ("patch", "request") and count:
                self.assertEqual(fields.count(act.key) <= 1, True, act)
        for i in (0, 1):
            numbers = [int(row[0]) for row in self.sql("SELECT number FROM patch WHERE number IS NOT NULL"
                                                       " ORDER BY number", i)]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
            queue = [int(row[0]) for row in self.sql("SELECT queue FROM patch WHERE queue IS NOT NULL"
                                                     " ORDER BY queue", i)]
            self.assertEqual(queue, list(range(1, len(queue) + 1)))
            self.assert_status(self.fronts[i].installation.run("pmt-patch", "verify-history"), 0)

    def test_everything_is_killed(self):
        self.crowd = Crowd(self.haproxy, PEOPLE)
        self.addCleanup(self.crowd.end)
        self.go_on("nothing")
        kills = [self.a_process, self.connections_of_haproxy, self.haproxy_itself, self.connections_to_the_database,
                 self.an_apache, self.a_frozen_apache, self.a_front_end, self.a_node]
        for kill in [*kills, self.a_frozen_node, *kills] if is_long() else kills:
            kill()
            self.wait_until_up()
        self.crowd.end()
        self.assertEqual(self.crowd.wrong, [])
        self.assert_ledger()
        unanswered = [(person, act) for person in self.crowd.people for act in person.acts if not act.answered]
        for person, act in unanswered:
            person.insist(act)
        self.assertEqual(self.crowd.wrong, [])
        self.assertEqual([act for act in self.crowd.acts if not act.answered], [])
        self.assert_ledger()
        busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # then haproxy notices as much later
        self.assertLess(self.crowd.longest_outage(), HEALTH_CHECK_S * busy, "GETs fail for longer than a health check")
        statuses = collections.Counter(status for act in self.crowd.acts for status in act.statuses)
        print(f"{len(self.crowd.acts)} acts, {dict(statuses)}, {len(unanswered)} open at the end,"
              f" {len(self.crowd.failed_looks())} GETs failed, for {self.crowd.longest_outage():.1f} s at most")

    def test_two_front_ends_are_like_one(self):
        self.read_on_the_other_front_end()
        self.send_the_same_form_to_both_at_once()

    def read_on_the_other_front_end(self):
        writer = Person(self.fronts[0].apache, threading.Event(), 1)
        writer.begin()
        path, other = f"/pmt/patches/{writer.patch}", self.fronts[1].apache
        for _ in range(300):
            act = writer.made("comment")
            self.assertTrue(writer.send(act), writer.wrong)
            self.assertIn(act.form["text"], other.get(path).text)

    def send_the_same_form_to_both_at_once(self):
        """A double click that a proxy has spread: both are told that it is done, and it is done once."""
        people = [Person(front.apache, threading.Event(), 1) for front in self.fronts]
        people[0].begin()
        people[1].token, people[1].patch, people[1].client = people[0].token, people[0].patch, people[0].client
        for kind in ("comment", "patch", "request", "api") * 10:
            act = people[0].made(kind)
            answers = []
            threads = [threading.Thread(target=lambda person=person, act=act: answers.append(person.insist(act)))
                       for person in people]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            self.assertEqual(people[0].wrong + people[1].wrong, [])
            self.assertEqual([answer.status for answer in answers], [200 if kind == "api" else 303] * 2)
            if kind != "api":
                self.assertEqual(answers[0].headers["Location"], answers[1].headers["Location"], kind)
            self.assertEqual(self.sql(f"SELECT COUNT(*) FROM event WHERE once = '{act.key}'"), [["1"]])
        self.assertEqual(self.sql("SELECT COUNT(*), MAX(number), MAX(queue) FROM patch"), [["22", "12", "10"]])

    def test_what_sync_reads_is_for(self):
        """The node of the second front end applies nothing for a while."""
        writer = Person(self.fronts[0].apache, threading.Event(), 1)
        writer.begin()
        path, second = f"/pmt/patches/{writer.patch}", self.fronts[1]
        for sync_reads in (True, False):
            second.kill_processes()
            second.installation.configure(database={"sync_reads": sync_reads})
            second.start_processes()
            self.assertEqual(second.apache.get(path).status, 200)
            pause = threading.Thread(target=lambda: second.node.sql("FLUSH TABLES WITH READ LOCK; SELECT SLEEP(4)"))
            pause.start()
            wait_for(lambda: second.node.sql("SHOW STATUS LIKE 'wsrep_local_state_comment'")[0][1] != "Synced",
                     "the node is paused", 20)
            act = writer.made("comment")
            self.assertTrue(writer.send(act), writer.wrong)
            shown = act.form["text"] in second.apache.get(path).text
            self.assertEqual(shown, sync_reads)
            pause.join()


if __name__ == "__main__":
    unittest.main()
