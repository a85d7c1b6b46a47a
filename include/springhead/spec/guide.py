"""The guide's table of the kinds of fields, from the kinds themselves."""

from __future__ import annotations

from springhead.fields import KINDS, Field


def kinds_table() -> str:
    """Markdown: a row for each kind, with its main argument, its other arguments and an example."""
    rows = ["| kind | value | example |", "|---|---|---|", *(_row(kind) for _, kind in sorted(KINDS.items()))]
    return "\n".join(rows) + "\n"


def _row(kind: type[Field]) -> str:
    own = {name: of for name, of in kind.model_fields.items() if name not in Field.model_fields}
    main = own.pop(kind.kind)
    others = [f"`{of.alias or name}:` {of.description}" for name, of in own.items()]
    what = (kind.__doc__ or "").strip().splitlines()[0]
    return f"| `{kind.kind}` | {' '.join(map(_cell, [what, main.description or '', *others]))} | `{_cell(kind.example)}` |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
