# SPDX-License-Identifier: MIT
"""The connection to the database is killed, times out, is cut, swallowed, slow; the server restarts or stays
away: while an upgrade runs, at its end, and while another one waits."""

import signal
import threading
import time
import unittest

from upkeep_test import Proxy
from upkeep_test.faults import FaultCase, add_empty_workspaces, is_alive, module_server, use_quick_upgrades, wait_for


class ConnectionTest(FaultCase):
    """On a server that stays where it is."""

    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": 6})
        use_quick_upgrades(self.installation, 2)
        add_empty_workspaces(self.installation, "acme", "beta")

    def through_proxy(self) -> Proxy:
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        return proxy

    def begin(self, *names):
        upgrade = self.upgrade(*(names or ["acme"]))
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        return upgrade

    def assert_well(self, upgrade, names=("acme",)):
        self.assert_quiet(upgrade.wait())
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assertEqual(set(self.run_states()), {"succeeded"})
        self.assert_all_over()

    def test_the_lock_connection_is_killed_again_and_again(self):
        upgrade = self.begin()
        following = self.upgrade("beta")
        killed = 0
        while upgrade.running:
            # The lock's connections are those that select no schema; the waiting one's is among them.
            killed += self.installation.server.kill_connections(
                "user = 'root' AND (db IS NULL OR db = 'upkeep') AND id <> CONNECTION_ID()")
            time.sleep(0.1)  # how often it is killed
        self.assertGreater(killed, 5)
        self.assert_quiet(upgrade.wait())
        self.assert_well(following, ["acme", "beta"])

    def test_the_named_lock_is_got_back(self):
        use_quick_upgrades(self.installation, 60)
        upgrade = self.begin()
        self.installation.server.kill_connections("user = 'root' AND id <> CONNECTION_ID()")
        wait_for(lambda: "named lock was lost and is held again" in self.events(), "it is held again")
        upgrade.signal(signal.SIGTERM)
        self.assert_status(upgrade.wait(), 143)
        self.assertEqual(self.run_states(), ["interrupted"])
        self.assert_all_over()

    def test_a_short_wait_timeout(self):
        server = self.installation.server
        server.sql("SET GLOBAL wait_timeout = 1")
        self.addCleanup(server.sql, "SET GLOBAL wait_timeout = 28800")
        upgrade = self.begin()
        following = self.upgrade("beta")
        self.assert_quiet(upgrade.wait())
        self.assert_well(following, ["acme", "beta"])
        self.assertNotIn("lost", self.events(), "the lock's own connection lives by its own time-out")

    def test_cuts(self):
        proxy = self.through_proxy()
        upgrade = self.begin()
        while upgrade.running:
            proxy.cut()
            time.sleep(0.3)  # how often it is cut
        self.assert_well(upgrade)

    def test_a_cut_at_any_moment(self):
        """From the first connection to the last word, every 30 ms."""
        use_quick_upgrades(self.installation, 0.2)
        proxy = self.through_proxy()
        stop = threading.Event()

        def cut():
            while not stop.wait(0.03):
                proxy.cut()
        cutter = threading.Thread(target=cut)
        cutter.start()
        try:
            upgrade = self.upgrade("acme").wait()
        finally:
            stop.set()
            cutter.join()
        # Before the command starts a cut may end it; then nothing has happened, and that is what it says.
        self.assertIn(upgrade.status, (0, 69), str(upgrade))
        wait_for(lambda: self.installation.states("acme")["acme"] in ("pending", "upgraded", "failed"),
                 "a definite state")
        self.assertLessEqual(len(self.installation.ledger.started()), 1)
        if upgrade.status == 0:
            self.assertEqual(self.run_states("acme")[-1], "succeeded")

    def test_swallowed_for_a_while(self):
        proxy = self.through_proxy()
        upgrade = self.begin()
        proxy.swallow()
        time.sleep(1)  # longer than any answer takes
        proxy.restore()
        # What was under way has been lost without a word: only patience ends that connection.
        self.assert_well(upgrade)

    def test_swallowed_for_good(self):
        self.installation.configure(upgrade={"lease_s": 2})
        proxy = self.through_proxy()
        upgrade = self.begin()
        proxy.swallow()
        self.assert_status(upgrade.wait(60), 69)
        proxy.restore()
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "upgraded"})
        self.assertEqual(self.run_states(), ["succeeded"])
        self.assert_all_over()

    def test_a_drain_goes_on_after_an_outage_that_was_too_long_for_a_run(self):
        self.installation.configure(upgrade={"lease_s": 2},
                                    schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0})
        proxy = self.through_proxy()
        self.assert_quiet(self.installation.run("ws-schedule", "acme", "beta"))
        drain = self.upgrade("--drain")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        proxy.refuse()
        proxy.cut()
        wait_for(lambda: "the database remained unavailable" in self.events(), "the verdict waits on disk", 30)
        proxy.restore()
        self.assert_status(drain.wait(60), 69)
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "beta"])
        self.assertEqual(self.run_states(), ["succeeded", "succeeded"])
        self.assert_all_over()

    def test_slow_answers(self):
        proxy = self.through_proxy()
        proxy.delay(0.05)
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        following = self.upgrade("beta")
        self.assert_quiet(upgrade.wait())
        self.assert_well(following, ["acme", "beta"])


class LostAnswer(Proxy):
    """Passes a word on to the server and then loses the connection, so that its answer never comes."""

    word = b"COMMIT"
    count = 0  # which one; 0: none
    seen = 0

    def _take(self, selector, link, line):
        known = len(link.queued)
        super()._take(selector, link, line)
        for _, to, data in link.queued[known:]:
            if to is link.server and self.word in data:
                self.seen += 1
                if self.seen == self.count:
                    link.server.sendall(data)
                    time.sleep(0.2)  # the server has done it, of which nothing tells this side of the proxy
                    self._drop(selector, link)


