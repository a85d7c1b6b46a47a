"""The command as a process: Ctrl-C, closed and full outputs, and a terminal that is not UTF-8 end or go on as those of other tools do."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import IO, Any


def run() -> None:
    """Runs the command; whatever becomes of its output, it ends with a line and an exit code, never with a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell's background job ignores Ctrl-C
        signal.signal(signal.SIGINT, _stopped)
    _open_streams()
    # Else pydantic reads the entry points of all packages that are installed, before the first model.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(200_000)  # each 700 objects, the search for cycles takes a seventh of the start; records, arrays and bytes, have none
    from springhead.cli.app import main  # what the command needs is imported when it is known

    try:
        main()
        sys.stdout.flush()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer ends with 1 then
            _die_of_broken_pipe()
        raise
    except BrokenPipeError:
        _die_of_broken_pipe()
    except OSError as error:
        what = error.filename or "stdout"
        _discard(sys.stdout)
        sys.stderr.write(f"springhead: cannot use {what}: {error.strerror or error}\n")
        sys.exit(1)


def _stopped(*_: Any) -> None:
    """Ends at once: no command has anything to put in order, but for those that set a handler of their own."""
    os.write(2, b"springhead: stopped\n")
    os._exit(130)


def _open_streams() -> None:
    """Gives the process the streams that it was started without, and stdout every character."""
    if sys.stdin is None:
        sys.stdin = open(_occupied(0, os.O_RDONLY), encoding="utf-8", closefd=False)  # noqa: SIM115  open as long as the process is
    if sys.stdout is None:
        sys.stdout = open(_occupied(1, os.O_RDONLY), "w", closefd=False)  # noqa: SIM115  whoever writes to it gets an error
    if sys.stderr is None:
        sys.stderr = open(_occupied(2, os.O_WRONLY), "w", closefd=False)  # noqa: SIM115
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def _occupied(number: int, flags: int) -> int:
    """A closed file descriptor, opened on nothing: else the next file that is opened would get it, and what is printed with it."""
    opened = os.open(os.devnull, flags)
    if opened != number:
        os.dup2(opened, number)
    return number


def _discard(stream: IO[str]) -> None:
    """What is left in the buffer goes nowhere, so that the end of the process does not stumble over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _die_of_broken_pipe() -> None:
    """Ends as `yes | head -1` does: whoever read the output wants no more of it."""
    _discard(sys.stdout)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
