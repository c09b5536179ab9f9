# SPDX-License-Identifier: MIT
"""upkeep.toml(5), upkeep-profile(5) and the sample know every key that the loader knows, and no other."""

import re
import tomllib
import unittest

from upkeep_test import REPOSITORY, TestCase, need_shared, process
from upkeep_test.manual import page

SAMPLE = REPOSITORY / "share" / "upkeep.toml.example"
_READS = re.compile(
    r'\bsection\.(?:text|path|integer|seconds|octal|flag|flag_or_text|real|texts|text_map|regex|regexes|word|table'
    r'|tables)'
    r'\(\s*"(\w+)"')


def loader() -> str:
    """The source of what reads upkeep.toml."""
    return "".join(path.read_text() for path in sorted((REPOSITORY / "lib" / "config").glob("*.cpp")))


def loader_keys() -> dict[str, set[str]]:
    """Section, as `[name]`, `[name.NAME]` or `[[name]]`, to its keys: read from the loader's source."""
    text = loader()
    bodies = {name: body for name, body in
              re.findall(r"^\S[^\n]*\b(read_\w+)\([^)]*\) \{\n(.*?)^\}", text, re.DOTALL | re.MULTILINE)}

    def keys_of(function: str) -> set[str]:
        body = bodies[function]
        found = set(_READS.findall(body))
        for called in re.findall(r"\b(read_\w+)\(section", body):
            if called in bodies and called != function:
                found |= keys_of(called)
        return found

    found = {f"[{name}]": keys_of(function) for name, function in
             re.findall(r'root\.table\("(\w+)".*?(read_\w+)\(section', text, re.DOTALL)}
    found["[web.patches]"] = keys_of("read_web_patches")
    found["[profile.NAME.gate]"] = keys_of("read_gate")
    for function, body in bodies.items():
        for how, name in re.findall(r'root\.(tables|each_table)\("(\w+)"', body):
            title = f"[[{name}]]" if how == "tables" else f"[{name}.NAME]"
            found[title] = keys_of(function)
    return found


def pages() -> str:
    """What documents the keys; upkeep.toml(5) refers to upkeep-profile(5) for those of a profile."""
    return page("upkeep.toml.5").replace(".Ss [profile.NAME]\n", "") + page("upkeep-profile.5")


def page_keys() -> dict[str, set[str]]:
    text = pages()
    found = {}
    for title, body in re.findall(r"^\.Ss (\[\S+)\n(.*?)(?=^\.S[sh] )", text, re.DOTALL | re.MULTILINE):
        names = " ".join(re.findall(r"^\.(?:It )?Ic (.*)$", body, re.MULTILINE))
        if title != "[[server]]":  # the others name keys in running text too
            names = " ".join(re.findall(r"^\.It Ic (\w+)", body, re.MULTILINE))
        found[title] = set(re.findall(r"[a-z]\w+", names))
    return found


def sample_keys() -> dict[str, set[str]]:
    """Those that are commented out as well."""
    found: dict[str, set[str]] = {}
    title = ""
    for line in SAMPLE.read_text().splitlines():
        line = line.removeprefix("#")
        if line.startswith("["):
            title = re.sub(r"^\[(profile|notify|executor)\.[\w-]+(\.gate)?\]", r"[\1.NAME\2]",
                           line.strip())
            found.setdefault(title, set())
        elif match := re.match(r"(\w+) = ", line):
            found.setdefault(title, set()).add(match.group(1))
    for title in [title for title in found if title.startswith("[[profile.")]:
        del found[title]
        above, _, key = title.strip("[]").rpartition(".")
        found["[profile.NAME.gate]" if above.endswith(".gate") else "[profile.NAME]"].add(key)
    found["[profile.NAME]"].add("gate")
    for table in [title for title in found if re.fullmatch(r"\[patch\.\w+\]", title)]:
        del found[table]
        found["[patch]"].add(table[len("[patch."):-1])
    return found


