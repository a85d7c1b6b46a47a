"""Runs a command that dies when its parent does (Linux): `python leash.py COMMAND …`.

A program of its own, for the kernel's request must be made in the child, and Python code between fork and exec is not safe in a
process with threads. It imports nothing of ours, so that it starts in 15 ms.
"""

import ctypes
import os
import signal
import sys


def leashed(*command: str) -> list[str]:
    """Returns the command on a leash: it gets SIGKILL when the thread that starts it ends."""
    return [sys.executable, "-I", "-S", __file__, *command]


if __name__ == "__main__":
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG; execv keeps it
        if os.getppid() != parent:  # the parent ended before we asked
            sys.exit(1)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - a command of our own
