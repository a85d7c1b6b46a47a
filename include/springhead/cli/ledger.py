"""`springhead init` and `springhead ledger`: the ledger on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from springhead.cli.connections import find_connection
from springhead.errors import OptionError, SpringheadError
from springhead.quantities import Interval

if TYPE_CHECKING:
    from springhead.kafka.clients import Admin
    from springhead.kafka.topics import TopicInfo
    from springhead.ledger.entry import Entry
    from springhead.ledger.key import BatchKey

_DEFAULT_CONNECTION = "kafka_default"
_DIGITS = 12  # of a digest, in the table
_WIDE = 1000  # characters: more than a row has

ConnectionOption = Annotated[str | None, typer.Option("--connection", metavar="ID", help="Default: the stream's, else kafka_default.")]


def init(connection: Annotated[str, typer.Option("--connection", metavar="ID", help="The cluster.")] = _DEFAULT_CONNECTION) -> None:
    """Create the ledger, once per cluster: the topic that tells what was published exactly once."""
    from springhead.ledger.topic import init_ledger

    ledger = init_ledger(_admin(connection))
    replicas = f"{ledger.partitions} partitions, {ledger.replicas} replica{'s' * (ledger.replicas != 1)}"
    if ledger.created:
        typer.echo(f"ledger '{ledger.name}' created: {replicas}, cleanup.policy compact")
    else:
        typer.echo(f"ledger '{ledger.name}' is there already, and fit to be relied on: {replicas}")


def ledger(
    stream: Annotated[str | None, typer.Argument(metavar="[STREAM]", help="A stream's name. Default: all streams.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="INTERVAL", help="Remove the entries of this interval's batch, after asking.")
    ] = None,
    variant: Annotated[str | None, typer.Option("--variant", help="With --forget: the batch of a variant.")] = None,
    run_id: Annotated[str | None, typer.Option("--run-id", help="With --forget: the batch of a manual run.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="NAME", help="With --forget: a batch beside the stream's own.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --forget: do not ask.")] = False,
    connection: ConnectionOption = None,
) -> None:
    """List what was published exactly once: the entries of the ledger, one for each part of a batch."""
    from springhead.ledger.key import BatchKey
    from springhead.ledger.reader import LedgerReader
    from springhead.ledger.topic import find_ledger

    if forget is None and (variant or run_id or batch or yes):
        raise OptionError("--variant, --run-id, --batch and --yes belong to --forget INTERVAL")
    if forget is not None and stream is None:
        raise OptionError("--forget takes back the entries of one stream: write `springhead ledger STREAM --forget INTERVAL`")
    admin = _admin(connection or _connection_of(stream))
    topic = find_ledger(admin)
    if forget is not None:
        assert stream is not None
        _forget(admin, topic, BatchKey(stream, variant, Interval.parse(forget), run_id, batch), yes)
        return
    with LedgerReader(admin, topic, stream) as reader:
        entries = reader.read()
    if json:
        for entry in entries:
            typer.echo(entry.record().value)
    elif entries:
        _show(entries, stream is None)
    else:
        typer.echo(f"the ledger '{topic.name}' has no entries" + (f" of '{stream}'" if stream else ""), err=True)


def _admin(connection: str) -> Admin:
    from springhead.kafka.clients import Admin

    return Admin(find_connection(connection))


def _connection_of(stream: str | None) -> str:
    """The connection of a stream; its file may be gone, or wrong: the ledger speaks of the past."""
    from springhead.spec import find_stream

    try:
        return find_stream(stream).connection if stream else _DEFAULT_CONNECTION
    except SpringheadError:
        return _DEFAULT_CONNECTION


def _show(entries: Iterable[Entry], with_stream: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in (*(["stream"] * with_stream), "interval", "variant", "batch", "run", "records", "part", "digest", "spec", "attempt"):
        table.add_column(name, justify="right" if name == "records" else "left", no_wrap=True)
    for entry in entries:
        of = entry.key.batch
        table.add_row(
            *([of.stream] * with_stream),
            str(of.interval),
            of.variant or "",
            of.batch or "",
            of.run_id or "",
            f"{entry.records:,}" if entry.key.part else "",
            f"{entry.key.part} of {entry.opening.parts}" if entry.key.part else f"opened for {entry.opening.parts}",
            entry.digest[:_DIGITS],
            entry.opening.spec_digest[:_DIGITS],
            str(entry.attempt),
        )
    Console(width=_WIDE, markup=False, highlight=False).print(table)  # a line per entry, in a narrow terminal and in a pipe too


def _forget(admin: Admin, topic: TopicInfo, batch: BatchKey, yes: bool) -> None:
    from springhead.ledger.reader import LedgerReader
    from springhead.ledger.writer import forget

    with LedgerReader(admin, topic, batch.stream, batch.interval) as reader:
        there = [key for key in reader.part_keys() if key.batch.interval == batch.interval]
    keys = [key for key in there if key.batch == batch]
    if not keys:
        others = "".join(f"\n  {line}" for line in dict.fromkeys(_options(key.batch) for key in there))
        raise OptionError(
            f"the ledger '{topic.name}' has no entry of {batch}" + (f". Of that interval it has those of:{others}" if others else "")
        )
    count = sum(key.part > 0 for key in keys)
    parts = f"{count} part{'s' * (count != 1)}" if count else "the opening"
    if not yes:
        typer.echo(
            f"The ledger '{topic.name}' has {parts} of {batch}. Their records stay in the stream's topic: published again, they are there twice.",
            err=True,
        )
        if not typer.confirm("Forget it?", err=True):
            raise typer.Exit(1)
    forget(admin.connection, topic, keys)
    typer.echo(f"forgot {parts} of {batch}")


def _options(batch: BatchKey) -> str:
    """What names a batch on the command line, beside stream and interval."""
    words = [
        f"{name} {value}" for name, value in (("--variant", batch.variant), ("--batch", batch.batch), ("--run-id", batch.run_id)) if value
    ]
    return " ".join(words) or "the stream itself"
