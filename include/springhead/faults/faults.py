"""The key `faults` of a stream: kind → share, or its options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import Field as Argument

from springhead.faults.fault import Fault
from springhead.faults.inside import EdgeCase, MissingField, NullField, Orphan, OutOfRange, Oversized, WrongType
from springhead.faults.whole import BadEncoding, CorruptBytes, Drop, Duplicate, ExtraField, Truncated
from springhead.fields import Model

LABEL = "springhead-fault"
"""The header of a faulty record; its value is the kind."""

DROPPED = 255
"""In place of a copy's number: the record itself, which is not there."""


def _what(kind: type[Fault]) -> str:
    return (kind.__doc__ or "").splitlines()[0]


class Faults(Model):
    """kind → the share of the records that have it, or its options. A faulty record is a copy of a sound one, damaged; `drop` takes the record away."""

    duplicate: Duplicate | None = Argument(None, description=_what(Duplicate))
    corrupt_bytes: CorruptBytes | None = Argument(None, description=_what(CorruptBytes))
    truncated: Truncated | None = Argument(None, description=_what(Truncated))
    wrong_type: WrongType | None = Argument(None, description=_what(WrongType))
    null_field: NullField | None = Argument(None, description=_what(NullField))
    missing_field: MissingField | None = Argument(None, description=_what(MissingField))
    extra_field: ExtraField | None = Argument(None, description=_what(ExtraField))
    out_of_range: OutOfRange | None = Argument(None, description=_what(OutOfRange))
    edge_case: EdgeCase | None = Argument(None, description=_what(EdgeCase))
    orphan: Orphan | None = Argument(None, description=_what(Orphan))
    bad_encoding: BadEncoding | None = Argument(None, description=_what(BadEncoding))
    oversized: Oversized | None = Argument(None, description=_what(Oversized))
    drop: Drop | None = Argument(None, description=_what(Drop))

    def each(self) -> Iterator[Fault]:
        """Those that are written, in the order of the kinds."""
        return (fault for name in type(self).model_fields if (fault := getattr(self, name)) is not None)


FAULTS: dict[str, type[Fault]] = {name: get_args(of.annotation)[0] for name, of in Faults.model_fields.items()}
"""The kinds of faults, by their key."""

# A copy's number says its kind, for ever: the numbers stand in truth files, and decide the order of a record's copies.
KINDS: tuple[str, ...] = (
    "",
    "duplicate",
    "corrupt_bytes",
    "truncated",
    "wrong_type",
    "null_field",
    "missing_field",
    "extra_field",
    "out_of_range",
    "edge_case",
    "orphan",
    "bad_encoding",
    "oversized",
)
"""The kind of a copy by its number; 0 is the record itself."""


def kind_of(copy: int) -> str:
    """The kind of fault that a copy's number stands for; "": none, the record itself."""
    return "drop" if copy == DROPPED else KINDS[copy]
