"""`springhead validate`: streams checked, and some of their records drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sized
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from springhead.cli.as_json import AsJson, echo_json
from springhead.cli.options import request_of
from springhead.errors import OptionError, SpecError, SpringheadError
from springhead.quantities import Interval
from springhead.wording import in_utf8

if TYPE_CHECKING:
    from springhead.records.batch import Batch
    from springhead.records.request import Request
    from springhead.spec import Stream

_DRAWN = 100  # records of each stream and variant


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]…", help="YAML files or folders. Default: include/streams and include/entities.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Check streams and entities, and make 100 records of each: some errors show only then."""
    from springhead.spec import entities_dir, shown, streams_dir

    wanted = paths or [streams_dir(), *([entities_dir()] if entities_dir().is_dir() else [])]
    files = [file for path in wanted for file in yaml_files(path)]
    if not files:
        raise OptionError(f"no .yaml file in {', '.join(shown(path) for path in wanted)}")
    told = []
    for file in files:
        told.append(_checked(file))
        if not json:
            typer.echo(told[-1]["text"], err=not told[-1]["good"])
    wrong = sum(not each["good"] for each in told)
    if json:
        echo_json({"good": not wrong, "files": [{key: value for key, value in each.items() if key != "text"} for each in told]})
    elif wrong:
        typer.echo(f"{wrong} of {len(files)} file{'s' * (len(files) != 1)} with errors", err=True)
    if wrong:
        raise typer.Exit(1)


def _checked(file: Path) -> dict[str, Any]:
    """What is to be told of a file: in `text` for a person, in the other keys for a program."""
    from springhead.spec import shown

    entity = _is_entity(file)
    told: dict[str, Any] = {
        "file": shown(file),
        "kind": "entity" if entity else "stream",
        "name": in_utf8(file.stem),
        "good": False,
        "problems": [],
    }
    try:
        facts = _checked_entity(file) if entity else _checked_stream(file)
    except SpecError as error:
        problems = [
            {"file": one.file, "line": one.line or None, "column": one.column or None, "path": one.path or None, "message": one.message}
            for one in error.problems
        ]
        return told | {"problems": problems, "text": str(error)}
    except SpringheadError as error:
        problem = {"file": shown(file), "line": None, "column": None, "path": None, "message": str(error)}
        return told | {"problems": [problem], "text": f"{shown(file)}: {error}"}
    return told | {"good": True, **facts, "text": f"{shown(file)}: good ({facts['text']})"}


def yaml_files(path: Path) -> list[Path]:
    """The streams or entities that a path of the command line means: those of a folder, or the file itself.

    Raises:
        OptionError: there is neither.
    """
    from springhead.spec import stream_files

    try:
        if path.is_dir():
            return stream_files(path)
        if not path.exists():
            raise OptionError(f"there is no file or folder {path}")
    except OSError as error:  # a name that is too long, a folder that may not be read
        raise OptionError(f"cannot read {path}: {error.strerror}") from None
    return [path]


def _is_entity(file: Path) -> bool:
    """By its folder, or by its keys."""
    from springhead.spec import entities_dir, streams_dir
    from springhead.spec.yaml import read_yaml

    if file.resolve().parent in (folder := entities_dir().resolve(), streams_dir().resolve()):
        return file.resolve().parent == folder
    try:
        keys = read_yaml(file.read_bytes()).value
    except (OSError, ValueError):  # reading it as a stream tells what is wrong
        return False
    return isinstance(keys, dict) and "topic" not in keys and "count" in keys


def _checked_entity(file: Path) -> dict[str, Any]:
    from springhead.records.population import Population
    from springhead.spec import load_entity
    from springhead.spec.population import counted

    entity = load_entity(file)
    Population(entity).members(range(min(_DRAWN, entity.fixed) if entity.growing is None else _DRAWN))
    return {"fields": len(entity.fields), "text": f"{_counted(entity.fields)}, {counted(entity)}"}


def _checked_stream(file: Path) -> dict[str, Any]:
    from springhead.spec import load_stream

    stream = load_stream(file)
    draw_some(stream)
    return {"fields": len(stream.fields), "topic": stream.topic, "text": f"{_counted(stream.fields)}, topic {stream.topic}"}


def _counted(fields: Sized) -> str:
    return f"{len(fields)} field{'s' * (len(fields) != 1)}"


def draw_some(stream: Stream) -> None:
    """Makes 100 records of a stream, and of each of its variants."""
    from springhead.records.press import Press

    for variant in (None, *stream.variants):
        batch = _batch_with_records(request_of(stream, variant=variant))
        press = Press(batch)
        for positions in press.chunks(range(min(_DRAWN, batch.records))):
            press.records(positions)


def _batch_with_records(request: Request) -> Batch:
    """The batch of the last complete interval; of the week or the year before its end, where a night without traffic, or a low rate, leaves it nothing.

    Raises:
        OptionError: none of them can be had.
    """
    from springhead.records.batch import Batch

    end, failure, batch = request.interval.end, None, None
    for interval in (request.interval, *(Interval(end - dt.timedelta(days=days), end) for days in (7, 366))):
        try:
            batch = Batch.of(replace(request, interval=interval))
        except OptionError as error:
            failure = failure or error
            continue
        if batch.records:
            return batch
    if batch is None and failure is not None:
        raise failure
    assert batch is not None
    return batch
