# SPDX-License-Identifier: MIT
"""A real Slurm for a test: munged, slurmctld and slurmd of its own, one machine playing several nodes."""

import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
from typing import Optional

from .server import Server
from .wait import wait_for

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"]
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def why_not() -> Optional[str]:
    """Why there can be none here; None: there can."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if missing:
        return f"Slurm is not installed: {', '.join(missing)}"
    return None if os.geteuid() == 0 else "only root can start a Slurm here"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm:
    """Two nodes, one licence `upkeep`. Nothing outside of its directory, and no fixed port.

    accounting: a running Server with TCP, on which a slurmdbd keeps it.
    """

    def __init__(self, nodes: int = 2, licences: str = "upkeep:1", accounting: Optional[Server] = None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-slurm-", dir="/dev/shm"))
        self.config = self.directory / "slurm.conf"
        self._processes: list[subprocess.Popen] = []
        host = socket.gethostname()
        names = [f"n{number}" for number in range(1, nodes + 1)]
        lines = [
            "ClusterName=upk", f"SlurmctldHost={host}(127.0.0.1)", f"SlurmctldPort={free_port()}",
            "AuthType=auth/munge", f"AuthInfo=socket={self.directory}/munge.socket", "CredType=cred/munge",
            f"StateSaveLocation={self.directory}/state", f"SlurmdSpoolDir={self.directory}/spool-%n",
            f"SlurmctldPidFile={self.directory}/slurmctld.pid", f"SlurmdPidFile={self.directory}/slurmd-%n.pid",
            f"SlurmctldLogFile={self.directory}/slurmctld.log", f"SlurmdLogFile={self.directory}/slurmd-%n.log",
            "SlurmUser=root", "SlurmdUser=root", "ProctrackType=proctrack/pgid", "TaskPlugin=task/none",
            "SchedulerType=sched/builtin", "SelectType=select/linear", "MailProg=/bin/true", "ReturnToService=2",
            "SchedulerParameters=batch_sched_delay=0,sched_interval=1", "MessageTimeout=30", "KillWait=2",
            "JobAcctGatherType=jobacct_gather/none", "SwitchType=switch/none", "MinJobAge=300",
            f"Licenses={licences}",
            *(f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} CPUs=1 State=UNKNOWN"
              for name in names),
            f"PartitionName=all Nodes={','.join(names)} Default=YES MaxTime=INFINITE State=UP",
        ]
        self.accounting = accounting
        if accounting:
            port = free_port()
            lines += ["AccountingStorageType=accounting_storage/slurmdbd", "AccountingStorageHost=127.0.0.1",
                      f"AccountingStoragePort={port}", f"AccountingStoragePass={self.directory}/munge.socket"]
            accounting.sql(
                "CREATE USER IF NOT EXISTS slurm@'127.0.0.1' IDENTIFIED BY 'secret'; GRANT ALL ON slurm_acct.* TO"
                " slurm@'127.0.0.1'"
            )
            (self.directory / "slurmdbd.conf").write_text(
                "\n".join(
                    [
                        "AuthType=auth/munge",
                        f"AuthInfo=socket={self.directory}/munge.socket",
                        f"DbdHost={host}",
                        "DbdAddr=127.0.0.1",
                        f"DbdPort={port}",
                        "SlurmUser=root",
                        f"PidFile={self.directory}/slurmdbd.pid",
                        f"LogFile={self.directory}/slurmdbd.log",
                        "StorageType=accounting_storage/mysql",
                        "StorageHost=127.0.0.1",
                        f"StoragePort={accounting.port}",
                        "StorageUser=slurm",
                        "StoragePass=secret",
                        "StorageLoc=slurm_acct",
                        "",
                    ]
                )
            )
            (self.directory / "slurmdbd.conf").chmod(0o600)
        self.config.write_text("\n".join(lines) + "\n")
        (self.directory / "state").mkdir()
        for name in names:
            (self.directory / f"spool-{name}").mkdir()
        self._names = names

    @property
    def prefix(self) -> list[str]:
        """What makes Slurm's clients use this one, as `[schedule] prefix`."""
        return ["/usr/bin/env", f"SLURM_CONF={self.config}"]

    def call(self, *argv: str) -> str:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                              env={"PATH": PATH, "SLURM_CONF": str(self.config)}, timeout=60)
        return done.stdout if done.returncode == 0 else ""

    def jobs(self) -> dict[str, str]:
        """Number -> state of those that wait, run or are about to end."""
        rows = (line.split() for line in self.call("squeue", "--noheader", "--format=%A %T").splitlines())
        return {row[0]: row[1] for row in rows if len(row) == 2}

    def start(self) -> "Slurm":
        key = self.directory / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o600)
        self._start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.directory}/munge.socket",
                    f"--pid-file={self.directory}/munge.pid", f"--log-file={self.directory}/munge.log",
                    f"--seed-file={self.directory}/munge.seed")
        wait_for((self.directory / "munge.socket").exists, "munged listens")
        if self.accounting:
            self._start("slurmdbd", "-D")
            log = self.directory / "slurmdbd.log"
            wait_for(lambda: self.call("sacctmgr", "--immediate", "--noheader", "list", "cluster") is not None
                     and log.exists() and "slurmdbd version" in log.read_text(), "slurmdbd answers", 60)
            wait_for(lambda: self._sacctmgr("--immediate", "add", "cluster", "upk"), "the cluster is known", 60)
        self._controller = self._start("slurmctld", "-D", "-f", str(self.config))
        for name in self._names:
            self._start("slurmd", "-D", "-N", name, "-f", str(self.config))
        wait_for(self._idle, "the nodes are idle", timeout=60)
        return self

    def _idle(self) -> bool:
        states = self.call("sinfo", "--noheader", "--Node", "--format=%t").split()
        return len(states) == len(self._names) and set(states) == {"idle"}

    def _sacctmgr(self, *argv: str) -> bool:
        done = subprocess.run(["sacctmgr", *argv], capture_output=True, check=False, stdin=subprocess.DEVNULL,
                              env={"PATH": PATH, "SLURM_CONF": str(self.config)}, timeout=60)
        return done.returncode == 0

    def stop_controller(self) -> None:
        """slurmctld goes; the nodes and the accounting stay."""
        self._controller.terminate()
        self._controller.wait(30)

    def _start(self, *argv: str) -> subprocess.Popen:
        self._processes.append(subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env={"PATH": PATH, "SLURM_CONF": str(self.config)}))
        return self._processes[-1]

    def close(self) -> None:
        for job in self.jobs():
            self.call("scancel", "--signal=KILL", "--full", job)
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
