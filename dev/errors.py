"""Errors of the local stack: each one says what to change, and is shown without a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn


class DevError(Exception):
    """Something that whoever types `make …` has to know or to change."""


class PortInUseError(DevError):
    """Another program listens where ours should."""

    def __init__(self, port: int, what: str, variable: str) -> None:
        self.port, self.what, self.variable = port, what, variable
        super().__init__(
            f"port {port}, where {what} should listen, is in use by another program. Choose another one: make … {variable}={port + 1}"
        )

    def __reduce__(self) -> tuple[type[PortInUseError], tuple[int, str, str]]:
        return PortInUseError, (self.port, self.what, self.variable)


def exit_with(main: Callable[[], int]) -> NoReturn:
    """Ends the process with what `main` returns; a DevError becomes one line on stderr and exit code 1."""
    try:
        sys.exit(main())
    except DevError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def last_lines(text: str, count: int = 15) -> str:
    """Returns the end of a log, or of what a program has said."""
    return "\n".join(text.strip().splitlines()[-count:])
