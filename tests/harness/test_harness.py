# SPDX-License-Identifier: MIT
# ctest: atd
"""The harness keeps its own promises."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock

from upkeep_test import (AtDaemon, AtQueue, Proxy, SqlError, TestCase, module_server, pool, run, run_tty,
                         wait_for, wait_until_gone)
from upkeep_test.installation import toml_value
from upkeep_test.process import processes_using
from upkeep_test.wait import catches, is_alive


class ServerTest(TestCase):
    def test_rows_come_back_as_texts(self):
        rows = module_server().sql("SELECT 1, NULL, 'a\\tb\\nc\\\\d'; SELECT 'second'")
        self.assertEqual(rows, [["1", None, "a\tb\nc\\d"], ["second"]])

    def test_an_error_is_an_exception_with_the_message(self):
        with self.assertRaisesRegex(SqlError, "1146"):
            module_server().sql("SELECT * FROM mysql.no_such_table")

    def test_what_was_committed_survives_kill_and_restart(self):
        server = self.open_server()
        server.sql("CREATE DATABASE d; CREATE TABLE d.t (a INT) ENGINE=InnoDB; INSERT INTO d.t VALUES (7)")
        server.kill()
        with self.assertRaisesRegex(SqlError, "2002"):
            server.sql("SELECT 1")
        server.start()
        self.assertEqual(server.value("SELECT a FROM d.t"), "7")
        server.restart("--read-only=ON")
        self.assertEqual(server.value("SELECT @@read_only"), "1")

    def test_one_that_was_given_back_is_left_alone(self):
        directory = self.make_directory() / "pool"
        named = unittest.mock.patch.dict(os.environ, {"UPKEEP_TEST_POOL": str(directory)})
        named.start()
        self.addCleanup(named.stop)
        command = [sys.executable, "-m", "upkeep_test.pool"]
        subprocess.run([*command, "start"], check=True)
        self.addCleanup(subprocess.run, [*command, "stop"], check=True)
        first = pool.borrow()
        first.sql("CREATE DATABASE left_over")
        first.close()
        second = pool.borrow()
        self.addCleanup(second.close)
        self.assertEqual((second.directory, second.schemas("left_over")), (first.directory, []))
        with self.assertRaisesRegex(RuntimeError, "given back"):
            first.drop("another")

    def test_tcp_on_request_only(self):
        server = self.open_server(tcp=True)
        done = subprocess.run([*server.client_command(tcp=True), "-BNe", "SELECT CURRENT_USER()"],
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "root@127.0.0.1\n")
        self.assertEqual(self.open_server().value("SELECT @@skip_networking"), "1")

    def test_accounts_with_passwords(self):
        server = module_server()
        server.add_user("limited", "it's secret", ["SELECT ON mysql.user"])
        self.addCleanup(server.sql, "DROP USER limited@localhost, limited@127.0.0.1")
        self.assertEqual(server.sql("SELECT 1", user="limited", password="it's secret"), [["1"]])
        with self.assertRaisesRegex(SqlError, "1045"):
            server.sql("SELECT 1", user="limited", password="wrong")

    def test_close_leaves_nothing(self):
        server = self.open_server()
        pid, directory = server.pid, server.directory
        server.close()
        self.assertFalse(is_alive(pid))
        self.assertFalse(directory.exists())


class RunTest(TestCase):
    def test_status_output_and_input(self):
        result = run("/bin/sh", "-c", "cat; echo err >&2; exit 3", stdin="hello")
        self.assertEqual((result.status, result.stdout, result.stderr), (3, b"hello", "err\n"))
        self.assertEqual(run("/bin/sh", "-c", "cat").stdout, b"")

    def test_a_signal_is_128_and_its_number(self):
        self.assertEqual(run("/bin/sh", "-c", "kill -9 $$").status, 137)

    def test_the_environment_is_clean(self):
        os.environ["UPKEEP_CONFIG"] = "/somebody/elses"
        self.addCleanup(os.environ.pop, "UPKEEP_CONFIG")
        self.assertNotIn("UPKEEP_CONFIG", run("/usr/bin/env").text)
        self.assertIn("X=1\n", run("/usr/bin/env", env={"X": "1"}).text)
        self.assertNotIn("HOME=", run("/usr/bin/env", env={"HOME": None}).text)

    def test_terminal(self):
        result = run_tty("/bin/sh", "-c", "test -t 0 && test -t 1 && test -t 2 && stty size",
                         columns=101, lines=7)
        self.assertEqual((result.status, result.text), (0, "7 101\r\n"))

    def test_terminal_keys_and_resize(self):
        terminal = self.start_tty(
            "/bin/sh", "-c", "trap 'stty size' WINCH; echo ready; until read a; do :; done; echo got $a"
        )
        terminal.read_until(b"ready")
        terminal.resize(42, 5)
        terminal.type("x\n")
        terminal.read_until(b"got x")
        self.assertIn(b"5 42", terminal.wait().stdout)

    def test_terminal_interrupt(self):
        terminal = self.start_tty("/bin/sh", "-c", "echo ready; exec sleep 60")
        terminal.read_until(b"ready")
        terminal.type("\x03")
        self.assertEqual(terminal.wait().status, 130)

    def test_background(self):
        background = self.start("/bin/sh", "-c", "echo one; sleep 60 & echo two; wait")
        wait_for(lambda: b"two" in background.stdout, "it says two")
        self.assertTrue(background.running)
        child, = background.children()
        background.kill()
        self.assertTrue(is_alive(child))  # only the process itself was killed
        background.close()
        wait_until_gone(child)

    def test_background_signal(self):
        background = self.start("/bin/sh", "-c", "trap 'echo bye; exit 4' TERM; while :; do sleep 0.01; done")
        wait_for(lambda: catches(background.pid, signal.SIGTERM), "it catches the signal")
        background.signal(signal.SIGTERM)
        self.assertEqual(background.wait().status, 4)
        self.assertEqual(background.stdout, b"bye\n")


class InstallationTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_installation(self.server, init=False)

    def test_toml(self):
        self.assertEqual(toml_value(["a\"b", 1, True, {"k": pathlib.Path("/x")}]),
                         '["a\\"b", 1, true, { "k" = "/x" }]')

    def test_configuration_is_merged(self):
        self.installation.configure(upgrade={"slots": 2, "profile": None}, extra="# the end\n")
        text = self.installation.config_file.read_text()
        self.assertIn("slots = 2\n", text)
        self.assertNotIn("profile", text)
        self.assertIn("target = \"3.1\"\n", text)
        self.assertTrue(text.endswith("# the end\n"))

    def test_workspaces_old_and_upgraded(self):
        self.installation.add_workspace("acme", "beta")
        self.installation.add_workspace("done", upgraded=True)
        self.assertFalse(self.installation.is_upgraded("acme"))
        self.assertTrue(self.installation.is_upgraded("done"))
        self.installation.change("acme", "EMAIL_EVENT.EMAIL_SERVER_UID")
        self.assertIn("EMAIL_EVENT.EMAIL_SERVER_UID", self.installation.columns("acme"))
        self.assertNotIn("EMAIL_EVENT.EMAIL_SERVER_UID", self.installation.columns("beta"))

    def test_small_workspaces(self):
        self.installation.add_workspace("acme", tables=["EMAIL_EVENT"])
        self.assertEqual({c.partition(".")[0] for c in self.installation.columns("acme")}, {"EMAIL_EVENT"})

    def test_close_removes_schemas_files_and_processes(self):
        other = self.open_installation(self.server, init=False)
        other.add_workspace("gone")
        sleeper = self.start("/bin/sleep", "60", cwd=other.directory)
        other.close()
        self.assertEqual(self.server.schemas("wf\\_gone"), [])
        self.assertFalse(other.directory.exists())
        self.assertEqual(sleeper.wait().status, 137)

    def test_another_host_shares_the_application_only(self):
        host = self.installation.another_host(upgrade={"slots": 3})
        self.assertEqual(host.app, self.installation.app)
        self.assertNotEqual(host.state_dir, self.installation.state_dir)
        self.assertIn(str(host.state_dir), host.config_file.read_text())
        self.assertNotIn("slots", self.installation.config_file.read_text())


class LedgerTest(TestCase):
    def test_commands_after_each_other(self):
        ledger = self.open_ledger()
        for name in ("a", "b"):
            run("/bin/sh", "-c", ledger.shell_line(name))
        ledger.assert_no_overlap()
        ledger.assert_each_once(["b", "a"])
        self.assertEqual(ledger.started(), ["a", "b"])
        self.assertEqual(len(ledger.gaps()), 1)
        with self.assertRaisesRegex(AssertionError, "missing: {'c': 1}"):
            ledger.assert_each_once(["a", "b", "c"])

    def test_an_overlap_is_seen(self):
        ledger = self.open_ledger()
        first = self.start("/bin/sh", "-c", ledger.shell_line("a", 60))
        ledger.wait_for_start("a")
        self.assertEqual([run.workspace for run in ledger.running()], ["a"])
        run("/bin/sh", "-c", ledger.shell_line("b"))
        ledger.assert_no_overlap(slots=2)
        ledger.assert_reached(2)
        with self.assertRaisesRegex(AssertionError, "[ab] .pid .* beside 1 others"):
            ledger.assert_no_overlap()
        with self.assertRaisesRegex(AssertionError, "never ended"):
            ledger.assert_each_once(["a", "b"])
        first.close()

    def test_a_killed_command_overlaps_nothing_later(self):
        ledger = self.open_ledger()
        command = self.start("/bin/sh", "-c", ledger.shell_line("a", 60))
        ledger.wait_for_start("a")
        command.close()
        run("/bin/sh", "-c", ledger.shell_line("b"))
        ledger.assert_no_overlap()


class ProxyTest(TestCase):
    """Against an echo server."""

    def setUp(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=echo, args=[line], daemon=True).start()

        def echo(line):
            with line:
                while data := line.recv(65536):
                    line.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        self.proxy = Proxy(listener.getsockname(), tcp=True)
        self.addCleanup(self.proxy.close)

    def connect(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=20)
        self.addCleanup(line.close)
        return line

    def ask(self, line: socket.socket, text: bytes) -> bytes:
        line.sendall(text)
        got = b""
        while len(got) < len(text):
            chunk = line.recv(65536)
            if not chunk:
                break
            got += chunk
        return got

    def test_relays_much(self):
        line = self.connect()
        for _ in range(20):
            self.assertEqual(self.ask(line, b"x" * 60000), b"x" * 60000)
        self.assertEqual(self.proxy.connections, 1)
        self.assertEqual(self.proxy.bytes_passed, 2 * 20 * 60000)

    def test_cut(self):
        line = self.connect()
        self.ask(line, b"hello")
        self.proxy.cut()
        self.assertEqual(line.recv(1), b"")
        self.assertEqual(self.ask(self.connect(), b"new"), b"new")
        self.assertEqual(self.proxy.connections_seen, 2)

    def test_hold_and_let_go(self):
        line, other = self.connect(), self.connect()
        self.proxy.hold("words")
        self.ask(line, b"before")
        self.assertFalse(self.proxy.holding)
        line.sendall(b"the words")
        wait_for(lambda: self.proxy.holding, "the words are held")
        line.sendall(b", and more")
        self.assertEqual(self.ask(other, b"the words again"), b"the words again")
        self.proxy.let_go()
        self.assertFalse(self.proxy.holding)
        self.assertEqual(line.makefile("rb").read(19), b"the words, and more")

    def test_swallow_and_restore(self):
        line = self.connect()
        self.ask(line, b"hello")
        self.proxy.swallow()
        line.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            self.ask(line, b"lost")
        wait_for(lambda: self.proxy.bytes_swallowed == 4, "they are swallowed")
        self.proxy.restore()
        line.settimeout(20)
        self.assertEqual(self.ask(line, b"back"), b"back")

    def test_delay(self):
        line = self.connect()
        self.proxy.delay(0.2)
        begin = time.monotonic()
        self.assertEqual(self.ask(line, b"hello"), b"hello")
        self.assertGreaterEqual(time.monotonic() - begin, 0.4)

    def test_refuse(self):
        self.proxy.refuse()
        with self.connect() as line:
            try:
                self.assertEqual(line.recv(1), b"")
            except ConnectionResetError:
                pass

    def test_in_front_of_the_server(self):
        proxy = self.open_proxy(module_server())
        client = module_server().client_command()[0]
        done = subprocess.run([client, "--no-defaults", f"--socket={proxy.socket}", "--user=root", "-BNe",
                               "SELECT 5"], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "5\n")


class AtTest(TestCase):
    def test_a_job_runs_now_and_ours_are_told_from_others(self):
        directory = self.make_directory()
        with AtDaemon():
            queue = AtQueue(str(directory))
            self.addCleanup(queue.clear)
            for when in ("now", "now + 1 day"):
                subprocess.run(["at", "-q", "z", "-M", when], input=f"date >> {directory}/ran\n", text=True,
                               capture_output=True, check=True, cwd="/")
            wait_for((directory / "ran").exists, "the job ran", 30)
            number, = wait_for(lambda: len(jobs := queue.jobs()) == 1 and jobs, "one job waits")
            self.assertNotIn(number, AtQueue("somebody else").jobs())
            queue.clear()
            self.assertEqual(queue.jobs(), {})


class LeftoverTest(TestCase):
    def test_processes_using(self):
        directory = self.make_directory()
        (directory / "file").touch()
        self.assertEqual(processes_using(directory), [])
        with open(directory / "file", encoding="ascii") as held:
            sleeper = self.start("/bin/sleep", "60", stdin=held.fileno())
        self.assertEqual(processes_using(directory), [sleeper.pid])


if __name__ == "__main__":
    unittest.main()
