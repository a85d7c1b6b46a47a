"""`springhead new`: a stream to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from springhead.errors import OptionError, SpecError
from springhead.folders import SHIPPED
from springhead.wording import listed, meant

_START = """\
# {name}: what its records are, in one line. `springhead preview {name}` shows some of them.
description: What the records are; Airflow's UI shows it

topic: {name}
topic_config: # lets Springhead create the topic; without it a missing topic is an error
  partitions: 6
  configs:
    retention.ms: -1 # a backfill's records are as old as their interval: Kafka shall not expire them

schedule: 15m # a batch for every quarter of an hour; null: by hand only
records: 100 # per batch, spread over its interval
# rate: 20/s                       # or so many events per time, in place of `records`
# arrivals: poisson                # at random, in place of evenly

key: "{{id}}" # a template over the fields; null: no key
headers:
  source: {name}
# format: {{csv: {{delimiter: ";"}}}}  # in place of JSON

# Values that a run may change: in the form, in `conf`, or by --set currency=USD.
parameters:
  currency: {{default: EUR, choices: [EUR, USD, VND]}}

# `springhead describe` lists the kinds of fields.
fields:
  id: {{uuid: 4}}
  at: {{timestamp: iso}}
  customer: {{faker: name, locale: {{en_US: 7, vi_VN: 3}}}}
  status: {{choice: {{paid: 90, open: 9, cancelled: 1}}}}
  items: {{integer: [1, 9]}}
  total: {{number: [5, 900], decimals: 2}}
  currency: {{constant: "${{currency}}"}}
  ship_to:
    object:
      city: {{faker: city}}
      postcode: {{faker: postcode}}

# faults: {{duplicate: 0.01, truncated: 0.001}} # labelled copies that are not sound

# Each variant is one more task, with a batch of its own.
variants:
  few: {{records: 5}}
"""
_SCHEMA_LINE = re.compile(r"^# yaml-language-server: \$schema=.*\n", re.MULTILINE)
_TOPIC = re.compile(r"^topic:.*$", re.MULTILINE)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the stream: a-z, 0-9, _ and -.")],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="STREAM", help="Copy this stream: the name of one, shop.orders for one in a folder, or the path of its file."
        ),
    ] = None,
) -> None:
    """Write a stream to start from into the folder of the streams, with comments, or a copy of another one with a topic of its own."""
    from springhead.spec import load_stream, shown, stream_files, streams_dir
    from springhead.spec.files import NAME

    folder = streams_dir()
    if not NAME.fullmatch(name):
        raise OptionError(
            f"'{name}' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )
    if not folder.is_dir():
        raise OptionError(f"there is no folder {shown(folder)}: make it, or name another one by SPRINGHEAD_STREAMS")
    file = folder / f"{name}.yaml"
    if taken := next((each for each in stream_files(folder) if each.stem == name), None):
        raise OptionError(f"{shown(taken)} is there already: give another name")
    text = _START.format(name=name) if source is None else _copied(_found(source, folder), name)
    schema = os.path.relpath(SHIPPED / "stream.schema.json", folder)
    try:
        file.write_text(f"# yaml-language-server: $schema={schema}\n{text}", encoding="utf-8")
    except OSError as error:
        raise OptionError(f"cannot write {shown(file)}: {error.strerror}") from None
    try:
        stream = load_stream(file)
    except SpecError:
        file.unlink()
        raise
    typer.echo(f"{shown(file)}: {len(stream.fields)} fields, topic {stream.topic}. Look at some records: springhead preview {name}")


def _found(source: str, folder: Path) -> Path:
    """The file of the stream that is copied.

    Raises:
        OptionError: there is none.
    """
    from springhead.spec import STREAMS_DIR, stream_files
    from springhead.spec.extends import COMMON

    if source.endswith((".yaml", ".yml")) or os.sep in source:
        if not Path(source).is_file():
            raise OptionError(f"there is no file {source}")
        return Path(source)
    known: dict[str, Path] = {}
    for root in dict.fromkeys((STREAMS_DIR, folder)):
        for below in (root, *sorted(each for each in root.rglob("*") if each.is_dir() and each.name != COMMON)):
            known |= {".".join([*([] if below == root else [below.name]), each.stem]): each for each in stream_files(below)}
    if source not in known:
        raise OptionError(f"there is no stream '{source}' to copy; there are {listed(known)}{meant(source, known)}")
    return known[source]


def _copied(file: Path, name: str) -> str:
    from springhead.spec import shown

    try:
        text = _SCHEMA_LINE.sub("", file.read_text(encoding="utf-8"), count=1)
    except (OSError, ValueError) as error:
        raise OptionError(f"{shown(file)} cannot be read: {error}") from None
    copied, count = _TOPIC.subn(f"topic: {name}", text, count=1)
    return copied if count else f"topic: {name}\n{text}"
