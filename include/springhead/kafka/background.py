"""A call in a thread of its own: for what may last, while signals, the stop event or other work must not wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def begun(name: str, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Its result, or what it raises, once it is there. A process that ends before does not wait for it.

    Args:
        name: of the thread.
        call, args, kwargs: what is called.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(call(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 it is raised where the result is asked for
            result.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return result
