# SPDX-License-Identifier: MIT
# ctest: atd
"""upkeep doctor: a record for each check, right about what is well and about what is not."""

import grp
import os
import pathlib
import pwd
import shutil
import subprocess
import time
import unittest

from upkeep_test import REPOSITORY, AtDaemon, TestCase, module_server, wait_for
from upkeep_test.pmt_web_apache import Workers, configure_web

FIELDS = ["check", "result", "detail", "fix"]
#: What only the machine's own set-up decides, not what these tests prepare.
OF_THE_MACHINE = {"atd", "at-permission", "scheduler", "roles"}


class Doctor(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_installation(self.server)

    def give(self, user):
        """The account that runs upgrades, as upkeep-web(7) sets it up: it owns log_dir and state_dir."""
        self.installation.directory.chmod(0o755)
        self.installation.config_file.chmod(0o644)
        self.server.directory.chmod(0o755)
        uid = pwd.getpwnam(user).pw_uid
        for path in (self.installation.log_dir, self.installation.state_dir):
            for one in (path, *path.iterdir()):
                os.chown(one, uid, -1)

    def doctor(self, *args, status=None, **options):
        """The records by check, after `upkeep doctor`; no secret may ever be in them."""
        self.result = self.installation.run("upkeep", "doctor", "--json", *args, **options)
        records = self.result.json
        for record in records:
            self.assert_fields(record, FIELDS)
            self.assertIn(record["result"], ("ok", "warning", "fail", "skipped"))
            self.assertNotIn("upkeep doctor", record["fix"] or "")
            if record["result"] in ("warning", "fail"):
                self.assertTrue(record["detail"] and record["fix"], f"no advice\n{record}")
        failed = any(record["result"] == "fail" for record in records)
        self.assertEqual(self.result.status, 1 if failed else 0, f"\n{self.result}")
        if status is not None:
            self.assert_status(self.result, status)
        found = {record["check"]: record for record in records}
        self.assertEqual(len(found), len(records), f"a check came twice\n{self.result}")
        return found

    def assert_found(self, found, check, result, *parts):
        self.assertEqual(found[check]["result"], result, f"{check}\n{self.result}")
        for part in parts:
            self.assertIn(part, f"{found[check]['detail']}\n{found[check]['fix']}", f"\n{self.result}")


class SoundTest(Doctor):
    def test_all_is_well(self):
        self.installation.add_workspace("acme", "beta", tables=["CONTENT"])
        self.installation.configure(schedule={"at_queue": "a"})
        found = self.doctor()
        self.assertEqual(self.result.stderr, "")
        bad = {c for c, r in found.items() if r["result"] in ("warning", "fail")} - OF_THE_MACHINE
        self.assertEqual(bad, set(), f"\n{self.result}")
        self.assert_found(found, "configuration", "ok", str(self.installation.config_file))
        self.assert_found(found, "target", "ok", "3.1", "4 probes")
        self.assert_found(found, "command", "ok", str(self.installation.app / "processmaker"))
        self.assert_found(found, "database", "ok", self.server.socket, "root@localhost")
        self.assert_found(found, "server-version", "ok", "MariaDB")
        self.assert_found(found, "lock", "ok", "GET_LOCK is exclusive")
        self.assert_found(found, "server:control", "ok", "2 workspaces")

    def test_with_atd_the_exit_status_is_0(self):
        daemon = AtDaemon()
        self.addCleanup(daemon.close)
        found = self.doctor(status=0)
        self.assert_found(found, "atd", "ok", "it is running")
        self.assert_found(found, "at-permission", "ok")

    def test_changes_nothing(self):
        def everything():
            tables = [row[0] for row in self.server.sql("SHOW TABLES FROM upkeep")]
            data = {t: self.server.sql(f"SELECT * FROM upkeep.`{t}`") for t in tables}
            return data, sorted(p.name for p in self.installation.state_dir.iterdir())

        before = everything()
        self.doctor()
        self.doctor("-n")
        self.assertEqual(everything(), before)
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM information_schema.processlist"
                                           " WHERE command <> 'Daemon'"), "1")

    def test_text_in_a_terminal_and_tsv_in_a_pipe(self):
        shown = self.installation.run_tty("upkeep", "doctor", columns=300)
        self.assertRegex(shown.text.splitlines()[0], r"^check +result +detail +fix$")
        self.assertRegex(shown.text, r"\nlock +ok +GET_LOCK")
        # On a narrow terminal nothing is cut: a fix is to be followed.
        narrow = self.installation.run_tty("upkeep", "doctor", env={"NO_COLOR": "1"})
        self.assertEqual(narrow.status, shown.status)
        self.assertRegex(narrow.text, r"^\S+ +(ok|warning|fail|skipped) ")
        self.assertTrue(all(len(line) <= 80 for line in narrow.text.splitlines() if "/" not in line), narrow.text)
        joined = " ".join(narrow.text.split())
        for finding in self.installation.run("upkeep", "doctor", "--json").json:
            if finding["fix"] and finding["result"] == "warning":
                self.assertIn("fix: " + " ".join(finding["fix"].split()), joined)
        piped = self.installation.run("upkeep", "doctor")
        self.assertTrue(all(len(row) == 4 for row in piped.rows), f"\n{piped}")
        self.assertEqual(piped.status, shown.status)
        picked = self.installation.run("upkeep", "doctor", "--fields", "result,check", "--format", "jsonl")
        self.assertEqual(list(picked.jsonl[0]), ["result", "check"])

    def test_time(self):
        start = time.monotonic()
        self.doctor()
        self.assertLess(time.monotonic() - start, 5)


