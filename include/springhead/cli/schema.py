"""`springhead schema`: the JSON Schema of the stream language."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the stream language, for editors."""
    import json

    from springhead.spec import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
