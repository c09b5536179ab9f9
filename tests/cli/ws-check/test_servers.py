# SPDX-License-Identifier: MIT
"""ws-check over several servers, and workspaces that are found through their db.php."""

import socket
import time
import unittest

from upkeep_test import Server, TestCase, module_server

SECRET = "p4ss'w0rd$7"
#: As the installer writes it: padded, no end tag, and keys we must not take for others.
PADDED = """<?php
// Processmaker configuration, define ('DB_NAME', 'wf_commented');
/* define ('DB_NAME', 'wf_commented_too'); */
# define ('DB_HOST', 'nowhere');
  define ('DB_ADAPTER',     'mysql' );
  define ('DB_HOST',        '{host}' );
  define ('DB_NAME',        '{name}' );
  define ('DB_USER',        'wf_57d6b1c2e3f4a' );
  define ('DB_PASS',        '{secret}' );
  define ('DB_RBAC_HOST',   'rbac.example.org' );
  define ('DB_RBAC_NAME',   'rb_x' );
  define ('DB_RBAC_PASS',   '{secret}' );
  define ('DB_REPORT_NAME', 'rp_x' );
  define ('PARTNER_FLAG', true);
"""
#: As a new site is written: tight, the port always there, an end tag, Windows line ends.
TIGHT = ("<?php\r\ndefine('DB_ADAPTER','mysql');\r\ndefine('DB_HOST','{host}');\r\ndefine(\"DB_NAME\", \"{name}\");\r\n"
         "define('DB_USER','u');\r\ndefine('DB_PASS','{secret}');\r\ndefine('SYSTEM_NAME','x');\r\n?>\r\n")


