"""`springhead validate`: streams checked, and some of their records drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from springhead.cli.options import request_of
from springhead.errors import OptionError, SpecError, SpringheadError
from springhead.spec import Stream, load_stream, shown, stream_files, streams_dir

_DRAWN = 100  # records of each stream and variant


def validate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", help="YAML files or folders. Default: include/streams.")] = None,
) -> None:
    """Check streams, and make 100 records of each: some errors show only then."""
    wanted = paths or [streams_dir()]
    files = [file for path in wanted for file in _yaml_files(path)]
    if not files:
        raise OptionError(f"no .yaml file in {', '.join(shown(path) for path in wanted)}")
    wrong = 0
    for file in files:
        try:
            stream = load_stream(file)
            _draw_some(stream)
        except SpringheadError as error:
            wrong += 1
            typer.echo(str(error) if isinstance(error, SpecError) else f"{shown(file)}: {error}", err=True)
        else:
            typer.echo(f"{shown(file)}: good ({len(stream.fields)} field{'s' * (len(stream.fields) != 1)}, topic {stream.topic})")
    if wrong:
        typer.echo(f"{wrong} of {len(files)} file{'s' * (len(files) != 1)} with errors", err=True)
        raise typer.Exit(1)


def _yaml_files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return stream_files(path)
        if not path.exists():
            raise OptionError(f"there is no file or folder {path}")
    except OSError as error:  # a name that is too long, a folder that may not be read
        raise OptionError(f"cannot read {path}: {error.strerror}") from None
    return [path]


def _draw_some(stream: Stream) -> None:
    from springhead.records.batch import Batch
    from springhead.records.press import Press

    for variant in (None, *stream.variants):
        batch = Batch.of(request_of(stream, variant=variant))
        press = Press(batch)
        for positions in press.chunks(range(min(_DRAWN, batch.records))):
            press.records(positions)
