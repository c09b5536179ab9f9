# SPDX-License-Identifier: MIT
"""The queue: what a claim costs while many runs are queued, and what a wait for a slot asks of the database."""

import statistics
import time

from upkeep_test import Background, SmallInstallation, Server, wait_for

QUEUED = 100_000
WAIT_S = 10


def fill(server, count):
    """Queued runs that are due in a day."""
    server.sql(f"USE upkeep; INSERT INTO run (workspace, target, state, active, origin, priority, queued_at, due_at)"
               f" SELECT CONCAT('full', seq), '2.0', 'queued', 1, 'queue', 9, UTC_TIMESTAMP(3),"
               f" UTC_TIMESTAMP(3) + INTERVAL 1 DAY FROM seq_1_to_{count}")
    server.sql("ANALYZE TABLE upkeep.run")


def claim_ms(installation, names):
    """Of one claim: many in one ws-schedule, without what the same call costs that claims nothing."""
    def call(*more):
        began = time.perf_counter()
        installation.run("ws-schedule", "--no-job", *more, *names, timeout=300)
        return (time.perf_counter() - began) * 1000
    without = statistics.median([call("-n") for _ in range(5)])
    return (call() - without) / len(names)


def bench_claims(installation):
    server = installation.server
    names = [f"w{number}" for number in range(100)]
    installation.add_small(*names)
    for queued in (0, QUEUED):
        if queued:
            fill(server, queued)
        batch = names[:50] if not queued else names[50:]
        print(
            f"{'a claim beside ' + format(queued, ',') + ' queued runs':<48} {claim_ms(installation, batch):9.2f} ms",
            flush=True,
        )
    began = time.perf_counter()
    server.sql("SELECT COUNT(*) FROM upkeep.run WHERE state = 'queued' LOCK IN SHARE MODE")
    print(f"{'to compare: a client counts the queue':<48} {(time.perf_counter() - began) * 1000:9.2f} ms")
    server.sql("UPDATE upkeep.run SET due_at = due_at + INTERVAL 1 DAY")
    began = time.perf_counter()
    installation.run("ws-upgrade", "--drain")
    print(f"{'a drain that finds nothing due':<48} {(time.perf_counter() - began) * 1000:9.2f} ms", flush=True)
    server.sql("DELETE FROM upkeep.run")


def questions(server):
    return int(server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


def bench_waiting(installation, slots):
    installation.set_script(f"sleep {WAIT_S * 3}; upgrade; echo OK", slots=slots)
    names = [f"slot{slots}{letter}" for letter in "abcdef"[:slots + 1]]
    installation.add_small(*names)
    holders = [Background("ws-upgrade", name, env=installation.env) for name in names[:slots]]
    wait_for(
        lambda: len(installation.server.sql("SELECT 1 FROM upkeep.slot WHERE run IS NOT NULL")) == slots, "all held", 60
    )
    time.sleep(1)

    def in_a_while():
        before = questions(installation.server)
        time.sleep(WAIT_S)
        return (questions(installation.server) - before) / WAIT_S
    alone = in_a_while()
    waiting = Background("ws-upgrade", names[-1], env=installation.env)
    time.sleep(2)
    beside = in_a_while()
    print(f"{f'statements/s of a wait for one of {slots} slots':<48} {beside - alone:9.1f}")
    for process in [waiting, *holders]:
        process.kill()


def main():
    with Server() as server:
        installation = SmallInstallation(server, schedule={"max_queue": 1_000_000})
        try:
            bench_claims(installation)
            for slots in (1, 2):
                bench_waiting(installation, slots)
        finally:
            installation.close()


if __name__ == "__main__":
    main()
