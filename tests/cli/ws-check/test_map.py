# SPDX-License-Identifier: MIT
"""ws-check --map: a RewriteMap program that never makes the web server wait, database or not."""

import os
import select
import signal
import time
import unittest

from upkeep_test import Server, TestCase, module_server, wait_for
from upkeep_test.map_program import LIMIT, Map
from upkeep_test.wait import children_of, wait_until_gone


class MapCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.installation.add_small("done", upgraded=True)

    def open_map(self, *args):
        opened = Map(self.installation, *args)
        self.addCleanup(opened.close)
        return opened


class MapTest(MapCase):
    def test_answers_line_by_line(self):
        asked = self.open_map()
        self.assertEqual([asked.ask(name) for name in ("acme", "done", "nope", "acme")],
                         ["pending", "upgraded", "unknown", "pending"])
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(asked.ask("acme"), "upgraded")
        self.assertLess(asked.slowest, LIMIT)

    def test_impossible_names(self):
        asked = self.open_map()
        for name in (
            "",
            "..",
            "a b",
            "a\tb",
            "../done",
            "done/",
            "x" * 62,
            "x" * 100000,
            b"\xff\xfe",
            b"do\0ne",
            "-",
            "--help",
            '{"workspace":"done"}',
            "{",
            "\r",
            "Done",
        ):
            with self.subTest(name[:20]):
                self.assertEqual(asked.ask(name), "unknown")
        self.assertEqual(asked.ask("done\r"), "upgraded")
        self.assertEqual(asked.ask("done"), "upgraded")

    def test_which_sites_are_there(self):
        sites = self.installation.directory / "sites"

        def add(name, schema):
            (sites / name).mkdir(parents=True)
            (sites / name / "db.php").write_text(
                f"<?php define('DB_HOST', 'localhost'); define('DB_NAME', '{schema}');"
            )
        add("acme", "wf_acme")
        add("nodatabase", "wf_nodatabase")
        self.installation.configure(workspaces={"discover": "sites", "sites": sites})
        asked = self.open_map()

        def visits(name):
            return {asked.ask(f"page/{name}/192.0.2.{number}") for number in range(30)}
        wait_for(lambda: "none" in visits("nowhere"), "it is known that it is not there", every=0)
        for name in ("acme", "ACME", "nodatabase"):
            # All visitors share an allowance that is used up by now, maybe: a second brings back 50.
            wait_for(lambda name=name: visits(name) == {"ask"}, f"{name} is there", every=1)
        add("recent", "wf_recent")
        wait_for(lambda: visits("recent") == {"ask"}, "what is new is found", every=1)

    def test_who_is_closed(self):
        asked = self.open_map()
        run = self.installation.run
        self.assertEqual(asked.ask("closed/acme"), "open")
        self.assert_quiet(run("ws-schedule", "--hold", "acme", "--why", "exams"))
        self.assertEqual([asked.ask("closed/acme"), asked.ask("acme")], ["open", "held"])
        self.assert_quiet(run("ws-schedule", "--hold", "acme", "--why", "exams", "--gate", "closed"), 0)
        self.assertEqual([asked.ask("closed/acme"), asked.ask("acme")], ["closed", "pending"])
        self.assert_quiet(run("ws-schedule", "--hold", "done", "--why", "exams", "--gate", "closed"), 0)
        for other in ("done", "nowhere", "", "..", "closed/acme", "acme/", "x" * 5000):
            self.assertIn(asked.ask(f"closed/{other}"), ("open", "unknown"), other)
        self.assertEqual(asked.ask("closed/done"), "open")

    def test_who_may_have_a_program_started(self):
        """page/NAME/ADDRESS: each visitor so often, and names that are nowhere only seldom."""
        asked = self.open_map()

        def visits(name, address, count):
            return [asked.ask(f"page/{name}/{address}") for _ in range(count)]
        self.assertEqual(visits("acme", "192.0.2.1", 5), ["ask"] * 5)
        self.assertIn("busy", visits("acme", "192.0.2.1", 2000))
        self.assertEqual(visits("acme", "192.0.2.2", 5), ["ask"] * 5, "others may")
        wait_for(lambda: asked.ask("page/nowhere/192.0.2.3") == "none", "it is known that it is not there", every=0)
        # What all visitors share may be used up by now.
        wait_for(
            lambda: set(visits("Acme", "192.0.2.4", 5)) == {"ask"}, "some servers have names in lower case", every=1
        )
        self.assertIn("none", visits("..", "192.0.2.5", 100))  # no name at all
        for odd in (
            "page/",
            "page//",
            "page/acme",
            "page/acme/not-an-address",
            "page/acme/::1",
            "page/a/b/c/d",
            "page/\xff/",
        ):
            self.assertIn(asked.ask(odd), ("ask", "none", "busy"), odd)
        self.installation.add_small("recent")
        wait_for(lambda: "none" not in visits("recent", "192.0.2.6", 30), "what is new is found")
        self.assertEqual([asked.ask(name) for name in ("acme", "nowhere")], ["pending", "unknown"])
        self.assertLess(asked.slowest, LIMIT)

    def test_a_line_without_end(self):
        asked = self.open_map()
        for _ in range(40):
            os.write(asked.process.stdin.fileno(), b"x" * 65536)
        self.assertEqual(asked.ask(""), "unknown")
        self.assertEqual(asked.ask("done"), "upgraded")

    def test_every_state(self):
        self.installation.add_small("bad", "waits")
        self.installation.set_script("echo BAD")
        self.installation.run("ws-upgrade", "bad")
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.assert_quiet(self.installation.run("ws-schedule", "waits"))
        asked = self.open_map()
        self.assertEqual([asked.ask(name) for name in ("bad", "waits", "done")], ["failed", "queued", "upgraded"])

    def test_many_lines_at_once_and_the_end(self):
        names = ["acme", "done", "nope", ""] * 50
        result = self.installation.run("ws-check", "--map", stdin="".join(f"{name}\n" for name in names))
        self.assert_quiet(result, 0)
        self.assertEqual(result.lines, ["pending", "upgraded", "unknown", "unknown"] * 50)
        self.assertEqual(
            self.assert_quiet(self.installation.run("ws-check", "--map", stdin="done"), 0).lines, ["upgraded"]
        )

    def test_apache_closes_its_end(self):
        asked = self.open_map()
        asked.ask("done")
        asked.process.stdin.close()
        self.assertEqual(asked.process.wait(10), 0)

    def test_target(self):
        self.installation.configure(probe=[{"version": "2.0", "table": "NEW"}, {"version": "1.0", "table": "OLD"}])
        self.assertEqual(self.open_map("--target", "1.0").ask("acme"), "upgraded")

    def test_upgraded_names_are_remembered(self):
        asked = self.open_map()
        self.assertEqual([asked.ask("done"), asked.ask("acme")], ["upgraded", "pending"])
        before = int(self.installation.server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])
        for _ in range(200):
            self.assertEqual(asked.ask("done"), "upgraded")
        after = int(self.installation.server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])
        self.assertLess(after - before, 20)

    def test_remembered_for_map_ttl_s(self):
        self.installation.configure(schedule={"map_ttl_s": 1})
        asked = self.open_map()
        self.assertEqual(asked.ask("done"), "upgraded")
        self.installation.degrade("done")
        wait_for(lambda: asked.ask("done") == "pending", "it is looked at again", 5)

    def test_broken_configuration_is_told_at_once(self):
        self.installation.configure(upgrade={"tiemout_s": 1})
        self.assert_error(self.installation.run("ws-check", "--map", stdin="acme\n"), 78, "tiemout_s")

    def test_no_server_at_the_start(self):
        self.installation.configure(database={"socket": "/nonexistent/s"})
        result = self.installation.run("ws-check", "--map", stdin="acme\ndone\n")
        self.assert_status(result, 0)
        self.assertEqual(result.lines, ["unknown", "unknown"])


