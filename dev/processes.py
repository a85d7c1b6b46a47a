"""Ending processes, and all that they started. A pid alone is never trusted: the kernel gives it to somebody else one day."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that cannot be mistaken for a later one of the same pid."""

    pid: int
    created: float  # seconds since the epoch, as psutil says

    @classmethod
    def of(cls, pid: int) -> Identity:
        """Returns the identity of a running process.

        Raises:
            psutil.NoSuchProcess: there is none.
        """
        return cls(pid, psutil.Process(pid).create_time())

    def process(self, command: str = "") -> psutil.Process | None:
        """Returns the process while it runs (a zombie does not), None when it ended or is another one by now.

        Args:
            command: A text that one of its command line's words must hold.
        """
        try:
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.created) > 0.05 or found.status() == psutil.STATUS_ZOMBIE:
                return None
            return found if not command or any(command in word for word in found.cmdline()) else None
        except psutil.Error:
            return None


def prctl(option: int, value: int) -> bool:
    """Calls Linux' prctl for this process; False where there is none (macOS)."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Asks the kernel for this signal when the thread that started this process ends."""
    prctl(PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Makes this process the parent of all descendants whose own parent ends, so that `descendants` still finds them."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def descendants(pid: int | None = None) -> list[psutil.Process]:
    """Returns all running processes below this one (or below `pid`), whatever process group they are in."""
    try:
        return [child for child in psutil.Process(pid).children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:
        return []


def end(processes: Iterable[psutil.Process], patience: float = 10.0) -> None:
    """Ends processes: SIGTERM, `patience` seconds, SIGKILL. A stopped one (SIGSTOP) is woken, or it would never see the SIGTERM."""
    wanted = list(processes)
    for process in wanted:
        with contextlib.suppress(psutil.Error):
            process.terminate()
            process.send_signal(signal.SIGCONT)
    _, alive = psutil.wait_procs(wanted, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
