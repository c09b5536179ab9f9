# SPDX-License-Identifier: MIT
"""For tests of what somebody else does between two steps of a tool."""

from typing import Mapping, Optional

from .case import TestCase, module_server
from .process import Argument, Background
from .wait import wait_for


class BetweenCase(TestCase):
    """A small installation behind a proxy that can hold a tool at a statement; commands wait at a gate."""

    names: tuple[str, ...] = ("acme",)

    def setUp(self) -> None:
        self.installation = self.open_small(module_server(), *self.names)
        self.server = self.installation.server
        self.proxy = self.open_proxy(self.server)
        self.gate = self.installation.directory / "gate"  #: opened by touch()
        self.at_gate = self.installation.directory / "at-gate"
        self.installation.configure(database={"socket": self.proxy.socket},
                                    schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def wait_line(self) -> str:
        """Shell text: says that it is at the gate, and waits until that is open."""
        return f"touch {self.at_gate}; while [ ! -e {self.gate} ]; do sleep 0.03; done"

    def start_held(self, words: str, tool: str, *args: Argument, outlives: bool = False,
                   env: Optional[Mapping[str, Optional[str]]] = None) -> Background:
        """A tool that has come to its statement with these words, and waits there for `proxy.let_go()`."""
        self.proxy.hold(words, outlives)
        started = self.start(tool, *args, env={**self.installation.env, **(env or {})})
        wait_for(lambda: self.proxy.holding, f"{tool} has come to its statement")
        return started

    def start_at_gate(self, tool: str, *args: Argument) -> Background:
        """A tool whose command has come to the gate."""
        started = self.start(tool, *args, env=self.installation.env)
        wait_for(self.at_gate.exists, "the gate is reached")
        return started