class KilledTest(MapCase):
    """What answers is killed or stuck: Apache, which starts nothing again and waits for ever, must not notice."""

    def setUp(self):
        super().setUp()
        self.asked = self.open_map()
        self.assertEqual(self.asked.ask("acme"), "pending")

    def test_killed_while_nobody_asks(self):
        for _ in range(3):
            first = self.asked.answerer
            os.kill(first, signal.SIGKILL)
            wait_until_gone(first)
            time.sleep(1)  # what dies sooner is not replaced at once
            self.assertEqual(self.asked.ask("acme"), "pending", "nobody passes for that")
            self.assertNotEqual(self.asked.answerer, first)
        self.assertLess(self.asked.slowest, LIMIT)

    def test_killed_while_it_is_asked(self):
        for _ in range(100):
            if children := children_of(self.asked.process.pid):
                os.kill(children[0], signal.SIGKILL)
            self.assertIn(self.asked.ask("acme"), ("pending", "unknown"))
        self.assertLess(self.asked.slowest, LIMIT)
        self.assertLessEqual(len(children_of(self.asked.process.pid)), 1)
        wait_for(lambda: self.asked.ask("acme") == "pending", "another one answers", 10)

    def test_stuck(self):
        first = self.asked.answerer
        os.kill(first, signal.SIGSTOP)
        self.assertEqual(self.asked.ask("acme"), "unknown")
        self.assertLess(self.asked.slowest, LIMIT + 0.2)
        wait_for(lambda: self.asked.ask("acme") == "pending", "another one answers", 10)
        wait_until_gone(first)

    def test_it_ends_with_the_one_before_it(self):
        answerer = self.asked.answerer
        self.asked.process.kill()
        # Apache hears the end of it at once: nobody else holds that pipe open.
        self.assertEqual(select.select([self.asked.process.stdout], [], [], 5)[0], [self.asked.process.stdout])
        self.assertEqual(os.read(self.asked.process.stdout.fileno(), 100), b"")
        wait_until_gone(answerer)


