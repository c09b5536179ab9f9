# SPDX-License-Identifier: MIT
"""The configuration as users meet it: where it is found, what is wrong with it, what is said when (all four ws-*
tools)."""

import os
import pathlib
import unittest

from upkeep_test import TestCase, module_server

TOOLS = ["ws-check", "ws-schedule", "ws-upgrade", "ws-progress"]


class ConfigTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.text = self.installation.config_file.read_text()

    def rewrite(self, *lines_before: str, also: str = "") -> None:
        self.installation.config_file.write_text("\n".join(lines_before) + self.text + also)

    def test_missing_file_is_78(self):
        for tool in TOOLS:
            with self.subTest(tool):
                self.assert_error(self.installation.run(tool, "--config", "/nonexistent/x.toml", "acme"), 78,
                                  "/nonexistent/x.toml")
        gone = {"UPKEEP_CONFIG": "/nonexistent/y.toml"}
        self.assert_error(self.installation.run("ws-check", "acme", env=gone), 78, "/nonexistent/y.toml")
        self.assert_error(self.installation.run("ws-check", "--config", self.installation.directory, "acme"), 78)

    def test_where_it_is_found(self):
        home = self.installation.directory / "xdg-config" / "upkeep" / "upkeep.toml"
        home.parent.mkdir(parents=True)
        home.write_text(self.text)
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "acme", env={"UPKEEP_CONFIG": None}), 1),
                           {"acme": "pending"})
        home.write_text("broken")
        # $UPKEEP_CONFIG comes before it, --config before that, an empty variable is none.
        self.assert_quiet(self.installation.run("ws-check", "acme"), 1)
        wrong = {"UPKEEP_CONFIG": "/nonexistent"}
        self.assert_quiet(
            self.installation.run("ws-check", "--config", self.installation.config_file, "acme", env=wrong), 1
        )
        self.assert_error(self.installation.run("ws-check", "acme", env={"UPKEEP_CONFIG": ""}), 78, f"{home}:1")

    def test_unknown_key_names_key_line_and_nearest(self):
        self.rewrite(also='\n[schedule.x]\n')
        self.installation.configure(upgrade={"tiemout_s": 3})
        line = self.installation.config_file.read_text().splitlines().index("tiemout_s = 3") + 1
        for tool in TOOLS:
            with self.subTest(tool):
                self.assert_error(self.installation.run(tool, "acme"), 78, f"{self.installation.config_file}:{line}: ",
                                  "'tiemout_s'", "did you mean 'timeout_s'?")

    def test_unknown_section_and_broken_toml(self):
        self.rewrite("[shedule]", "delay_s = 1", "")
        self.assert_error(
            self.installation.run("ws-check", "acme"), 78, ":1: ", "'shedule'", "did you mean 'schedule'?"
        )
        self.rewrite("[upgrade", "")
        self.assert_error(self.installation.run("ws-check", "acme"), 78, f"{self.installation.config_file}:1: ")

    def test_wrong_values_name_key_and_line(self):
        for section, values, words in (
                ("upgrade", {"slots": 0}, ["slots", "between"]),
                ("upgrade", {"timeout_s": "5"}, ["timeout_s", "whole number"]),
                ("upgrade", {"on_lock_loss": "kil"}, ["on_lock_loss", "did you mean 'kill'?"]),
                ("upgrade", {"command": ["true"]}, ["command", "{workspace}"]),
                ("upgrade", {"command": "true {workspace}"}, ["command", "list"]),
                ("upgrade", {"profile": "smal"}, ["profile", "did you mean 'small'?"]),
                ("upgrade", {"target": "2.1"}, ["target", "did you mean '2.0'?"]),
                ("upgrade", {"log_dir": "log"}, ["log_dir", "absolute"]),
                ("workspaces", {"schema": "wf"}, ["schema", "{workspace}"]),
                ("workspaces", {"names": "["}, ["names", "regular expression"]),
                ("workspaces", {"discover": "sites"}, ["sites"]),
                ("schedule", {"via": "cron"}, ["via"]),
                ("schedule", {"at_queue": "zz"}, ["at_queue", "one letter"]),
                ("schedule", {"via": "command"}, ["command"]),
                ("database", {"host": "x"}, ["socket", "exclude"]),
                ("database", {"tls": "on"}, ["tls"])):
            with self.subTest(section, values=values):
                installation = self.open_small(module_server(), init=False)
                installation.configure(**{section: values})
                self.assert_error(installation.run("ws-check", "acme"), 78, f"{installation.config_file}:", *words)

    def test_password_file(self):
        server, secret = module_server(), "geheim's \"secret\" \\ä"
        server.add_user("guarded", "geheim", ["ALL ON *.*"])
        server.sql("ALTER USER 'guarded'@'localhost' IDENTIFIED BY 'geheim''s \"secret\" \\\\ä'")
        file = self.installation.directory / "password"
        file.write_text(secret + "\n")
        file.chmod(0o640)
        self.installation.configure(database={"user": "guarded", "password_file": file})
        self.assert_error(self.installation.run("ws-check", "acme"), 78, str(file), "0640", "chmod 0600")
        file.chmod(0o604)
        self.assert_error(self.installation.run("ws-check", "acme"), 78, str(file))
        file.chmod(0o600)
        for tool in TOOLS:
            result = self.installation.run(
                tool, "-v", *(["-n"] if tool in ("ws-schedule", "ws-upgrade") else []), "acme"
            )
            self.assertIn(result.status, (0, 1), str(result))
            self.assertNotIn("geheim", result.stderr + result.text)
        file.write_text("wrong-secret")
        result = self.assert_error(self.installation.run("ws-check", "-v", "acme"), 77, "guarded", "password_file")
        self.assertNotIn("wrong-secret", result.stderr)
        file.unlink()
        self.assert_error(self.installation.run("ws-check", "acme"), 78, str(file))

    def test_a_configuration_that_others_can_write(self):
        file = self.installation.config_file
        for mode in (0o666, 0o602):
            file.chmod(mode)
            for tool in (*TOOLS, "pmt-patch"):
                with self.subTest(tool, mode=mode):
                    result = self.installation.run(tool, "list" if tool == "pmt-patch" else "acme")
                    self.assert_error(result, 78, str(file), "everybody can write to it", "chmod go-w")
        self.assertEqual(self.installation.ledger.started(), [])
        file.chmod(0o644)
        self.installation.directory.chmod(0o777)
        self.assert_error(self.installation.run("ws-check", "acme"), 78, "write in its directory")
        self.installation.directory.chmod(0o700)
        self.assert_status(self.installation.run("ws-check", "acme"), 1)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to give files away")
    def test_a_configuration_of_somebody_else(self):
        os.chown(self.installation.config_file, 1, -1)
        self.assert_error(self.installation.run("ws-upgrade", "acme"), 78, "belongs to daemon", "chown root")
        os.chown(self.installation.state_dir, 1, -1)  # the account that runs upgrades
        self.assert_status(self.installation.run("ws-check", "acme"), 1)
        # Whose file it is also decides what it calls state_dir.
        home = self.make_directory() / "home"
        home.mkdir()
        file = home / "upkeep.toml"
        file.write_text(self.installation.config_file.read_text())
        for path in (home, file):
            os.chown(path, 1, -1)
        result = self.installation.run("ws-check", "--config", file, "acme")
        self.assert_error(result, 78, "belongs to daemon", f"chown root {file}")

    def test_what_is_no_regular_file(self):
        pipe = self.installation.directory / "pipe"
        os.mkfifo(pipe, 0o600)
        for place in ({"database": {"password_file": pipe}}, {"database": {"tls": "require", "ca": pipe}}):
            installation = self.open_small(module_server(), init=False)
            installation.configure(**place)
            for call in (["ws-check", "acme"], ["pmt-patch", "list"]):
                with self.subTest(call, place=place):
                    self.assert_error(installation.run(*call, timeout=20), 78, str(pipe))
        self.assert_error(
            self.installation.run("ws-check", "--config", pipe, "acme", timeout=20), 78, str(pipe), "a pipe"
        )
        self.installation.configure(upgrade={"marker": pipe})
        for call in (["ws-check", "acme"], ["ws-upgrade", "acme"]):
            with self.subTest(call):
                self.assert_error(self.installation.run(*call, timeout=20), 78, str(pipe), "marker")
        self.installation.configure(upgrade={"marker": None})
        identity = self.installation.state_dir / "host-id"
        identity.unlink(missing_ok=True)
        os.mkfifo(identity)
        self.assert_error(self.installation.run("ws-upgrade", "acme", timeout=20), 66, str(identity), "a pipe")

    def test_include(self):
        extra = self.installation.directory / "extra.toml"
        extra.write_text('[[probe]]\nversion = "9.9"\ntable = "NINE"\n')
        file = self.installation.config_file
        file.write_text('include = ["extra.toml", "probes/processmaker-3.8.2.toml"]\n' + file.read_text())
        self.assert_status(self.installation.run("ws-check", "--target", "9.9", "acme"), 1)
        self.assert_status(self.installation.run("ws-check", "--target", "3.8.2", "acme"), 1)
        extra.chmod(0o666)
        self.assert_error(self.installation.run("ws-check", "acme"), 78, str(extra), "everybody")
        extra.unlink()
        self.assert_error(self.installation.run("ws-check", "acme"), 78, f"{file}:1: include", "extra.toml")

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_unreadable_password_file(self):
        file = self.installation.directory / "password"
        file.write_text("x")
        file.chmod(0o600)
        self.installation.directory.chmod(0o755)
        self.installation.config_file.chmod(0o644)
        self.installation.configure(database={"password_file": file})
        result = self.installation.run("/usr/bin/env", "sh", "-c", 'cd /; exec "$@"', "sh", "true", user="nobody")
        self.assert_status(result, 0)
        binary = pathlib.Path(os.environ["UPKEEP_BIN"]) / "ws-check"
        if not os.access(binary, os.X_OK):
            self.skipTest("the binary cannot be run")
        result = self.installation.run(str(binary), "acme", user="nobody")
        self.assert_error(result, 78, str(file), "Permission denied")

    def test_no_server(self):
        self.installation.configure(database={"socket": "/nonexistent/s"})
        for tool in TOOLS:
            with self.subTest(tool):
                self.assert_error(self.installation.run(tool, "acme"), 69, "/nonexistent/s", "server running")

    def test_no_schema(self):
        self.installation.configure(database={"schema": "nothing_here"})
        for tool in TOOLS:
            with self.subTest(tool):
                self.assert_error(self.installation.run(tool, "acme"), 78, "upkeep init")

    def test_no_configuration_at_all(self):
        if pathlib.Path("/etc/upkeep/upkeep.toml").exists():
            self.skipTest("this machine has a configuration")
        none = {"UPKEEP_CONFIG": None}
        self.assert_error(self.installation.run("ws-check", "acme", env=none), 78, "configuration", "upkeep.toml")
        # What needs no target goes to the private local database.
        for words in (("ws-schedule", "--list"), ("ws-progress", "--active"), ("ws-progress", "--forecast")):
            with self.subTest(words):
                self.assert_error(self.installation.run(*words, env=none), 69, "upkeep local start")

    def test_target_without_probes(self):
        for tool in TOOLS:
            with self.subTest(tool):
                self.assert_error(
                    self.installation.run(tool, "--target", "2.1", "acme"), 64, "'2.1'", "did you mean '2.0'?"
                )

    def test_nobody_asks_and_nothing_is_said(self):
        for words in ((), ("-q",), ("--no-progress",)):
            self.assert_quiet(self.installation.run("ws-check", *words, "acme"), 1)

    def test_quiet_still_tells_errors(self):
        self.assert_error(self.installation.run("ws-check", "-q", "a b"), 65)
        self.assert_error(self.installation.run("ws-check", "-q", "--nope"), 64)

    def test_help_and_version(self):
        for tool in TOOLS:
            with self.subTest(tool):
                for option in ("-h", "--help"):
                    result = self.assert_quiet(
                        self.installation.run(tool, option, env={"UPKEEP_CONFIG": "/nonexistent"})
                    )
                    for word in ("Examples:", "Exit status:", "--config FILE", "-0,--null", "--no-progress", "--color"):
                        self.assertIn(word, result.text)
                for option in ("-V", "--version"):
                    self.assertRegex(self.assert_quiet(self.installation.run(tool, option)).text,
                                     rf"^{tool} \(upkeep\) \d+\.\d+\S*\n$")


if __name__ == "__main__":
    unittest.main()