class SeveralServersTest(TestCase):
    """Two more servers beside the control database's."""

    @classmethod
    def setUpClass(cls):
        cls.one = Server().start()
        cls.addClassCleanup(cls.one.close)
        cls.two = Server(tcp=True).start()
        cls.addClassCleanup(cls.two.close)

    def setUp(self):
        self.installation = self.open_small(module_server())
        for server in (self.one, self.two):
            server.start() if server._process is None else None
        self.configure(self.one.socket)
        self.create(self.one, "acme", new=True)
        self.create(self.two, "beta")

    def configure(self, socket, **two):
        self.installation.configure(server=[
            {"name": "db1", "socket": socket},
            {"name": "db2", "host": "127.0.0.1", "port": self.two.port, **two}])

    def create(self, server, name, new=False):
        server.sql(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.{'NEW' if new else 'OLD'} (a INT);")
        self.addCleanup(lambda: server._process is not None and server.drop(f"wf_{name}"))

    def check(self, *args, status):
        result = self.assert_status(self.installation.run("ws-check", *args), status)
        return {row[0]: (row[1], row[4]) for row in result.rows}, result

    def test_each_is_found_where_it_is(self):
        self.installation.server.sql("CREATE DATABASE wf_control_only")  # not one of the [[server]]s
        expected = {"acme": ("upgraded", "db1"), "beta": ("pending", "db2")}
        self.assertEqual(self.check("--all", status=1)[0], expected)
        self.assertEqual(self.check("beta", "acme", status=1)[0], expected)
        self.assertEqual(self.check("control_only", status=2)[0], {"control_only": ("unknown", "")})
        self.assertEqual(self.check("nope", status=2)[1].rows[0][6], "no such workspace")

    def test_same_schema_on_two_servers(self):
        self.create(self.two, "acme", new=True)
        for words in (["acme"], ["--all"]):
            states, result = self.check(*words, status=2)
            self.assertEqual(states["acme"][0], "unknown")
            self.assertEqual([row[0] for row in result.rows].count("acme"), 1)
            self.assertIn("more than one server", result.rows[0][6])

    def test_one_is_down(self):
        self.configure("/nonexistent/s")
        states, result = self.check("acme", "beta", "nope", status=2)
        self.assertEqual(states, {"acme": ("unknown", ""), "beta": ("pending", "db2"), "nope": ("unknown", "")})
        self.assertIn("db1", result.rows[0][6])
        self.assertIn("/nonexistent/s", result.rows[0][6])
        states, result = self.check("--all", status=2)
        self.assertEqual(states["beta"], ("pending", "db2"))
        self.assertIn("db1", result.text + result.stderr)
        # So it is with ws-progress.
        result = self.assert_status(self.installation.run("ws-progress", "--all"), 2)
        self.assert_states(result, {"beta": "pending"})
        self.assertIn("db1", result.stderr)

    def assert_costs_one_timeout(self, hole):
        """Whoever accepts nothing, or accepts and says nothing, keeps nobody else from being looked at."""
        timeout_s = 2
        servers = [*self.installation._sections["server"], {"name": "hole", "connect_timeout_s": timeout_s, **hole}]
        self.installation.configure(server=servers)
        for words, names in ((["--all"], {"acme", "beta"}), (["acme", "beta", "lost"], {"acme", "beta", "lost"})):
            began = time.monotonic()
            states, result = self.check(*words, status=2)
            took = time.monotonic() - began
            self.assertGreater(took, timeout_s - 0.5, "it was given its time")
            self.assertLess(took, 2 * timeout_s, "once")
            self.assertEqual(states["acme"], ("upgraded", "db1"))
            self.assertEqual(states["beta"], ("pending", "db2"))
            self.assertLessEqual(names, set(states))
            self.assertEqual({states[name][0] for name in set(states) - {"acme", "beta"}} | {"unknown"}, {"unknown"})
            self.assertIn("hole", result.text + result.stderr)

    def test_one_swallows_what_it_is_sent(self):
        proxy = self.open_proxy(self.two, tcp=True)
        proxy.swallow()
        self.assert_costs_one_timeout({"host": "127.0.0.1", "port": proxy.port})

    def test_one_drops_every_packet(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(listener.close)
        for _ in range(4):  # a full queue: what comes now gets no answer
            waiting = socket.socket()
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        self.assert_costs_one_timeout({"host": "127.0.0.1", "port": listener.getsockname()[1]})

    def test_one_dies_and_comes_back(self):
        self.two.kill()
        self.assertEqual(self.check("acme", status=0)[0], {"acme": ("upgraded", "db1")})
        self.assertEqual(self.check("beta", status=2)[0]["beta"][0], "unknown")
        self.two.start()
        self.assertEqual(self.check("beta", status=1)[0], {"beta": ("pending", "db2")})

    def test_all_are_down(self):
        self.installation.configure(server=[{"name": "a", "socket": "/nonexistent/a"},
                                            {"name": "b", "socket": "/nonexistent/b"}])
        for words in (["acme"], ["--all"]):
            self.assert_error(self.installation.run("ws-check", *words), 69, "/nonexistent/a")

    def test_none_lets_us_in(self):
        self.installation.configure(server=[{"name": "a", "socket": self.one.socket, "user": "nobody_knows"}])
        self.assert_error(self.installation.run("ws-check", "acme"), 77, "nobody_knows")

    def test_names_of_servers(self):
        self.installation.configure(server=[{"name": "a", "socket": "/x"}, {"name": "a", "socket": "/y"}])
        self.assert_error(self.installation.run("ws-check", "acme"), 78, "twice")
        self.installation.configure(server=[{"socket": "/x"}])
        self.assert_error(self.installation.run("ws-check", "acme"), 78, "name")

    def test_an_upgrade_goes_to_the_right_server(self):
        sql = f"mariadb --no-defaults --host=127.0.0.1 --port={self.two.port} --user=root -e"
        self.installation.set_script(f"{sql} 'CREATE TABLE wf_beta.NEW (a INT)'; echo OK")
        self.assert_states(self.assert_quiet(self.installation.run("ws-upgrade", "beta"), 0), {"beta": "succeeded"})
        self.assertEqual(self.check("beta", status=0)[0], {"beta": ("upgraded", "db2")})


class SitesTest(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.two = Server(tcp=True).start()
        cls.addClassCleanup(cls.two.close)

    def setUp(self):
        self.installation = self.open_small(module_server())
        self.sites = self.installation.directory / "sites"
        self.sites.mkdir()
        self.installation.configure(workspaces={"discover": "sites", "sites": self.sites})
        self.installation.server.sql("CREATE DATABASE wf_acme; CREATE TABLE wf_acme.NEW (a INT);"
                                     "CREATE DATABASE odd_name; CREATE TABLE odd_name.OLD (a INT);")
        self.addCleanup(self.installation.server.drop, "wf_acme", "odd_name")

    def site(self, workspace, name, host="localhost", text=PADDED):
        (self.sites / workspace).mkdir(exist_ok=True)
        content = text.replace("{host}", host).replace("{name}", name).replace("{secret}", SECRET)
        (self.sites / workspace / "db.php").write_text(content)

    def check(self, *args, status):
        """name -> (state, server, schema), and nothing secret anywhere."""
        states = {}
        for words in ([], ["-v"], ["--explain"]):
            result = self.assert_status(self.installation.run("ws-check", "--json", *words, *args), status)
            for secret in (SECRET, "p4ss", "57d6b1c2e3f4a"):
                self.assertNotIn(secret, result.text + result.stderr)
            states = {row["workspace"]: (row["state"], row["server"], row["schema"]) for row in result.json}
        return states

    def test_both_layouts(self):
        self.site("acme", "wf_acme")
        self.site("beta", "odd_name", "localhost:3306", TIGHT)
        expected = {"acme": ("upgraded", "control", "wf_acme"), "beta": ("pending", "control", "odd_name")}
        self.assertEqual(self.check("--all", status=1), expected)
        self.assertEqual(self.check("acme", "beta", status=1), expected)

    def test_what_is_a_site(self):
        self.site("acme", "wf_acme")
        (self.sites / "empty").mkdir()
        (self.sites / "file").write_text("x")
        self.site("not.a.name", "wf_acme")
        self.assertEqual(list(self.check("--all", status=0)), ["acme"])
        # A schema that no site names is no workspace, however it is called.
        self.assertEqual(self.check("odd", "empty", "file", status=2),
                         {name: ("unknown", None, None) for name in ("odd", "empty", "file")})
        self.assert_error(self.installation.run("ws-check", "../sites/acme"), 65)

    def test_hosts_find_their_server(self):
        self.two.sql("CREATE DATABASE IF NOT EXISTS wf_far; CREATE TABLE IF NOT EXISTS wf_far.OLD (a INT)")
        port = self.two.port
        self.installation.configure(server=[
            {"name": "near", "socket": self.installation.server.socket},
            {"name": "far", "host": "127.0.0.1", "port": port, "aliases": ["db.example.org", "old.example.org:3307"]}])
        for host, server in (("localhost", "near"), (f"127.0.0.1:{port}", "far"), ("db.example.org", "far"),
                             ("DB.Example.ORG", "far"), ("old.example.org:3307", "far")):
            self.site("far", "wf_far" if server == "far" else "wf_acme", host)
            with self.subTest(host):
                state = self.check("far", status=1 if server == "far" else 0)
                self.assertEqual(state["far"][1], server)
                self.assertEqual(self.check("--all", status=1 if server == "far" else 0), state)
        for host in ("other.example.org", "old.example.org", "127.0.0.1:1", f"db.example.org:{port}"):
            self.site("far", "wf_far", host)
            with self.subTest(host):
                self.assertEqual(self.check("far", status=2)["far"][0], "unknown")
                self.assertIn(host, self.installation.run("ws-check", "far").rows[0][6])
                result = self.assert_quiet(self.installation.run("ws-upgrade", "--json", "far"), 2)
                self.assertEqual(result.json[0]["state"], "unknown")

    def test_sites_of_a_server_that_is_down(self):
        self.installation.configure(server=[{"name": "near", "socket": self.installation.server.socket},
                                            {"name": "far", "socket": "/nonexistent/s", "aliases": ["far"]}])
        self.site("acme", "wf_acme")
        self.site("beta", "wf_beta", "far")
        for words in (["--all"], ["acme", "beta"]):
            states = self.check(*words, status=2)
            self.assertEqual((states["acme"][0], states["beta"][0]), ("upgraded", "unknown"))

    def test_broken_files(self):
        self.site("gone", "wf_gone")
        (self.sites / "blank").mkdir()
        (self.sites / "blank" / "db.php").write_text("")
        (self.sites / "binary").mkdir()
        (self.sites / "binary" / "db.php").write_bytes(b"\x00\xff" * 1000 + b"define('DB_NAME', 'unfinished")
        (self.sites / "directory" / "db.php").mkdir(parents=True)
        self.site("acme", "wf_acme")
        states = self.check("--all", status=2)
        self.assertEqual({name: state[0] for name, state in states.items()},
                         {"acme": "upgraded", **dict.fromkeys(("binary", "blank", "directory", "gone"), "unknown")})
        for row in self.installation.run("ws-check", "--all", "--state", "unknown").rows:
            self.assertNotEqual(row[6], "")

    def test_a_name_that_is_put_together_is_none(self):
        for value in ("'wf_acme' . $suffix", "'wf_' . 'acme'", "'wf_acme' + 1"):
            self.site("acme", "", text=f"<?php\ndefine('DB_NAME', {value});\ndefine('DB_HOST', 'localhost');\n")
            with self.subTest(value):
                self.assertEqual(self.check("acme", status=2)["acme"], ("unknown", None, None))
        self.site("acme", "", text="<?php\ndefine('DB_NAME', 'wf_acme', true);\ndefine('DB_HOST', 'localhost');\n")
        self.assertEqual(self.check("acme", status=0)["acme"], ("upgraded", "control", "wf_acme"))

    def test_a_name_with_quotes_and_dollars(self):
        self.site("acme", "it\\'s$x")
        self.assertEqual(self.check("acme", status=2)["acme"], ("unknown", "control", "it's$x"))

    def test_no_such_directory(self):
        self.installation.configure(workspaces={"sites": "/nonexistent/sites"})
        self.assert_error(self.installation.run("ws-check", "--all"), 78, "/nonexistent/sites")
        self.assert_status(self.installation.run("ws-check", "acme"), 2)

    def test_an_upgrade_and_no_secret_in_its_logs(self):
        self.site("beta", "odd_name")
        self.installation.set_script(
            'mariadb --no-defaults --socket="$SOCKET" -uroot odd_name -e "CREATE TABLE NEW (a INT)";' " echo OK"
        )
        result = self.assert_status(self.installation.run("ws-upgrade", "-v", "beta"), 0)
        logs = "".join(path.read_text() for path in self.installation.log_dir.rglob("*.log"))
        self.assertIn("beta run=", logs)
        for secret in (SECRET, "57d6b1c2e3f4a"):
            self.assertNotIn(secret, logs + result.text + result.stderr)


if __name__ == "__main__":
    unittest.main()
