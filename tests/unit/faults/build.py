"""Batches with faults, and what stands in them."""

from __future__ import annotations

from typing import Any, NamedTuple

from springhead.faults import FAULTS, kind_of
from springhead.records.batch import Batch
from springhead.records.press import Press
from tests.unit.build import batch, rows

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "at": {"timestamp": "iso"},
    "n": {"integer": [1, 9]},
    "amount": {"number": [0.5, 20]},
    "name": {"faker": "name", "locale": ["vi_VN", "en_US"]},
    "ok": {"boolean": 0.5},
    "note": {"choice": ["rich-ü", None]},
    "secret": {"constant": "s", "hidden": True},
    "place": {"object": {"city": {"faker": "city"}, "at": {"object": {"x": {"number": [-90, 90], "decimals": 3}}}}},
    "tags": {"faker": "pylist", "with": {"nb_elements": 2, "value_types": ["str"]}},
}
KEYED: dict[str, Any] = {"key": "{id}", "headers": {"city": "{place.city}"}}


class Row(NamedTuple):
    """A row as it stands in the batch; fault "" is the record itself."""

    position: int
    fault: str
    field: str
    value: bytes | None
    rest: tuple[Any, ...]  # key, partition, timestamp, headers without the label
    label: bytes | None


def every_kind(share: float = 0.2, **options: Any) -> dict[str, Any]:
    """All kinds at once."""
    return {kind: {"share": share, **options.get(kind, {})} for kind in FAULTS}


def faulty(faults: dict[str, Any], *, records: int = 200, fields: dict[str, Any] | None = None, **keys: Any) -> Batch:
    return batch(FIELDS if fields is None else fields, records=records, faults=faults, **{**KEYED, **keys})


def rows_of(of: Batch, positions: range | None = None, *, size: int | None = None, dropped: bool = True) -> list[Row]:
    """All rows that stand there, in their order, made so many positions at a time."""
    press, found = Press(of), []
    for some in press.chunks(positions, size):
        labelled = press.labelled(some)
        made = labelled.records
        copies = [0] * made.rows if made.copies is None else made.copies.tolist()
        for row, (position, copy, (value, key, partition, time_ms, headers)) in enumerate(
            zip(made.positions.tolist(), copies, rows(made), strict=True)
        ):
            others = tuple(pair for pair in headers if pair[0] != "springhead-fault")
            label = dict(headers).get("springhead-fault")
            found.append(Row(position, kind_of(copy), labelled.field(row), value, (key, partition, time_ms, others), label))
    return found if dropped else [row for row in found if row.fault != "drop"]


def sound_of(of: Batch) -> list[Row]:
    """The same batch without faults."""
    stream = of.request.stream.model_copy(update={"faults": type(of.stream.faults)()})
    return rows_of(Batch.of(type(of.request)(stream, of.interval, records=of.records), of.facts))
