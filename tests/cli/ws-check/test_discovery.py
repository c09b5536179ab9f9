# SPDX-License-Identifier: MIT
"""Workspaces that a command lists, or files of their application; several in one schema."""

from upkeep_test import Server, TestCase, module_server

DEFINES = "<?php\n// define('DB_NAME', 'commented');\ndefine('DB_NAME', '{name}');\ndefine('DB_HOST', '{host}');\n"
SCHEMA_MATCH = r"(?m)^define\('DB_NAME', '([^']*)'\)"
SERVER_MATCH = r"(?m)^define\('DB_HOST', '([^']*)'\)"


class DiscoveryTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        self.directory = self.installation.directory
        self.installation.server.sql("CREATE DATABASE wf_acme; CREATE TABLE wf_acme.NEW (a INT);"
                                     "CREATE DATABASE odd_name; CREATE TABLE odd_name.OLD (a INT);")
        self.addCleanup(self.installation.server.drop, "wf_acme", "odd_name")

    def check(self, *args, status):
        """name -> (state, server, schema)"""
        result = self.assert_status(self.installation.run("ws-check", "--json", *args), status)
        return {row["workspace"]: (row["state"], row["server"], row["schema"]) for row in result.json}

    def details(self, *args):
        return {row["workspace"]: row["detail"] for row in self.installation.run("ws-check", "--json", *args).json}


class CommandTest(DiscoveryTest):
    def list(self, text, status=0):
        script = self.directory / "list"
        script.write_text(f"#!/bin/sh\nprintf '{text}'\necho 'no list today' >&2\nexit {status}\n")
        script.chmod(0o755)
        self.installation.configure(workspaces={"discover": "command", "command": [script]})

    def test_a_command_lists_them(self):
        self.list(r"acme\twf_acme\n\nbeta\todd_name\tcontrol\n")
        expected = {"acme": ("upgraded", "control", "wf_acme"), "beta": ("pending", "control", "odd_name")}
        self.assertEqual(self.check("--all", status=1), expected)
        self.assertEqual(self.check("acme", "beta", status=1), expected)
        # A schema that is not listed is no workspace, whatever it is called.
        self.assertEqual(self.check("odd_name", status=2), {"odd_name": ("unknown", None, None)})
        self.assertEqual(self.details("odd_name"), {"odd_name": "no such workspace"})

    def test_an_upgrade_of_a_listed_workspace(self):
        self.list(r"beta\todd_name\n")
        client = " ".join(self.installation.server.client_command())
        self.installation.set_script(f"{client} -e 'CREATE TABLE odd_name.NEW (a INT)'; echo OK")
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 0)
        self.assertEqual(self.check("beta", status=0)["beta"][0], "upgraded")

    def test_what_the_list_says_wrongly(self):
        self.list(r"acme\twf_acme\tmars\nbeta\twf_acme\nbeta\todd_name\nbad name\twf_acme\n")
        self.assertEqual(self.check("--all", status=2),
                         {"acme": ("unknown", None, "wf_acme"), "beta": ("unknown", None, None)})
        self.assertEqual(self.details("--all"), {
            "acme": "there is no [[server]] for 'mars', the host in its line of the list",
            "beta": "it is listed more than once"})

    def test_a_list_that_cannot_be_had(self):
        for text, status, said in ((r"acme\twf_acme\n", 3, "ended with status 3: no list today"),
                                   ("acme wf_acme", 0, "line 1 is 'acme wf_acme', not workspace<TAB>schema"),
                                   (r"a\tb\tc\td\n", 0, "line 1 is"), (r"\tb\n", 0, "line 1 is")):
            self.list(text, status)
            for args in (["--all"], ["acme"]):
                with self.subTest(text=text, args=args):
                    result = self.assert_error(self.installation.run("ws-check", *args), 78)
                    self.assertIn(said, result.stderr)
                    self.assertIn("check [workspaces] command", result.stderr)
        self.installation.configure(workspaces={"command": [self.directory / "missing"]})
        self.assertIn("missing", self.assert_error(self.installation.run("ws-check", "--all"), 78).stderr)

    def test_an_empty_list(self):
        self.list("")
        result = self.assert_status(self.installation.run("ws-check", "--all"), 2)
        self.assertIn("no workspaces found: check [workspaces] command (", result.stderr)

    def test_the_servers_of_a_list(self):
        two = Server(tcp=True).start()
        self.addCleanup(two.close)
        two.sql("CREATE DATABASE wf_far; CREATE TABLE wf_far.OLD (a INT)")
        self.installation.configure(server=[
            {"name": "near", "socket": self.installation.server.socket},
            {"name": "far", "host": "127.0.0.1", "port": two.port, "aliases": ["db.example.org"]}])
        expected = {"acme": ("upgraded", "near", "wf_acme"), "far": ("pending", "far", "wf_far")}
        for server in (r"\tfar", r"\tdb.example.org", rf"\t127.0.0.1:{two.port}", ""):
            with self.subTest(server):
                self.list(rf"acme\twf_acme\nfar\twf_far{server}\n")
                self.assertEqual(self.check("--all", status=1), expected)
                self.assertEqual(self.check("acme", "far", status=1), expected)

    def test_a_map_program_notices_changes(self):
        self.list(r"acme\twf_acme\n")
        self.assertEqual(self.installation.run("ws-check", "--map", stdin="acme\nbeta\n").text, "upgraded\nunknown\n")
        self.list(r"acme\twf_acme\nbeta\todd_name\n")
        self.assertEqual(self.installation.run("ws-check", "--map", stdin="acme\nbeta\n").text, "upgraded\npending\n")

    def test_doctor_counts_them(self):
        self.list(r"acme\twf_acme\nbeta\todd_name\n")
        checks = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        self.assertEqual(checks["list"]["result"], "ok")
        self.assertEqual(checks["list"]["detail"], "2 workspaces, each on a known server")
        self.list(r"acme\twf_acme\nbeta\twf_acme\n")
        checks = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        self.assertEqual(checks["list"]["result"], "warning")
        self.list("", status=1)
        checks = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        self.assertEqual(checks["list"]["result"], "fail")
        self.assertIn("ended with status 1", checks["list"]["detail"])


