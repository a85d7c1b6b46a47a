"""What a person at a terminal sees of long work: a bar on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with count, rate and time left, for anything longer than a second; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as bar:
        task = bar.add_task(what, total=total, visible=False, rate="")

        def advance(done: int, of: int) -> None:
            shown = bar.tasks[0]
            elapsed = shown.elapsed or 0.0
            bar.update(task, completed=done, total=of, visible=elapsed > 1, rate=f"{done / elapsed:,.0f}/s" if elapsed > 1 else "")

        yield advance
