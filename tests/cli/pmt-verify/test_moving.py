# SPDX-License-Identifier: MIT
"""The archive, or what the registry says of its patch, becomes another one while pmt-verify is at it."""

import hashlib
import json
import os
import pathlib
import signal
import unittest
import zipfile

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.archives import jar, patch_name, support_files, write_zip

NAME = patch_name("4.4.0", 1)


def position(pid, number):
    """Where a process stands in a file that it has open."""
    return int(pathlib.Path(f"/proc/{pid}/fdinfo/{number}").read_text().split()[1])


class MovingTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket})
        self.directory = self.make_directory()

        def event(action, *changes):
            return {"at": "2014-01-01T08:00:00Z", "actor": "al", "via": "test", "action": action,
                    "changes": [dict(zip(("key", "from", "to"), one)) for one in changes]}

        path = self.directory / "patches.json"
        path.write_text(json.dumps([{
            "patch": NAME, "lifecycle": "PatchLifeCycle", "lifecycle_version": 1, "state": "Testing",
            "created_at": "2014-01-01T08:00:00Z", "state_since": "2014-01-01T08:00:00Z",
            "history": [event("create", ("lifecycle", None, "PatchLifeCycle"), ("state", None, "Development")),
                        event("move", ("Promote", "Development", "Testing"))]}]))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def write(self, directory="one", changes=None):
        (self.directory / directory).mkdir(exist_ok=True)
        return write_zip(self.directory / directory / f"{NAME}.zip", {**support_files("4.4.0", 1), **(changes or {})})

    def verify_until(self, statement, *args):
        self.proxy.hold(statement)
        tool = self.start("pmt-verify", "--patch", "4.4.0-1", *args, env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "pmt-verify has come to its statement")
        return tool

    def finish(self, tool, status):
        self.proxy.let_go()
        return self.assert_status(tool.wait(), status)

    def history(self, action):
        return [
            one for one in self.installation.run("pmt-patch", "history", "--json", NAME).json if one["action"] == action
        ]

    def test_another_archive_is_recorded_meanwhile(self):
        mine, other = self.write(), self.write("other", {"patch0001/b-2.0.jar": jar(more="another")})
        tool = self.verify_until("FOR UPDATE", "--record", mine)
        self.assert_status(self.installation.run("pmt-verify", "--patch", "4.4.0-1", "--record", other), 0)
        self.assertIn("other jars were recorded while this archive was checked", self.finish(tool, 1).stderr)
        self.assertEqual({one["comment"] for one in self.history("record")},
                         {f"{NAME}.zip, SHA-256 {hashlib.sha256(other.read_bytes()).hexdigest()}"})

    def test_the_same_archive_is_recorded_meanwhile(self):
        archive = self.write()
        tool = self.verify_until("FOR UPDATE", "--record", archive)
        self.assert_status(self.installation.run("pmt-verify", "--patch", "4.4.0-1", "--record", archive), 0)
        self.finish(tool, 0)

    def test_another_archive_takes_its_place(self):
        archive, other = self.write(), self.write("other", {"LICENSE.txt": "another"})
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        tool = self.verify_until("FROM event e", "--tick", archive)
        os.rename(other, archive)
        self.finish(tool, 0)
        ticks = self.history("tick")
        self.assertTrue(ticks)
        for one in ticks:
            self.assertIn(digest, one["comment"])

    def test_written_to_while_it_is_read(self):
        # What is changed is read first; behind it there is enough to stop the reader in.
        files = support_files("4.4.0", 1)
        big = jar(more=os.urandom(48 << 20))
        archive = write_zip(self.directory / f"{NAME}.zip", {**files, "patch0001/z-1.0.jar": big},
                            compression=zipfile.ZIP_STORED)
        bad = archive.read_bytes().replace(b"It is none.", b"It is else!")
        good = archive.read_bytes()
        result = None
        for _ in range(10):
            archive.write_bytes(good)
            before = self.history("record")  # of a time when it was not met
            tool = self.start("pmt-verify", "--patch", "4.4.0-1", "--record", archive, env=self.installation.env)
            if stopped := self.stop_within(tool, archive):
                archive.write_bytes(bad)
                tool.signal(signal.SIGCONT)
            result = tool.wait()
            if stopped:
                break
            self.installation.server.sql("DELETE FROM patch_jar", schema="upkeep")
        else:
            self.skipTest("it was never met while it reads")
        self.assert_error(result, 65, "it was modified while being read")
        self.assertEqual(self.history("record"), before)

    @staticmethod
    def stop_within(tool, archive):
        """Stops it somewhere within the archive; whether it stands there."""
        margin = 8 << 20
        while tool.running:
            try:
                descriptors = os.listdir(f"/proc/{tool.pid}/fd")
            except OSError:  # it has ended
                return False
            for descriptor in descriptors:
                try:
                    if (os.readlink(f"/proc/{tool.pid}/fd/{descriptor}") != str(archive)
                            or position(tool.pid, descriptor) < margin):
                        continue
                    tool.signal(signal.SIGSTOP)
                    wait_for(
                        lambda: pathlib.Path(f"/proc/{tool.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "TZ",
                        "it stands still",
                    )
                    if margin <= position(tool.pid, descriptor) < archive.stat().st_size - margin:
                        return True
                    tool.signal(signal.SIGCONT)
                    return False
                except OSError:
                    continue
        return False

    def test_moved_while_it_is_verified(self):
        archive = self.write()
        # Before pmt-verify looks where the patch stands: it is somewhere else then, and nothing is proved there.
        tool = self.verify_until("FROM patch_jar", "--tick", archive)
        self.assert_status(self.installation.run("pmt-lifecycle", "demote", NAME), 0)
        self.finish(tool, 0)
        self.assertEqual(self.history("tick"), [])
        self.assert_status(self.installation.run("pmt-lifecycle", "undo", NAME), 0)
        # And after it has looked.
        tool = self.verify_until("FOR UPDATE", "--tick", archive)
        self.assert_status(self.installation.run("pmt-lifecycle", "demote", NAME), 0)
        self.assertRegex(self.finish(tool, 1).stderr, "not ticked: .* did Demote at ")
        self.assertEqual(self.history("tick"), [])


if __name__ == "__main__":
    unittest.main()
