"""Values of a size, with as much in them as a compressor can remove."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.records.press import Press
from tests.unit.build import batch, rows
from tests.unit.examples import examples
from tests.unit.records.build import FIELDS, KEYS, all_rows, check_chunks, digest

OF = {"filler": 1200, "compressible": 0.6}


def values(fields: dict[str, Any], **keys: Any) -> list[bytes]:
    return [value or b"" for value, *_ in all_rows(batch(fields, **keys))]


def test_every_value_has_its_size_to_the_byte() -> None:
    made = values({**FIELDS, "pad": OF})
    assert {len(value) for value in made} == {1200}
    assert [{**json.loads(value), "pad": ""} for value in made] == [
        {**json.loads(value), "pad": ""} for value in values({**FIELDS, "pad": {"constant": ""}})
    ]


@pytest.mark.parametrize("place", range(3))
def test_where_it_stands_does_not_matter(place: int) -> None:
    fields = list({"a": {"uuid": 4}, "b": {"choice": [1, None]}}.items())
    fields.insert(place, ("pad", OF))
    assert {len(value) for value in values(dict(fields))} == {1200}


def test_sizes_are_drawn_from_a_range_or_a_distribution() -> None:
    even = [len(value) for value in values({"id": {"uuid": 4}, "pad": {"filler": [200, 203]}}, records=4000)]
    assert {size: abs(even.count(size) - 1000) < 150 for size in range(200, 204)} == dict.fromkeys(range(200, 204), True)
    assert len(even) == sum(map(even.count, range(200, 204)))
    law = {"lognormal": {"median": 800, "sigma": 0.7}}
    skewed = sorted(
        len(value) for value in values({"id": {"uuid": 4}, "pad": {"filler": [200, 20_000], "distribution": law}}, records=4001)
    )
    assert 200 <= skewed[0] < 300
    assert 750 < skewed[2000] < 880
    assert skewed[-1] > 4000


def test_a_longer_value_stays_as_it_is_with_an_empty_text() -> None:
    made = values({"a": {"regex": "x{20}(yz{30}){3,4}"}, "pad": {"filler": 138}})
    texts = [json.loads(value) for value in made]
    without = [len(value) - len(text["pad"]) for value, text in zip(made, texts, strict=True)]
    assert [len(value) for value in made] == [max(138, length) for length in without]
    assert {bool(text["pad"]) for text in texts} == {True, False}


def test_a_value_of_just_its_size_gets_no_letter() -> None:
    made = values({"a": {"constant": "x"}, "pad": {"filler": len('{"a":"x","pad":""}')}})
    assert set(made) == {b'{"a":"x","pad":""}'}


def test_where_it_is_missing_nothing_is_filled() -> None:
    made = [(json.loads(value), len(value)) for value in values({"at": {"timestamp": "iso"}, "pad": {**OF, "until": "2026-03-01T10:30Z"}})]
    assert {(value["at"] < "2026-03-01T10:30", length == 1200) for value, length in made} == {(True, True), (False, False)}
    assert all(("pad" in value) == (length == 1200) for value, length in made)


def test_where_it_is_null_or_missing_nothing_is_filled() -> None:
    made = values({"id": {"uuid": 4}, "pad": {**OF, "nulls": 0.3, "missing": 0.3}})
    lengths = {json.loads(value).get("pad", "missing") and (len(value) == 1200, len(json.loads(value)) == 2) for value in made}
    assert lengths == {None, (True, True), (False, False)}


@pytest.mark.parametrize("delimiter", [",", "|"])
def test_lines_of_csv_have_their_size(delimiter: str) -> None:
    made = values(
        {"a": {"choice": ["x", 'say "y"', None, ""]}, "pad": OF, "n": {"integer": [1, 99999]}}, format={"csv": {"delimiter": delimiter}}
    )
    assert {len(value) for value in made} == {1200}
    assert all(value.count(delimiter.encode()) == 2 for value in made)


def test_a_text_that_is_the_value_has_its_size() -> None:
    made = values({"who": {"faker": "name", "locale": "vi_VN"}, "pad": OF}, format={"string": "{who} [{pad}] {_number}"})
    assert {len(value) for value in made} == {1200}
    assert all(value.endswith(b".] %d" % number) for number, value in enumerate(made))


@given(size=st.integers(1, 130), order=st.permutations(range(5)))
@examples(20)
def test_it_does_not_depend_on_chunks_and_their_order(size: int, order: list[int]) -> None:
    check_chunks(batch({**FIELDS, "pad": {"filler": [1000, 1400]}}, records=130, **KEYS), size, order)


def test_the_letters_of_a_record_are_its_own_and_the_same_for_another_size() -> None:
    small, large = ([json.loads(value)["pad"] for value in values({"n": {"sequence": 0}, "pad": {"filler": size}})] for size in (300, 500))
    assert len(set(small)) == len(small)
    assert all(much.startswith(little) for little, much in zip(small, large, strict=True))
    assert values({"pad": {"filler": 300}}, seed="another") != values({"pad": {"filler": 300}})


def test_nothing_in_it_is_escaped() -> None:
    letters = {letter for value in values({"pad": {"filler": 2000}}) for letter in json.loads(value)["pad"]}
    assert letters == set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(("share", "removed"), [(0.0, 0.25), (0.25, 0.25), (0.5, 0.5), (0.75, 0.75), (0.9, 0.9), (1.0, 1.0)])
def test_a_compressor_removes_the_share_that_was_asked_for(share: float, removed: float) -> None:
    """Within 0.03, which gzip leaves: it needs some bytes to say what it has found. A text's letters have 6 bits of 8, so a quarter goes always."""
    text = "".join(json.loads(value)["pad"] for value in values({"pad": {"filler": 1000, "compressible": share}})).encode()
    for level in (1, 6, 9):
        assert 0 <= removed - (1 - len(zlib.compress(text, level)) / len(text)) < 0.03


def test_a_faulty_copy_is_one_of_the_filled_record() -> None:
    of = batch(
        {"id": {"uuid": 4}, "n": {"integer": [10, 99]}, "pad": OF},
        key="{id}",
        faults={
            "duplicate": 0.3,
            "truncated": 0.3,
            "wrong_type": {"share": 0.3, "fields": ["n"]},
            "null_field": {"share": 0.2, "fields": ["pad"]},
        },
    )
    made = Press(of).records(range(of.records))
    sound = {key: value for value, key, *_, headers in rows(made) if not headers}
    assert {len(value or b"") for value in sound.values()} == {1200}
    for value, key, *_, headers in rows(made):
        if headers:
            whole, kind = sound[key] or b"", headers[0][1]
            if kind == b"duplicate":
                assert value == whole
            elif kind == b"truncated":
                assert whole.startswith(value or b"-")
            elif kind == b"null_field":
                assert json.loads(value or b"") == {**json.loads(whole), "pad": None}
            else:
                assert json.loads(value or b"")["pad"] == json.loads(whole)["pad"]


def test_every_machine_makes_the_same_bytes() -> None:
    assert digest(batch({"id": {"uuid": 4}, "pad": OF}, records=50)) == "8deadc5b94a525f24365c3f69fd70534"


def test_a_tombstone_has_no_value_to_fill() -> None:
    made = [value for value, *_ in all_rows(batch({"id": {"uuid": 4}, "pad": OF}, key="{id}", tombstones=0.5))]
    assert {None if value is None else len(value) for value in made} == {None, 1200}