class SharedSchemaTest(DiscoveryTest):
    """A table prefix for each workspace inside one schema."""

    def setUp(self):
        super().setUp()
        self.installation.server.sql("CREATE DATABASE blogs; CREATE TABLE blogs.wp_2_options (release_ INT);"
                                     "CREATE TABLE blogs.wp_3_options (release_ INT);"
                                     "INSERT INTO blogs.wp_2_options VALUES (61);"
                                     "INSERT INTO blogs.wp_3_options VALUES (60);")
        self.addCleanup(self.installation.server.drop, "blogs")
        script = self.directory / "list"
        script.write_text("#!/bin/sh\nprintf '2\\tblogs\\n3\\tblogs\\n4\\tblogs\\n'\n")
        script.chmod(0o755)
        self.installation.configure(
            workspaces={"discover": "command", "command": [script]},
            probe=[{"version": "2.0", "query": "SELECT release_ >= 61 FROM wp_{workspace}_options"}])

    def test_each_has_its_own_state(self):
        expected = {"2": ("upgraded", "control", "blogs"), "3": ("pending", "control", "blogs"),
                    "4": ("pending", "control", "blogs")}
        self.assertEqual(self.check("--all", status=1), expected)
        self.assertEqual(self.check("2", "3", "4", status=1), expected)
        self.assertEqual(self.installation.run("ws-check", "--map", stdin="2\n3\n").text, "upgraded\npending\n")

    def test_the_name_in_a_string_of_the_query(self):
        self.installation.configure(probe=[{"version": "2.0", "query":
                                            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema ="
                                            " DATABASE() AND table_name = 'wp_{workspace}_options'"}])
        self.assertEqual({name: state for name, (state, _, _) in self.check("--all", status=1).items()},
                         {"2": "upgraded", "3": "upgraded", "4": "pending"})

    def test_without_the_name_they_are_not_told_apart(self):
        self.installation.configure(probe=[{"version": "2.0", "table": "wp_2_options"}])
        self.assertEqual({state for state, _, _ in self.check("--all", status=2).values()}, {"unknown"})
        self.assertIn("only probes that are queries with {workspace} tell them apart", self.details("2")["2"])

    def test_a_name_that_is_no_part_of_a_query(self):
        script = self.directory / "list"
        script.write_text("#!/bin/sh\nprintf \"x' OR 1=1 -- \\tblogs\\na--\\tblogs\\n\"\n")
        self.installation.configure(workspaces={"names": ".{1,30}"})
        self.assertEqual({state for state, _, _ in self.check("--all", status=2).values()}, {"unknown"})
        for detail in self.details("--all").values():
            self.assertIn("the workspace's name cannot be used in a query", detail)

    def test_a_schema_for_each_workspace_works_as_well(self):
        self.installation.configure(
            workspaces={"discover": "schemas"},
            probe=[{"version": "2.0", "query": "SELECT DATABASE() = 'wf_{workspace}'"}])
        self.assertEqual(self.check("--all", status=0), {"acme": ("upgraded", "control", "wf_acme")})
        self.assertEqual(self.check("acme", status=0), {"acme": ("upgraded", "control", "wf_acme")})


