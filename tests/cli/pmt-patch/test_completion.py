# SPDX-License-Identifier: MIT
"""Completion of patches, requests, states, events, items and values, in real shells."""

import fcntl
import os
import pty
import select
import shutil
import subprocess
import termios
import time
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server, process
from upkeep_test.manual import tools
from upkeep_test.paths import binary_directory


class Shell:
    """An interactive shell in a terminal."""

    def __init__(self, argv, env, directory):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(self.master, (40, 200))
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=directory,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def wait_for(self, text, seconds=60):
        seen = b""
        end = time.monotonic() + seconds
        while text.encode() not in seen and time.monotonic() < end:
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    seen += os.read(self.master, 65536)
                except OSError:
                    break
        if text.encode() not in seen:
            raise AssertionError(f"{text!r} is not in {seen.decode(errors='replace')!r}")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


class CompletionTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        for words in (("choices", "products", "--add", "ESB 4.8.1", "IS 5.0.0", "O'Neil (x)"),
                      ("new", "--platform", "4.4.0", "--client", "Acme"),
                      ("new", "--platform", "4.2.0", "--client", "Globex"),
                      ("request", "--client", "Initech", "A mediator fails")):
            self.assert_status(self.installation.run("pmt-patch", *words), 0)

    def candidates(self, tool, *words, shell="fish"):
        result = self.installation.run(tool, "__complete", shell, *words)
        self.assert_quiet(self.assert_status(result, 0))
        return [line.split("\t")[0] for line in result.lines]

    def test_what_the_registry_offers(self):
        first, second = "WSO2-CARBON-PATCH-4.4.0-0001", "WSO2-CARBON-PATCH-4.2.0-0001"
        for tool, words, expected in (
                ("pmt-patch", ["show", ""], [second, first]),
                ("pmt-patch", ["show", "WSO2-CARBON-PATCH-4.4"], [first]),
                ("pmt-patch", ["show", "4.2"], ["4.2.0-1"]),
                ("pmt-patch", ["show", "4.2.0-00"], ["4.2.0-0001"]),
                ("pmt-patch", ["show", "--", "4.2"], ["4.2.0-1"]),
                ("pmt-lifecycle", ["--format", "json", "show", first, "4.2"], ["4.2.0-1"]),
                ("pmt-patch", ["decline", ""], ["Q-1"]),
                ("pmt-patch", ["reopen", ""], []),
                ("pmt-patch", ["new", "--from", "Q"], ["Q-1"]),
                ("pmt-patch", ["new", "--from=Q"], ["--from=Q-1"]),
                ("pmt-patch", ["new", "--platform", "4"], ["4.2.0", "4.4.0"]),
                ("pmt-patch", ["request", "E"], ["ESB 4.8.1"]),
                ("pmt-patch", ["request", "--product", "IS"], ["IS 5.0.0"]),
                ("pmt-patch", ["request", "--client", "G"], ["Globex"]),
                ("pmt-patch", ["request", "--set", "overview_prio"], ["overview_priority="]),
                ("pmt-patch", ["request", "--set", "priority=5"], ["priority=5"]),
                ("pmt-patch", ["list", "clie"], ["client="]),
                ("pmt-patch", ["list", "client=A"], ["client=Acme"]),
                ("pmt-patch", ["list", "state=Test"], ["state=Testing"]),
                ("pmt-patch", ["choices", "prod"], ["products"]),
                ("pmt-patch", ["choices", "products", "--remove", "ES"], ["ESB 4.8.1"]),
                ("pmt-lifecycle", ["tick", "4.4.0-1", "Wrote"], ["Wrote the README"]),
                ("pmt-lifecycle", ["move", "4.4.0-1", ""], ["Promote", "OnHold"]),
                ("pmt-lifecycle", ["graph", "Patch"], ["PatchLifeCycle"]),
                ("pmt-lifecycle", ["eta", "4.4.0-1", "--stage", "Ready"], ["ReadyForQA", "ReadyForPatch"]),
                ("pmt-report", ["service-pack", "--product", "E"], ["ESB 4.8.1"]),
                ("pmt-report", ["recall", "4.2"], ["4.2.0-1"])):
            with self.subTest(words):
                self.assertEqual(self.candidates(tool, *words), expected)

    def test_bash_replaces_the_last_part_of_a_word_only(self):
        for typed, expected in (("client=A", ["Acme"]), ("'client=A", ["client=Acme"]), ("client='A", ["Acme"]),
                                ('client="A', ["Acme"]), ("cli'ent=A", ["ent=Acme"])):
            with self.subTest(typed):
                self.assertEqual(self.candidates("pmt-patch", "list", typed, shell="bash"), expected)
        for typed, expected in (("E", ["ESB\\ 4.8.1"]), ("\"E", ["ESB 4.8.1"]), ("O\\'", ["O\\'Neil\\ \\(x\\)"]),
                                ("'O", ["O'\\''Neil (x)"])):
            with self.subTest(typed):
                self.assertEqual(self.candidates("pmt-patch", "new", "--product", typed, shell="bash"), expected)

    def test_void_patches_are_offered_to_be_restored(self):
        self.assert_status(self.installation.run("pmt-patch", "void", "4.2.0-1", "--why", "twice"), 0)
        first, second = "WSO2-CARBON-PATCH-4.4.0-0001", "WSO2-CARBON-PATCH-4.2.0-0001"
        for words, expected in (([""], [first]), (["--restore", ""], [second]), (["--restore", "4"], ["4.2.0-1"]),
                                (["--restore", "--why", "--restore", "4.4"], [])):
            with self.subTest(words):
                self.assertEqual(self.candidates("pmt-patch", "void", *words), expected)

    def test_nothing_is_offered_without_words(self):
        for words in ([], ["fish"], ["fish", "no-such-command", ""], ["fish", "show", "nothing-like-that"],
                      ["fish", "--config", "/nowhere", "show", ""], ["fish", "list", "--nonsense="],
                      ["fish", "list", "no_such_key="]):
            with self.subTest(words):
                result = self.installation.run("pmt-patch", "__complete", *words)
                self.assert_quiet(self.assert_status(result, 0))
                self.assertEqual(result.lines, [])
        other = self.installation.run("pmt-lifecycle", "__complete", "fish", "tick", "4.9.9-9", "")
        self.assert_quiet(self.assert_status(other, 0))

    def shell(self, argv, script, **env):
        directory = self.installation.directory / argv[0]
        (directory / "functions").mkdir(parents=True)
        template = REPOSITORY / "scripts" / "completions" / f"upkeep.{argv[0]}.in"
        (directory / "functions" / "_upkeep").write_text(
            template.read_text().replace("@UPKEEP_COMPLETED@", " ".join(tools())))
        (directory / ".zshrc").write_text(
            f"fpath=({directory}/functions $fpath)\nautoload -U compinit && compinit -u\nPS1='> '\n")
        environment = process.clean_environment(
            {"HOME": str(directory), "XDG_CONFIG_HOME": str(directory), "TERM": "xterm",
             "UPKEEP_CONFIG": str(self.installation.config_file), **env})
        environment["PATH"] = f"{binary_directory()}:{environment['PATH']}"
        shell = Shell(argv, environment, directory)
        self.addCleanup(shell.close)
        if script:
            shell.type(f"source {directory}/functions/_upkeep\n")
        shell.type("echo rea''dy\n")
        shell.wait_for("ready")
        return shell

    def complete_all(self, shell):
        """A tab completes each; what the command line then is, is seen by what echo gets."""
        for typed, expected in (("pmt-patch requ\t", "<pmt-patch><request>"),
                                ("pmt-patch list clie\tA\t", "<pmt-patch><list><client=Acme>"),
                                ("pmt-patch request ES\t", "<pmt-patch><request><ESB 4.8.1>"),
                                ("pmt-patch request 'ES\t", "<pmt-patch><request><ESB 4.8.1>"),
                                ("pmt-patch new --product O\t", "<pmt-patch><new><--product><O'Neil (x)>"),
                                ("pmt-lifecycle tick 4.4.0-1 Wrote\t",
                                 "<pmt-lifecycle><tick><4.4.0-1><Wrote the README>"),
                                ("pmt-patch show 4.4\t", "<pmt-patch><show><4.4.0-1>")):
            with self.subTest(typed):
                shell.type(typed)
                shell.type("\x01printf '<%s>' \x05; echo\n")
                shell.wait_for(expected)

    def test_bash(self):
        shell = self.shell(["bash", "--norc", "-i"], True)
        self.complete_all(shell)
        self.complete_parts(shell)

    def complete_parts(self, shell):
        """Words that bash takes apart, with a quote anywhere."""
        for client in ("Bolt & Co", "ann@example.org", "x:y=z w"):
            self.assert_status(self.installation.run("pmt-patch", "request", "--client", client), 0)
        for typed, expected in (("list client='B\t", "<list><client=Bolt & Co>"),
                                ('list client="B\t', "<list><client=Bolt & Co>"),
                                ("list client=B\t", "<list><client=Bolt & Co>"),
                                ("list 'client=B\t", "<list><client=Bolt & Co>"),
                                ("list cli'ent=B\t", "<list><client=Bolt & Co>"),
                                ("list client=Bolt\\ '&\t", "<list><client=Bolt & Co>"),
                                ("new --set client='B\t", "<new><--set><client=Bolt & Co>"),
                                ("new --set=client='B\t", "<new><--set=client=Bolt & Co>"),
                                ("new --client='B\t", "<new><--client=Bolt & Co>"),
                                ("new --client=\"B\t", "<new><--client=Bolt & Co>"),
                                ("new --client ann@\t", "<new><--client><ann@example.org>"),
                                ("new --client ann@ex\t", "<new><--client><ann@example.org>"),
                                ("new --client=ann@\t", "<new><--client=ann@example.org>"),
                                ("list client='ann@\t", "<list><client=ann@example.org>"),
                                ("new --client x\t", "<new><--client><x:y=z w>"),
                                ("new --client x:\t", "<new><--client><x:y=z w>"),
                                ("new --client x:y=\t", "<new><--client><x:y=z w>"),
                                ("new --client 'x:y\t", "<new><--client><x:y=z w>")):
            with self.subTest(typed):
                shell.type(f"pmt-patch {typed}\x01printf '<%s>' \x05; echo\n")
                shell.wait_for(f"<pmt-patch>{expected}\r\n")
        with self.subTest("with breaks of one's own"):
            shell.type("COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n")
            shell.type("pmt-patch new --client x:\t\x01printf '<%s>' \x05; echo\n")
            shell.wait_for("<pmt-patch><new><--client><x:y=z w>\r\n")

    def test_zsh(self):
        self.assertTrue(shutil.which("zsh"), "zsh is not installed")
        self.complete_all(self.shell(["zsh", "-i"], False))

    def test_fish(self):
        self.assertTrue(shutil.which("fish"), "fish is not installed")
        self.complete_all(self.shell(["fish", "-i"], True))


if __name__ == "__main__":
    unittest.main()
