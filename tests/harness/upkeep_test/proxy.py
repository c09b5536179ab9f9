# SPDX-License-Identifier: MIT
"""A relay between a client and a server that loses packets, delays them, holds a statement back or cuts the line:
for tests of faults and of what happens between two statements."""

import os
import pathlib
import selectors
import shutil
import socket
import tempfile
import threading
import time
from typing import Callable, Optional, Union

Address = Union[str, tuple[str, int]]  # a Unix socket's path, or (host, port)


def _connect(address: Address) -> socket.socket:
    if isinstance(address, str):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(address)
        return line
    return socket.create_connection(address)


class _Link:
    """One client's connection: two sockets, and what is on its way between them."""

    def __init__(self, client: socket.socket, server: socket.socket):
        self.client, self.server = client, server
        self.queued: list[tuple[float, socket.socket, bytes]] = []
        self.read_closed: set[socket.socket] = set()
        self.held: Optional[bytes] = None  # what the client sent since its words were met
        for line in (client, server):
            line.setblocking(False)

    def other(self, line: socket.socket) -> socket.socket:
        return self.server if line is self.client else self.client

    def close(self) -> None:
        for line in (self.client, self.server):
            line.close()


class Proxy:
    """Listens on a Unix socket (`socket`) or on TCP 127.0.0.1 (`port`) and relays to `target`.

    The switches act at once, on open connections and on new ones.
    """

    def __init__(self, target: Address, tcp: bool = False):
        self.target = target
        self.socket: Optional[str] = None
        self.port = 0
        self._directory: Optional[pathlib.Path] = None
        if tcp:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.port = self._listener.getsockname()[1]
        else:
            self._directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-"))
            self.socket = str(self._directory / "p")
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.bind(self.socket)
            os.chmod(self.socket, 0o777)
            self._listener.listen(128)
        self._listener.setblocking(False)
        self._lock = threading.Lock()
        self._links: list[_Link] = []
        self._swallow: set[str] = set()
        self._delay = 0.0
        self._hold: Optional[bytes] = None
        self._outlives = False
        self._refuse = False
        self._cut = False
        self._ending = False
        self._passed = 0
        self._swallowed = 0
        self._seen = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    # -- switches -----------------------------------------------------------------------------
    def swallow(self, to_server: bool = True, to_client: bool = True) -> None:
        """Bytes vanish, connections stay open: a frozen network."""
        with self._lock:
            self._swallow = {name for name, on in (("server", to_server), ("client", to_client)) if on}

    def delay(self, seconds: float) -> None:
        """Every byte arrives that much later, in each direction."""
        with self._lock:
            self._delay = seconds

    def hold(self, words: str, outlives: bool = False) -> None:
        """The next message to the server in which the words stand waits, with all that its client sends
        after it, until let_go(). Other connections are served. Where the client goes away meanwhile, nothing
        of it is sent, unless it `outlives` the client: it was on its way."""
        with self._lock:
            self._hold = words.encode()
            self._outlives = outlives

    @property
    def holding(self) -> bool:
        """Whether a client has sent the words and waits."""
        with self._lock:
            return any(link.held is not None for link in self._links)

    def let_go(self) -> None:
        with self._lock:
            for link in self._links:
                if link.held is not None:
                    link.queued.append((time.monotonic(), link.server, link.held))
                    link.held = None

    def cut(self) -> None:
        """Closes every open connection; new ones are served as before."""
        with self._lock:
            self._cut = True
        self._wait_for(lambda: not self._cut)

    def refuse(self, on: bool = True) -> None:
        """New connections are closed as soon as they are made: a server that is away."""
        with self._lock:
            self._refuse = on

    def restore(self) -> None:
        """Everything as it was at the start. Bytes swallowed are gone, and so is the sense of such a
        connection: cut() it."""
        with self._lock:
            self._swallow, self._delay, self._refuse = set(), 0.0, False

    @property
    def connections(self) -> int:
        """How many are open now."""
        with self._lock:
            return len(self._links)

    @property
    def connections_seen(self) -> int:
        """How many were accepted since the start."""
        with self._lock:
            return self._seen

    @property
    def bytes_passed(self) -> int:
        with self._lock:
            return self._passed

    @property
    def bytes_swallowed(self) -> int:
        with self._lock:
            return self._swallowed

    def close(self) -> None:
        with self._lock:
            self._ending = True
        self._thread.join(10)
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the relay ----------------------------------------------------------------------------
    def _wait_for(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + 10
        while not condition() and time.monotonic() < end:
            time.sleep(0.005)

    def _work(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while True:
                events = selector.select(0.01)
                with self._lock:
                    if self._ending:
                        break
                    for key, _ in events:
                        if key.fileobj is self._listener:
                            self._accept(selector)
                        else:
                            assert isinstance(key.fileobj, socket.socket)
                            self._take(selector, key.data, key.fileobj)
                    for link in list(self._links):
                        self._deliver(selector, link)
                    if self._cut:
                        for link in list(self._links):
                            self._drop(selector, link)
                        self._cut = False
            for link in self._links:
                link.close()
            self._listener.close()

    def _accept(self, selector: selectors.BaseSelector) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        self._seen += 1
        if self._refuse:
            client.close()
            return
        try:
            server = _connect(self.target)
        except OSError:
            client.close()
            return
        link = _Link(client, server)
        self._links.append(link)
        for line in (client, server):
            selector.register(line, selectors.EVENT_READ, link)

    def _take(self, selector: selectors.BaseSelector, link: _Link, line: socket.socket) -> None:
        if link not in self._links or line in link.read_closed:
            return
        try:
            data = line.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            link.read_closed.add(line)
            selector.unregister(line)
            return
        to = "server" if line is link.client else "client"
        if to == "server" and self._hold is not None and self._hold in data:
            self._hold, link.held = None, b""
        if to == "server" and link.held is not None:
            link.held += data
        elif to in self._swallow:
            self._swallowed += len(data)
        else:
            link.queued.append((time.monotonic() + self._delay, link.other(line), data))

    def _deliver(self, selector: selectors.BaseSelector, link: _Link) -> None:
        now = time.monotonic()
        waiting: list[tuple[float, socket.socket, bytes]] = []
        for due, line, data in link.queued:
            # Order within a direction holds: what comes after something still waiting waits too.
            if due > now or any(line is other for _, other, _ in waiting):
                waiting.append((due, line, data))
                continue
            try:
                sent = line.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._drop(selector, link)
                return
            self._passed += sent
            if sent < len(data):
                waiting.append((due, line, data[sent:]))
        link.queued = waiting
        if link.read_closed and not link.queued and not (self._outlives and link.held):
            self._drop(selector, link)

    def _drop(self, selector: selectors.BaseSelector, link: _Link) -> None:
        for line in (link.client, link.server):
            if line not in link.read_closed:
                selector.unregister(line)
        link.close()
        self._links.remove(link)