class ConfigurationTest(Doctor):
    def test_no_such_file(self):
        found = self.doctor("--config", "/nonexistent/upkeep.toml", status=1)
        self.assert_found(found, "configuration", "fail", "/nonexistent/upkeep.toml")
        self.assert_found(found, "database", "skipped")

    def test_unknown_key(self):
        self.installation.configure(upgrade={"slotz": 2})
        found = self.doctor(status=1)
        self.assert_found(found, "configuration", "fail", "slotz", "did you mean 'slots'")

    def test_open_password_file(self):
        secret = self.installation.directory / "password"
        secret.write_text("T0pSecret!")
        secret.chmod(0o644)
        self.installation.configure(database={"password_file": secret})
        found = self.doctor(status=1)
        self.assert_found(found, "configuration", "fail", str(secret), "0644", "chmod 0600")
        self.assertNotIn("T0pSecret", str(self.result))

    def test_wrong_password_and_no_secret_anywhere(self):
        self.server.add_user("guarded", password="right")
        self.addCleanup(self.server.sql, "DROP USER 'guarded'@'localhost', 'guarded'@'127.0.0.1'")
        secret = self.installation.directory / "password"
        secret.write_text("T0pSecret!\n")
        secret.chmod(0o600)
        self.installation.configure(database={"user": "guarded", "password_file": secret})
        found = self.doctor("-v", status=1)
        self.assert_found(found, "password-files", "ok", str(secret))
        self.assert_found(found, "database", "fail", "guarded", "password_file")
        self.assert_found(found, "lock", "skipped", "no connection")
        self.assertNotIn("T0pSecret", str(self.result))
        secret.write_text("")
        self.assert_found(self.doctor(), "password-files", "warning", "is empty")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to give files away")
    def test_configuration_that_others_can_change(self):
        self.installation.config_file.chmod(0o666)
        self.assert_found(self.doctor(status=1), "configuration", "fail", "everybody")
        self.installation.config_file.chmod(0o644)
        os.chown(self.installation.config_file, 1, 1)
        self.assert_found(self.doctor(status=1), "configuration", "fail", "belongs to daemon", "chown root")

    def test_names_that_let_too_much_in(self):
        self.installation.configure(workspaces={"names": "[^ ]+"})
        self.assert_found(self.doctor(), "workspace-names", "warning", "'a;b'", "'..'")

    def test_no_target(self):
        self.installation.configure(upgrade={"target": None})
        found = self.doctor()
        self.assert_found(found, "target", "warning")
        self.assert_found(found, "command", "skipped")

    def test_single_probe(self):
        self.installation.configure(probe=[{"version": "3.1", "table": "EMAIL_EVENT"}])
        self.assert_found(self.doctor(), "target", "warning", "single probe")

    def test_command_and_directory(self):
        self.installation.configure(upgrade={"command": ["./nothing", "{workspace}"]})
        self.assert_found(self.doctor(status=1), "command", "fail", "./nothing")
        self.installation.configure(upgrade={"command": ["no-such-program", "{workspace}"]})
        self.assert_found(self.doctor(status=1), "command", "fail", "no-such-program")
        self.installation.configure(upgrade={"directory": "/nonexistent/app"})
        self.assert_found(self.doctor(status=1), "command", "fail", "/nonexistent/app", "does not exist")
        self.installation.configure(upgrade={"directory": self.installation.config_file})
        self.assert_found(self.doctor(status=1), "command", "fail", "not a directory")

    def test_command_that_only_this_path_has(self):
        programs = self.make_directory()
        (programs / "upgrader").symlink_to("/bin/true")
        self.installation.configure(upgrade={"command": ["upgrader", "{workspace}"]})
        found = self.doctor(env={"PATH": f"{programs}:{os.environ['PATH']}"})
        self.assert_found(found, "command", "warning", "scheduled job", "absolute path")

    def test_hooks_and_notify(self):
        self.installation.configure(upgrade={"before": ["/nonexistent/backup", "{workspace}"]},
                                    extra='[notify.worklog]\non = ["move"]\ncommand = ["/nonexistent/hook"]\n'
                                          'env = { TOKEN = "T0pSecret!" }\n'
                                          '[executor.gate]\ncommand = ["/nonexistent/gate"]\n')
        found = self.doctor(status=1)
        self.assert_found(found, "hooks", "fail", "before", "/nonexistent/backup")
        self.assert_found(found, "notify:worklog", "fail", "/nonexistent/hook")
        self.assert_found(found, "executor:gate", "fail", "/nonexistent/gate")
        self.assertNotIn("T0pSecret", str(self.result))

    def test_the_waiting_page(self):
        self.assert_found(self.doctor(), "status-dir", "skipped")
        public = self.installation.directory / "public"
        self.installation.configure(web={"status_dir": public})
        self.assert_found(self.doctor(status=1), "status-dir", "fail", str(public), "install -d -m 0755")
        public.mkdir()
        public.chmod(0o755)
        found = self.doctor()
        self.assert_found(found, "status-dir", "ok", str(public))
        # What the web server's account may do here is the machine's affair; without our rule it is told.
        self.assertIn(found["web-rights"]["result"], ("fail", "skipped", "ok"))
        public.chmod(0o750)
        self.assert_found(self.doctor(status=1), "status-dir", "fail", "www-data may not read", "chmod 0755")
        public.chmod(0o777)
        self.assert_found(self.doctor(status=1), "status-dir", "fail", "everybody")
        self.installation.configure(web={"user": "no-such-user"})
        self.assert_found(self.doctor(status=1), "web-rights", "fail", "no-such-user")

    def test_the_table_of_the_gate(self):
        self.assert_found(self.doctor(), "gate-table", "skipped")
        table = self.installation.directory / "hosts.tsv"
        self.installation.configure(**{"profile.hosts.gate": {"workspace": "table", "table": table}},
                                    upgrade={"profile": "hosts"})
        self.assert_found(self.doctor(status=1), "gate-table", "fail", str(table))
        table.write_text("# all\nwww.example.org acme\nfarm.example.org/globex\tglobex\n")
        self.assert_found(self.doctor(), "gate-table", "ok", "2 addresses")
        table.write_text("www.example.org acme\nwww.example.com\na b c\n")
        self.assert_found(self.doctor(), "gate-table", "warning", f"{table}:2: ", "(2 here)")

    def test_the_map_program(self):
        self.assert_found(self.doctor(), "map-program", "skipped")
        public = self.installation.directory / "public"
        public.mkdir()
        self.installation.configure(web={"status_dir": public})
        found = self.doctor()
        if found["map-program"]["result"] != "ok":  # else a web server of another test, at the same time
            self.assert_found(found, "map-program", "warning", "lets all requests pass", "apachectl graceful")
        running = self.start("ws-check", "--map", env=self.installation.env, stdin=subprocess.PIPE)
        found = self.doctor()
        self.assertEqual(found["map-program"]["result"], "ok", found)
        self.assertIn("process ", found["map-program"]["detail"])
        self.assertTrue(running.running)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("sudo"), "needs root and sudo")
    def test_the_right_of_the_web_server(self):
        public = self.installation.directory / "public"
        public.mkdir()
        self.installation.configure(web={"status_dir": public})
        self.assert_found(self.doctor(status=1), "web-rights", "fail", "www-data may not run", "/etc/sudoers.d/upkeep")
        visitor = pathlib.Path(REPOSITORY / "scripts" / "cgi" / "ws-visitor")
        rules = pathlib.Path(f"/etc/sudoers.d/{self.installation.directory.name}")
        self.addCleanup(rules.unlink)
        rules.write_text(f'www-data ALL=(root) NOPASSWD: {visitor} ""\n')
        rules.chmod(0o440)
        found = self.doctor()["web-rights"]
        if "upk-www-" not in found["detail"]:  # a web server of another test, at the same time
            self.assertEqual((found["result"], str(visitor) in found["detail"]), ("ok", True), found)
        rules.write_text(f'www-data ALL=(root) NOPASSWD: {visitor} "", /bin/ls\n')
        self.assert_found(self.doctor(), "web-rights", "warning", "/bin/ls")

    def test_slots_that_can_never_be_used(self):
        self.assert_found(self.doctor(), "slots", "ok", "one upgrade at a time")

        def servers(*slots):
            self.installation.configure(server=[
                {"name": f"db{number}", "host": f"db{number}.invalid", **({"slots": one} if one else {})}
                for number, one in enumerate(slots)])

        servers(1, 1, 0)
        self.assert_found(self.doctor(), "slots", "warning", "2 slots together", "[upgrade] slots is 1", "to 2")
        servers(3, 0)
        self.assert_found(self.doctor(), "slots", "warning", "db0 has 3 slots", "3 or more")
        self.installation.configure(upgrade={"slots": 4})
        servers(2, 2, 0)
        self.assert_found(self.doctor(), "slots", "ok", "4 upgrades at a time", "2 servers")
        self.installation.configure(server=[{"name": name, "host": host, "slots": slots} for name, host, slots in (
            ("one", "db.invalid", 1), ("two", "DB.invalid", 3))])
        self.assert_found(self.doctor(), "slots", "warning", "those of two")

    def test_marker_left_behind(self):
        marker = self.installation.directory / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": marker})
        self.assert_found(self.doctor(), "marker", "ok")
        marker.write_text("true")
        self.assert_found(self.doctor(), "marker", "warning", str(marker), "every workspace")

    def test_roles(self):
        self.assert_found(self.doctor(), "roles", "warning", "[patch.roles]")
        self.installation.configure(extra='[patch.roles]\nqa = ["@no-such-group", "root"]\n')
        self.assert_found(self.doctor(), "roles", "warning", "@no-such-group (qa)")
        self.installation.configure(extra='[patch.roles]\nqa = ["root"]\n')
        self.assert_found(self.doctor(), "roles", "ok")
        self.installation.configure(extra='[patch.roles]\nqa = ["root"]\nlead = []\n'
                                          '[patch.see]\nsecurity = ["qa", "nosuch"]\n')
        self.assert_found(self.doctor(), "roles", "warning", "nosuch ([patch.see] security)", "without members: lead")
        self.assertNotIn("qa (", self.doctor()["roles"]["detail"])
        empty = next((one.gr_name for one in grp.getgrall() if not one.gr_mem
                      and one.gr_gid not in {user.pw_gid for user in pwd.getpwall()}), None)
        if empty:
            self.installation.configure(extra=f'[patch.roles]\nqa = ["@{empty}"]\n')
            self.assert_found(self.doctor(), "roles", "warning", f"without members: @{empty} (qa)")

    def test_the_browser_interface(self):
        checks = ("pmt-web-account", "pmt-web-secret", "pmt-web-socket")
        for check in checks:
            self.assert_found(self.doctor(), check, "skipped", "no [web.patches]")
        configure_web(self.installation, socket=self.installation.directory / "nosuch")
        self.assert_found(self.doctor(status=1), "pmt-web-account", "fail", "[patch] trusted", "only read")
        self.assert_found(self.doctor(), "pmt-web-socket", "fail", "nosuch", "systemctl restart")
        workers = Workers(self, self.installation.env)
        configure_web(self.installation, socket=workers.path)
        # Who runs other processes of pmt-web on this machine at the same time is not ours to say.
        users = [pwd.getpwuid(os.getuid()).pw_name, "www-data", "upkeep-web"]
        self.installation.configure(patch={"trusted": users})
        found = self.doctor()
        self.assert_found(found, "pmt-web-account", "ok")
        self.assert_found(found, "pmt-web-socket", "ok", f"{workers.path} answers: ok")
        self.assert_found(found, "pmt-web-secret", "ok", "pmt-web.secret")

    def test_secret_of_the_browser_interface(self):
        configure_web(self.installation)
        secret = self.installation.directory / "pmt-web.secret"
        secret.write_text("short\n")
        self.assert_found(self.doctor(status=1), "pmt-web-secret", "fail", "shorter than 32 bytes", "openssl")
        secret.chmod(0o644)
        self.assert_found(self.doctor(), "pmt-web-secret", "fail", "accessible to others", "chmod 0640")
        secret.unlink()
        self.assert_found(self.doctor(), "pmt-web-secret", "fail", "pmt-web.secret", "openssl")

    def test_a_process_that_cannot_serve(self):
        workers = Workers(self, self.installation.env)
        configure_web(self.installation, socket=workers.path)
        self.installation.directory.joinpath("pmt-web.secret").write_text("short\n")
        self.assert_found(self.doctor(status=1), "pmt-web-socket", "fail", "answers 503: a page", "journalctl")
        workers.processes[0].kill()
        workers.socket.close()
        self.assert_found(self.doctor(), "pmt-web-socket", "fail", "Connection refused")

    def test_categories_that_do_not_exist(self):
        self.installation.configure(extra='[patch.see]\nSecurity = ["root"]\n')
        self.assert_found(self.doctor(), "patch-words", "ok")
        self.installation.configure(extra='[patch.see]\nsecurty = ["root"]\n')
        self.assert_found(self.doctor(), "patch-words", "warning", "[patch.see]: there is no category 'securty'",
                          "security")

    def test_words_of_the_registry(self):
        self.assert_found(self.doctor(), "patch-words", "ok")
        self.installation.configure(extra='''[patch]
released = ["Released", "Relesed"]
released_edit = "leads"
[patch.roles]
lead = ["root"]
[patch.keys]
wanted = "overview_wantedBy"
[patch.attests]
"verified readme" = ["client", "jar", "jars", "overview_produts"]
"Verified EULAA" = []
[patch.dates]
Testng = "dates_qaStartedOn"
ReadyForQA = "overview_client"
Released = ""
''')
        found = self.doctor()["patch-words"]
        self.assertEqual(found["result"], "warning")
        self.assertEqual(list(zip(found["detail"].split("; "), found["fix"].split("; "))), [
            ("[patch.attests]: no lifecycle has the item 'Verified EULAA'", "did you mean 'Verified EULA'?"),
            ("[patch.attests]: the artifact type has no field 'overview_produts'",
             "did you mean 'overview_products'?"),
            ("[patch.dates]: not a field of type date: 'overview_client'", "correct [patch.dates]"),
            ("[patch.dates]: no lifecycle has the state 'Testng'", "did you mean 'Testing'?"),
            ("[patch] released: no lifecycle has the state 'Relesed'", "did you mean 'Released'?"),
            ("[patch.keys]: the artifact type has no field 'overview_wantedBy'", "did you mean 'overview_wantedOn'?"),
            ("[patch] released_edit: there is no role 'leads'", "did you mean 'lead'?"),
        ])


