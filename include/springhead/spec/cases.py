"""`case`: each value that it names is one that the field has, where the files say which those are. One that never comes would give null without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from springhead.errors import FieldError
from springhead.fields import Field, FieldPath, Resolution
from springhead.fields.kinds.case import Case
from springhead.fields.model import Place
from springhead.fields.site import MemberTexts
from springhead.wording import listed, meant

_SHOWN = 12  # values that an error lists

Decided = Callable[[Place, Place], bool]
"""Whether a run, or another file, decides what stands at the first place, so that what a `case` at the second one says may be for other values."""


def check_cases(
    resolution: Resolution, fields: Mapping[FieldPath, Field], place: Place, member: MemberTexts, decided: Decided = lambda *_: False
) -> Iterator[tuple[Place, str]]:
    """The values in cases that never come: where, and what is wrong.

    Args:
        resolution: knows what each field refers to.
        fields: those to look at.
        place: of all of them.
        member: what a reference's values print as.
        decided: see there.
    """
    for path, field in fields.items():
        if not isinstance(field, Case) or type(field.of) is not dict:
            continue
        with suppress(ValueError, FieldError):  # a reference that means nothing, a file that cannot be read: told elsewhere
            of = resolution.find(field.references[0], path[:-1])
            texts = resolution.tree[of].texts(member)
            names = resolution.place(path) if place == ("fields",) else resolution.place(path)[1:]
            here = (*place, *names[:-1], "of")
            if texts and not decided(("fields", *resolution.place(of)[:-1]), here):
                for value in field.of:
                    if value not in texts:
                        yield (*here, value), f"'{field.case}' is never '{value}'; {_there(texts)}{meant(value, texts)}"


def _there(texts: frozenset[str]) -> str:
    more = len(texts) - _SHOWN
    return f"its values are {listed(sorted(texts)[:_SHOWN])}" + (f" and {more:,} more" if more > 0 else "")
