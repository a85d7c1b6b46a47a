"""`--entity`: an entity's members in place of a stream's records."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from springhead.cli.as_json import echo_json, value_of
from springhead.cli.progress_bar import progress_bar
from springhead.cli.sink import sink
from springhead.cli.stopping import stopped_by_signals
from springhead.cli.values_file import PARQUET, other_format
from springhead.errors import OptionError, StoppedError
from springhead.quantities import iso_of_ms, parse_time, us_of
from springhead.wording import duration_text, listed, size_text

if TYPE_CHECKING:
    from springhead.records.population import Population
    from springhead.spec import Entity, Stream
    from springhead.spec.format import Format

EntityName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--entity", metavar="ENTITY", help="An entity's members in place of a stream's records: its name, or the path of its YAML file."
    ),
]
Moment: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="With --entity: the moment at which the members of a growing population are counted. Default: now."
    ),
]
_WITH_ENTITY = ("entity", "at", "n", "output", "header", "json")  # the options that go with it
_SAMPLE = 4096  # members


def entity_of(name: str | None, context: typer.Context) -> Entity | None:
    """The entity of this name; None: the command names a stream.

    Args:
        name: of `--entity`.
        context: of the command, with all that was given.

    Raises:
        UsageError: it names neither, or both, or says of an entity what only a stream has.
        OptionError: there is no such entity.
        SpecError: its file has errors.
    """
    from springhead.spec import find_entity, load_entity

    if name is None:
        if context.params["stream"] is None:
            raise typer.BadParameter("name a stream, or an entity by --entity")
        if context.params["at"] is not None:
            raise typer.BadParameter("--at goes with --entity: it counts the members of a growing population")
        return None
    given = (each for each, value in context.params.items() if value is not None and value is not False and value not in ((), []))
    if others := [{"assignments": "set"}.get(each, each) for each in given if each not in _WITH_ENTITY]:
        raise typer.BadParameter(f"an entity's members are the same in every batch: leave out {listed(others)}")
    return load_entity(Path(name)) if name.endswith((".yaml", ".yml")) or os.sep in name else find_entity(name)


def population_of(entity: Entity, at: str | None, format_: Format | None = None) -> Population:
    """The population at a moment; without one a growing one as it is now, told on stderr.

    Raises:
        OptionError: the moment is none, or the population does not grow.
    """
    from springhead.records.population import Population

    if entity.growing is None:
        if at is not None:
            raise OptionError(f"at: '{entity.name}' has {entity.fixed:,} members at any time: leave it out")
        return Population(entity, format_=format_)
    try:
        time = parse_time(at) if at is not None else dt.datetime.now(dt.UTC).replace(microsecond=0)
    except ValueError as error:
        raise OptionError(f"at: {error}") from None
    if at is None:
        typer.echo(f"at {iso_of_ms(us_of(time) // 1000)}", err=True)
    return Population(entity, us_of(time), format_)


def preview_members(entity: Entity, n: int, at: str | None, json: bool = False) -> None:
    """Prints the first members; of a growing population the newest ones. json: a JSON object in a line for each."""
    population = population_of(entity, at)
    first = 0 if entity.growing is None else max(population.count - n, 0)
    if not population.count:
        typer.echo("no members yet", err=True)
    for numbers in population.chunks(range(first, min(first + n, population.count))):
        for number, member in zip(numbers, population.members(numbers).tolist(), strict=True):
            if json:
                echo_json({"member": number, **value_of(member)})
            else:
                typer.echo(f"#{number}\n{population.encoder.text(member)}")


def generate_members(entity: Entity, output: Path | None, at: str | None, form: str, header: bool) -> None:
    """Writes all members.

    Args:
        form: what the file's name asks for, as `form_of` has it.
        header: whether a CSV file has one.

    Raises:
        StoppedError: it was told to stop.
        OptionError: the file cannot be written.
        SpecError: the form cannot hold its fields.
    """
    from springhead.spec.format import JsonFormat

    population, stop = population_of(entity, at, other_format(form, JsonFormat())), threading.Event()
    with stopped_by_signals(stop), progress_bar("generating", population.count) as advance, sink(output) as write:

        def chunks() -> Iterator[range]:
            for numbers in population.chunks():
                if stop.is_set():
                    raise StoppedError("stopped")
                yield numbers
                advance(numbers.stop, population.count)

        if form == PARQUET:
            from springhead.records.table import schema_of, write_parquet

            write_parquet(map(population.columns, chunks()), schema_of(population.type, entity.fields), write)
        else:
            if form == "csv" and header:
                write(memoryview(population.encoder.head))
            for numbers in chunks():
                write(population.encoder.lines(population.members(numbers)).data)
    typer.echo(f"{population.count:,} members", err=True)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a population is, and how long its members take.

    Attributes:
        members: how many there are.
        bytes: of a member's value, the mean of the first ones; 0: there are none.
        seconds: to make a member.
        prepared: seconds before the first one is there.
    """

    members: int
    bytes: float = 0.0
    seconds: float = 0.0
    prepared: float = 0.0


def size_of(entity: Entity, at: str | None) -> Size:
    """Makes up to 4,096 members, and tells how that went."""
    began = time.perf_counter()
    population = population_of(entity, at)
    if not population.count:
        return Size(0)
    numbers = range(min(population.count, _SAMPLE))
    population.members(numbers)  # buffers grow, kernels are loaded
    prepared = time.perf_counter() - began
    began = time.perf_counter()
    size = population.members(numbers).used.size / len(numbers)
    return Size(population.count, size, (time.perf_counter() - began) / len(numbers), prepared)


def size_text_of(entity: Entity, size: Size) -> str:
    """The same in words."""
    from springhead.spec.population import grows, picked

    if not size.members:
        return f"the population: no members yet, {grows(entity)}, picked {picked(entity)}"
    return (
        f"a member: {size_text(size.bytes)} of JSON, {duration_text(size.seconds)} to make here\n"
        f"the population: {size.members:,} members{', ' + grows(entity) if entity.growing else ''}, picked {picked(entity)}; {size_text(size.bytes * size.members)}, "
        f"{duration_text(size.prepared + size.seconds * size.members)} to make all of them"
    )


def entities_of(stream: Stream) -> list[str]:
    """A line for each entity that a stream's records are made of."""
    from springhead.spec.population import counted, picked

    found = [stream.entities.get(name) for name in stream.entity_names]
    return [
        f"{entity.name}: {counted(entity)}, {'one after the other' if entity.name == stream.each else f'picked {picked(entity)}'}"
        for entity in found
    ]
