"""How a task fails that no retry helps: its reason in the log, once, in lines that can be read."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger
from typing import Any

from springhead.errors import TerminalError
from springhead_airflow.compat import AirflowFailException
from springhead_airflow.remedies import told

_WIDTH = 90  # characters that the UI's log shows in a window of the usual size
_SHORT = 140
_COMMAND = re.compile("`[^`]+`")
_KEPT = "\ue000"  # a blank at which no line is broken


@contextmanager
def failing_for_good(log: Logger | Any) -> Iterator[None]:
    """Turns an error that no retry helps into one that Airflow does not retry.

    Airflow logs an exception's text as one line among those of its traceback, and so the exception has the beginning of the reason; the reason stands before it.

    Raises:
        AirflowFailException: whose `__context__` is the error.
    """
    try:
        yield
    except TerminalError as error:
        raise fail_for_good(log, told(error)) from None


def fail_for_good(log: Logger | Any, reason: str) -> AirflowFailException:
    """Logs the reason; returns what is to be raised."""
    for line in readable(reason):
        log.error("%s", line)
    short = reason.splitlines()[0]
    return AirflowFailException(short if len(short) <= _SHORT else f"{short[: _SHORT - 1].rstrip()}…")


def readable(text: str) -> list[str]:
    """The lines of a text, those that are too long for a screen broken between words, but for commands, which stay in one line to be copied."""
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        whole = _COMMAND.sub(lambda found: found[0].replace(" ", _KEPT), line)
        lines += textwrap.wrap(whole, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
    return [line.replace(_KEPT, " ") for line in lines]
