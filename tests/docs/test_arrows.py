# SPDX-License-Identifier: MIT
"""Dependencies point one way (ARCHITECTURE.md): read from the includes."""

import pathlib
import re
import unittest
from collections.abc import Callable

from upkeep_test import REPOSITORY
from upkeep_test.includes import COMMENT, includes, reached, read_own, sources

#: What a room may include beside itself. A new room says so here.
ROOMS: dict[str, set[str]] = {
    "base": set(),
    "record": {"base"},
    "config": {"record", "base"},
    "db": {"config", "record", "base"},
    "guard": {"record", "base"},
    "cli": {"config", "record", "base"},
    "upgrade_cli": {"upgrade", "cli", "config", "db", "record", "base"},
    "upgrade": {"guard", "config", "db", "record", "base"},
    "patch": {"config", "db", "record", "base"},
    "setup": {"upgrade", "patch", "web", "guard", "config", "db", "record", "base"},
    "web": {"record", "base"},
    "patch_web": {"web", "patch", "config", "db", "record", "base"},
    "patch_cli": {"patch", "cli", "config", "db", "record", "base"},
    "tools": {"cli", "upgrade_cli", "patch_cli", "patch_web", "web", "setup", "upgrade", "patch", "guard", "config",
              "db", "record", "base"},
}
#: Libraries that one room hides from the others.
LIBRARIES = {
    r"cppconn/.*|mysql_.*|mysql/.*|mariadb/.*": {"db"},
    r"CLI/.*": {"cli", "upgrade_cli", "patch_cli", "tools"},
    r"toml\+\+/.*": {"config", "patch"},
    r"pugixml.*": {"record", "patch"},
    r"csv\.h": {"patch"},
    r"pcre2\.h": {"base"},
    r"fcgi.*": {"web"},
}
#: What a pure model includes: itself, these rooms, and headers of plain values. No table, no process, no screen.
PURE_MODELS = {"upgrade": {"config", "record", "base"}, "patch": {"config", "record", "base"}}
VALUE_HEADERS = {"guard/loop/status.hpp"}
#: The one place below cli that reads the environment: which file a child of ours would start.
READS_PATH = "lib/base/program_search.cpp"
#: The outside belongs to cli and tools: the domain is given its streams, its arguments and its environment.
OUTSIDE = re.compile(r"\b(?:secure_)?getenv\(|std::c(?:out|err|in)\b|\b(?:std::)?f?(?:printf|puts)\(")


def own_folder(room: str, path: pathlib.Path) -> str:
    """A tool with many commands has them in a folder of its name, which belongs to nobody else."""
    if room != "tools":
        return room
    return path.stem if path.parent.name == "tools" else path.parent.name


def wrong_arrows(room: str, text: str, own: str = "") -> list[str]:
    """What a source of that room includes and must not; `own` is the tool that it belongs to."""
    wrong = []
    for quoted, name in includes(text):
        target = name.partition("/")[0]
        if quoted and "/" not in name:
            wrong.append(f'"{name}": say the room, e.g. "{room}/{name}"')
        elif quoted and target not in {room, own} | set(ROOMS[room]):
            wrong.append(f'"{name}": {room} must not know {target}')
        wrong += [f"<{name}>: only for {', '.join(sorted(rooms))}" for pattern, rooms in LIBRARIES.items()
                  if not quoted and re.fullmatch(pattern, name) and room not in rooms]
    return wrong


def impure(room: str, name: str, read: Callable[[str], str]) -> list[str]:
    """What a file of a room's model reaches and must not."""
    return sorted(header for header in reached(read(name), read)
                  if not header.startswith(f"{room}/model/") and header not in VALUE_HEADERS
                  and header.partition("/")[0] not in PURE_MODELS[room])


class ArrowTest(unittest.TestCase):
    def test_every_room_is_known(self):
        self.assertLessEqual({room for room, _ in sources()}, set(ROOMS))

    def test_includes(self):
        wrong = [f"{path.relative_to(REPOSITORY)}: {what}" for room, path in sources()
                 for what in wrong_arrows(room, path.read_text(), own_folder(room, path))]
        self.assertEqual(wrong, [])

    def test_helpers_know_the_guard_alone(self):
        """What is started beside every upgrade command carries no database client and no option parser."""
        text = (REPOSITORY / "CMakeLists.txt").read_text()
        for helper in re.search(r"set\(UPKEEP_HELPERS ([^)]*)\)", text).group(1).split():
            path = REPOSITORY / "tools" / f"{helper}.cpp"
            self.assertEqual(wrong_arrows("guard", path.read_text()), [], path)

    def test_the_domain_knows_no_outside(self):
        wrong = [f"{path.relative_to(REPOSITORY)}: {match.group()}" for room, path in sources()
                 if room not in ("cli", "upgrade_cli", "patch_cli", "tools") and not str(path).endswith(READS_PATH)
                 for match in [OUTSIDE.search(COMMENT.sub("", path.read_text()))] if match]
        self.assertEqual(wrong, [])

    def test_a_model_is_pure(self):
        """Its thousands of cases run in memory: neither a database nor a process is below it."""
        library = REPOSITORY / "lib"
        wrong = [f"{path.relative_to(REPOSITORY)}: reaches {header}" for room in PURE_MODELS
                 for path in sorted((library / room / "model").rglob("*.[ch]pp"))
                 for header in impure(room, str(path.relative_to(library)), read_own)]
        self.assertEqual(wrong, [])

    def test_this_test_sees_an_impure_model(self):
        files = {"upgrade/model/a.hpp": '#include "upgrade/model/b.hpp"\n#include "base/time.hpp"\n#include <map>\n',
                 "upgrade/model/b.hpp": '#include "guard/loop/status.hpp"\n'}

        def read(name: str) -> str:
            return files.get(name, "")

        self.assertEqual(impure("upgrade", "upgrade/model/a.hpp", read), [])
        for header in ("db/connection.hpp", "upgrade/store/run_store.hpp", "upgrade/runner/recovery.hpp",
                       "guard/loop/client.hpp", "patch/model/patch.hpp"):
            with self.subTest(header):
                files["base/time.hpp"] = f'#include "{header}"\n'
                self.assertEqual(impure("upgrade", "upgrade/model/a.hpp", read), [header])

    def test_this_test_sees_wrong_ones(self):
        self.assertEqual(wrong_arrows("upgrade", '#include "db/connection.hpp"\n#include <string>\n'), [])
        for room, line in [
            ("upgrade", '#include "patch/model/patch.hpp"'),
            ("patch", '#include "upgrade/model/run.hpp"'),
            ("guard", '#include "config/config.hpp"'),
            ("upgrade", '#include "cli/tool.hpp"'),
            ("upgrade", "#include <cppconn/driver.h>"),
            ("base", '#  include "db/error.hpp"'),
            ("upgrade", '#include "run.hpp"'),
            ("cli", "#include <toml++/toml.h>"),
            ("tools", '#include "pmt-patch/commands.hpp"'),
            ("patch", '#include "patch_cli/tool.hpp"'),
        ]:
            with self.subTest(line):
                self.assertEqual(len(wrong_arrows(room, line)), 1)


if __name__ == "__main__":
    unittest.main()
