"""What a person at a terminal sees: errors and progress, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with count, rate and time left, for anything longer than a second; nothing where stderr is no terminal."""
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal, refresh_per_second=4) as bar:
        task = bar.add_task(what, total=total, visible=False, rate="")

        def advance(done: int, of: int) -> None:
            shown = bar.tasks[0]
            elapsed = shown.elapsed or 0.0
            bar.update(task, completed=done, total=of, visible=elapsed > 1, rate=f"{done / elapsed:,.0f}/s" if elapsed > 1 else "")

        yield advance
