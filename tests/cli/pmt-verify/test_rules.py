# SPDX-License-Identifier: MIT
"""Every rule of the shipped profiles, and profiles of one's own. No database."""

import hashlib
import pathlib
import random
import shutil
import unittest
import zipfile

from upkeep_test import TestCase, need_shared, process, terminal
from upkeep_test.archives import README, jar, patch_name, support_files, write_zip

NAME = patch_name()
#: One change of a good archive -> what is found. None as content: without that file.
BROKEN = [
    ("layout: no patch directory", {"patch1001/org.example.a_1.0.0.jar": None, "patch1001/b-2.0.jar": None},
     {"layout"}),
    ("layout: something else", {"bin/run.sh": "x"}, {"layout"}),
    ("readme", {"README.txt": None}, {"readme"}),
    ("readme: spelled otherwise", {"README.txt": None, "Readme.txt": "x"}, {"readme", "layout"}),
    ("license", {"LICENSE.txt": None}, {"license"}),
    ("contribution", {"NOT_A_CONTRIBUTION.txt": None}, {"contribution"}),
    ("version-file", {"wso2carbon-version.txt": "x"}, {"version-file"}),
    ("junk", {"resources/x.tmp": "x"}, {"junk"}),
    ("junk: swap file", {"resources/.a.swp": "x"}, {"junk", "hidden"}),
    ("junk: Mac", {"__MACOSX/a": "x"}, {"junk", "layout"}),
    ("junk: .DS_Store", {"patch1001/.DS_Store": "x"}, {"junk", "hidden", "jars-only"}),
    ("hidden", {"resources/.git/config": "x"}, {"hidden"}),
    ("hidden: backup", {"README.txt~": "x"}, {"hidden", "junk", "layout"}),
    ("jars-only: not last", {"patch1001/a.txt": "x"}, {"jars-only"}),
    ("jars-only: too deep", {"patch1001/lib/a.jar": jar()}, {"jars-only"}),
    ("empty", {"patch1001/org.example.a_1.0.0.jar": None, "patch1001/b-2.0.jar": None, "patch1001/": "",
               "resources/": ""}, {"empty"}),
    ("other-patch", {"patch0999/a.jar": jar()}, {"other-patch"}),
]
#: A change of the README's text -> what is found.
BROKEN_README = [
    (("Patch ID         : " + NAME, "Patch ID         : patchId"), {"readme-id", "placeholder"}),
    (("PATCH-4.4.0-1001", "PATCH-4.4.0-1002"), {"readme-id"}),
    (("Patch ID", "Patch"), {"readme-id"}),
    (("ESB 4.8.1, esb-4.9.0", ""), {"readme-applies"}),
    (("ESB 4.8.1, esb-4.9.0", "productList"), {"placeholder"}),
    (("https://wso2.org/jira/browse/ESBJAVA-17\n                   https://wso2.org/jira/browse/CARBON-18", ""),
     {"readme-jira"}),
    (("https://wso2.org/jira/browse/ESBJAVA-17", "publicJIRA"), {"readme-jira", "placeholder"}),
    (("The queue is emptied.", ""), {"readme-description"}),
    (("The queue is emptied.", "Patch description goes here"), {"placeholder"}),
    (("DESCRIPTION\n", "\n"), {"readme-description"}),
    (("Copy the patch1001", "Copy the patch1000"), {"readme-install"}),
    (("Copy the patch1001", "Copy the patchNumber"), {"readme-install", "placeholder"}),
    (("INSTALLATION INSTRUCTIONS", "HOW TO"), {"readme-install"}),
]


