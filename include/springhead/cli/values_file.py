"""The files of `springhead generate`: what their name's ending says, and what they cannot hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from springhead.errors import OptionError

if TYPE_CHECKING:
    from springhead.spec.format import Format

PARQUET = "parquet"
_BY_ENDING = {".ndjson": "json", ".jsonl": "json", ".csv": "csv", ".parquet": PARQUET}

Header: TypeAlias = Annotated[bool, typer.Option("--header/--no-header", help="Whether a .csv file begins with the names of the columns.")]


def form_of(output: Path | None, header: bool) -> str:
    """What the name of a file asks for: a format, or parquet; empty: the stream's own.

    Raises:
        OptionError: the header is switched off of what has none.
    """
    form = "" if output is None else _BY_ENDING.get(output.suffix.lower(), "")
    if not header and form != "csv":
        raise OptionError("no-header: only a file whose name ends in .csv has a header: leave it out, or name one by -o")
    return form


def other_format(form: str, own: Format) -> Format | None:
    """The format that a form means; None: it is the stream's own."""
    from springhead.spec.format import FORMATS

    return None if form in ("", PARQUET, own.name) else FORMATS[form]()
