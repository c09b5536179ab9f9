# SPDX-License-Identifier: MIT
"""Every file includes what it uses of the standard library and of fmt, itself or through headers of the product: it can
be compiled by itself, with any library. Most builds compile many files as one, which hides a header that is missing."""

import re
import unittest
from collections.abc import Callable

from upkeep_test import REPOSITORY
from upkeep_test.includes import COMMENT, includes, reached, read_own, sources

#: What is used -> the headers of which one provides it.
PROVIDERS = {
    r"std::chrono::": {"chrono"},
    r"std::filesystem::": {"filesystem"},
    r"std::function<": {"functional"},
    r"std::(?:map|multimap)<": {"map"},
    r"std::(?:set|multiset)<": {"set"},
    r"std::vector<": {"vector"},
    r"std::array<": {"array"},
    r"std::optional\b": {"optional"},
    r"std::variant\b": {"variant"},
    r"std::string\b": {"string"},
    r"std::string_view\b": {"string_view", "string"},
    r"std::(?:unique_ptr|shared_ptr|make_unique|make_shared)\b": {"memory"},
    r"std::(?:sort|stable_sort|any_of|all_of|none_of|find_if|transform|copy_if|lower_bound|clamp)\(": {"algorithm"},
    r"std::(?:thread|this_thread)\b": {"thread"},
    r"std::(?:mutex|lock_guard|unique_lock|scoped_lock)\b": {"mutex"},
    r"std::atomic\b": {"atomic"},
    r"std::[io]?stringstream\b": {"sstream"},
    r"std::[io]?fstream\b": {"fstream"},
    r"std::strerror\(": {"cstring"},
    r"\berrno\b": {"cerrno"},
    r"std::(?:ll?round|ceil|floor|sqrt|pow)\(": {"cmath"},
    r"fmt::": {"fmt/format.h", "fmt/core.h"},
}
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def missing(text: str, read: Callable[[str], str]) -> list[str]:
    """What a source uses without a header that provides it."""
    found = {name for quoted, name in includes(text) if not quoted}
    for header in reached(text, read):
        found |= {name for quoted, name in includes(read(header)) if not quoted}
    code = STRING.sub('""', COMMENT.sub("", text))
    return [f"{match.group()} without <{sorted(headers)[0]}>" for use, headers in PROVIDERS.items()
            for match in [re.search(use, code)] if match and not headers & found]


class IncludesTest(unittest.TestCase):
    def test_includes(self):
        wrong = [f"{path.relative_to(REPOSITORY)}: {what}" for _, path in sources()
                 for what in missing(path.read_text(), read_own)]
        self.assertEqual(wrong, [])

    def test_this_test_sees_missing_ones(self):
        headers = {"a/b.hpp": '#include "a/c.hpp"\n', "a/c.hpp": "#include <chrono>\n"}

        def read(name: str) -> str:
            return headers.get(name, "")

        self.assertEqual(missing("std::chrono::seconds(1);", read), ["std::chrono:: without <chrono>"])
        self.assertEqual(missing('#include "a/b.hpp"\nstd::chrono::seconds(1);', read), [])
        self.assertEqual(missing("// std::chrono::seconds\nconst char* x = \"fmt::\";", read), [])
        self.assertEqual(missing('#include "a/b.hpp"\nfmt::print("");', read), ["fmt:: without <fmt/core.h>"])


if __name__ == "__main__":
    unittest.main()
