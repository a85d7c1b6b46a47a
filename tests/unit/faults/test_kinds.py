"""What each kind of fault promises of a damaged value."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from springhead.faults import FAULTS, KINDS, LABEL
from tests.unit.faults.build import FIELDS, Row, faulty, rows_of

RECORDS = 400


def pairs(kind: str, **options: Any) -> list[tuple[Row, Row]]:
    """(the sound record, its copy) of a batch in which almost every record has a copy of one kind."""
    made = rows_of(faulty({kind: {"share": 0.9, **options}}, records=RECORDS))
    sound = {row.position: row for row in made if not row.fault}
    copies = [row for row in made if row.fault]
    assert {row.fault for row in copies} == {kind}
    assert len(copies) > RECORDS * 0.8
    assert len(sound) == RECORDS
    return [(sound[row.position], row) for row in copies]


def parsed(value: bytes | None) -> Any:
    assert value is not None
    return json.loads(value)


def leaves(value: Any, inside: str = "") -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if isinstance(item, dict):
            yield from leaves(item, f"{inside}{name}.")
        else:
            yield f"{inside}{name}", item


def differing(sound: Row, copy: Row) -> dict[str, tuple[Any, Any]]:
    """The fields that differ: (before, after); None for one that is not there."""
    before, after = dict(leaves(parsed(sound.value))), dict(leaves(parsed(copy.value)))
    same = [name for name in before if name in after]
    assert same == [name for name in after if name in before]  # in the same order
    return {name: (before.get(name), after.get(name)) for name in before | after if before.get(name, KINDS) != after.get(name, KINDS)}


def is_json(value: bytes | None) -> bool:
    try:
        parsed(value)
    except (ValueError, UnicodeDecodeError):
        return False
    return True


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "drop"])
def test_a_copy_has_the_key_partition_timestamp_and_headers_of_its_record_and_a_label(kind: str) -> None:
    for sound, copy in pairs(kind):
        assert copy.rest == sound.rest
        assert (sound.label, copy.label) == (None, kind.encode())
        assert (copy.value == sound.value) == (kind == "duplicate")


def test_corrupt_bytes_are_one_to_four_and_the_value_is_no_json() -> None:
    counts = set()
    for sound, copy in pairs("corrupt_bytes"):
        assert sound.value
        assert copy.value
        assert len(copy.value) == len(sound.value)
        counts.add(sum(a != b for a, b in zip(sound.value, copy.value, strict=True)))
        assert not is_json(copy.value)
    assert counts == {1, 2, 3, 4}


def test_a_truncated_value_is_the_beginning_of_the_sound_one_and_no_json() -> None:
    lengths = set()
    for sound, copy in pairs("truncated"):
        assert sound.value
        assert copy.value
        assert sound.value.startswith(copy.value)
        assert 0 < len(copy.value) < len(sound.value)
        assert not is_json(copy.value)
        lengths.add(10 * len(copy.value) // len(sound.value))
    assert lengths == set(range(10))


def test_a_bad_encoding_is_no_utf_8_and_of_the_same_length() -> None:
    for sound, copy in pairs("bad_encoding"):
        assert sound.value
        assert copy.value
        assert len(copy.value) == len(sound.value)
        with pytest.raises(UnicodeDecodeError):
            copy.value.decode()
        assert b"\xe9" in copy.value


def test_a_wrong_type_is_another_type_of_json_in_one_field() -> None:
    hit = set()
    for sound, copy in pairs("wrong_type"):
        ((name, (before, after)),) = differing(sound, copy).items()
        assert name == copy.field
        assert family(before) != family(after)
        hit.add(name)
    assert hit == {"id", "at", "n", "amount", "name", "ok", "note", "tags", "place.city", "place.at.x"}


def family(value: Any) -> type:
    return float if type(value) is int else type(value)


def test_a_wrong_type_of_an_object_is_a_text() -> None:
    for _, copy in pairs("wrong_type", fields=["place"]):
        assert parsed(copy.value)["place"] == "object"


def test_a_null_field_is_one_that_is_never_null_else() -> None:
    hit = set()
    for sound, copy in pairs("null_field"):
        ((name, (before, after)),) = differing(sound, copy).items()
        assert (name, after) == (copy.field, None)
        assert before is not None
        hit.add(name)
    assert hit == {"id", "at", "n", "amount", "name", "ok", "tags", "place.city", "place.at.x"}


def test_a_missing_field_is_left_out_and_the_others_keep_their_order() -> None:
    hit = set()
    for sound, copy in pairs("missing_field"):
        ((name, _),) = differing(sound, copy).items()
        assert name == copy.field
        assert name not in dict(leaves(parsed(copy.value)))
        hit.add(name)
    assert hit == {"id", "at", "n", "amount", "name", "ok", "note", "tags", "place.city", "place.at.x"}


def test_an_extra_field_stands_at_the_end() -> None:
    for sound, copy in pairs("extra_field"):
        before, after = parsed(sound.value), parsed(copy.value)
        assert list(after) == [*before, "unexpected"]
        assert {name: after[name] for name in before} == before
        assert isinstance(after["unexpected"], str)
    assert all(list(parsed(copy.value))[-1] == "currency" for _, copy in pairs("extra_field", name="currency"))


def test_a_number_out_of_range_is_below_its_least_or_above_its_most_with_the_decimals_of_its_field() -> None:
    bounds = {"n": (1, 9, 0), "amount": (0.5, 20, 2), "place.at.x": (-90, 90, 3)}
    sides = set()
    for sound, copy in pairs("out_of_range"):
        ((name, (_, after)),) = differing(sound, copy).items()
        low, high, decimals = bounds[name]
        assert not low <= after <= high
        assert round(after, decimals) == after
        assert (type(after) is int) == (decimals == 0)
        sides.add((name, after > high))
    assert sides == set(itertools.product(bounds, [False, True]))


def test_an_integer_of_all_64_bits_is_out_of_range_beyond_them() -> None:
    made = rows_of(faulty({"out_of_range": 1}, fields={"id": {"uuid": 4}, "n": {"integer": [-(2**63), 2**63 - 1]}}, headers={}))
    after = [json.loads(row.value or b"")["n"] for row in made if row.fault]
    assert len(after) == len(made) / 2
    assert all(not -(2**63) <= n < 2**63 for n in after)


def test_an_edge_case_is_of_the_same_type_and_another_value() -> None:
    seen = set()
    for sound, copy in pairs("edge_case"):
        ((name, (before, after)),) = differing(sound, copy).items()
        assert name == copy.field
        if isinstance(after, str):
            assert isinstance(before, str)
            seen.add("empty" if after == "" else "longest" if len(after) == 4096 else "unicode")
            if len(after) == 4096:
                assert after.startswith(before)
        else:
            assert type(after) is (int if name == "n" else float)
            seen.add(str(after))
    numbers = {str(-(2**63)), str(2**63 - 1), "-1.7976931348623157e+308", "1.7976931348623157e+308"}
    assert seen == {"empty", "longest", "unicode", *numbers}


def test_an_edge_case_of_some_cases_hits_fields_that_can_have_them() -> None:
    for _, copy in pairs("edge_case", cases=["empty"]):
        assert copy.field in ("id", "name", "note", "place.city")
        assert b'""' in (copy.value or b"")
    assert {copy.field for _, copy in pairs("edge_case", cases=["largest"])} == {"n", "amount", "place.at.x"}


def test_an_empty_text_is_no_edge_case_of_an_empty_text() -> None:
    fields = {"id": {"uuid": 4}, "x": {"choice": ["", "y"]}}
    made = rows_of(faulty({"edge_case": {"share": 1, "fields": ["x"], "cases": ["empty"]}}, fields=fields, headers={}))
    assert {json.loads(row.value or b"")["x"] for row in made if row.fault} == {""}
    assert {json.loads(row.value or b"")["x"] for row in made if not row.fault} == {"", "y"}
    empty = {row.position for row in made if not row.fault and json.loads(row.value or b"")["x"] == ""}
    assert empty.isdisjoint(row.position for row in made if row.fault)


def test_an_oversized_value_is_longer_by_as_many_bytes_as_asked() -> None:
    for bytes_ in (16_384, 1):
        for sound, copy in pairs("oversized", **({"bytes": bytes_} if bytes_ == 1 else {})):
            assert len(copy.value or b"") == len(sound.value or b"") + bytes_
            assert is_json(copy.value)
            ((name, (before, after)),) = differing(sound, copy).items()
            assert (name, after[: len(before)]) == (copy.field, before)


@pytest.mark.parametrize("kind", ["wrong_type", "null_field", "missing_field", "edge_case", "oversized"])
def test_only_the_fields_that_are_named_are_damaged(kind: str) -> None:
    assert {copy.field for _, copy in pairs(kind, fields=["name", "place.city"])} == {"name", "place.city"}


def test_a_record_in_which_no_field_can_be_damaged_has_no_copy() -> None:
    made = rows_of(faulty({"wrong_type": {"share": 1, "fields": ["note"]}}))
    null = {row.position for row in made if not row.fault and b'"note":null' in (row.value or b"")}
    assert 0 < len(null) < 200
    assert {row.position for row in made if row.fault} == set(range(200)) - null


def test_a_dropped_record_is_not_there_and_no_copy_of_it_is() -> None:
    made = rows_of(faulty({"drop": 0.3, "duplicate": 0.5, "truncated": 0.5}), dropped=True)
    dropped = {row.position for row in made if row.fault == "drop"}
    assert 0 < len(dropped) < 200
    assert {row.position for row in made if row.fault != "drop"} == set(range(200)) - dropped


def test_the_number_of_a_copy_says_its_kind_for_ever() -> None:
    assert KINDS[1:] == (
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
    assert set(FAULTS) == {*KINDS[1:], "drop"} - {"orphan"}
    assert LABEL == "springhead-fault"
    assert FIELDS
