# SPDX-License-Identifier: MIT
"""Waiting for something, with an end. No test sleeps for a fixed time and hopes."""

import os
import time
from typing import Callable, TypeVar

from .paths import is_sanitized

T = TypeVar("T")


def wait_for(condition: Callable[[], T], what: str, timeout: float = 20.0,
             every: float = 0.02) -> T:
    """Calls `condition` until it returns something true, and returns that."""
    if is_sanitized():
        timeout *= 3
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {timeout:g} s still not: {what} (last: {value!r})")
        time.sleep(every)


def process_state(pid: int) -> str:
    """The state letter of a process (R, S, D, T, Z ...), empty when there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    return process_state(pid) not in ("", "Z", "X")


def catches(pid: int, number: int) -> bool:
    """Whether a process has a handler for a signal."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            mask = next(line for line in status if line.startswith("SigCgt:")).split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return bool(int(mask, 16) >> (number - 1) & 1)


def wait_until_gone(pid: int, timeout: float = 20.0) -> None:
    """Waits until a process, ours or not, has ended."""
    wait_for(lambda: not is_alive(pid), f"process {pid} has ended", timeout)


def group_lives(group: int) -> bool:
    """Whether a process of a group still runs. A signal has been sent when kill(2) returns, not received."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(_group_of(int(name)) == group and is_alive(int(name)) for name in os.listdir("/proc") if name.isdigit())


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    found = []
    for task in _tasks(pid):
        try:
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                found += [int(child) for child in children.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def _tasks(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except (FileNotFoundError, ProcessLookupError):
        return []
