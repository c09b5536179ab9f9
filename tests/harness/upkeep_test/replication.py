# SPDX-License-Identifier: MIT
"""A MariaDB primary with a replica, for tests of a fail-over: two real servers on this machine."""

from .server import Server
from .wait import wait_for

USER = "replicator"


class Replication:
    """`primary` and `replica` are Servers like any other; the replica is read only until promote().

    semi_synchronous: what is committed is on the replica before its client is told (AFTER_SYNC).
    """

    def __init__(self, semi_synchronous: bool = True):
        self.semi_synchronous = semi_synchronous
        self.primary, self.replica = (
            Server(
                tcp=True,
                options=[
                    f"--server-id={number}",
                    "--log-bin=bin",
                    "--log-slave-updates",
                    "--binlog-format=ROW",
                    f"--report-port={number}",
                ],
            )
            for number in (1, 2)
        )

    def start(self) -> "Replication":
        self.primary.start()
        self.primary.sql(f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY 'secret';"
                         f"GRANT REPLICATION SLAVE ON *.* TO {USER}@'127.0.0.1';")
        if self.semi_synchronous:
            # A replica that is away stops the primary for so long, instead of being left behind.
            self.primary.sql("SET GLOBAL rpl_semi_sync_master_timeout = 60000;"
                             "SET GLOBAL rpl_semi_sync_master_wait_point = 'AFTER_SYNC';"
                             "SET GLOBAL rpl_semi_sync_master_enabled = ON;")
        self.replica.start("--read-only=ON")
        if self.semi_synchronous:
            self.replica.sql("SET GLOBAL rpl_semi_sync_slave_enabled = ON")
        self.replica.sql(
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={self.primary.port}, MASTER_USER='{USER}',"
            " MASTER_PASSWORD='secret', MASTER_USE_GTID=slave_pos; START SLAVE;"
        )
        wait_for(lambda: self._position(self.primary) == self._position(self.replica), "the replica has caught up", 30)
        if self.semi_synchronous:
            wait_for(lambda: self.primary.sql("SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'")[0][1] == "1",
                     "the primary waits for the replica", 30)
        return self

    @staticmethod
    def _position(server: Server) -> object:
        return server.value("SELECT @@global.gtid_current_pos")

    def fail(self) -> None:
        """kill -9 of the primary."""
        self.primary.kill()

    def promote(self) -> Server:
        """The replica applies what it has received, and takes writes from then on."""
        def applied() -> bool:
            shown = self.replica.sql("SELECT variable_value FROM information_schema.global_status"
                                     " WHERE variable_name = 'Slaves_running'")
            state = self.replica.sql("SELECT state FROM information_schema.processlist WHERE command = 'Slave_SQL'")
            return bool(shown) and all("has read all relay log" in (row[0] or "").lower() for row in state)
        wait_for(applied, "the relay log is applied", 30)
        self.replica.sql("STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = OFF;")
        return self.replica

    def close(self) -> None:
        self.primary.close()
        self.replica.close()