class LostAnswerTest(FaultCase):
    """The server has committed, and the one who asked does not know."""

    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": 6})
        use_quick_upgrades(self.installation, 0.2)
        add_empty_workspaces(self.installation, "acme", "beta")
        self.proxy = LostAnswer(self.installation.server.socket)
        self.addCleanup(self.proxy.close)
        self.installation.configure(database={"socket": self.proxy.socket})

    def test_of_taking_and_of_ending(self):
        # The first COMMIT takes the lease, the second one ends the run.
        for count, name in ((1, "acme"), (2, "beta")):
            with self.subTest(name):
                self.proxy.seen, self.proxy.count = 0, count
                self.assert_quiet(self.installation.run("ws-upgrade", name))
                self.assertGreaterEqual(self.proxy.seen, count)
                self.assertEqual(self.run_states(name), ["succeeded"])
        self.installation.ledger.assert_each_once(["acme", "beta"])
        self.assert_all_over()

    def test_of_taking_by_a_drainer(self):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_states(self.installation.run("ws-schedule", "--delay", "0", "acme"), {"acme": "queued"})
        self.proxy.seen, self.proxy.count = 0, 1
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.installation.ledger.assert_each_once(["acme"])
        self.assertEqual(self.run_states(), ["succeeded"])
        self.assert_all_over()

    def test_of_queuing(self):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.proxy.word, self.proxy.count = b"INSERT INTO", 1
        result = self.assert_status(self.installation.run("ws-schedule", "--delay", "0", "acme", "beta"), 0)
        self.assert_states(result, {"acme": "queued", "beta": "queued"})
        jobs = self.installation.server.sql("SELECT job IS NOT NULL FROM upkeep.run WHERE state = 'queued'")
        self.assertEqual([row[0] for row in jobs], ["1", "1"], "what was claimed has a job")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertEqual(self.run_states(), ["succeeded"] * 2)


class RestartTest(FaultCase):
    """A server of its own, that goes away. The command does not need it."""

    def setUp(self):
        self.server = self.open_server()
        self.open_installation(self.server, upgrade={"lease_s": 30})
        use_quick_upgrades(self.installation, 2, needs_server=False)
        add_empty_workspaces(self.installation, "acme", "beta", upgraded=True)

    def begin(self, **upgrade):
        self.installation.configure(upgrade=upgrade)
        process = self.upgrade("--force", "acme")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        return process

    def assert_well(self, *processes, names):
        for process in processes:
            self.assert_quiet(process.wait())
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assertEqual(set(self.run_states()), {"succeeded"})
        self.assert_all_over()

    def test_restarts_during_a_run_with_another_one_waiting(self):
        process = self.begin()
        waiting = self.upgrade("--force", "beta")
        wait_for(lambda: self.run_states("beta") == ["queued"], "beta waits")
        self.server.restart()
        self.assertTrue(process.running)
        self.assertTrue(waiting.running)
        self.assert_well(process, waiting, names=["acme", "beta"])

    def test_a_killed_server_that_comes_back_after_the_command_has_ended(self):
        process = self.begin()
        waiting = self.upgrade("--force", "beta")
        wait_for(lambda: self.run_states("beta") == ["queued"], "beta waits")
        command = self.installation.ledger.runs()[0].pid
        self.server.kill()
        wait_for(lambda: not is_alive(command), "the command has ended")
        self.assertTrue(process.running)
        self.server.start()
        self.assert_well(process, waiting, names=["acme", "beta"])

    def test_records_of_a_drain_that_breaks_off_are_whole(self):
        self.installation.configure(
            upgrade={"lease_s": 1}, schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0}
        )
        self.server.sql("DROP TABLE wf_acme.DONE, wf_beta.DONE")
        use_quick_upgrades(self.installation, 0.2)
        for name in ("acme", "beta"):
            self.assert_status(self.installation.run("ws-schedule", name), 0)
        drain = self.upgrade("--drain", "--format", "json")
        wait_for(lambda: self.run_states("acme") == ["succeeded"], "the first has succeeded")
        self.server.kill()
        result = drain.wait()
        self.assertIn(result.status, (0, 1, 69))
        self.assertEqual(result.json[0]["state"], "succeeded")

    def test_away_for_longer_than_the_lease(self):
        for name, tool, args in (("acme", "ws-check", ["acme"]), ("acme", "ws-schedule", ["--list"]),
                                 ("acme", "ws-progress", ["acme"]), ("acme", "ws-upgrade", ["acme"])):
            with self.subTest(tool):
                self.server.sql("DELETE FROM upkeep.run")
                self.installation.ledger.clear()
                use_quick_upgrades(self.installation, 0.5, needs_server=False)
                process = self.begin(lease_s=1)
                self.server.kill()
                result = self.assert_status(process.wait(), 69)
                self.assertEqual(result.rows[0][1], "unknown")
                self.assertIn("the next tool records it", result.rows[0][7])
                verdict = next((self.installation.state_dir / "runs").glob("*.json"))
                self.assertIn('"verdict"', verdict.read_text())
                self.server.start()
                self.assertEqual(self.run_states(name), ["running"])
                self.assert_status(self.installation.run(tool, *args), 0)
                self.assertEqual(self.run_states(name)[0], "succeeded")
                self.assertEqual(self.installation.states(name), {name: "upgraded"})
                self.installation.ledger.assert_each_once([name])
                self.assert_all_over()


if __name__ == "__main__":
    unittest.main()
