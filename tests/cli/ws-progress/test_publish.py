# SPDX-License-Identifier: MIT
"""ws-progress --publish keeps what visitors may see in files, for as long as something is active."""

import json
import os
import pathlib
import signal
import stat
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for

FIELDS = ["workspace", "state", "percent", "position", "eta_s", "step", "start_s", "reference", "poll_s", "as_of",
          "retry_at"]


class Publisher(TestCase):
    def prepare(self, installation):
        self.installation = installation
        self.directory = self.installation.directory / "public"
        self.installation.configure(web={"status_dir": self.directory},
                                    schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def publish(self, *names, status=1):
        return self.assert_quiet(self.installation.run("ws-progress", "--publish", "--json", *names), status).json

    def read(self, name):
        return json.loads((self.directory / f"{name}.json").read_text())


class PublishTest(Publisher):
    def setUp(self):
        self.prepare(self.open_small(module_server(), "acme", "globex"))

    def test_names_are_published_now(self):
        (record,) = self.publish("acme")
        self.assert_fields(record, FIELDS)
        self.assertEqual((record["state"], record["percent"], record["poll_s"]), ("pending", 0, 5))
        self.assertEqual({k: v for k, v in self.read("acme").items() if k != "as_of"},
                         {k: v for k, v in record.items() if k != "as_of"})
        self.assertEqual(stat.S_IMODE(os.stat(self.directory / "acme.json").st_mode), 0o644)
        self.assertEqual(stat.S_IMODE(os.stat(self.directory).st_mode), 0o755)

    def test_an_unknown_name_leaves_no_file(self):
        (record,) = self.publish("nosuch", status=2)
        self.assertEqual(record["state"], "unknown")
        self.assertFalse((self.directory / "nosuch.json").exists())

    def test_files_have_one_length(self):
        """A web server asks for the length before it opens the file, which may be the next one by then."""
        longest = "\1" * 200  # cut to the longest that is kept; JSON says it in six characters a byte
        self.installation.set_script("echo '> Part'; sleep 30")
        self.installation.configure(**{"profile.small": {"public": [{"match": "Part", "text": longest}]}})
        sizes = set()

        def published(state):
            self.publish("acme", "globex")
            sizes.update((self.directory / f"{name}.json").stat().st_size for name in ("acme", "globex"))
            return self.read("acme")["state"] == state
        self.assertTrue(published("pending"))
        self.assert_quiet(self.installation.run("ws-schedule", "globex", "acme"))
        self.assertTrue(published("queued"))
        run = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(lambda: published("running") and self.read("acme")["step"], "its step is told")
        self.assertGreater(len(json.dumps(self.read("acme")["step"])), 450)
        self.assertEqual(sizes, {1024})
        run.signal(signal.SIGTERM)
        run.wait()

    def test_steps_have_public_names_or_none(self):
        """What the log says is for operators: it names tables, files and customers."""
        names = [
            {"match": "(?i)^deleting INDEX", "text": "Tidying up"},
            {"match": "index|schema", "text": "The database"},
        ]
        self.installation.configure(**{"profile.small": {"public": names}})
        gate = self.installation.directory / "gate"
        steps = [("deleting index of APP_DELEGATION", "Tidying up"), ("updating schema of wf_acme", "The database"),
                 ("copying /srv/secret", None)]
        script = "".join(
            f"step '{step}' sh -c 'until [ -e {gate}{n} ]; do sleep 0.05; done'; " for n, (step, _) in enumerate(steps)
        )
        self.installation.set_script(script + "upgrade; echo OK")
        run = self.start("ws-upgrade", "acme", env=self.installation.env)
        for number, (step, public) in enumerate(steps):
            wait_for(
                lambda step=step: self.installation.run("ws-progress", "--json", "acme").json[0]["step"] == step, step
            )
            self.publish("acme")
            self.assertEqual(self.read("acme")["step"], public)
            for words in (["--json"], ["--format", "text"], ["--format", "tsv"]):
                shown = self.installation.run("ws-progress", "--public", *words, "acme").text
                self.assertNotIn(step.split()[-1], shown)
                self.assertIn(public or "running", shown)
            pathlib.Path(f"{gate}{number}").touch()
        self.assert_quiet(run.wait(), 0)

    def test_a_failure_has_a_reference_and_no_reason(self):
        self.installation.set_script("echo 'BAD secret reason'")
        self.installation.run("ws-upgrade", "acme")
        (record,) = self.publish("acme", status=2)
        run = self.installation.run("ws-progress", "--json", "acme").json[0]["run"]
        self.assertEqual((record["state"], record["reference"]), ("failed", run))
        self.assertNotIn("secret", (self.directory / "acme.json").read_text())

    def test_follows_until_nothing_is_active(self):
        self.assert_quiet(self.installation.run("ws-schedule", "acme", "globex"))
        self.installation.set_script("for n in 1 2 3; do step \"Part $n\" sleep 0.7; done; upgrade; echo OK")
        keeper = self.start("ws-progress", "--publish", env=self.installation.env)
        wait_for(lambda: (self.directory / "globex.json").exists(), "both are published")
        self.assertEqual((self.read("acme")["position"], self.read("globex")["position"]), (0, 1))
        # A second one leaves the work to the first.
        self.assert_quiet(self.installation.run("ws-progress", "--publish"), 0)
        drain = self.start("ws-upgrade", "--drain", env=self.installation.env)
        wait_for(lambda: self.read("acme")["state"] == "running" and self.read("acme")["step"], "it runs")
        result = keeper.wait()
        self.assert_quiet(result, 0)
        self.assertEqual(result.stdout, b"")
        self.assertEqual([self.read(name)["state"] for name in ("acme", "globex")], ["upgraded", "upgraded"])
        drain.wait()

    def test_nothing_to_do(self):
        self.assert_quiet(self.installation.run("ws-progress", "--publish"), 0)

    def test_old_files_are_swept(self):
        self.publish("acme")
        os.utime(self.directory / "acme.json", (1, 1))
        (self.directory / "other.txt").write_text("not ours")
        os.utime(self.directory / "other.txt", (1, 1))
        self.assert_quiet(self.installation.run("ws-progress", "--publish"), 0)
        self.assertFalse((self.directory / "acme.json").exists())
        self.assertTrue((self.directory / "other.txt").exists())

    def test_many_wait_longer(self):
        names = [f"w{n}" for n in range(400)]
        self.installation.add_small(*names)
        self.assert_quiet(self.installation.run("ws-schedule", stdin="\n".join(names), timeout=120))
        (first,) = self.publish("w0")
        (last,) = self.publish("w399")
        self.assertGreaterEqual(first["poll_s"], 4)
        self.assertEqual(last["poll_s"], 30)

    def test_usage(self):
        for option in ("--all", "--active", "--follow", "--public", "--forecast"):
            self.assert_error(self.installation.run("ws-progress", "--publish", option), 64, "--publish")
        self.installation.configure(web=None)
        self.assert_error(self.installation.run("ws-progress", "--publish", "acme"), 78, "status_dir")
        self.assert_error(self.installation.run("ws-progress", "--publish"), 78, "status_dir")

    def test_directory_cannot_be_made(self):
        (self.installation.directory / "public").write_text("")
        self.assert_error(self.installation.run("ws-progress", "--publish", "acme"), 73, "public")


class RestartTest(Publisher):
    def test_survives_a_restart(self):
        server = self.open_server()
        self.prepare(self.open_small(server, "acme"))
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        keeper = self.start("ws-progress", "--publish", env=self.installation.env)
        wait_for(lambda: (self.directory / "acme.json").exists(), "it is published")
        server.stop()
        before = self.read("acme")["as_of"]
        time.sleep(3)  # long enough for it to give up, or to write something wrong
        self.assertTrue(keeper.running)
        self.assertEqual(self.read("acme")["as_of"], before, "an old file says so")
        server.start()
        wait_for(lambda: self.read("acme")["as_of"] > before, "it goes on", 30)
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.assert_quiet(keeper.wait(), 0)


if __name__ == "__main__":
    unittest.main()