class QueueTest(Doctor):
    def test_a_paused_queue_is_told(self):
        self.installation.add_workspace("acme", tables=["CONTENT"])
        self.assert_found(self.doctor(), "queue", "ok", "0 queued, 0 running")
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.assert_found(self.doctor(), "queue", "ok", "1 queued, 0 running")
        self.assert_quiet(
            self.installation.run("ws-schedule", "--pause", "--requested-by", "ann", "--reason", "backups")
        )
        since = self.server.value("SELECT DATE_FORMAT(paused_at, '%Y-%m-%dT%H:%i:%sZ') FROM upkeep.pause")
        self.assert_found(self.doctor(status=0), "queue", "warning", f"paused since {since} by ann: backups",
                          "1 queued, 0 running", "ws-schedule --resume")
        self.assert_quiet(self.installation.run("ws-schedule", "--resume"))
        self.assert_found(self.doctor(), "queue", "ok")

    def test_a_queue_that_nobody_works_off(self):
        self.installation.add_workspace("acme", tables=["CONTENT"])
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.server.sql("UPDATE upkeep.run SET due_at = UTC_TIMESTAMP() - INTERVAL 15 MINUTE")
        self.assert_found(self.doctor(), "queue", "ok")
        self.server.sql("UPDATE upkeep.run SET due_at = UTC_TIMESTAMP() - INTERVAL 30 MINUTE")
        self.assert_found(self.doctor(), "queue", "warning", "acme has been due since", "ws-upgrade --drain")
        self.assert_quiet(self.installation.run("ws-schedule", "--hold", "--why", "exams", "--json", "acme"))
        self.assert_found(self.doctor(), "queue", "ok")

    def test_failed_and_held_workspaces(self):
        self.installation.add_workspace("acme", "beta", "done", tables=["CONTENT"])
        self.installation.configure(upgrade={"command": ["/bin/false", "{workspace}"]})
        self.assert_found(self.doctor(), "workspaces", "ok", "3 workspaces")
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 1)
        found = self.doctor(status=None)
        self.assert_found(found, "workspaces", "warning", "1 failed: acme", "ws-check --all --state failed")
        shown = self.installation.run(*found["workspaces"]["fix"].split())
        self.assertEqual([row[0] for row in shown.rows], ["acme"])
        self.assert_quiet(self.installation.run("ws-schedule", "--hold", "--why", "exams", "--json", "beta"))
        self.assert_found(self.doctor(), "workspaces", "warning", "1 held: beta held since", "exams")
        self.server.sql("DELETE FROM upkeep.run")
        self.assert_found(self.doctor(), "workspaces", "ok", "beta held since")
        self.server.sql("UPDATE upkeep.hold SET held_at = held_at - INTERVAL 60 DAY")
        self.assert_found(self.doctor(), "workspaces", "warning", "ws-schedule --release beta")


