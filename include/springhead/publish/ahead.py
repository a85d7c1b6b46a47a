"""Items made in a thread of its own, a few ahead of whoever takes them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

_AHEAD = 3  # that may wait


class Ahead(Generic[Item]):
    """Begins at once to make items; an iterator over them, once. The kernels hold no lock, so both threads run at once.

    Args:
        items: makes them; used in the other thread only. What it raises is raised where the next item is taken.
    """

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._waiting: queue.Queue[Item | BaseException | None] = queue.Queue(_AHEAD)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._make, name="springhead-records", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        while (item := self._waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def close(self) -> None:
        """Ends the making; returns when the item at hand is made."""
        self._over.set()
        self._thread.join()

    def _make(self) -> None:
        try:
            for item in self._items:
                if not self._put(item):
                    return
            self._put(None)
        except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits for it
            self._put(error)

    def _put(self, item: Item | BaseException | None) -> bool:
        while not self._over.is_set():
            try:
                self._waiting.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False