class FilesTest(DiscoveryTest):
    def setUp(self):
        super().setUp()
        self.configure(self.directory / "config-{workspace}.php")

    def configure(self, files, **keys):
        self.installation.configure(workspaces={"discover": "files", "files": files, "schema_match": SCHEMA_MATCH,
                                                "names": "[a-z.]{1,60}", **keys})

    def file(self, name, schema, host="localhost"):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DEFINES.replace("{name}", schema).replace("{host}", host))

    def test_a_file_for_each_workspace(self):
        self.file("config-blog.example.org.php", "wf_acme")
        self.file("config-shop.example.org.php", "odd_name")
        self.file("config-NOT A NAME.php", "odd_name")
        self.file("other.php", "odd_name")
        expected = {"blog.example.org": ("upgraded", "control", "wf_acme"),
                    "shop.example.org": ("pending", "control", "odd_name")}
        self.assertEqual(self.check("--all", status=1), expected)
        self.assertEqual(self.check("blog.example.org", "shop.example.org", status=1), expected)
        self.assertEqual(self.details("gone"), {"gone": "no such workspace"})

    def test_directories_and_wildcards(self):
        self.configure(self.directory / "sites-?" / "{workspace}" / "[cC]onfig.*")
        self.file("sites-a/acme/config.php", "wf_acme")
        self.file("sites-b/beta/Config.inc", "odd_name")
        self.file("sites-b/beta/xconfig.inc", "wf_acme")
        self.assertEqual(self.check("--all", status=1), {"acme": ("upgraded", "control", "wf_acme"),
                                                         "beta": ("pending", "control", "odd_name")})
        self.file("sites-b/acme/config.php", "wf_acme")
        self.assertEqual(self.check("acme", status=2), {"acme": ("unknown", None, None)})
        self.assertIn("it has 2 files: ", self.details("acme")["acme"])

    def test_files_that_do_not_say_it(self):
        self.file("config-acme.php", "")
        self.assertEqual(self.details("--all")["acme"],
                         f"schema_match finds nothing in {self.directory}/config-acme.php")
        self.configure(self.directory / "config-{workspace}.php", server_match="^nothing (.*)")
        self.file("config-acme.php", "wf_acme")
        self.assertEqual(self.details("acme")["acme"],
                         f"server_match finds nothing in {self.directory}/config-acme.php")

    def test_the_host_in_a_file_chooses_the_server(self):
        self.configure(self.directory / "config-{workspace}.php", server_match=SERVER_MATCH)
        self.file("config-acme.php", "wf_acme")
        self.assertEqual(self.check("acme", status=0), {"acme": ("upgraded", "control", "wf_acme")})
        self.file("config-acme.php", "wf_acme", "db.example.org")
        self.assertEqual(self.details("acme")["acme"], "there is no [[server]] for 'db.example.org', the host in "
                                                       f"{self.directory}/config-acme.php")

    def test_two_files_with_one_schema_are_no_two_workspaces(self):
        self.file("config-acme.php", "wf_acme")
        self.file("config-copy.php", "wf_acme")
        self.assertEqual({state for state, _, _ in self.check("--all", status=2).values()}, {"unknown"})
        self.assertIn("is also the one of copy", self.details("acme")["acme"])

    def test_no_files(self):
        result = self.assert_status(self.installation.run("ws-check", "--all"), 2)
        self.assertIn("no workspaces found: check [workspaces] files (", result.stderr)


class KeysTest(DiscoveryTest):
    def test_what_each_way_needs(self):
        for keys, said in (({"discover": "command"}, "command: required with discover = \"command\""),
                           ({"discover": "command", "command": [""]}, "command: the program's name is empty"),
                           ({"discover": "files"}, "files: required with discover = \"files\""),
                           ({"discover": "files", "files": "/x/{workspace}"}, "schema_match: required with discover"),
                           ({"discover": "files", "files": "/x", "schema_match": "x"},
                            "files: {workspace} must appear exactly once"),
                           ({"discover": "files", "files": "x/{workspace}"}, "is not an absolute path"),
                           ({"discover": "files", "files": "/x/{workspace}", "schema_match": "("},
                            "schema_match: '(' is not a regular expression"),
                           ({"discover": "guess"}, "discover: 'guess'")):
            with self.subTest(keys):
                self.installation.configure(workspaces=None)
                self.installation.configure(workspaces=keys)
                self.assertIn(said, self.assert_error(self.installation.run("ws-check", "--all"), 78).stderr)