class DatabaseTest(Doctor):
    def test_no_database_at_all(self):
        self.installation.configure(database={"socket": "/nonexistent/socket"})
        start = time.monotonic()
        found = self.doctor(status=1)
        self.assertLess(time.monotonic() - start, 5)
        self.assert_found(found, "database", "fail", "/nonexistent/socket")
        for check in ("server-version", "schema", "privileges", "lock", "one-server", "server-clock", "server:control"):
            self.assert_found(found, check, "skipped")
        for check in ("command", "log-dir", "state-dir"):
            self.assert_found(found, check, "ok")

    def test_server_that_says_nothing(self):
        server = self.open_server()
        self.installation.configure(database={"socket": server.socket, "connect_timeout_s": 1})
        server.freeze()
        self.addCleanup(server.thaw)
        start = time.monotonic()
        found = self.doctor(status=1)
        self.assertLess(time.monotonic() - start, 15)
        self.assert_found(found, "database", "fail")

    def test_connection_that_goes_silent_half_way(self):
        proxy = self.open_proxy(self.server)
        proxy.delay(0.02)
        self.installation.configure(database={"socket": proxy.socket, "connect_timeout_s": 1})
        process = self.start("upkeep", "doctor", env=self.installation.env)
        wait_for(lambda: self.server.connections(), "it is connected")
        proxy.swallow()
        start = time.monotonic()
        self.assertEqual(process.wait(60).status, 1)
        self.assertLess(time.monotonic() - start, 40)

    def test_schema_missing_and_behind(self):
        self.server.drop("upkeep")
        self.assert_found(self.doctor(status=1), "schema", "fail", "upkeep init")
        self.server.sql("CREATE DATABASE upkeep")
        found = self.doctor(status=1)
        self.assert_found(found, "schema", "fail", "ws 0 of", "upkeep init")
        self.assert_found(found, "privileges", "skipped")
        self.installation.init()
        self.assert_found(self.doctor(), "schema", "ok")
        self.server.sql("UPDATE upkeep.schema_version SET version = 999")
        self.assert_found(self.doctor(status=1), "schema", "fail", "999", "newer")

    def test_privileges(self):
        self.server.add_user("reader", grants=["SELECT ON upkeep.*", "INSERT ON upkeep.run"])
        self.addCleanup(self.server.sql, "DROP USER 'reader'@'localhost', 'reader'@'127.0.0.1'")
        self.installation.configure(database={"user": "reader"})
        found = self.doctor(status=1)
        self.assert_found(found, "privileges", "fail", "UPDATE on run", "INSERT on slot",
                          "GRANT ALL PRIVILEGES ON `upkeep`.* TO 'reader'@'localhost'")
        self.assertNotIn("INSERT on run", found["privileges"]["detail"])

    def test_privileges_without_those_of_init(self):
        self.server.add_user("worker", grants=["SELECT, INSERT, UPDATE, DELETE ON upkeep.*"])
        self.addCleanup(self.server.sql, "DROP USER 'worker'@'localhost', 'worker'@'127.0.0.1'")
        self.installation.configure(database={"user": "worker"})
        self.assert_found(self.doctor(), "privileges", "ok", "CREATE, ALTER")

    def test_read_only_server(self):
        server = self.open_server(options=["--read-only=1"])
        self.installation.configure(database={"socket": server.socket})
        self.assert_found(self.doctor(status=1), "read-only", "fail", "@@read_only")

    def test_replica(self):
        server = self.open_server(options=["--server-id=7"])
        server.sql("CHANGE MASTER TO master_host='127.0.0.1', master_port=1, master_user='x'")
        self.installation.configure(database={"socket": server.socket})
        self.assert_found(self.doctor(), "read-only", "warning", "replica")

    def test_few_connections_left(self):
        server = self.open_server()
        server.sql("SET GLOBAL max_connections = 12")
        self.installation.configure(database={"socket": server.socket})
        self.installation.init()
        wait_for(lambda: len(server.connections()) == 0, "the server has let go of earlier connections")
        # On a busy machine the server may still be ending the connections of the checks before this one.
        found = wait_for(lambda: (looked := self.doctor())["connections"]["result"] == "ok" and looked,
                         "few connections are in use")
        self.assert_found(found, "connections", "ok", "of 12 in use")
        holders = [self.hold_connection(server) for _ in range(4)]
        self.assert_found(self.doctor(), "connections", "warning", "max_connections")
        del holders

    def hold_connection(self, server):
        before = len(server.connections())
        command = server.client_command()
        process = self.start(shutil.which(command[0]) or command[0], *command[1:], "-e", "SELECT SLEEP(600)")
        wait_for(lambda: len(server.connections()) > before, "it is connected")
        return process

    def test_proxy_that_spreads_connections(self):
        other = self.open_server(options=["--server-id=2"])
        proxy = self.open_proxy(self.server)
        proxy.delay(0.01)
        self.installation.configure(database={"socket": proxy.socket})
        self.assert_found(self.doctor(), "one-server", "ok")
        spreader = self.start_spreader(self.server.socket, other.socket)
        self.installation.configure(database={"socket": spreader})
        found = self.doctor(status=1)
        self.assert_found(found, "one-server", "fail", "2 different servers")
        self.assert_found(found, "lock", "fail")

    def start_spreader(self, *targets):
        """A relay that gives every second connection to another server."""
        directory = self.make_directory()
        script = directory / "spread.py"
        script.write_text(SPREADER)
        socket = directory / "s"
        self.start("/usr/bin/env", "python3", script, socket, *targets)
        wait_for(socket.exists, "the spreading proxy listens")
        return socket

    def test_clock_skew(self):
        # A server whose clock is off is one that answers NOW() from elsewhere: @@timestamp shifts it.
        server = self.open_server(options=["--init-connect=SET timestamp = UNIX_TIMESTAMP() + 8"])
        server.sql("CREATE USER plain@localhost; GRANT ALL ON upkeep.* TO plain@localhost")
        self.installation.configure(database={"socket": server.socket, "user": "plain"})
        self.installation.init()
        self.assert_found(self.doctor(), "server-clock", "warning", "ahead of ours")
        self.installation.configure(upgrade={"lease_s": 10})
        self.assert_found(self.doctor(status=1), "server-clock", "fail", "NTP")

    def test_more_servers(self):
        other = self.open_server()
        other.sql("CREATE DATABASE wf_acme; CREATE DATABASE wf_beta; CREATE DATABASE mysql_like")
        self.installation.configure(server=[
            {"name": "db1", "socket": other.socket, "user": "root"},
            {"name": "db2", "socket": "/nonexistent/db2", "user": "root"}])
        found = self.doctor(status=1)
        self.assert_found(found, "server:db1", "ok", "2 workspaces")
        self.assert_found(found, "server:db2", "fail", "/nonexistent/db2")


