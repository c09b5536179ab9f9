# SPDX-License-Identifier: MIT
"""A real Galera cluster for a test: several MariaDB nodes on this machine."""

import functools
import os
import pathlib
import re
import shutil
import subprocess
from typing import Optional

from .server import NoServer, Server, free_port
from .wait import wait_for

PROVIDERS = ["/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so"]


def why_not() -> Optional[str]:
    """Why there can be none here; None: there can."""
    if not any(pathlib.Path(path).exists() for path in PROVIDERS):
        return "galera-4 is not installed"
    return None if shutil.which("rsync") else "rsync is not installed, by which nodes join"


class Galera:
    """`nodes[i]` is a Server like any other; what is written to one is on all."""

    def __init__(self, count: int = 3):
        provider = next(path for path in PROVIDERS if pathlib.Path(path).exists())
        ports = [free_port() for _ in range(count)]
        address = "gcomm://" + ",".join(f"127.0.0.1:{port}" for port in ports)
        self.nodes = [
            Server(
                options=[
                    "--wsrep-on=ON",
                    f"--wsrep-provider={provider}",
                    "--wsrep-cluster-name=upk",
                    "--binlog-format=ROW",
                    "--innodb-autoinc-lock-mode=2",
                    "--wsrep-node-address=127.0.0.1",
                    f"--wsrep-node-name=n{number}",
                    f"--wsrep-cluster-address={address}",
                    "--wsrep-sst-method=rsync",
                    f"--wsrep-sst-receive-address=127.0.0.1:{free_port()}",
                    f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{port};"
                    f"ist.recv_addr=127.0.0.1:{free_port()}"
                    ";gcache.size=16M;gcache.recover=no"
                    ";evs.keepalive_period=PT0.2S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S",
                ]
            )
            for number, port in enumerate(ports, 1)
        ]

    def start(self) -> "Galera":
        first, *others = self.nodes
        # All begin with the same data, so that next to nothing is transferred.
        first.start("--wsrep-new-cluster")
        first.stop()
        for node in others:
            shutil.rmtree(node.directory / "data")
            shutil.copytree(first.directory / "data", node.directory / "data")
        for node in self.nodes:
            self._let_rsync_in(node)
        first.start("--wsrep-new-cluster")
        for node in others:
            node.start()
        self.wait_for_size(len(self.nodes))
        return self

    def rejoin(self, node: Server) -> None:
        """Starts a node that was killed from where it had got to, as its systemd unit does. Now and then a joiner does
        not come up: then it is started again, and gets everything from another node."""
        for last in (False, False, True):
            self._let_rsync_in(node)
            try:
                node.start(*[f"--wsrep-start-position={text}" for text in self._position(node)])
                break
            except NoServer:
                if last:
                    raise
        self.wait_for_size(len(self.nodes))

    @staticmethod
    def _let_rsync_in(node: Server) -> None:
        """Under root, the rsync of a transfer runs as nobody, even when it has nothing to bring."""
        if os.geteuid() != 0:
            return
        node.directory.chmod(0o711)
        for path in [node.directory / "data", *(node.directory / "data").rglob("*")]:
            shutil.chown(path, "nobody")

    @staticmethod
    def _position(node: Server) -> list[str]:
        """Where a node had got to, if it can tell. The server says so when it has recovered; now and then it does not
        end after that, and it need not."""
        with subprocess.Popen(node.command("--wsrep-recover"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, cwd=node.directory) as recovery:
            assert recovery.stderr
            try:
                for line in recovery.stderr:
                    if found := re.search(r"Recovered position: (\S+)", line):
                        return [found[1]]
                return []
            finally:
                recovery.kill()

    def wait_for_size(self, size: int) -> None:
        """Until each node that runs sees so many, and takes statements."""
        def whole(node: Server) -> bool:
            shown = node.sql("SHOW STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_ready')")
            return sorted(shown) == [["wsrep_cluster_size", str(size)], ["wsrep_ready", "ON"]]
        for node in self.nodes:
            if node._process is not None:
                wait_for(functools.partial(whole, node), f"{size} nodes", 60)

    def close(self) -> None:
        for node in self.nodes:
            node.close()
