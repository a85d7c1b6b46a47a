"""`--json`: what commands print for other programs. Keys stay; more may come."""

from __future__ import annotations

import base64
from typing import Annotated, Any, TypeAlias

import typer

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="JSON for other programs.")]


def echo_json(value: object) -> None:
    """Prints a value as one line of JSON."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


def value_of(value: bytes | None) -> dict[str, Any]:
    """A record's value: as text; where it is no UTF-8, as a faulty one may be, in base64."""
    try:
        return {"value": None if value is None else value.decode(), "value_base64": None}
    except UnicodeDecodeError:
        return {"value": None, "value_base64": base64.b64encode(value or b"").decode()}