SPREADER = """
import itertools, socket, sys, threading
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(50)
def pump(source, sink):
    try:
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
for target in itertools.cycle(sys.argv[2:]):
    client, _ = listener.accept()
    server = socket.socket(socket.AF_UNIX)
    server.connect(target)
    for pair in ((client, server), (server, client)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""


class SchedulerTest(Doctor):
    def test_backends(self):
        self.installation.configure(schedule={"via": "command", "command": ["no-such-engine", "{run}"]})
        found = self.doctor(status=1)
        self.assert_found(found, "scheduler", "fail", "no-such-engine")
        self.assert_found(found, "atd", "skipped")
        self.assert_found(found, "at-permission", "skipped")
        self.installation.configure(schedule={"command": ["/bin/true", "{run}"]})
        self.assert_found(self.doctor(status=0), "scheduler", "ok", "via command")

    def test_at_is_not_installed(self):
        programs = self.make_directory()
        found = self.doctor(env={"PATH": str(programs)}, status=1)
        self.assert_found(found, "scheduler", "fail", "at, atq, atrm", "apt-get install at")
        self.assert_found(found, "at-permission", "skipped")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
    def test_user_whom_at_denies(self):
        deny = pathlib.Path("/etc/at.deny")
        if not deny.exists() or "nobody" not in deny.read_text().split() or not shutil.which("at"):
            self.skipTest("at does not deny nobody here")
        self.give("nobody")
        found = self.doctor(user="nobody", status=1)
        self.assert_found(found, "at-permission", "fail", "nobody may not use at", "at.deny", "prefix")
        # Root may always use it, and is told of the account that has to.
        self.assert_found(self.doctor(status=1), "at-permission", "fail", "nobody may not use at", "at.deny")
        # Who runs no upgrades needs no at.
        self.give("root")
        self.assert_found(self.doctor(user="nobody"), "at-permission", "skipped")

    def test_at_queue(self):
        self.installation.configure(schedule={"at_queue": "a"})
        self.assert_found(self.doctor(), "at-queue", "ok", "nice 2")
        for letter, nice in (("b", "low"), ("c", "nice 6"), ("u", "nice 19"), ("A", "nice 2")):
            self.installation.configure(schedule={"at_queue": letter})
            self.assert_found(self.doctor(), "at-queue", "warning", nice, 'at_queue = "a"')
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_found(self.doctor(), "at-queue", "skipped")

    def test_nobody_behind_a_scheduler(self):
        """No client, or no controller: neither a Slurm nor the test's systemd is up here."""
        self.installation.configure(schedule={"via": "slurm"})
        self.assert_found(self.doctor(status=1), "scheduler", "fail", "slurm")

    def test_prefix(self):
        self.installation.configure(schedule={"prefix": ["/nonexistent/sudo", "-n"]})
        self.assert_found(self.doctor(status=1), "scheduler", "fail", "/nonexistent/sudo")


