# SPDX-License-Identifier: MIT
"""ws-check --map beside a database that cuts connections, hangs or refuses, and beside workspaces that keep it
waiting."""

import os
import signal
import subprocess
import time
import unittest

from upkeep_test import Server, TestCase, is_sanitized, wait_for
from upkeep_test.map_program import LIMIT, Map
from upkeep_test.wait import children_of

#: What the owner of a workspace can put in the place of a table; the last one is no obstacle.
OBSTACLES = {
    "a view that sleeps": "CREATE VIEW wf_evil.SAYS AS SELECT SLEEP(60) AS n",
    "a view that computes": "CREATE VIEW wf_evil.SAYS AS SELECT BENCHMARK(1000000000000, SHA2('a', 512)) AS n",
    "a view that is broken": "CREATE TABLE wf_evil.T (n INT); CREATE VIEW wf_evil.SAYS AS SELECT n FROM wf_evil.T;"
                             "DROP TABLE wf_evil.T",
    "a procedure in its place": "CREATE PROCEDURE wf_evil.SAYS() SELECT 1",
}

#: What a function behind a view in its place can do to the session that reads it.
TO_THE_SESSION = {
    "says that it was killed": "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1927;",
    "says that the server shuts down": "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1053;",
    "kills it": "KILL CONNECTION CONNECTION_ID();",
    "lets it see nothing any more": "SET SESSION sql_select_limit = 0;",
}


class GateCase(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.close)

    def open_map(self):
        opened = Map(self.installation)
        self.addCleanup(opened.close)
        return opened


class CutConnectionTest(GateCase):
    """Whatever ends an idle connection, the next question is answered truly."""

    def setUp(self):
        self.installation = self.open_small(self.server, "acme", "beta")

    def assert_answers(self, asked):
        self.assertEqual([asked.ask("acme"), asked.ask("beta")], ["pending", "pending"])
        self.assertLess(asked.slowest, LIMIT)

    def test_killed(self):
        asked = self.open_map()
        for _ in range(3):
            self.assert_answers(asked)
            self.server.kill_connections()
            wait_for(lambda: not self.server.sql("SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = 'root' AND"
                                                 " ID <> CONNECTION_ID()"), "they are cut")
        self.assert_answers(asked)

    def test_idle_for_longer_than_wait_timeout(self):
        self.server.sql("SET GLOBAL wait_timeout = 1")
        self.addCleanup(self.server.sql, "SET GLOBAL wait_timeout = DEFAULT")
        asked = self.open_map()
        self.assert_answers(asked)
        wait_for(lambda: not self.server.sql("SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = 'root' AND"
                                             " ID <> CONNECTION_ID()"), "it is cut")
        self.assert_answers(asked)

    def test_the_server_was_restarted(self):
        asked = self.open_map()
        self.assert_answers(asked)
        self.server.restart()
        self.assert_answers(asked)

    def test_the_connection_to_a_server_of_the_workspaces(self):
        other = self.open_server()
        other.sql("CREATE DATABASE wf_far; CREATE TABLE wf_far.OLD (a INT)")
        self.installation.configure(server=[{"name": "far", "socket": other.socket}])
        asked = self.open_map()
        self.assertEqual(asked.ask("far"), "pending")
        other.kill_connections()
        self.assertEqual(asked.ask("far"), "pending")
        other.restart()
        self.assertEqual(asked.ask("far"), "pending")


class HangingServerTest(GateCase):
    def setUp(self):
        self.names = [f"w{number}" for number in range(100)]
        self.installation = self.open_small(self.server, *self.names)

    def test_it_is_learnt_once(self):
        asked = self.open_map()
        self.assertEqual(asked.ask("w0"), "pending")
        self.server.freeze()
        try:
            began = time.monotonic()
            self.assertEqual({asked.ask(name) for name in self.names}, {"unknown"})
            self.assertLess(time.monotonic() - began, 2 * LIMIT, "all hundred together")
        finally:
            self.server.thaw()
        wait_for(lambda: asked.ask("w0") == "pending", "it answers again", 15)

    def test_another_server_hangs(self):
        other = self.open_server()
        other.sql("CREATE DATABASE wf_far; CREATE TABLE wf_far.OLD (a INT)")
        self.installation.configure(server=[{"name": "near", "socket": self.server.socket, "user": "root"},
                                            {"name": "far", "socket": other.socket, "user": "root"}])
        asked = self.open_map()
        self.assertEqual([asked.ask("w0"), asked.ask("far")], ["pending", "pending"])
        other.freeze()
        try:
            self.assertEqual(asked.ask("far"), "unknown")
            for name in self.names:
                self.assertEqual(asked.ask(name), "pending", "its own server answers")
            self.assertEqual(asked.ask("far"), "unknown")
        finally:
            other.thaw()
        self.assertLess(asked.slowest, LIMIT)
        wait_for(lambda: asked.ask("far") == "pending", "it answers again", 15)