class KeyTest(TestCase):
    def test_the_loader_is_understood(self):
        keys = loader_keys()
        self.assertEqual(sorted(keys), sorted(["[database]", "[[server]]", "[workspaces]", "[upgrade]",
                                               "[profile.NAME]", "[profile.NAME.gate]", "[[probe]]", "[schedule]",
                                               "[log]", "[web]", "[web.patches]", "[patch]", "[notify.NAME]",
                                               "[executor.NAME]"]))
        self.assertLessEqual({"schema", "password_file", "aliases"}, keys["[database]"])
        self.assertIn("roles", keys["[patch]"])

    def test_page(self):
        self.assertEqual(page_keys(), loader_keys())

    def test_sample(self):
        keys = loader_keys()
        # A server has all keys of [database] but the schema; the sample shows the usual ones.
        sample = sample_keys()
        self.assertEqual(sample.pop(""), {"include"})  # of no table
        self.assertLessEqual(sample["[[server]]"], keys["[[server]]"])
        del sample["[[server]]"], keys["[[server]]"]
        self.assertEqual(sample, keys)

    def test_ranges(self):
        text = pages()
        constants = {name: value for name, value in
                     re.findall(r"constexpr int (k_\w+) = ([\d '*]+);", loader())}
        for key, least, most in re.findall(r'section\.integer\("(\w+)", [\w.]+, (\S+?), ([^)]+)\)',
                                           loader()):
            for name, value in constants.items():
                most = most.replace(name, f"({value})")
            most = eval(most.replace("'", ""), {"__builtins__": {}})  # numbers of our own source
            with self.subTest(key):
                self.assertRegex(text, rf"(?m)^\.It Ic {key} Pq {least} to {most}; \d+$")


class LoadTest(TestCase):
    def load(self, text: str):
        """How ws-check ends with it: 78 where it does not load."""
        file = self.make_directory() / "upkeep.toml"
        file.write_text(text)
        return process.run("ws-check", "--config", file, "acme")

    def assert_loads(self, text: str) -> None:
        result = self.load(text)
        self.assertNotIn(result.status, (0, 64, 70, 78), f"\n{result}")

    def test_sample(self):
        text = SAMPLE.read_text().replace("/run/mysqld/", "/nonexistent/")
        self.assert_loads(text)

    def test_what_the_sample_comments_out(self):
        """Each block of settings holds when its signs are taken away; alone, for some exclude each other."""
        lines = SAMPLE.read_text().replace("/run/mysqld/", "/nonexistent/").splitlines()
        blocks = []
        for number, line in enumerate(lines):
            if not re.match(r"#(\[|\w+ = )", line):
                continue
            if line.startswith("#[") or not (blocks and blocks[-1][-1] == number - 1
                                             and lines[blocks[-1][0]].startswith("#[")):
                blocks.append([number])
            else:
                blocks[-1].append(number)
        self.assertGreater(len(blocks), 15)
        for block in blocks:
            first = lines[block[0]]
            if re.match(r"#(password_file|host|port) = ", first):
                continue  # the file must be there; host and socket exclude each other
            with self.subTest(first):
                edited = [line[1:] if number in block else line for number, line in enumerate(lines)]
                tomllib.loads("\n".join(edited))
                self.assert_loads("\n".join(edited))

    def test_example_of_the_page(self):
        text = page("upkeep.toml.5").split(".Bd -literal")[1].split("\n", 1)[1].split("\n.Ed")[0]
        password = self.make_directory() / "password"
        password.write_text("secret\n")
        password.chmod(0o600)
        self.assert_loads(text.replace("/etc/upkeep/password", str(password)).replace("\\e", "\\")
                          .replace("/run/mysqld/", "/nonexistent/"))

    def test_example_of_the_contract(self):
        contract = need_shared("design", "contract.md").read_text()
        text = re.search(r"```toml\n(.*?)```", contract, re.DOTALL).group(1)
        password = self.make_directory() / "password"
        password.write_text("secret\n")
        password.chmod(0o600)
        # Of a server it shows the name and says that the rest is as above.
        text = text.replace('name = "db1"', 'name = "db1"\nsocket = "/nonexistent/sock"')
        self.assert_loads(text.replace("/etc/upkeep/password", str(password))
                          .replace("/run/mysqld/", "/nonexistent/"))


if __name__ == "__main__":
    unittest.main()