class DirectoryTest(Doctor):
    def both(self, result, *parts):
        found = self.doctor()
        for check in ("log-dir", "state-dir"):
            self.assert_found(found, check, result, *parts)

    def change(self, action):
        for path in (self.installation.log_dir, self.installation.state_dir):
            action(path)

    def test_modes(self):
        self.change(lambda path: path.chmod(0o777))
        self.both("fail", "everybody", "chmod 0750")
        self.change(lambda path: path.chmod(0o755))
        self.both("warning", "everybody", "chmod 0750")

    def test_missing(self):
        self.change(lambda path: path.rmdir())
        self.both("warning", "upkeep init")
        self.installation.init()
        self.both("ok")
        self.installation.configure(upgrade={"log_dir": "/proc/no/log", "state_dir": "/proc/no/state"})
        found = self.doctor()
        self.assertIn(found["log-dir"]["result"], ("warning", "fail"))

    def test_symbolic_links(self):
        def link(path):
            path.rename(path.with_suffix(".real"))
            path.symlink_to(path.with_suffix(".real"))
        self.change(link)
        self.both("fail", "symbolic link")

    def test_files(self):
        def replace(path):
            path.rmdir()
            path.write_text("")
        self.change(replace)
        self.both("fail", "not a directory")


@unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
class AccountTest(Doctor):
    """Judged is what the account can do that runs upgrades; root is told the same as that account."""

    def setUp(self):
        super().setUp()
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.give("nobody")

    def by_both(self, check, result, *parts):
        """Told to root and to the account."""
        for user in (None, "nobody"):
            self.assert_found(self.doctor(user=user), check, result, *parts)

    def type(self, fix):
        """A fix works as it is typed, by root."""
        subprocess.run(fix, shell=True, check=True)

    def test_directories_of_the_account(self):
        self.by_both("log-dir", "ok", "nobody, 0750")
        self.by_both("state-dir", "ok", "nobody, 0750")

    def test_somebody_else_is_told_of_no_failure(self):
        for user in ("daemon", "bin"):
            found = self.doctor(user=user)
            for check in ("log-dir", "state-dir", "application", "at-permission", "atd"):
                self.assertEqual(found[check]["result"], "skipped", found[check])
            self.assertNotIn("chown " + user, str(self.result))
            self.assertNotIn(f"-o {user}", str(self.result))

    def test_a_log_directory_of_another(self):
        os.chown(self.installation.log_dir, 0, 0)
        found = self.doctor(status=1)
        self.assert_found(found, "log-dir", "fail", "nobody may not write in", "root, 0750", "chown nobody")
        self.type(found["log-dir"]["fix"])
        self.by_both("log-dir", "ok")

    def test_what_root_has_left_in_them(self):
        (self.installation.log_dir / "acme").mkdir(mode=0o750)
        found = self.doctor(status=1)
        self.assert_found(found, "log-dir", "fail", "not writable by nobody", "acme", "chown -R nobody")
        self.type(found["log-dir"]["fix"])
        self.by_both("log-dir", "ok")

    def test_missing_directory(self):
        log_dir = self.installation.directory / "a log"
        self.installation.configure(upgrade={"log_dir": log_dir})
        found = self.doctor(status=1)
        self.assert_found(found, "log-dir", "fail", str(log_dir), "-o nobody")
        self.type(found["log-dir"]["fix"])
        self.by_both("log-dir", "ok")

    def test_password_file(self):
        secret = self.installation.directory / "pass word"
        secret.write_text("x")
        secret.chmod(0o600)
        os.chown(secret, pwd.getpwnam("nobody").pw_uid, -1)
        self.installation.configure(database={"password_file": secret})
        self.by_both("password-files", "ok", str(secret))
        os.chown(secret, 0, 0)
        found = self.doctor(status=1)
        self.assert_found(found, "password-files", "fail", "nobody may not read", "chown nobody")
        self.type(found["password-files"]["fix"])
        self.by_both("password-files", "ok")
        os.chown(secret, pwd.getpwnam("daemon").pw_uid, -1)
        self.assert_found(self.doctor(), "password-files", "warning", "its owner daemon", "chown nobody")

    def test_password_file_in_a_closed_directory(self):
        closed = self.installation.directory / "closed"
        closed.mkdir()
        secret = closed / "password"
        secret.write_text("x")
        secret.chmod(0o600)
        os.chown(secret, pwd.getpwnam("nobody").pw_uid, -1)
        closed.chmod(0o700)
        self.installation.configure(database={"password_file": secret})
        found = self.doctor(status=1)
        self.assert_found(found, "password-files", "fail", "nobody may not enter", str(closed), "chmod a+x")
        self.type(found["password-files"]["fix"])
        self.by_both("password-files", "ok")

    def test_configuration_of_the_account(self):
        os.chown(self.installation.config_file, pwd.getpwnam("nobody").pw_uid, -1)
        self.by_both("configuration", "ok")
        self.installation.config_file.chmod(0o664)
        os.chown(self.installation.config_file, 0, pwd.getpwnam("daemon").pw_gid)
        self.assertEqual(self.doctor(status=1)["configuration"]["result"], "fail")

    def test_published_directory(self):
        public = self.installation.directory / "public"
        public.mkdir()
        public.chmod(0o755)
        self.installation.configure(web={"status_dir": public})
        found = self.doctor(status=1)
        self.assert_found(found, "status-dir", "fail", "nobody may not write in", "-o nobody")
        self.type(found["status-dir"]["fix"])
        self.by_both("status-dir", "ok")

    def test_application(self):
        application = self.installation.app
        shared = application / "shared"
        for path in (application, *application.rglob("*")):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
        self.by_both("application", "ok", "nobody can write in")
        (shared / "compiled").mkdir(parents=True, exist_ok=True)
        self.by_both("application", "fail", "not writable by nobody", str(shared / "compiled"), "setfacl")
        if shutil.which("setfacl"):
            self.type(self.doctor()["application"]["fix"])
            self.by_both("application", "ok")
        os.chown(shared, 0, 0)
        self.by_both("application", "fail", "nobody may not write in", str(shared))
        for path in shared.rglob("*"):
            os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
        os.chown(shared, pwd.getpwnam("nobody").pw_uid, -1)
        os.chown(application, 0, 0)
        self.by_both("application", "warning", "nobody may not write in", str(application))

    def test_command(self):
        program = self.installation.directory / "up"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o744)
        self.installation.configure(upgrade={"command": [program, "{workspace}"]})
        found = self.doctor(status=1)
        self.assert_found(found, "command", "fail", "nobody may not execute", "chmod a+rx")
        self.type(found["command"]["fix"])
        self.by_both("command", "ok")


if __name__ == "__main__":
    unittest.main()
