# SPDX-License-Identifier: MIT
"""Two at once: a tick never survives a change of what it attests, and time is revoked once."""

import json
import unittest

from upkeep_test import wait_for
from upkeep_test.archives import jar, support_files, write_zip
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state


class RaceTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.direct = self.installation.config_file.read_text()
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket}, patch={"lifecycle": "W"},
                                    **{"patch.attests": {"A": ["client", "jars"]}})
        self.load(lifecycle("W", state("Open", ("Promote", "Done"), items='<item name="A"/>'), state("Done")))

    def held(self, statement, *args):
        """Starts a tool, and stops it at that statement."""
        self.proxy.hold(statement)
        held = self.start(*args, env=self.installation.env)
        wait_for(lambda: self.proxy.holding, f"'{statement}' is held")
        return held

    def let_go(self, held, status=0):
        self.proxy.let_go()
        result = held.wait()
        self.assertEqual(result.status, status, result)
        return result

    def ticked(self, name):
        return [item["name"] for item in self.show(name)["items"] if item["ticked"]]

    def kinds(self, name):
        kinds = {event["event"]: event["action"] for event in self.history(name)}
        return [kind for kind in kinds.values() if kind not in ("create", "attach")]

    def test_ticked_while_many_are_edited(self):
        first, second = self.new("client=Acme"), self.new("client=Acme")
        self.ok("tick", first, "A")
        edit = self.held("INSERT INTO event", "pmt-patch", "edit", first, second, "--set", "client=Other", "--yes")
        self.ok("tick", second, "A")
        self.let_go(edit)
        for name in (first, second):
            self.assertEqual((self.ticked(name), self.kinds(name)), ([], ["tick", "edit", "untick"]))

    def test_ticked_while_rows_are_imported(self):
        names = [self.new("client=Acme") for _ in range(2)]
        path = self.installation.directory / "rows.json"
        path.write_text(json.dumps([{"patch": name, "fields": {"overview_client": ["Other"]}} for name in names]))
        update = self.held("FOR UPDATE", "pmt-patch", "import", "--update", path)
        self.ok("tick", names[1], "A")
        self.let_go(update)
        self.assertEqual((self.ticked(names[1]), self.kinds(names[1])), ([], ["tick", "import", "untick"]))

    def test_jars_recorded_while_others_are_imported(self):
        name = self.new()
        archive = write_zip(self.installation.directory / f"{name}.zip",
                            {**support_files("4.4.0", 1), "patch0001/b-2.0.jar": jar()})
        path = self.installation.directory / "rows.json"
        path.write_text(json.dumps([{"patch": name, "fields": {}, "jars": [
            {"name": "b-2.0.jar", "bundle": "b_2.0.jar", "version": "2.0", "md5": "0" * 32, "sha256": "0" * 64,
             "size": 1}]}]))
        update = self.held("FOR UPDATE", "pmt-patch", "import", "--update", path)
        recorded = self.installation.run("pmt-verify", archive, "--patch", name, "--record")
        self.assertLessEqual(recorded.status, 1, recorded)
        self.ok("tick", name, "A")
        self.let_go(update)
        self.assertEqual((self.ticked(name), self.kinds(name)), ([], ["record", "tick", "import", "untick"]))

    def test_time_is_revoked_once(self):
        name = self.new()
        self.ok("log-time", name, "1h")
        event = self.history(name)[-1]["event"]
        first = self.held("FOR UPDATE", "pmt-lifecycle", "log-time", "--revoke", str(event), "--why", "first")
        self.assert_status(self.run_tool("log-time", "--revoke", str(event), "--why", "second"), 0)
        self.assertIn("no longer counts", self.let_go(first, 1).stderr)
        self.assertEqual(self.kinds(name), ["log-time", "revoke"])


if __name__ == "__main__":
    unittest.main()
