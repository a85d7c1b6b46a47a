"""`springhead schema`: the JSON Schema of the stream language."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(entity: Annotated[bool, typer.Option("--entity", help="Of the files of include/entities.")] = False) -> None:
    """Print the JSON Schema of the stream language, for editors."""
    import json

    from springhead.spec import Entity, Stream, json_schema

    typer.echo(json.dumps(json_schema(Entity if entity else Stream), indent=2, ensure_ascii=False))
