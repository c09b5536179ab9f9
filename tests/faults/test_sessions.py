# SPDX-License-Identifier: MIT
"""What a server or an account gives to every session, and what it refuses about an account."""

import socket
import struct
import subprocess
import threading
import unittest

from upkeep_test import wait_for
from upkeep_test.faults import FaultCase, add_empty_workspaces, use_quick_upgrades

SETTINGS = ["sql_select_limit = 1", "sql_safe_updates = 1", "completion_type = 'RELEASE'", "completion_type = 'CHAIN'",
            "sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'", "sql_mode = 'ORACLE'", "sql_mode = ''",
            "sql_auto_is_null = 1", "time_zone = '+05:00'", "autocommit = 0", "character_set_connection = 'latin1'",
            "tx_isolation = 'SERIALIZABLE'", "tx_isolation = 'READ-UNCOMMITTED'", "group_concat_max_len = 4",
            "sql_big_selects = 0", "lc_time_names = 'de_DE'", "init_connect = 'SET max_join_size = 1'",
            "init_connect = 'START TRANSACTION'", "init_connect = 'SET autocommit = 0, completion_type = 1'"]
DEFAULTS = ["sql_select_limit", "sql_safe_updates", "completion_type", "sql_mode", "sql_auto_is_null", "time_zone",
            "autocommit", "character_set_connection", "tx_isolation", "group_concat_max_len", "sql_big_selects",
            "lc_time_names", "init_connect"]


