"""Where `springhead generate` writes: stdout, a file that appears when it is whole, or whatever else stands under the name."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from springhead.errors import OptionError

Write: TypeAlias = Callable[[memoryview], None]
"""Writes all of the bytes. Raises OptionError where they cannot be written, BrokenPipeError where nobody reads them any more."""

_STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def is_stdout(path: Path | None) -> bool:
    """Whether `sink` would write to stdout."""
    return path is None or str(path) in _STDOUT


@contextmanager
def sink(path: Path | None) -> Iterator[Write]:
    """What writes to a path; None, `-` or /dev/stdout: to stdout.

    A regular file is written beside the path and takes its name at the end, so that a run that was stopped leaves the name as it was. What is none (a FIFO,
    a device) is written as it is.

    Raises:
        OptionError: it cannot be written.
    """
    if path is None or is_stdout(path):
        yield _writer(sys.stdout.fileno(), "stdout")
        return
    target = Path(os.path.realpath(path))
    with _named(path):
        replaced = _replaced(target)
        file = _beside(target) if replaced else target
        number = os.open(file, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if replaced else os.O_TRUNC), 0o666)
    try:
        yield _writer(number, str(path))
        with _named(path):
            os.close(number)  # a network's file system tells here that its disk is full
            number = -1
            if replaced:
                if target.exists():
                    shutil.copymode(target, file)
                file.replace(target)
    except BaseException:
        if replaced:
            with suppress(OSError):
                file.unlink()
        raise
    finally:
        if number >= 0:
            os.close(number)


def _replaced(target: Path) -> bool:
    """Whether a new file takes the name: it is free, or a regular file's, and the folder may be written. /dev and /proc lead to open files."""
    if target.parts[1:2] in (("dev",), ("proc",)):
        return False
    try:
        if not stat.S_ISREG(target.stat().st_mode):
            return False
    except FileNotFoundError:
        return True
    return os.access(target, os.W_OK) and os.access(target.parent, os.W_OK | os.X_OK)


def _beside(target: Path) -> Path:
    return target.with_name(f".springhead-{secrets.token_hex(8)}")


def _writer(number: int, name: str) -> Write:
    def write(data: memoryview) -> None:
        with _named(name):
            while data:
                data = data[os.write(number, data) :]

    return write


@contextmanager
def _named(name: object) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OptionError(f"cannot write {name}: {error.strerror}") from None
