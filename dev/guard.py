"""Nothing is left running, however the launcher ends.

The launcher forks. The child does the work and cleans up after itself; the parent only waits and, being the kernel's "child subreaper",
inherits every process whose own parents are gone, in whatever process group or session it sits, and ends what is left when the child
has ended: by itself, by a signal, even by SIGKILL. When the parent is killed, the kernel tells the child (SIGTERM), and when `make` is
killed, the parent. On macOS, which has no such calls, the child's own cleaning up has to do.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from dev.errors import DevError
from dev.processes import adopt_orphans, descendants, die_with_parent, end

SIGNALLED = 128  # a shell's convention: 128 + the signal's number


class Terminated(BaseException):
    """SIGTERM or SIGHUP came; a BaseException, as KeyboardInterrupt is."""


def guarded(main: Callable[[], int]) -> int:
    """Runs `main` in a child and returns its exit code once nothing that it started is left. Call it before any thread is made."""
    if os.environ.get("MAKELEVEL"):
        die_with_parent(signal.SIGTERM)
    adopt_orphans()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _run_child(main, parent)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _send(child, signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child, too; `kill -INT` of the parent alone is for nobody
    try:
        return _wait(child)
    finally:
        end(descendants(), patience=5)


def _run_child(main: Callable[[], int], parent: int) -> None:
    """Ends the process with main's exit code, after ending whatever it started. Never returns."""
    code = 1
    try:
        adopt_orphans()
        die_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGTERM, _terminate)
        signal.signal(signal.SIGHUP, _terminate)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` had it ignored
        if os.getppid() == parent:
            code = main()
    except DevError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        code = SIGNALLED + signal.SIGINT
    except Terminated:
        code = SIGNALLED + signal.SIGTERM
    except BaseException:  # noqa: BLE001 - os._exit below would swallow it
        sys.excepthook(*sys.exc_info())
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # an impatient second Ctrl-C does not leave half of it behind
        end(descendants(), patience=10)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # threads that still wait for something ended are not waited for


def _terminate(*_: object) -> None:
    raise Terminated


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait(child: int) -> int:
    """Returns the child's exit code; other dead children, which were adopted, are buried on the way."""
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else SIGNALLED - code
