# SPDX-License-Identifier: MIT
"""Patches of a governance registry, from files of its interfaces; the guide for a move."""

import re
import shutil
import unittest

from upkeep_test import REPOSITORY, find_tool
from upkeep_test.governance import (EVENTS, NAME, PATCHES, README, TESTING, GovernanceRegistry, RegistryCase, artifact,
                                    atom_comment, atom_entry, atom_feed, history, lifecycle_properties, resource_dump,
                                    rest_properties)

A, B, C = (NAME.format(number) for number in (1, 2, 3))


class FilesTest(RegistryCase):
    def test_the_same_patch_from_every_interface(self):
        fields = {"overview_client": "Söhne & Co", "overview_products": ["ESB 4.8.1", "AM 1.6.0"]}
        files = self.directory / "files"
        (files / "histories").mkdir(parents=True)
        d, e = NAME.format(4), NAME.format(5)
        (files / "feed.xml").write_text(atom_feed(atom_entry(A, fields, TESTING, creator="alice"),
                                                  atom_entry(B, fields, TESTING, creator="alice", as_base64=True)))
        (files / "comments.atom").write_text(atom_feed(atom_comment(A, "carol", "2013-01-05T12:00:00Z", "done < now")))
        (files / f"{C}.xml").write_text(artifact({"overview_name": C, **fields}))
        (files / f"{C}.properties.json").write_text(rest_properties(TESTING))
        whole = [("overview_name", d), ("overview_client", "Söhne & Co"), ("overview_products", "ESB 4.8.1"),
                 ("overview_products", "AM 1.6.0"), *TESTING]
        (files / "answer.json").write_text(rest_properties(whole))
        (files / "dump.xml").write_text(resource_dump(e, fields, TESTING, [("carol", "later")]))
        for name in (A, B, C, d):
            (files / "histories" / f"_system_governance_patchs_{name}").write_text(history(*EVENTS))
        own_path = history(*EVENTS).replace("timestamp=", f'originalPath="{PATCHES}/{e}" timestamp=')
        (files / "histories" / "other.xml").write_text(own_path)
        (files / "notes.txt").write_text("see the wiki")
        (files / "loop").symlink_to(files)
        (files / ".hidden").write_text("x")
        counts, result = self.take_dump(files)
        self.assertEqual(counts, (5, 0, 0))
        losses = (f"1 associations of the type 'uses' to what is not a patch (first in {e})",
                  "1 files that are not of a registry's interface (first in notes.txt)", f"1 tags (first in {e})")
        self.assertEqual(sorted(result.stderr.splitlines()),
                         [f"pmt-patch: warning: not imported: {loss}" for loss in losses])
        for name in (A, B, C, d, e):
            with self.subTest(name):
                shown = self.show(name)
                self.assertEqual(shown["fields"]["overview_client"], ["Söhne & Co"])
                self.assertEqual(shown["fields"]["overview_products"], ["ESB 4.8.1", "AM 1.6.0"])
                self.assertEqual(shown["state"], "Testing")
                ticked = [one["name"] for one in self.position(name)["items"] if one["ticked"]]
                self.assertEqual(ticked, [README])
        self.assertEqual((self.show(A)["created_by"], self.show(e)["created_by"], self.show(e)["created_at"]),
                         ("alice", "dora", "2013-01-02T03:04:05Z"))
        said = [[(one["at"], one["comment"]) for one in self.history(name) if one["action"] == "comment"]
                for name in (A, e)]
        self.assertEqual((said[0], said[1][0][1]), ([("2013-01-05T12:00:00Z", "done < now")], "later"))
        self.assertEqual(self.take_dump(files)[0], (0, 5, 0))

    def test_files_that_cannot_be_read(self):
        files = self.directory / "files"
        files.mkdir()
        self.assert_error(self.run_tool("import", "--from-registry", files), 65,
                          "it has no file of a governance registry")
        (files / f"{A}.xml").write_text("<metadata><overview>")
        (files / f"{B}.xml").write_text('<feed><entry><link rel="path" href="%2Fx%2Fy"/><mediaType>a</mediaType>'
                                        "</entry></feed>")
        (files / "lost").write_text(history(*EVENTS))
        (files / "open.json").write_text('[{"name": "a"')
        counts, result = self.take_dump(files, status=2)
        self.assertEqual(counts, (0, 0, 1))
        self.assertIn(f"rejected: {PATCHES}/{A}: ", result.stderr)
        for loss in ("1 resources outside of /_system/governance/patchs/ (first in /x/y)",
                     "1 files that are not of a registry's interface (first in open.json)",
                     "1 histories of resources that are not there (first in lost)"):
            self.assertIn(loss, result.stderr)


class GuideTest(RegistryCase):
    def test_the_commands_of_the_guide(self):
        text = (REPOSITORY / "docs/how-to/governance-registry.md").read_text()
        registry = GovernanceRegistry()
        registry.patch(A, {"overview_customer": "Acme", "dates_releasedOn": "soon"}, creator="alice@old.example",
                       properties=lifecycle_properties("PatchLifeCycle", "Ready For QA"))
        self.dump(registry)
        (self.directory / "map.toml").write_text(re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[0])
        shutil.copy(REPOSITORY / "share/patch/patch.rxt", self.directory)
        shutil.copy(REPOSITORY / "share/patch/lifecycles/PatchLifeCycle.xml", self.directory)
        path = find_tool("pmt-patch").rpartition("/")[0] + ":/usr/bin:/bin"
        for commands in re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            expected = 2 if "map" not in commands and "import" in commands else 0  # before there is a map
            result = self.installation.run("/bin/bash", "-c", f"cd '{self.directory}' && {commands}",
                                           env={"PATH": path})
            self.assert_status(result, expected)
        self.assertEqual(result.stderr, "")
        shown = self.show(A)
        self.assertEqual((shown["fields"]["overview_client"], shown["state"], shown["created_by"]),
                         (["Acme"], "ReadyForQA", "alice"))


if __name__ == "__main__":
    unittest.main()
