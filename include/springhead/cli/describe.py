"""`springhead describe`: what a kind of field, a distribution, a key of a field or a stream, or a fault takes."""

from __future__ import annotations

from typing import Annotated

import typer


def describe(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="A kind of field, a distribution, a key of a field or a stream, or a fault. Default: a list of all."
        ),
    ] = None,
) -> None:
    """Tell what a kind of field, a distribution, a key of a field or a stream, or a fault takes: its arguments, bounds, defaults and an example."""
    from springhead.spec.description import described, overview

    typer.echo(overview() if name is None else described(name))