class SessionTest(FaultCase):
    def setUp(self):
        self.server = self.open_server()
        self.open_installation(self.server)
        use_quick_upgrades(self.installation)
        self.server.add_user("plain", "right", ["ALL ON `upkeep`.*", "ALL ON `wf\\_%`.*"])
        self.password = self.installation.directory / "password"
        self.password.write_text("right")
        self.password.chmod(0o600)
        self.installation.configure(database={"user": "plain", "password_file": self.password})

    def found(self, check):
        """What doctor says of it."""
        records = self.installation.run("upkeep", "doctor", "--json").json
        return next(record for record in records if record["check"] == check)

    def test_the_same_answers_whatever_the_server_gives(self):
        names = [f"w{number}" for number in range(len(SETTINGS))]
        add_empty_workspaces(self.installation, *names)
        for name, setting in zip(names, SETTINGS):
            with self.subTest(setting):
                self.server.sql(f"SET GLOBAL {setting}")
                try:
                    listed = self.installation.run("ws-check", "--all", "--fields", "workspace").text.split()
                    self.assertEqual(sorted(listed), sorted(names))
                    self.assert_quiet(self.installation.run("ws-schedule", "--no-job", "--delay", "0", name))
                    result = self.installation.run("ws-upgrade", "--drain", "--fields", "workspace,state")
                    self.assert_quiet(result)
                    self.assertEqual(result.text, f"{name}\tsucceeded\n")
                    self.assertEqual(self.found("privileges")["result"], "ok")
                finally:
                    for default in DEFAULTS:
                        self.server.sql(f"SET GLOBAL {default} = DEFAULT")
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM upkeep.run WHERE state = 'succeeded'"),
                         str(len(SETTINGS)))

    def test_the_tables_are_made_whatever_the_server_prefers(self):
        for setting in ("alter_algorithm = 'INSTANT'", "init_connect = 'SET max_join_size = 1'",
                        "default_storage_engine = 'MyISAM'"):
            with self.subTest(setting):
                self.server.drop("upkeep")
                self.server.sql(f"SET GLOBAL {setting}")
                try:
                    self.assert_quiet(self.installation.run("upkeep", "init"))
                finally:
                    self.server.sql(f"SET GLOBAL {setting.split()[0]} = DEFAULT")

    def test_what_is_wrong_with_an_account(self):
        add_empty_workspaces(self.installation, "acme")
        for statement, words in (("ALTER USER plain@localhost ACCOUNT LOCK", ["locked", "ACCOUNT UNLOCK"]),
                                 ("ALTER USER plain@localhost ACCOUNT UNLOCK PASSWORD EXPIRE",
                                  ["expired", "password_file"]),
                                 ("ALTER USER plain@localhost IDENTIFIED VIA unix_socket",
                                  ["unix_socket", "sudo -u plain"])):
            self.server.sql(statement)
            for call in (["ws-check", "acme"], ["ws-schedule", "acme"], ["ws-upgrade", "acme"], ["pmt-patch", "list"]):
                with self.subTest(statement, call=call):
                    result = self.assert_error(self.installation.run(*call), 77, *words)
                    self.assertNotIn("report", result.stderr)
            for word in words:
                self.assertIn(word, str(self.found("database")))

    def test_every_connection_is_closed(self):
        add_empty_workspaces(self.installation, "acme")
        self.server.sql("SET GLOBAL init_connect = 'SET completion_type = RELEASE'")  # a word that wants quotes
        self.addCleanup(self.server.sql, "SET GLOBAL init_connect = DEFAULT")
        for call in (["ws-check", "acme"], ["ws-upgrade", "acme"], ["pmt-patch", "list"]):
            with self.subTest(call):
                self.assert_error(self.installation.run(*call), 69, "init_connect", "error log")

    def test_a_statement_that_takes_too_long(self):
        add_empty_workspaces(self.installation, "acme")
        client = subprocess.Popen([*self.server.client_command(), "--execute", "LOCK TABLES upkeep.run WRITE;"
                                   " SELECT GET_LOCK('locked', 0); SELECT SLEEP(60)"], stdout=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        wait_for(lambda: self.server.value("SELECT IS_USED_LOCK('locked')"), "it is locked")
        self.server.sql("SET GLOBAL max_statement_time = 0.5")
        self.addCleanup(self.server.sql, "SET GLOBAL max_statement_time = 0")
        self.assert_error(self.installation.run("ws-check", "acme"), 75, "max_statement_time")


class NewerSchemaTest(FaultCase):
    """Programs of an older release on tables of a newer one."""

    def setUp(self):
        self.server = self.open_server()
        self.open_installation(self.server)
        use_quick_upgrades(self.installation)
        add_empty_workspaces(self.installation, "acme", "beta")
        self.assert_quiet(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"))
        self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0"), 0)
        self.patch = self.installation.run("pmt-patch", "list", "--fields", "patch").text.strip()

    def rows(self):
        return self.server.sql("SELECT id, state FROM upkeep.run UNION SELECT id, state FROM upkeep.patch")

    def test_it_reads_and_writes_nothing(self):
        before = self.rows()
        self.server.sql("UPDATE upkeep.schema_version SET version = version + 1")
        version = self.server.value("SELECT version FROM upkeep.schema_version WHERE component = 'ws'")
        for call in (
            ["ws-schedule", "--no-job", "beta"],
            ["ws-schedule", "--cancel", "acme"],
            ["ws-schedule", "--pause"],
            ["ws-upgrade", "beta"],
            ["ws-upgrade", "--drain"],
            ["pmt-patch", "new", "--platform", "4.4.0"],
            ["pmt-patch", "edit", self.patch, "--set", "overview_client=x"],
            ["upkeep", "init"],
        ):
            with self.subTest(call):
                self.assert_status(result := self.installation.run(*call), 78)
                self.assertIn("newer upkeep", result.stderr)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.installation.ledger.started(), [])
        for call, status in ((["ws-check", "beta"], 1), (["ws-progress", "acme"], 1), (["ws-schedule", "--list"], 0),
                             (["pmt-patch", "list"], 0), (["pmt-patch", "show", self.patch], 0)):
            with self.subTest(call):
                result = self.assert_status(self.installation.run(*call), status)
                self.assertTrue(result.text)
                self.assertEqual(result.stderr.count("warning"), 1)
        self.assertIn(f"it has version {version}", self.installation.run("ws-check", "acme").stderr)

    def test_a_drain_that_is_at_work_starts_nothing_more(self):
        """Another host is updated in the night: what runs comes to its end, the rest is the newer program's."""
        small = self.open_small(self.server, "gamma", "delta")
        gate = small.directory / "gate"
        self.addCleanup(gate.touch)
        small.set_script(f"while [ ! -e {gate} ]; do sleep 0.05; done; upgrade; echo OK")
        self.assert_status(small.run("ws-schedule", "--no-job", "--delay", "0", "--priority", "1", "gamma", "delta"), 0)
        drain = self.start("ws-upgrade", "--drain", "--fields", "workspace,state", env=small.env)
        running = "SELECT workspace, state FROM upkeep.run WHERE priority = 1 ORDER BY id"
        wait_for(lambda: ["gamma", "running"] in self.server.sql(running), "gamma runs")
        self.server.sql("UPDATE upkeep.schema_version SET version = version + 1")
        gate.touch()
        result = self.assert_status(drain.wait(), 78)
        self.assertEqual(result.text, "gamma\tsucceeded\n")
        self.assertIn("newer upkeep", result.stderr)
        self.assertEqual(self.server.sql(running), [["gamma", "succeeded"], ["delta", "queued"]])

    def test_the_schema_may_let_it_write(self):
        self.server.sql("UPDATE upkeep.schema_version SET version = version + 1, min_writer = '0.0.1'")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain", "--quiet"))
        self.server.sql("UPDATE upkeep.schema_version SET version = version - 1, min_writer = '99.10'")
        self.assert_error(self.installation.run("ws-upgrade", "beta"), 78, "upkeep 99.10 or later")


class RogueServer(threading.Thread):
    """A server without TLS that asks for the password as it is; keeps what it is told."""

    def __init__(self, plugin=b"mysql_clear_password"):
        super().__init__(daemon=True)
        self.plugin, self.told = plugin, []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                client.settimeout(10)
                try:
                    self.serve(client)
                except OSError:
                    pass

    def serve(self, client):
        capabilities = 0xffff & ~0x0800
        greeting = (b"\x0a5.5.5-10.11.6-MariaDB\0" + struct.pack("<I", 7) + b"A" * 8 + b"\0"
                    + struct.pack("<HBHHB", capabilities, 0x21, 2, 8, 21) + bytes(10) + b"B" * 12 + b"\0"
                    + b"mysql_native_password\0")
        client.sendall(struct.pack("<I", len(greeting))[:3] + b"\0" + greeting)
        login = client.recv(65536)
        if not login:
            return
        self.told.append(login)
        request = b"\xfe" + self.plugin + b"\0"
        client.sendall(struct.pack("<I", len(request))[:3] + b"\2" + request)
        answer = client.recv(65536)
        if answer:
            self.told.append(answer)


class PasswordTest(FaultCase):
    def setUp(self):
        self.rogue = RogueServer()
        self.rogue.start()
        self.addCleanup(self.rogue.listener.close)
        self.open_installation(self.open_server())
        use_quick_upgrades(self.installation)
        add_empty_workspaces(self.installation, "acme")
        self.password = self.installation.directory / "password"
        self.password.write_text("S3cret-pw\n")
        self.password.chmod(0o600)
        self.place = {"host": "127.0.0.1", "port": self.rogue.port, "user": "up", "password_file": self.password}

    def test_required_tls_tells_a_server_without_it_nothing(self):
        ca = self.installation.directory / "ca.pem"
        ca.write_text("")
        for tls in ({"tls": "require"}, {"tls": "verify", "ca": ca}):
            self.installation.configure(database={"socket": None, **self.place, **tls})
            for call in (["ws-check", "acme"], ["pmt-patch", "list"], ["upkeep", "init"]):
                with self.subTest(call, tls=tls):
                    self.assert_error(self.installation.run(*call), 69, "TLS")
        self.assertEqual(self.rogue.told, [])

    def test_a_server_of_workspaces_too(self):
        self.installation.configure(server=[{"name": "one", "tls": "require", **self.place}])
        self.assert_error(self.installation.run("ws-check", "acme"), 69, "TLS")
        self.assertEqual(self.rogue.told, [])

    def test_clear_text_without_tls_is_refused_always(self):
        for plugin in (b"mysql_clear_password", b"dialog"):
            self.rogue.plugin = plugin
            self.installation.configure(database={"socket": None, "tls": "off", **self.place})
            with self.subTest(plugin):
                self.assert_error(self.installation.run("ws-check", "acme"), 77, "clear text")
        self.assertNotIn(b"S3cret", b"".join(self.rogue.told))
        self.assertEqual(len(self.rogue.told), 2)  # who logs in, and no answer to what was asked


if __name__ == "__main__":
    unittest.main()
