"""`--entity`: an entity's members in place of a stream's records."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from springhead.cli.progress_bar import progress_bar
from springhead.cli.sink import sink
from springhead.cli.stopping import stopped_by_signals
from springhead.errors import StoppedError
from springhead.spec import Entity, Stream, find_entity, load_entity
from springhead.wording import duration_text, listed, size_text

EntityName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--entity", metavar="ENTITY", help="An entity's members in place of a stream's records: its name, or the path of its YAML file."
    ),
]
_WITH_ENTITY = ("entity", "n", "output")  # the options that go with it
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
    if name is None:
        if context.params["stream"] is None:
            raise typer.BadParameter("name a stream, or an entity by --entity")
        return None
    if others := [each for each, value in context.params.items() if value is not None and each not in _WITH_ENTITY]:
        raise typer.BadParameter(f"an entity's members are the same in every batch: leave out {listed(others)}")
    return load_entity(Path(name)) if name.endswith((".yaml", ".yml")) or os.sep in name else find_entity(name)


def preview_members(entity: Entity, n: int) -> None:
    """Prints the first members."""
    from springhead.records.population import Population

    population = Population(entity)
    for numbers in population.chunks(range(min(n, population.count))):
        for number, member in zip(numbers, population.members(numbers).tolist(), strict=True):
            typer.echo(f"#{number}\n{population.encoder.text(member)}")


def generate_members(entity: Entity, output: Path | None) -> None:
    """Writes all members as NDJSON.

    Raises:
        StoppedError: it was told to stop.
        OptionError: the file cannot be written.
    """
    from springhead.records.population import Population

    population, stop = Population(entity), threading.Event()
    with stopped_by_signals(stop), progress_bar("generating", population.count) as advance, sink(output) as write:
        for numbers in population.chunks():
            if stop.is_set():
                raise StoppedError("stopped")
            write(population.encoder.lines(population.members(numbers)).data)
            advance(numbers.stop, population.count)
    typer.echo(f"{population.count:,} members", err=True)


def size_of(entity: Entity) -> str:
    """How large a member and the population are, and how long they take."""
    from springhead.records.population import Population

    began = time.perf_counter()
    population = Population(entity)
    numbers = range(min(population.count, _SAMPLE))
    population.members(numbers)  # buffers grow, kernels are loaded
    prepared = time.perf_counter() - began
    began = time.perf_counter()
    size = population.members(numbers).used.size / len(numbers)
    seconds = (time.perf_counter() - began) / len(numbers)
    return (
        f"a member: {size_text(size)} of JSON, {duration_text(seconds)} to make here\n"
        f"the population: {population.count:,} members, picked {picked(entity)}; {size_text(size * population.count)}, "
        f"{duration_text(prepared + seconds * population.count)} to make all of them"
    )


def picked(entity: Entity) -> str:
    """How references pick members, in words."""
    if isinstance(entity.distribution, dict):
        return f"by zipf {entity.distribution['zipf']:g}"
    return {"uniform": "evenly", "round_robin": "one after the other"}[entity.distribution]


def entities_of(stream: Stream) -> list[str]:
    """A line for each entity that a stream's records are made of."""
    found = [stream.entities.get(name) for name in stream.entity_names]
    return [
        f"{entity.name}: {entity.count:,} members, {'one after the other' if entity.name == stream.each else f'picked {picked(entity)}'}"
        for entity in found
    ]
