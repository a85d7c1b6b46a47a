"""Batches of other formats than JSON: the same values, faults and digests that do not depend on chunks."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from springhead.errors import FieldError, SpecError
from springhead.faults import FAULTS
from springhead.records.batch import Batch
from springhead.records.digests import batch_digest
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.records.tally import Tally
from springhead.spec import Stream, load_stream
from springhead.spec.format import FORMATS
from tests.unit.build import HOUR, batch, rows
from tests.unit.faults.build import every_kind, rows_of

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "n": {"integer": [1, 9]},
    "amount": {"number": [0.5, 20]},
    "name": {"faker": "name", "locale": ["vi_VN", "ja_JP"]},
    "note": {"choice": ['say "hi"', "a,b", "two\nlines", "", None]},
    "ok": {"boolean": 0.5},
    "later": {"integer": [1, 2], "since": "2026-03-01T10:30Z"},
}
LINE = {"string": '{name} "{n} {amount}" {ok}'}


def values(of: Batch) -> list[bytes]:
    return [value or b"" for made in records_of(of) for value, *_ in rows(made)]


def test_csv_has_the_values_that_json_has() -> None:
    of_json = [json.loads(value) for value in values(batch(FIELDS))]
    of_csv = [next(csv.reader(io.StringIO(value.decode(), newline=""))) for value in values(batch(FIELDS, format="csv"))]

    def printed(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    assert [[row[0], row[1], float(row[2]), *row[3:]] for row in of_csv] == [
        [row["id"], str(row["n"]), row["amount"], row["name"], printed(row["note"]), printed(row["ok"]), printed(row.get("later"))]
        for row in of_json
    ]


def test_a_string_is_its_template() -> None:
    of_json = [json.loads(value) for value in values(batch(FIELDS))]
    found = [re.fullmatch(r'(.*) "(\d) ([\d.]+)" (\w+)', value.decode()) for value in values(batch(FIELDS, format=LINE))]
    assert [(each[1], int(each[2]), float(each[3]), each[4]) for each in found if each] == [
        (row["name"], row["n"], row["amount"], str(row["ok"]).lower()) for row in of_json
    ]


def test_keys_partitions_times_and_headers_are_those_of_json() -> None:
    keys: dict[str, Any] = {"key": "{id}", "headers": {"h": "{name}"}, "tombstones": 0.1}
    plain = [row[1:] for made in records_of(batch(FIELDS, **keys)) for row in rows(made)]
    for form in ("csv", LINE):
        other = [row for made in records_of(batch(FIELDS, format=form, **keys)) for row in rows(made)]
        assert [row[1:] for row in other] == plain
        assert 20 < sum(row[0] is None for row in other) < 90


@pytest.mark.parametrize("form", ["csv", {"csv": {"delimiter": ";"}}, LINE])
def test_the_digest_does_not_depend_on_chunks(form: Any) -> None:
    of = batch(FIELDS, format=form, records=700, faults={"duplicate": {"share": 0.1, "by": [0, 90]}, "truncated": 0.1})
    digests = set()
    for size in (1, 7, 256, 700):
        press, tally = Press(of), Tally(6)
        for positions in press.chunks(size=size):
            tally.add(press.records(positions), len(positions))
        digests.add(batch_digest([tally.digest]))
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("form", "golden"),
    [
        ("csv", "19cc0ceb5c4a1c01e198610733c6c087"),
        ({"csv": {"delimiter": ";"}}, "ec11c6b80bf135aa0f96f099bb938ce9"),
        (LINE, "6a010b5781311fa4eef17818df825c78"),
    ],
)
def test_a_release_moves_no_byte_of_them(form: Any, golden: str) -> None:
    faults = {"duplicate": 0.05, "truncated": 0.05, "oversized": {"share": 0.05, "bytes": 9}}
    of = batch(FIELDS, format=form, records=1000, faults=faults, key="{id}", partition={"choice": {0: 80, 3: 20}})
    press, tally = Press(of), Tally(6)
    for positions in press.chunks():
        tally.add(press.records(positions), len(positions))
    assert batch_digest([tally.digest]) == golden


class TestFaults:
    def test_each_kind_that_csv_can_have_damages_a_line_of_it(self) -> None:
        faults = {kind: options for kind, options in every_kind(0.15).items() if kind not in FORMATS["csv"].refuses}
        fields = {**FIELDS, "n": {"integer": [1, 9]}}
        found = rows_of(batch(fields, format="csv", faults=faults, records=400))
        sound = {row.position: row.value for row in found if row.fault in ("", "drop")}
        kinds = Counter(row.fault for row in found if row.fault)
        assert set(kinds) == set(faults)

        def read(value: bytes | None) -> list[str]:
            return next(csv.reader(io.StringIO((value or b"").decode(), newline="")))

        for row in found:
            before, value = sound[row.position] or b"", row.value or b""
            match row.fault:
                case "missing_field":
                    assert len(read(value)) == len(FIELDS) - 1
                case "extra_field":
                    assert read(value)[:-1] == read(before)
                    assert len(read(value)) == len(FIELDS) + 1
                case "null_field" | "out_of_range" | "oversized" | "edge_case":
                    place = list(FIELDS).index(row.field)
                    then, now = read(before), read(value)
                    assert [a == b for a, b in zip(then, now, strict=True)] == [number != place for number in range(len(FIELDS))]
                    if row.fault == "null_field":
                        assert now[place] == ""
                    if row.fault == "out_of_range":
                        assert (
                            not (1 if row.field != "amount" else 0.5) <= float(now[place]) <= {"n": 9, "amount": 20, "later": 2}[row.field]
                        )
                    if row.fault == "oversized":
                        assert now[place] == then[place] + "x" * 16_384
                case "truncated":
                    assert value == before[: len(value)]
                    assert len(value) < len(before)
                case "bad_encoding":
                    with pytest.raises(UnicodeDecodeError):
                        value.decode()
                case "corrupt_bytes":
                    assert len(value) == len(before)
                    assert value != before
                case "duplicate":
                    assert value == before

    def test_an_orphan_in_csv_names_no_member(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
        (tmp_path / "shops.yaml").write_text("count: 50\nkey: id\nfields: {id: {sequence: 1, prefix: 'S,', width: 4}}\n")
        found = rows_of(batch({"shop": {"ref": "shops.id"}, "n": {"integer": [1, 9]}}, format="csv", faults={"orphan": 0.3}))
        members = {f'"S,{number:04}"' for number in range(1, 51)}
        assert {(row.value or b"").decode().rpartition(",")[0] in members for row in found if row.fault == ""} == {True}
        orphans = [(row.value or b"").decode().rpartition(",")[0] for row in found if row.fault == "orphan"]
        assert len(orphans) > 30
        assert not members & set(orphans)
        assert all(re.fullmatch(r'"S,\d{4}"', each) for each in orphans)

    def test_each_kind_that_a_string_can_have_damages_it(self) -> None:
        faults = {kind: options for kind, options in every_kind(0.2).items() if kind not in FORMATS["string"].refuses}
        found = rows_of(batch(FIELDS, format=LINE, faults=faults))
        sound = {row.position: row.value or b"" for row in found if row.fault in ("", "drop")}
        assert {row.fault for row in found if row.fault} == set(faults)
        for row in found:
            if row.fault == "oversized":
                assert (row.field, row.value) == ("value", sound[row.position] + b"x" * 16_384)
            elif row.fault == "edge_case":
                assert row.field == "value"
                assert row.value is not None

    def test_no_kind_is_forgotten(self) -> None:
        assert set(every_kind()) | {"orphan"} == set(FAULTS)


class TestWhatOnlyFakerTells:
    def test_a_list_of_fakers_is_no_column(self, tmp_path: Path) -> None:
        (tmp_path / "things.yaml").write_text(
            "topic: t\nformat: csv\nfields:\n  tags: {faker: pylist, with: {nb_elements: 2, value_types: [str]}}\n"
        )
        with pytest.raises(SpecError) as caught:
            Press(Batch.of(Request(load_stream(tmp_path / "things.yaml"), HOUR)))
        assert (
            str(caught.value)
            .splitlines()[0]
            .endswith(
                "things.yaml:4:17 fields.tags.faker: CSV has one text in a column, and this field gives lists, objects or values of several types: "
                "hide it (hidden: true) and put fields of their own beside it, or write JSON"
            )
        )

    def test_nor_is_it_in_a_stream_from_no_file(self) -> None:
        with pytest.raises(FieldError, match=r"^fields\.tags: CSV has one text in a column"):
            Press(batch({"tags": {"faker": "pylist", "with": {"nb_elements": 2, "value_types": ["str"]}}}, format="csv"))


def test_a_format_is_no_matter_of_a_variant() -> None:
    assert "format" not in Stream.model_fields["variants"].annotation.__args__[1].model_fields  # type: ignore[union-attr]
