"""Records made on several threads, and taken in their order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from springhead.errors import StoppedError
from springhead.records.press import Press

Span = TypeVar("Span")
Made = TypeVar("Made")

_GRACE_S = 2.0  # that a stop waits for the chunks at hand: whoever takes them may wait for a reader that never comes


def in_turn(
    presses: Iterable[Press],
    spans: Iterable[Span],
    make: Callable[[Press, Span], Made],
    take: Callable[[Span, Made], None],
    stop: threading.Event,
) -> None:
    """Makes something of each span, on as many threads as there are presses; returns when all was taken.

    A thread makes a chunk while others make theirs, waits for its turn and takes it itself: what a press holds until its next chunk is not copied.

    Args:
        presses: of one batch; each begins as soon as it is there, while the next one is prepared.
        spans: what to make, in order.
        make: called on all threads at once, with a press that no other thread has.
        take: called with one span at a time, in their order.
        stop: ends it.

    Raises:
        StoppedError: the stop event is set.
        Exception: the first that `make` or `take` raised, in the order of the spans.
    """
    turns = _Turns(spans)

    def work(press: Press) -> None:
        for number, span in turns:
            try:
                made = make(press, span)
                if turns.wait_for(number):
                    take(span, made)
                    turns.done()
            except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits
                turns.failed(number, error)

    threads: list[threading.Thread] = []
    try:
        for press in presses:
            threads.append(threading.Thread(target=work, args=[press], name="springhead-records", daemon=True))
            threads[-1].start()
        for thread in threads:
            while thread.is_alive() and not stop.is_set():
                thread.join(0.1)
    finally:
        turns.end()
    for thread in threads:
        thread.join(_GRACE_S if stop.is_set() else None)
    if turns.error is not None:
        raise turns.error
    if stop.is_set():
        raise StoppedError("stopped")


class _Turns(Generic[Span]):
    """Numbers the spans as threads ask for them, and lets one thread after the other take its own.

    Attributes:
        error: of the span that failed first, in the order of the spans.
    """

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = iter(enumerate(spans))
        self._now = 0
        self._over = False
        self._changed = threading.Condition()
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[tuple[int, Span]]:
        """The spans that this thread gets, each with its number."""
        while True:
            with self._changed:
                try:
                    if self._over or (following := next(self._spans, None)) is None:
                        return
                except BaseException as error:  # noqa: BLE001  the others would wait for this span's turn
                    self.error = error
                    self.end()
                    return
            yield following

    def wait_for(self, number: int) -> bool:
        """Waits for this span's turn; False: it never comes, for the work is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._now == number)
            return not self._over

    def done(self) -> None:
        """The next one's turn."""
        with self._changed:
            self._now += 1
            self._changed.notify_all()

    def failed(self, number: int, error: BaseException) -> None:
        """A span failed: those before it are taken, none behind it is."""
        if self.wait_for(number):
            self.error = error
            self.end()

    def end(self) -> None:
        """No more turns."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