class RulesTest(TestCase):
    def setUp(self):
        self.directory = self.make_directory()

    def write(self, changes=None, name=NAME, files=None, **options):
        files = {**(files if files is not None else support_files()), **(changes or {})}
        path = self.directory / f"{name}.zip"
        return write_zip(path, {key: value for key, value in files.items() if value is not None}, **options)

    def verify(self, path, *args, profile="support", status=None):
        result = process.run("pmt-verify", "--json", "--profile", profile, path, *args)
        self.assertEqual(result.stderr, "")
        if status is not None:
            self.assert_status(result, status)
        found = result.json
        for one in found:
            self.assert_fields(one, ["archive", "rule", "severity", "detail"])
            self.assertEqual(one["archive"], str(path))
        errors = {one["rule"] for one in found if one["severity"] == "error"}
        self.assertEqual(result.status, 1 if errors else 0, result)
        return errors, found

    def test_good(self):
        errors, found = self.verify(self.write(), status=0)
        # The text of a licence is the house's own: told, and no error.
        self.assertEqual([one["rule"] for one in found], ["license", "contribution"])

    def test_every_rule(self):
        for what, changes, expected in BROKEN:
            with self.subTest(what):
                errors, found = self.verify(self.write(changes))
                self.assertEqual(errors, expected, found)

    def test_readme(self):
        text = README.format(name=NAME, number=1001)
        for (old, new), expected in BROKEN_README:
            with self.subTest(new or old):
                self.assertIn(old, text)
                errors, found = self.verify(self.write({"README.txt": text.replace(old, new)}))
                self.assertEqual(errors, expected, found)

    def test_readme_spellings(self):
        text = README.format(name=NAME, number=1001)
        for what, good in [("CRLF", text.replace("\n", "\r\n")), ("a byte order mark", "\ufeff" + text),
                           ("tabs", text.replace(" :", "\t:").replace(": ", ":\t")),
                           ("Latin-1", text.replace("queue", "Größe").encode("latin-1")),
                           ("one line", text.replace("ESBJAVA-17\n                   ", "ESBJAVA-17, "))]:
            with self.subTest(what):
                self.verify(self.write({"README.txt": good}), status=0)

    def test_readme_with_a_lot_in_it(self):
        errors, found = self.verify(self.write({"README.txt": random.Random(1).randbytes(1 << 20).hex()}))
        self.assertIn("readme", errors)

    def test_jag_files(self):
        text = README.format(name=NAME, number=1001)
        errors, found = self.verify(self.write({"resources/store/a/b.jag": "x", "resources/publisher/c.jag": "x"}))
        self.assertEqual(errors, {"readme-install"})
        self.assertEqual(len([one for one in found if one["rule"] == "readme-install"]), 2)
        text += (
            "(iv) Merge and Replace resource/store to <SERVER>/store\n(v) Merge and Replace resource/publisher to ...\n"
        )
        self.verify(self.write({"resources/store/a/b.jag": "x", "resources/publisher/c.jag": "x", "README.txt": text}),
                    status=0)

    def test_resources_alone(self):
        files = support_files()
        changes = {name: None for name in files if name.startswith("patch1001/")}
        errors, _ = self.verify(self.write({**changes, "patch1001/": "", "resources/a.dat": "x"}), status=0)

    def test_names(self):
        for name, expected in [("patch", {"name"}), ("WSO2-CARBON-PATCH-4.4.0-1", {"name"}),
                               ("WSO2-CARBON-PATCH-4.4.0-1001 (1)", {"name"})]:
            with self.subTest(name):
                errors, _ = self.verify(self.write(name=name, root=NAME))
                self.assertEqual(errors, expected)
        path = self.write()
        other = path.rename(path.with_suffix(".jar"))
        self.assertEqual(self.verify(other)[0], {"name"})

    def test_roots(self):
        errors, _ = self.verify(self.write(root=""))
        self.assertEqual(errors, {"layout"})
        errors, _ = self.verify(self.write(root="fix"))
        self.assertEqual(errors, {"layout"})
        errors, _ = self.verify(self.write(root=patch_name(number=1002)))
        self.assertEqual(errors, {"other-patch"})
        path = self.write()
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("notes.txt", "x")
        self.assertEqual(self.verify(path)[0], {"layout"})

    def test_signed(self):
        for ending in (".md5", ".asc", ".sha1", ".sha256", ".sha512"):
            with self.subTest(ending):
                path = self.write()
                beside = pathlib.Path(f"{path}{ending}")
                beside.write_text("x")
                self.assertEqual(self.verify(path)[0], {"signed"})
                beside.rename(path.with_suffix(ending))
                self.assertEqual(self.verify(path)[0], {"signed"})
                path.with_suffix(ending).unlink()

    def test_own_profile(self):
        path = self.write()
        profile = self.directory / "own.toml"
        text = ('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[layout]\ndirectory = "patch{number}"\n'
                '[license]\nfile = "LICENSE.txt"\npresence = "required"\ndigests = ["%s"]\n')
        profile.write_text(text % ("0" * 32))
        self.assertEqual(self.verify(path, profile=profile)[0], {"license"})

        for digest in (hashlib.md5(b"Our licence.\n"), hashlib.sha256(b"Our licence.\n")):
            profile.write_text(text % digest.hexdigest().upper())
            self.assertEqual(self.verify(path, profile=profile)[1], [])
        profile.write_text(text % ("0" * 32) + "[severity]\nlicense = \"off\"\n")
        self.assertEqual(self.verify(path, profile=profile)[1], [])
        for broken, part in [
            ("nam = 'x'", "did you mean 'name'"),
            ("name = 'x'", "name"),
            ("name =", "own.toml:1"),
            (text % "zz", "MD5"),
            (text % ("0" * 32) + "[[text]]\nfile = 'a'\nrule = 'readm'\nmust = 'x'", "readme"),
            (text % ("0" * 32) + "placeholders = ['(']\n", "placeholders"),
            (text % ("0" * 32) + "[limits]\nratio = 0", "ratio"),
            (text % ("0" * 32) + "[severity]\nreadme_id = 'off'", "readme-id"),
            (text % ("0" * 32) + "[tick]\nItem = ['x']", "Item"),
        ]:
            with self.subTest(part):
                profile.write_text(broken)
                self.assert_error(process.run("pmt-verify", "--profile", profile, path), 65, "own.toml", part)
        self.assert_error(process.run("pmt-verify", "--profile", "suport", path), 64, "did you mean 'support'")
        self.assert_error(process.run("pmt-verify", "--profile", "./none.toml", path), 66, "none.toml")

    def test_usage(self):
        for args in (["--record"], ["--init", "d"], ["--patch", "4.4.0-1", "--init", "d", "a.zip"],
                     ["--patch", "4.4.0-1", "a.zip", "b.zip"], ["--fields", "rul", "a.zip"], [""],
                     ["--format", "xml", "a.zip"]):
            with self.subTest(args):
                self.assert_error(process.run("pmt-verify", *args), 64)

    def test_many_archives(self):
        good, bad = self.write(), self.write({"README.txt": None}, name=patch_name(number=1002))
        missing, broken = self.directory / "none.zip", self.directory / "broken.zip"
        broken.write_bytes(b"no zip")
        result = process.run("pmt-verify", good, bad, "--fields", "rule,severity")
        self.assert_quiet(result, 1)
        self.assertIn(["readme", "error"], result.rows)
        result = process.run("pmt-verify", missing, bad)
        self.assert_error(result, 66, "none.zip", stdout=None)
        self.assertIn("readme", result.text)
        result = process.run("pmt-verify", broken, missing, bad)
        self.assert_status(result, 66)
        result = process.run("pmt-verify", stdin=f'{good}\tmore\n\n{{"archive": "{broken}"}}\n')
        self.assert_error(result, 65, "broken.zip: not a zip archive", stdout=None)
        self.assert_quiet(process.run("pmt-verify", stdin=""), 0)
        self.assertEqual(process.run("pmt-verify", "--json", stdin="").json, [])
        result = process.run("pmt-verify", "-0", "-", stdin=f"{good}\0{bad}\0")
        self.assertTrue(result.stdout.endswith(b"\0"))

    def test_terminal(self):
        result = terminal.run_tty("pmt-verify", self.write({"README.txt": None}), "--fields", "rule,severity,detail")
        self.assert_status(result, 1)
        self.assertRegex(result.text, r"rule +severity +detail\r?\n")
        self.assertIn("no archive given", self.assert_status(terminal.run_tty("pmt-verify"), 64).text)

    def test_name_of_one_file_is_any(self):
        odd = self.directory / "odd\tname\n.zip"
        shutil.copy(self.write(), odd)
        result = process.run("pmt-verify", "--fields", "archive,rule", odd)
        self.assertIn("odd\\tname\\n.zip\tname", result.text)