class OneWorkspaceTest(GateCase):
    """One workspace's database decides about that workspace alone."""

    def setUp(self):
        self.installation = self.open_small(self.server)
        self.installation.configure(probe=[{"version": "2.0", "query": "SELECT n FROM SAYS"}])
        for name in ("good", "better", "evil"):
            self.server.sql(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.OLD (a INT)")
            self.addCleanup(self.server.drop, f"wf_{name}")
        self.server.sql("CREATE TABLE wf_good.SAYS (n INT); CREATE TABLE wf_better.SAYS (n INT);"
                        "INSERT INTO wf_better.SAYS VALUES (1)")

    def assert_only_that_one(self):
        asked = self.open_map()
        self.assertEqual(asked.ask("good"), "pending")
        for _ in range(3):
            self.assertIn(asked.ask("evil"), ("unknown", "pending"))
            self.assertEqual([asked.ask("good"), asked.ask("better")], ["pending", "upgraded"])
        self.assertLess(asked.slowest, LIMIT)
        result = self.installation.run("ws-check", "--all", "--fields", "workspace,state", timeout=40)
        self.assertEqual({row[0]: row[1] for row in result.rows if row[0] != "evil"},
                         {"better": "upgraded", "good": "pending"})

    def test_what_its_owner_can_do(self):
        for what, sql in OBSTACLES.items():
            with self.subTest(what):
                self.server.sql(
                    "DROP DATABASE wf_evil; CREATE DATABASE wf_evil; CREATE TABLE wf_evil.OLD (a INT);" + sql
                )
                self.assert_only_that_one()

    def test_what_its_owner_can_do_to_the_session(self):
        self.server.sql(
            "CREATE DATABASE wf_later; CREATE TABLE wf_later.SAYS (n INT); INSERT INTO wf_later.SAYS VALUES (1);"
            "GRANT ALL ON wf_evil.* TO evil@localhost IDENTIFIED BY ''"
        )
        self.addCleanup(self.server.drop, "wf_later")
        self.addCleanup(self.server.sql, "DROP USER evil@localhost")
        for what, statement in TO_THE_SESSION.items():
            with self.subTest(what):
                self.server.sql("DROP DATABASE wf_evil; CREATE DATABASE wf_evil; CREATE TABLE wf_evil.OLD (a INT)")
                self.server.sql("DELIMITER //\n"
                                f"CREATE FUNCTION f() RETURNS INT READS SQL DATA BEGIN {statement} RETURN 1; END//\n"
                                "DELIMITER ;\nCREATE VIEW SAYS AS SELECT f() AS n;\n", schema="wf_evil", user="evil")
                asked = self.open_map()
                self.assertEqual([asked.ask(name) for name in ("good", "evil", "good")][::2], ["pending", "pending"])
                self.assertEqual([asked.ask("evil"), asked.ask("later")][1], "upgraded")
                self.assertLess(asked.slowest, LIMIT)
                result = self.installation.run("ws-check", "--all", "--fields", "workspace,state")
                self.assertEqual({row[0]: row[1] for row in result.rows if row[0] != "evil"},
                                 {"better": "upgraded", "good": "pending", "later": "upgraded"})

    def test_its_table_is_locked(self):
        self.server.sql("CREATE TABLE wf_evil.SAYS (n INT)")
        client = subprocess.Popen([*self.server.client_command(), "--execute", "LOCK TABLES wf_evil.SAYS WRITE;"
                                   " SELECT GET_LOCK('locked', 0); SELECT SLEEP(60)"], stdout=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        wait_for(lambda: self.server.value("SELECT IS_USED_LOCK('locked')"), "it is locked")
        self.assert_only_that_one()


class StoppedTest(GateCase):
    def setUp(self):
        self.installation = self.open_small(self.server, "acme")
        self.asked = self.open_map()
        self.assertEqual(self.asked.ask("acme"), "pending")

    def test_the_program_that_apache_knows_is_stopped(self):
        self.asked.process.send_signal(signal.SIGSTOP)
        self.assertEqual(self.asked.ask("acme"), "pending")

    @unittest.skipIf(is_sanitized(), "slow")
    def test_everything_stands_still_for_a_while(self):
        """As when a machine is paused: that the time is over says nothing about the database."""
        answerer = children_of(self.asked.process.pid)[0]
        for pause in (1.2, 2.5):
            self.server.freeze()
            os.write(self.asked.process.stdin.fileno(), b"acme\n")
            for pid in (answerer, self.asked.process.pid):
                os.kill(pid, signal.SIGSTOP)
            time.sleep(pause)  # the machine is paused for so long
            self.server.thaw()
            for pid in (answerer, self.asked.process.pid):
                os.kill(pid, signal.SIGCONT)
            self.assertEqual(self.asked.read(), "pending")


if __name__ == "__main__":
    unittest.main()
