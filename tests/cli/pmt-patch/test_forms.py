# SPDX-License-Identifier: MIT
"""--edit: the fields as a form in the user's editor, and what becomes of what was typed."""

import os
import re
import shutil
import signal
import unittest

from upkeep_test import TestCase, module_server, wait_for


class FormsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        self.directory = self.make_directory()
        self.forms = self.make_directory()  # $TMPDIR

    def editor(self, script):
        """A program that edits as a Python script does: `text` is the form, `calls` how often it was asked."""
        path = self.directory / "ed"
        path.write_text(f"""#!/usr/bin/env python3
import os, pathlib, re, sys
file, log = pathlib.Path(sys.argv[-1]), pathlib.Path({str(self.directory)!r}) / "forms"
text = file.read_bytes().decode()
calls = len(list(log.iterdir())) + 1 if log.exists() else 1
log.mkdir(exist_ok=True)
(log / str(calls)).write_text(text)
print("the screen of the editor")
def put(key, value):
    global text
    text = re.sub(rf"(?m)^{{key}}:.*$", lambda _: f"{{key}}: {{value}}", text, count=1)
{script}
file.write_bytes(text.encode())
""")
        path.chmod(0o755)
        return {"EDITOR": str(path), "VISUAL": None, "TMPDIR": str(self.forms)}

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def edit(self, script, *args, **options):
        return self.run_tool(*args, "--edit", env=self.editor(script), **options)

    def seen(self, call=1):
        return (self.directory / "forms" / str(call)).read_text()

    def calls(self):
        return len(list((self.directory / "forms").iterdir()))

    def fields(self, name):
        return self.assert_quiet(self.run_tool("show", "--json", name)).json[0]["fields"]

    def assert_kept(self, result, *parts):
        """What was typed is in a file that the error names, readable by its owner alone."""
        (path,) = re.findall(r"what you typed is in (\S+)\n", result.stderr)
        self.assertEqual([str(one) for one in self.forms.iterdir()], [path])
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for part in parts:
            self.assertIn(part, text)
        os.unlink(path)

    def assert_none_left(self):
        self.assertEqual(list(self.forms.iterdir()), [])

    def nothing_queued(self):
        self.assertEqual(self.run_tool("queue", "--all").text, "")

    # -- filling in ---------------------------------------------------------------------------
    def test_a_request(self):
        result = self.edit("""
put("priority", 2)
put("client", "Acme\\nclient: Globex")
put("description", "It leaks\\n    # after a day\\n\\n      at night")
put("jiraInformation_publicJIRA", "ESBJAVA-17")
text += "jar: a.jar\\n# a comment\\njar: b.jar\\n"
""", "request", "ESB 4.8.1", "--platform", "4.4.0", "A word")
        self.assertEqual(result.text, "Q-1\n")
        self.assertIn("the screen of the editor", result.stderr)
        self.assertEqual(self.fields("Q-1"), {
            "overview_products": ["ESB 4.8.1"],
            "overview_carbonPlatform": "4.4.0",
            "overview_client": ["Acme", "Globex"],
            "overview_priority": "2",
            "overview_description": "It leaks\n# after a day\n\n  at night",
            "jiraInformation_publicJIRA": ["ESBJAVA-17"],
            "patchInformation_jarsInvolved": ["a.jar", "b.jar"],
        })
        form = self.seen()
        for line in ("# A request for a patch.", "product: ESB 4.8.1", "platform: 4.4.0", "description: A word",
                     "# priority: one of 1, 2, 3, 4, 5", "# client: one line for each value", "qa:",
                     "# overview_security: true or false", "# dates_releasedOn: a date like 2014-03-01",
                     "# patchInformation_mD5: must match [0-9A-Fa-f]{32}", "# -- People Involved"):
            self.assertIn(f"\n{line}\n".lower(), f"\n{form}".lower())
        self.assertNotIn("overview_name", form)
        self.assert_none_left()

    def test_a_patch(self):
        result = self.edit('put("priority", 2)\nput("category", "security")\nput("platform", "4.2.0")',
                           "new", "--platform", "4.4.0", "--client", "Acme")
        self.assertEqual(result.text, "WSO2-CARBON-PATCH-4.2.0-0001\n")
        shown = self.run_tool("show", "--json", "4.2.0-1").json[0]
        self.assertEqual(shown["category"], "security")
        self.assertEqual(shown["fields"]["overview_client"], ["Acme"])
        self.assertEqual(shown["fields"]["overview_priority"], "2")
        self.assertIn("category: normal", self.seen())

    def test_a_patch_from_a_request(self):
        self.run_tool("request", "ESB 4.8.1", "--client", "Acme", "--client", "Globex", "--priority", "2", "It leaks")
        result = self.edit('put("platform", "4.4.0")\nput("priority", "")\ntext = text.replace("client: Acme\\n", "")',
                           "new", "--from", "Q-1")
        self.assertEqual(result.text, "WSO2-CARBON-PATCH-4.4.0-0001\n")
        fields = self.fields("4.4.0-1")
        self.assertEqual(fields["overview_client"], ["Globex"])
        self.assertNotIn("overview_priority", fields)
        self.assertEqual(fields["overview_description"], "It leaks")

    def test_an_existing_patch(self):
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme", "--set", "description=  one\n\n two \n three")
        before = self.fields("4.4.0-1")
        result = self.edit('put("client", "Globex")', "edit", "4.4.0-1", "--why", "they too")
        self.assertEqual((result.status, result.text), (0, ""))
        self.assertEqual(self.fields("4.4.0-1"), {**before, "overview_client": ["Globex"]})
        self.assertNotIn("platform:", self.seen())  # read-only
        (event,) = [one for one in self.run_tool("history", "--json", "4.4.0-1").json if one["action"] == "edit"]
        self.assertEqual((event["key"], event["comment"]), ("overview_client", "they too"))

    def test_editors_that_change_more(self):
        """CRLF, a byte order mark, blanks removed at the ends of lines."""
        self.run_tool("new", "--platform", "4.4.0", "--set", "description=a\n\n  b", "--set", "client=Acme")
        self.edit('put("priority", 3)\ntext = "\\ufeff" + "\\r\\n".join(l.rstrip() for l in text.split("\\n"))',
                  "edit", "4.4.0-1")
        fields = self.fields("4.4.0-1")
        self.assertEqual((fields["overview_priority"], fields["overview_description"]), ("3", "a\n\n  b"))
        self.assertEqual(len([one for one in self.run_tool("history", "--json", "4.4.0-1").json
                              if one["action"] == "edit"]), 1)

    # -- nothing happens ----------------------------------------------------------------------
    def test_unchanged_or_empty(self):
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme")
        for args, told in ((["request", "--client", "Acme"], "no request was queued"),
                           (["new", "--platform", "4.4.0"], "no patch was created"),
                           (["edit", "4.4.0-1"], "nothing was changed")):
            for script, how in (("", "the form was not changed"), ("text += '# a word'", "the form was not changed"),
                                ("text = '# nothing'", "the form is empty"), ("text = ''", "the form is empty")):
                with self.subTest(args=args, script=script):
                    self.assert_error(self.edit(script, *args), 1, f"{how}: {told}")
                    self.assert_none_left()
        self.nothing_queued()
        self.assertEqual(len(self.run_tool("list").lines), 1)

    def test_an_editor_that_fails(self):
        for editor, part in (("false", "'false' failed with status 1"), ("/nonexistent/ed", "cannot start"),
                             ("sh -c 'kill -9 $$'", "failed with status 137"),
                             ("'vi", "EDITOR: a quote is not closed")):
            with self.subTest(editor):
                result = self.run_tool("request", "--edit", env={"EDITOR": editor, "TMPDIR": str(self.forms)})
                self.assertIn(part, self.assert_status(result, 64 if "quote" in part else 1).stderr)
                self.assert_none_left()
        for name in ("VISUAL", "EDITOR"):
            env = {"EDITOR": "vi", "TMPDIR": str(self.forms), name: "vi 'a b"}
            self.assert_error(self.run_tool("request", "--edit", env=env), 64,
                              f"{name}: a quote is not closed: vi 'a b")
        result = self.edit('put("client", "Acme")\nfile.write_text(text)\nsys.exit(3)', "request")
        self.assert_status(result, 1)
        self.assert_kept(result, "client: Acme")
        result = self.edit("file.unlink()\nsys.exit(0)", "request")
        self.assert_status(result, 1)
        self.nothing_queued()

    def test_visual_comes_first(self):
        env = self.editor('put("client", "Acme")')
        result = self.run_tool("request", "--edit", env={**env, "VISUAL": f"{env['EDITOR']} --wait", "EDITOR": "false"})
        self.assertEqual(result.text, "Q-1\n")

    # -- something is wrong -------------------------------------------------------------------
    def test_it_comes_back_with_what_was_typed(self):
        result = self.edit("""
if calls == 1:
    put("priority", 9)
    put("client", "Acme")
else:
    put("priority", 1)
""", "request")
        self.assertEqual(result.text, "Q-1\n")
        again = self.seen(2)
        self.assertTrue(again.startswith("#! overview_priority: '9' is not one of its options"), again)
        self.assertIn("\nclient: Acme\n", again)
        self.assertIn("\npriority: 9\n", again)
        self.assertEqual(self.fields("Q-1"), {"overview_client": ["Acme"], "overview_priority": "1"})
        self.assert_none_left()

    def test_what_is_wrong_is_refused(self):
        for script, status, parts in (
            ('put("priority", "9")', 65, ["overview_priority", "1, 2, 3, 4, 5"]),
            ('put("category", "securty")', 65, ["overview_category", "did you mean 'security'?"]),
            ('text += "clint: Acme"', 65, ["line ", "'clint'", "did you mean 'client'?"]),
            ('text += "priority: 1\\npriority: 2"', 64, ["overview_priority", "twice"]),
            ('text += "a word"', 65, ["line ", "'a word' is not 'field: value'"]),
            ('text = "  a word\\n" + text', 65, ["line ", "no field above"]),
            ('put("platform", "four")', 65, ["four"]),
            ('text += "overview_name: x"', 65, ["overview_name cannot be changed here"]),
        ):
            with self.subTest(script):
                result = self.edit(script, "request", "--client", "Acme")
                self.assertIn(parts[0], self.assert_status(result, status).stderr)
                for part in parts:
                    self.assertIn(part, result.stderr)
                self.assert_kept(result, "client: Acme")
        self.nothing_queued()

    def test_the_second_time_nothing_typed_is_lost(self):
        """However the editor ends once a problem has been shown, what was typed before is in the file."""
        for second, told in (("sys.exit(1)", "failed with status 1"),
                             ("os.kill(os.getpid(), 9)", "failed with status 137"),
                             ("file.write_bytes(b'')\n    sys.exit(1)", "failed with status 1"),
                             ("file.unlink()\n    sys.exit(0)", "the editor left no form"),
                             ("file.unlink()\n    file.mkdir()\n    file.rmdir()\n    sys.exit(0)", "left no form"),
                             ("text = ''", "the form is empty: no request was queued"),
                             ("text = '# a comment'", "the form is empty: no request was queued"),
                             ('put("client", "Acme")\n    put("priority", "")', "not changed: no request was queued")):
            with self.subTest(second):
                shutil.rmtree(self.directory / "forms", ignore_errors=True)
                result = self.edit(f"""
if calls == 1:
    put("client", "Globex")
    put("priority", 9)
else:
    {second}
""", "request", "--client", "Acme")
                self.assertEqual(self.calls(), 2)
                self.assert_error(result, 1, told)
                self.assert_kept(result, "client: Globex", "priority: 9")
        self.nothing_queued()

    def test_the_second_time_the_editor_has_vanished(self):
        result = self.edit('put("client", "Globex")\nput("priority", 9)\nos.unlink(sys.argv[0])', "request")
        self.assert_error(result, 1, "cannot start")
        self.assert_kept(result, "client: Globex", "priority: 9")

    def test_the_second_time_with_a_new_text(self):
        """An editor that fails after it has saved: its text, not the one before."""
        result = self.edit("""
put("priority", 7 + calls)
if calls == 2:
    file.write_text(text)
    sys.exit(2)
""", "request")
        self.assert_error(result, 1, "failed with status 2")
        self.assert_kept(result, "priority: 9")

    def test_a_patch_without_platform(self):
        result = self.edit('put("client", "Acme")', "new")
        self.assert_status(result, 64)
        self.assert_kept(result, "client: Acme")

    def test_options_are_checked_first(self):
        env = self.editor("")
        for args, status in ((["request", "--priority", "9"], 65), (["new", "--from", "Q-7"], 2),
                             (["new", "--platform", "4.4.0", "--category", "odd"], 65),
                             (["new", "--platform", "4.4.0", "--lifecycle", "Nope"], 78),
                             (["edit", "4.4.0-7"], 2), (["edit", "4.4.0-7", "--set", "client=x"], 64)):
            with self.subTest(args):
                self.assert_status(self.run_tool(*args, "--edit", env=env), status)
        self.assertFalse((self.directory / "forms").exists())

    def test_one_patch_at_a_time(self):
        for _ in range(2):
            self.run_tool("new", "--platform", "4.4.0", "--client", "Acme")
        self.assert_error(self.edit("", "edit", "client=Acme"), 64, "2 are selected")

    def test_a_void_patch(self):
        """It is refused before the editor starts."""
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme")
        self.assert_status(self.run_tool("void", "4.4.0-1", "--why", "twice"), 0)
        self.assert_error(self.edit('put("client", "Globex")', "edit", "4.4.0-1"), 1, "is void since")
        self.assertFalse((self.directory / "forms").exists())

    def test_duplicates(self):
        self.run_tool("request", "--jira", "SUPPORT-5")
        script = 'put("jiraInformation_supportJIRA", "SUPPORT-5")'
        result = self.edit(script, "request", "--unique")
        self.assert_status(result, 1)
        self.assertIn("Q-1 (open) has the same JIRA key SUPPORT-5", result.stderr)
        self.assert_kept(result, "SUPPORT-5")
        result = self.edit(script, "request")
        self.assertEqual(result.text, "Q-2\n")
        self.assertIn("warning: Q-1 (open)", result.stderr)

    def test_dry_run(self):
        result = self.edit('put("client", "Acme")', "-n", "request")
        self.assert_status(result, 0)
        self.assertIn("a request would be queued", result.stderr)
        self.assert_kept(result, "client: Acme")
        self.nothing_queued()

    # -- others, meanwhile --------------------------------------------------------------------
    def test_somebody_else_changes_what_a_new_patch_is_made_from(self):
        self.run_tool("request", "--client", "Acme", "--priority", "3")
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme")
        script = f"""
import subprocess
subprocess.run([{os.path.join(os.environ["UPKEEP_BIN"], "pmt-patch")!r}, *WORDS], check=True)
put("client", "Globex")
"""
        for name, words in (("Q-1", ["--from", "Q-1"]), ("4.4.0-0001", ["--ported-from", "4.4.0-1"])):
            for change in ("client=Initech", "priority=1"):
                with self.subTest(words=words, change=change):
                    edit = script.replace("WORDS", repr(["edit", name, "--set", change]))
                    result = self.edit(edit, "new", "--platform", "4.2.0", *words)
                    self.assert_status(result, 1)
                    self.assertIn(f"{name}: overview_{change.split('=')[0]} was concurrently changed", result.stderr)
                    self.assert_kept(result, "client: Globex")
        self.assertEqual(self.run_tool("list", "platform=4.2.0").text, "")
        self.assertEqual(self.fields("Q-1")["overview_client"], ["Initech"])
        self.assertEqual(self.edit('put("client", "Globex")', "new", "--platform", "4.2.0", "--from", "Q-1").status, 0)
        self.assertEqual(self.fields("4.2.0-1")["overview_client"], ["Globex"])

    def test_a_port_and_its_source_that_is_voided_meanwhile(self):
        proxy = self.open_proxy(self.installation.server)
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme")
        self.installation.configure(database={"socket": proxy.socket})
        proxy.hold("INSERT INTO patch")
        port = self.start("pmt-patch", "new", "--platform", "4.2.0", "--ported-from", "4.4.0-1",
                          env=self.installation.env)
        wait_for(lambda: proxy.holding, "the patch is about to be written")
        held = self.installation.server.sql(
            "SELECT id FROM patch WHERE platform = '4.4.0' FOR UPDATE SKIP LOCKED", schema="upkeep")
        self.assertEqual(held, [])  # until the port exists nobody voids its source
        proxy.let_go()
        self.assertEqual(port.wait().status, 0)
        self.assert_quiet(self.run_tool("void", "4.4.0-1", "--why", "a mistake"))
        self.assertIn("4.2.0-0001", self.run_tool("list").text)
        self.assert_error(self.run_tool("new", "--platform", "4.2.0", "--ported-from", "4.4.0-1"), 1, "void")

    def test_somebody_else_changes_the_same_field(self):
        self.run_tool("new", "--platform", "4.4.0", "--client", "Acme", "--priority", "3")
        script = f"""
import subprocess
subprocess.run([{os.path.join(os.environ["UPKEEP_BIN"], "pmt-patch")!r}, "edit", "4.4.0-1", "--set", KEY], check=True)
put("client", "Globex")
"""
        result = self.edit(script.replace("KEY", '"client=Initech"'), "edit", "4.4.0-1")
        self.assert_status(result, 1)
        self.assertIn("concurrently changed", result.stderr)
        self.assert_kept(result, "client: Globex")
        self.assertEqual(self.fields("4.4.0-1")["overview_client"], ["Initech"])
        self.assert_status(self.edit(script.replace("KEY", '"priority=1"'), "edit", "4.4.0-1"), 0)
        self.assertEqual(self.fields("4.4.0-1")["overview_client"], ["Globex"])
        self.assertEqual(self.fields("4.4.0-1")["overview_priority"], "1")

    def test_connections_end_while_it_is_edited(self):
        server = self.installation.server
        env = self.editor('put("client", "Acme")\nimport time\nwhile not (log / "go").exists(): time.sleep(0.02)')
        running = self.start("pmt-patch", "request", "--edit", env={**self.installation.env, **env})
        wait_for(lambda: (self.directory / "forms" / "1").exists(), "the editor runs")
        server.kill_connections("user = 'root'")
        (self.directory / "forms" / "go").touch()
        self.assertEqual(self.assert_status(running.wait(), 0).text, "Q-1\n")

    def test_the_database_goes_away(self):
        env = self.editor('put("client", "Acme")\nimport time\nwhile not (log / "go").exists(): time.sleep(0.02)')
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        running = self.start("pmt-patch", "request", "--edit", env={**self.installation.env, **env})
        wait_for(lambda: (self.directory / "forms" / "1").exists(), "the editor runs")
        proxy.refuse()
        proxy.cut()
        (self.directory / "forms" / "go").touch()
        result = self.assert_status(running.wait(), 69)
        self.assert_kept(result, "client: Acme")

    def test_signals(self):
        """Whatever ends the tool while it saves, or while the editor runs: the file is named."""
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number):
                proxy.hold("INSERT INTO patch")
                env = self.editor('put("client", "Acme")')
                running = self.start("pmt-patch", "request", "--edit", env={**self.installation.env, **env})
                wait_for(lambda: proxy.holding, "the tool saves")
                running.signal(number)
                result = self.assert_status(running.wait(), 128 + number)
                self.assertRegex(result.stderr, r"(?m)^pmt-patch: note: what you typed is in /\S+\n\Z")
                self.assert_kept(result, "client: Acme")
                proxy.cut()
        self.nothing_queued()
        env = self.editor('(log / "ready").touch()\nimport time\nwhile not (log / "go").exists(): time.sleep(0.02)')
        running = self.start("pmt-patch", "request", "--edit", env={**self.installation.env, **env})
        wait_for(lambda: (self.directory / "forms" / "ready").exists(), "the editor runs")
        running.signal(signal.SIGTERM)
        (self.directory / "forms" / "go").touch()
        result = self.assert_status(running.wait(), 128 + signal.SIGTERM)
        wait_for(lambda: all(form.stat().st_size for form in self.forms.iterdir()), "the editor has saved as well")
        self.assert_kept(result, "client:")

    def test_ignored_signals_stay_ignored(self):
        """As with nohup."""
        env = self.editor('put("client", "Acme")\nos.kill(os.getppid(), 1)')
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the tool inherits it
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        result = self.run_tool("request", "--edit", env=env)
        self.assertEqual(self.assert_status(result, 0).text, "Q-1\n")

    def test_keys_are_for_the_editor(self):
        """Ctrl-C in the editor does not end the tool."""
        env = self.editor("""
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
put("client", "Acme")
(log / "ready").touch()
while not (log / "go").exists(): time.sleep(0.02)
""")
        running = self.start("pmt-patch", "request", "--edit", env={**self.installation.env, **env})
        wait_for(lambda: (self.directory / "forms" / "ready").exists(), "the editor runs")
        running.signal(signal.SIGINT)
        (self.directory / "forms" / "go").touch()
        self.assertEqual(self.assert_status(running.wait(), 0).text, "Q-1\n")

    def test_on_a_terminal_it_comes_back_until_it_is_right(self):
        env = self.editor('put("priority", str(9 - 2 * calls))\nput("client", f"Acme {calls}")')
        with self.start_tty("pmt-patch", "request", "--edit", env={**self.installation.env, **env}) as terminal:
            result = terminal.wait()
        self.assert_status(result, 0)
        self.assertIn("Q-1", result.text)
        self.assertEqual(self.calls(), 2)
        env = self.editor('put("priority", "9")')
        with self.start_tty("pmt-patch", "request", "--edit", env={**self.installation.env, **env}) as terminal:
            result = terminal.wait()
        self.assert_status(result, 65)
        self.assertIn("what you typed is in", result.text)


if __name__ == "__main__":
    unittest.main()