class KernelTest(TestCase):
    """The layouts of real kernel patches, with our own content."""

    def layouts(self):
        text = need_shared("data", "patches").joinpath("wso2-attic_product-af__LAYOUT.tsv").read_text()
        patches = {}
        for line in text.splitlines():
            path = line.split("\t")[1].split("/kernel_patches/")[1]
            name, _, inside = path.partition("/")
            patches.setdefault(name, []).append(inside)
        self.assertEqual(len(patches), 9)
        return patches

    def content(self, name, inside):
        real = need_shared("data", "patches") / f"wso2-attic_product-af__{name}__{inside}"
        if real.exists():
            return real.read_bytes()
        number = int(name[-4:])
        if inside == "README.txt":
            text = README.format(name=name, number=number)
            return text.replace("(ii) ", "(ii) Copy the wso2carbon-version.txt file to <CARBON_SERVER>/bin.\n\n(iii) ")
        if inside == "wso2carbon-version.txt":
            return f"WSO2 Carbon Framework v4.2.0 patch{number:04}\n"
        return jar() if inside.endswith((".jar", ".war", ".zip")) else b"x"

    def test_real_layouts(self):
        directory = self.make_directory()
        for name, files in self.layouts().items():
            with self.subTest(name):
                path = write_zip(directory / f"{name}.zip", {inside: self.content(name, inside) for inside in files})
                result = process.run("pmt-verify", "--json", "--profile", "kernel", path)
                self.assert_quiet(result)
                found = {(one["rule"], one["severity"]) for one in result.json}
                if name.endswith("0001"):  # the README of bin/, and a version that was not filled in
                    self.assertEqual(found, {("readme", "warning"), ("placeholder", "warning")})
                else:
                    self.assertEqual(found, set())
                result = process.run("pmt-verify", "--json", path)
                self.assert_quiet(result, 1)
                errors = {one["rule"] for one in result.json if one["severity"] == "error"}
                expected = {"contribution", "version-file"}
                if any(inside.split("/")[0] in ("bin", "lib", "dbscripts", "repository") for inside in files):
                    expected.add("layout")
                if name.endswith("0001"):
                    expected |= {"readme", "readme-id", "readme-applies", "readme-jira", "readme-description",
                                 "readme-install"}
                self.assertEqual(errors, expected, result)

    def test_kernel_readmes(self):
        """Real ones, with nothing but the number that the archive has."""
        directory = self.make_directory()
        for file, number in [("idx_8011797943__README_4.4.0-0027.txt", "4.4.0-0027"),
                             ("idx_8161300103__README_4.4.1-0012.txt", "4.4.1-0012")]:
            with self.subTest(file):
                name = f"WSO2-CARBON-PATCH-{number}"
                digits = number[-4:]
                files = {"README.txt": (need_shared("data", "patches") / file).read_bytes(), "LICENSE.txt": "x",
                         "NOT_A_CONTRIBUTION.txt": "x", f"patch{digits}/a.jar": jar()}
                result = process.run("pmt-verify", write_zip(directory / f"{name}.zip", files))
                self.assert_quiet(result, 0)

    def test_version_of_another(self):
        files = {**support_files("4.2.0", 3), "wso2carbon-version.txt": "WSO2 Carbon Framework v4.2.0 patch0004\n"}
        path = write_zip(self.make_directory() / f"{patch_name('4.2.0', 3)}.zip", files)
        result = process.run("pmt-verify", "--profile", "kernel", path)
        self.assertIn("version-file\terror", result.text)


if __name__ == "__main__":
    unittest.main()
