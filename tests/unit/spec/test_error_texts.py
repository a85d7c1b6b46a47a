"""That errors are told well is tested error by error; this counts for how many."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PLACED = re.compile(r"^\d+:\d+ (?:[\w.{}\[\]*$-]+: )?(.+)$", re.DOTALL)  # line:column path: message
VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|-?[\d.,]*\d|\{\}")


def texts(node: ast.AST) -> Iterator[str]:
    """All texts in a test's source, those with values in them, too."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from texts(child)


def told() -> set[str]:
    """What errors say in tests that compare their whole text with its place: without the place, and with what varies left out."""
    found = set()
    for file in HERE.glob("test_*.py"):
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            if placed := PLACED.match(text):
                found.add(VARYING.sub("…", placed[1]).split(". Did you mean")[0].strip())
    return found


def test_more_than_two_hundred_different_errors_have_their_whole_text_in_a_test() -> None:
    assert len(told()) > 200
