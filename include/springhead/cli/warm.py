"""`springhead warm`: what is made once for a machine is made now, so that no batch waits for it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from springhead.cli.progress_bar import progress_bar
from springhead.cli.validate import draw_some, yaml_files

_LOOK_S = 0.25


def warm(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Streams, or folders of them, whose Faker methods are prepared, too. Default: none."),
    ] = None,
) -> None:
    """Compile the kernels, and prepare the Faker methods of streams, into the cache: ~/.cache/springhead, or SPRINGHEAD_CACHE."""
    from springhead.spec import load_stream, shown

    streams = [load_stream(file) for path in paths or () for file in yaml_files(path)]  # a wrong one is told before the minute of compiling
    started = time.monotonic()
    with progress_bar("kernels") as advance, _told(advance):
        from springhead.kernels.cache import cache_root  # importing the package compiles what the cache lacks
        from springhead.kernels.machine_code import object_name
    typer.echo(f"kernels ready after {time.monotonic() - started:.1f} s: {shown(cache_root() / object_name())}")
    with progress_bar("streams", len(streams)) as advance:
        for number, stream in enumerate(streams):
            draw_some(stream)
            advance(number + 1, len(streams))
    if streams:
        typer.echo(f"Faker's methods ready of {len(streams)} stream{'s' * (len(streams) != 1)}")


@contextmanager
def _told(advance: Callable[[int, int], None]) -> Iterator[None]:
    """Tells while the kernels are imported how many of them are compiled."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_LOOK_S):
            if (compiling := sys.modules.get("springhead.kernels.compiling")) is not None and (made := getattr(compiling, "MADE", None)):
                advance(*made)

    watcher = threading.Thread(target=tell, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
