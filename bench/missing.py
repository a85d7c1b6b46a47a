"""A program to compare with that is not there: its figure is left out, never guessed."""

from __future__ import annotations

import shutil


class Missing(Exception):  # noqa: N818  it is no error of the benchmark
    """Why a program was not measured, and how to get it."""


def program(name: str, remedy: str) -> str:
    """The path of a program on the PATH.

    Raises:
        Missing: it is not installed; the remedy is in the text.
    """
    found = shutil.which(name)
    if found is None:
        raise Missing(f"not installed: {remedy}")
    return found
