"""Whatever characters stand in names, words and templates: other readers read the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import orjson
import polars as pl
import pytest

from springhead.records.press import Press
from tests.unit.build import batch

PLANE = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]  # of each, but for halves of pairs, which are no characters
BLOCKS = ["".join(PLANE[first : first + 512]) for first in range(0, len(PLANE), 512)]
NAMED = [character for character in PLANE if character.isprintable() and character not in ".{}:"]  # what may stand in a field's name


def values(fields: dict[str, Any], records: int = 1, **keys: Any) -> list[bytes]:
    press = Press(batch(fields, records=records, **keys))
    return [value for positions in press.chunks() for value in press.records(positions).values.tolist()]


def read(value: bytes) -> Any:
    """What both readers read."""
    told = json.loads(value)
    assert orjson.loads(value) == told
    return told


@pytest.mark.parametrize("kind", ["constant", "choice", "cycle", "element", "key"])
def test_every_character_of_the_basic_plane_is_read_back_from_words(kind: str) -> None:
    of: dict[str, Callable[[str], dict[str, Any]]] = {
        "constant": lambda block: {"constant": block},
        "choice": lambda block: {"choice": [block]},
        "cycle": lambda block: {"cycle": [block]},
        "element": lambda block: {"array": {"constant": block}, "length": 1},
        "key": lambda block: {"map": {"constant": block}, "values": {"constant": 1}, "length": 1},
    }
    (value,) = values({f"f{number}": of[kind](block) for number, block in enumerate(BLOCKS)})
    for told, block in zip(read(value).values(), BLOCKS, strict=True):
        assert told == ([block] if kind == "element" else {block: 1} if kind == "key" else block)


def test_and_from_names() -> None:
    names = ["".join(NAMED[first : first + 200]) for first in range(0, len(NAMED), 200)]
    (value,) = values({name: {"constant": number} for number, name in enumerate(names)})
    assert read(value) == {name: number for number, name in enumerate(names)}


def test_and_from_templates_and_expressions() -> None:
    doubled = [block.replace("{", "{{").replace("}", "}}") for block in BLOCKS]
    fields: dict[str, Any] = {"word": {"constant": "é\n"}}
    fields |= {f"t{number}": {"template": f"{text}{{word}}"} for number, text in enumerate(doubled)}
    fields |= {f"e{number}": {"expression": f"word || '{block.replace(chr(39), chr(39) * 2)}'"} for number, block in enumerate(BLOCKS)}
    (value,) = values(fields)
    told = read(value)
    for number, block in enumerate(BLOCKS):
        assert told[f"t{number}"] == f"{block}é\n"
        assert told[f"e{number}"] == f"é\n{block}"


def test_and_from_csv() -> None:
    made = values({"n": {"sequence": 0}, "text": {"cycle": BLOCKS}}, len(BLOCKS), format="csv")
    file = "\n".join(value.decode() for value in made) + "\n"
    assert [row[1] for row in csv.reader(io.StringIO(file, newline=""))] == BLOCKS
    there = pl.read_csv(file.encode(), has_header=False, schema={"n": pl.Int64(), "text": pl.String()})
    assert there["text"].to_list() == BLOCKS
