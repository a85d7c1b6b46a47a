"""Steps with progress and times on the terminal; plain lines where there is none."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Step:
    """One step under way."""

    def __init__(self, progress: Progress, task: TaskID, title: str) -> None:
        self._progress, self._task, self.title, self.note = progress, task, title, ""

    def count(self, done: int, total: int) -> None:
        """Shows how far the step is."""
        self._progress.update(self._task, completed=done, total=total)
        self.note = f"{done} of {total}"

    def say(self, note: str) -> None:
        """Shows a word about the step, which also stands in its closing line."""
        self.note = note
        self._progress.update(self._task, description=f"{self.title}: {note}")


class Steps:
    """Shows steps that may overlap; each one's closing line tells what took how long. Steps may run in threads."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self._lock = threading.Lock()
        self.started = time.monotonic()

    def __enter__(self) -> Steps:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Runs one step: it spins while the body runs, then leaves a line with its time."""
        task = self._progress.add_task(title, total=None)
        step, start = Step(self._progress, task, title), time.monotonic()
        mark = "failed"
        try:
            yield step
            mark = "ok"
        finally:
            self._progress.remove_task(task)
            note = f" ({step.note})" if step.note else ""
            with self._lock:
                self.console.print(f"{mark:>6}  {time.monotonic() - start:5.1f} s  {title}{note}", markup=False)