class AwayTest(TestCase):
    """With a server of its own that is stopped, frozen and started again."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.installation = self.open_small(self.server, "acme")
        self.installation.add_small("done", upgraded=True)
        self.installation.configure(schedule={"map_ttl_s": 1})
        self.asked = Map(self.installation)
        self.addCleanup(self.asked.close)
        self.assertEqual([self.asked.ask("done"), self.asked.ask("acme")], ["upgraded", "pending"])
        time.sleep(1.1)  # what is remembered is old now

    def away(self):
        for _ in range(2):
            self.assertEqual([self.asked.ask("done"), self.asked.ask("acme"), self.asked.ask("")],
                             ["upgraded", "unknown", "unknown"])
        self.assertLess(self.asked.slowest, LIMIT)

    def back(self):
        wait_for(lambda: self.asked.ask("acme") == "pending", "it answers again", 30)
        self.assertEqual(self.asked.ask("done"), "upgraded")
        self.assertLess(self.asked.slowest, LIMIT)

    def test_stopped(self):
        self.server.stop()
        try:
            self.away()
        finally:
            self.server.start()
        self.back()

    def test_frozen(self):
        self.server.freeze()
        try:
            self.away()
        finally:
            self.server.thaw()
        self.back()

    def test_frozen_before_it_is_asked(self):
        fresh = Map(self.installation)
        self.addCleanup(fresh.close)
        self.server.freeze()
        try:
            self.assertEqual(fresh.ask("done"), "unknown")
            self.assertLess(fresh.slowest, LIMIT)
        finally:
            self.server.thaw()
        wait_for(lambda: fresh.ask("done") == "upgraded", "it answers", 30)
        self.assertLess(fresh.slowest, LIMIT)

    def test_connection_killed(self):
        self.server.kill_connections()
        wait_for(lambda: self.asked.ask("acme") == "pending", "a new connection", 10)


if __name__ == "__main__":
    unittest.main()
