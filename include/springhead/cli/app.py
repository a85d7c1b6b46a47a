"""The `springhead` command: streams without Airflow.

Progress and errors go to stderr, what machines read goes to stdout. Exit codes: 0 done, 1 an error of ours (its text on stderr), 2 wrong usage,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from springhead import __version__
from springhead.cli import ledger as cli_ledger
from springhead.cli import verify as cli_verify
from springhead.cli.options import (
    ConnectionId,
    IntervalText,
    PartitionCount,
    PartitionNumber,
    RecordCount,
    Republish,
    RunId,
    StreamName,
    VariantName,
    batch_of,
    interval_of,
    stream_of,
)
from springhead.cli.progress_bar import progress_bar
from springhead.cli.stopping import stopped_by_signals
from springhead.errors import OptionError, SpecError, SpringheadError, StoppedError
from springhead.spec import Stream, load_stream, shown, streams_dir

if TYPE_CHECKING:
    from springhead.records.records import Records

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=__doc__ and __doc__.splitlines()[0],
)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    """Synthetic event streams for Apache Kafka, declared in YAML."""
    if show:
        typer.echo(f"springhead {__version__}")
        raise typer.Exit


@app.command()
def validate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", help="YAML files or folders. Default: include/streams.")] = None,
) -> None:
    """Check streams, and draw 100 records of each: what only shows on drawing shows here."""
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
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml") and not file.name.startswith("."))
    if not path.exists():
        raise OptionError(f"there is no file or folder {path}")
    return [path]


def _draw_some(stream: Stream) -> None:
    import numpy as np

    from springhead.records.press import Press

    for variant in (None, *stream.variants):
        chosen = stream.with_variant(variant)
        batch = batch_of(stream, variant=variant, partitions=(chosen.partition or 0) + 1)
        Press(batch).records(np.arange(min(100, batch.records), dtype=np.uint64))


@app.command()
def preview(
    stream: StreamName,
    n: Annotated[int, typer.Option("-n", min=1, help="How many records.")] = 5,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    partition: PartitionNumber = None,
    partitions: PartitionCount = None,
    run_id: RunId = None,
) -> None:
    """Print the first records of a batch as they would be published."""
    import numpy as np

    from springhead.records.press import Press

    batch = batch_of(stream_of(stream), interval, variant, records, partition, partitions, run_id, say=True)
    made = Press(batch).records(np.arange(min(n, batch.records), dtype=np.uint64))
    for line in _readable(made):
        typer.echo(line)


def _readable(records: Records) -> Iterator[str]:
    keys = records.keys.optional() if records.keys else [None] * records.rows
    headers = records.headers or [[] for _ in range(records.rows)]
    rows = zip(
        records.ids.tolist(),
        records.timestamps_ms.tolist(),
        records.partitions.tolist(),
        keys,
        headers,
        records.values.tolist(),
        strict=True,
    )
    for number, time_ms, partition, key, named, value in rows:
        time = dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        parts = [f"#{number}", time, f"partition {partition}", f"key {key.decode()}" if key is not None else "no key"]
        parts += [f"{name}: {text.decode()}" for name, text in named]
        yield "  ".join(parts)
        yield value.decode()


@app.command()
def explain(
    stream: StreamName,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    partition: PartitionNumber = None,
    partitions: PartitionCount = None,
    run_id: RunId = None,
) -> None:
    """Tell how each field is made, and about how large and long a batch is."""
    from springhead.cli.estimate import estimate, fields_of

    found = stream_of(stream)
    rows = list(fields_of(found))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for place, kind, how in rows:
        typer.echo(f"{place:<{widths[0]}}  {kind:<{widths[1]}}  {how}")
    batch = batch_of(found, interval, variant, records, partition, partitions, run_id)
    size, seconds = estimate(batch)
    typer.echo(
        f"\na record: {size:,.0f} bytes of JSON, {seconds * 1e6:.2g} µs to make here"
        f"\na batch: {batch.records:,} records, {size * batch.records / 1e6:,.3g} MB, {seconds * batch.records:,.2g} s to make"
    )


@app.command()
def generate(
    stream: StreamName,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write. Default: stdout.")] = None,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    partition: PartitionNumber = None,
    partitions: PartitionCount = None,
    run_id: RunId = None,
) -> None:
    """Write the values of a batch as NDJSON; no Kafka needed."""
    from springhead.records.digests import BatchDigest
    from springhead.records.press import records_of

    batch = batch_of(stream_of(stream), interval, variant, records, partition, partitions, run_id, say=True)
    digest = BatchDigest()
    with _sink(output) as file, progress_bar("generating", batch.records) as advance:
        done = 0
        for made in records_of(batch):
            digest.update(made)
            file.write(b"\n".join(made.values.tolist()) + b"\n")
            done += made.rows
            advance(done, batch.records)
    typer.echo(f"{batch.records:,} records, digest {digest.hexdigest()}", err=True)


@contextmanager
def _sink(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror}") from None


@app.command()
def publish(
    stream: StreamName,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    partition: PartitionNumber = None,
    run_id: RunId = None,
    republish: Republish = None,
    connection: ConnectionId = None,
) -> None:
    """Publish a batch without Airflow; the last line of stdout is the receipt as JSON."""
    import msgspec

    from springhead.kafka.connection import find_connection
    from springhead.publish import publish as pipeline

    chosen = stream_of(stream)
    window = interval_of(chosen, interval, say=True)
    found = find_connection(connection or chosen.with_variant(variant).connection)
    stop = threading.Event()
    with stopped_by_signals(stop), progress_bar("publishing", records or chosen.with_variant(variant).records) as advance:
        receipt = pipeline.publish(
            chosen,
            window,
            found,
            variant=variant,
            run_id=run_id,
            records=records,
            partition=partition,
            republish=republish,
            stop=stop,
            progress=advance,
        )
    typer.echo(receipt.text(), err=True)
    typer.echo(msgspec.json.encode(receipt.as_dict()).decode())


app.command()(cli_verify.verify)
app.command()(cli_ledger.init)
app.command()(cli_ledger.ledger)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the stream language, for editors."""
    import json

    from springhead.spec import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def main() -> None:
    """Runs the command; an error of ours is its text on stderr and exit code 1, never a traceback."""
    gc.disable()  # the search for cycles takes a seventh of the start; records, arrays and bytes, have none
    # Nothing here uses numpy's linear algebra, whose threads spin for 0.1 s when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.getLogger("springhead.kafka").setLevel(logging.CRITICAL)  # librdkafka tells of each try; the error that counts is raised
    try:
        app()
    except StoppedError as error:
        typer.echo(f"springhead: {error}", err=True)
        sys.exit(130)
    except SpringheadError as error:
        typer.echo(str(error) if isinstance(error, SpecError) else f"springhead: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `springhead generate … | head`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  nothing may be flushed to the closed pipe at exit
        sys.exit(0)
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
