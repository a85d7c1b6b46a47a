"""Ends a call of a user's own provider that does not return, so that it is an error and not a command or a task that hangs.

What draws without end is bounded by its draws (`counted`); what loops without drawing is seen by nobody but the clock. The time is far above what any method takes,
so that a slow machine refuses nothing.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from springhead.errors import FieldError
from springhead.providers import provider_files

MOST_S = 60  # of one call
_LOOK_S = 1.0


class _EndlessError(BaseException):
    """Raised inside of the call; no `except Exception` of a provider's shall take it."""


@contextmanager
def ending(name: str) -> Iterator[None]:
    """Calls of own providers within it end after MOST_S each. One that waits outside of Python (a lock, a socket, a sleep) ends when it is back there.

    Raises:
        FieldError: one did not return by itself; names its file and line.
    """
    files = {str(path.absolute()): f"{path.parent.name}/{path.name}" for path in provider_files()}
    if not files:
        yield
        return
    done, places = threading.Event(), [""]
    watchdog = threading.Thread(target=_watch, args=[threading.get_ident(), files, done, places], name="springhead-watchdog", daemon=True)
    watchdog.start()
    try:
        yield
    except _EndlessError:
        raise FieldError(
            f"Faker's {name!r} cannot be used: {places[0]}: it has not returned for {MOST_S} s. A method ends, whatever it draws"
        ) from None
    finally:
        done.set()
        watchdog.join()


def _watch(thread: int, files: dict[str, str], done: threading.Event, places: list[str]) -> None:
    """Looks at a thread again and again: the same call of an own file, for as long as MOST_S, is ended."""
    seen, looks = None, 0
    while not done.wait(_LOOK_S):  # looks are counted: the clock may stand still (`standing_clock`)
        call = _own_call(sys._current_frames().get(thread), files)
        looks = looks + 1 if call is seen else 0
        seen = call  # held, so that no later call can be taken for it
        if call is not None and looks * _LOOK_S >= MOST_S:
            places[0] = f"{files[call.f_code.co_filename]}:{call.f_lineno}"
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_EndlessError))
            seen, looks = None, 0  # a provider that goes on all the same is told again


def _own_call(frame: FrameType | None, files: dict[str, str]) -> FrameType | None:
    """The outermost call of an own file that a frame stands in."""
    found = None
    while frame is not None:
        if frame.f_code.co_filename in files:
            found = frame
        frame = frame.f_back
    return found
