"""Writes what follows from the language's models: the JSON Schema for editors, and the guide's table of the kinds of fields."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dev.places import ROOT
from springhead.spec import Entity, Stream, json_schema, kinds_table

SCHEMAS: dict[type[Stream | Entity], Path] = {Stream: ROOT / "include/stream.schema.json", Entity: ROOT / "include/entity.schema.json"}
GUIDE = ROOT / "docs/streams.md"
_TABLE = re.compile(r"(<!-- the kinds of fields: `make schema` writes this table -->\n).*?\n(?=\n)", re.DOTALL)


def guide(text: str) -> str:
    """The guide with today's table in it."""
    return _TABLE.sub(lambda found: found[1] + kinds_table(), text, count=1)


if __name__ == "__main__":
    for model, file in SCHEMAS.items():
        file.write_text(json.dumps(json_schema(model), indent=2, ensure_ascii=False) + "\n")
    GUIDE.write_text(guide(GUIDE.read_text()))
