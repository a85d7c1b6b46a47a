"""Arrays, maps, cases and mixes: what stands in a record in other rows than its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import FieldError
from springhead.records.batch import Batch
from springhead.records.press import Press
from tests.unit.build import ENTITIES, batch
from tests.unit.examples import examples


@pytest.fixture(autouse=True)
def entities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(ENTITIES))


LINES: dict[str, Any] = {
    "id": {"uuid": 4},
    "country": {"choice": ["US", "VN"]},
    "lines": {
        "array": {
            "object": {
                "line": {"sequence": 1},
                "sku": {"faker": "ean8"},
                "price": {"integer": [1, 99]},
                "label": {"template": "{country} {sku} {price}"},
                "tags": {"array": {"faker": "word"}, "length": [0, 2]},
            }
        },
        "length": [0, 4],
    },
}


def values(fields: dict[str, Any], records: int = 500, chunk: int | None = None, **keys: Any) -> list[dict[str, Any]]:
    """The values of a batch, as its JSON says."""
    return values_of(batch(fields, records=records, **keys), chunk)


def values_of(made: Batch, chunk: int | None = None) -> list[dict[str, Any]]:
    press = Press(made)
    return [json.loads(value) for positions in press.chunks(size=chunk) for value in press.records(positions).values.tolist()]


EVERYTHING: dict[str, Any] = {
    **LINES,
    "n": {"integer": [1, 3]},
    "maybe": {"faker": "word", "nulls": 0.3, "missing": 0.2},
    "tags": {"map": {"faker": "word"}, "values": {"integer": [1, 9]}, "length": [0, 3]},
    "way": {"case": "n", "of": {1: {"object": {"a": {"template": "{country}{n}"}}}, 2: {"array": {"boolean": 0.5}, "length": 2}}},
    "any": {"mix": [{"faker": "name", "weight": 2}, {"template": "{id}"}, {"object": {"x": {"integer": [1, 9], "nulls": 0.5}}}]},
    "fee": {"expression": "n * 1.5 + length(country)"},
    "who": {"object": {"name": {"faker": "name"}, "mail": {"faker": "email", "from": "name"}}, "nulls": 0.4},
    "hello": {"template": "hi {who.name}"},
}
WHOLE = values(EVERYTHING, 200)


@examples(25)
@given(size=st.integers(1, 200))
def test_they_are_the_same_however_a_batch_is_cut(size: int) -> None:
    assert values(EVERYTHING, 200, size) == WHOLE


@examples(15)
@given(st.sets(st.sampled_from(["lines", "maybe", "tags", "any", "who", "hello"]), max_size=5), st.randoms(use_true_random=False))
def test_other_fields_and_their_order_change_nothing(without: set[str], random: Any) -> None:
    left = [name for name in EVERYTHING if name not in without and not (name == "hello" and "who" in without)]
    random.shuffle(left)
    made = values({name: EVERYTHING[name] for name in left}, 200)
    assert made == [{name: row[name] for name in left if name in row} for row in WHOLE]
    assert [list(row) for row in made] == [[name for name in left if name in row] for row in made]


class TestArrays:
    def test_every_length_is_as_likely(self) -> None:
        lengths = Counter(len(row["lines"]) for row in values(LINES, 20_000))
        assert sorted(lengths) == [0, 1, 2, 3, 4]
        assert all(abs(count - 4_000) < 300 for count in lengths.values())  # five standard deviations

    def test_an_element_speaks_of_itself_and_of_its_record(self) -> None:
        for row in values(LINES):
            for number, line in enumerate(row["lines"]):
                assert line["label"] == f"{row['country']} {line['sku']} {line['price']}"
                assert line["line"] == number + 1

    def test_elements_are_drawn_alone(self) -> None:
        rows = values({"a": {"array": {"uuid": 4}, "length": 5}, "b": {"array": {"uuid": 4}, "length": 5}}, 200)
        drawn = [each for row in rows for each in (*row["a"], *row["b"])]
        assert len(set(drawn)) == 2 * 5 * 200

    def test_a_longer_array_begins_with_the_same_elements(self) -> None:
        short, long = (values({"a": {"array": {"faker": "name"}, "length": length}}, 100) for length in (2, 5))
        assert [row["a"] for row in short] == [row["a"][:2] for row in long]

    def test_missing_elements_are_left_out_and_null_ones_are_not(self) -> None:
        lengths = Counter(len(row["a"]) for row in values({"a": {"array": {"constant": 1, "missing": 0.5}, "length": 2}}, 4_000))
        assert abs(lengths[0] - 1_000) < 150
        assert abs(lengths[1] - 2_000) < 200
        nulls = [each for row in values({"a": {"array": {"constant": 1, "nulls": 0.5}, "length": 2}}, 2_000) for each in row["a"]]
        assert abs(nulls.count(None) - 2_000) < 200
        assert nulls.count(1) == 4_000 - nulls.count(None)

    def test_arrays_of_arrays(self) -> None:
        rows = values({"a": {"array": {"array": {"array": {"integer": [1, 9]}, "length": [0, 2]}, "length": [0, 2]}, "length": [0, 2]}})
        assert {len(row["a"]) for row in rows} == {len(b) for row in rows for b in row["a"]} == {0, 1, 2}

    def test_a_draw_in_an_element_can_be_keyed_by_a_field_of_it_or_of_the_record(self) -> None:
        sku = {"choice": ["a", "b", "c"]}
        element = {"object": {"sku": sku, "price": {"integer": [1, 10**9], "per": "sku"}, "rate": {"integer": [1, 10**9], "per": "shop"}}}
        rows = values({"shop": {"choice": ["x", "y"]}, "lines": {"array": element, "length": 3}})
        prices = {(line["sku"], line["price"]) for row in rows for line in row["lines"]}
        rates = {(row["shop"], line["rate"]) for row in rows for line in row["lines"]}
        assert (len(prices), len(rates)) == (3, 2)

    def test_references_to_an_entity_in_an_element_speak_of_one_member(self) -> None:
        person = {"object": {name: {"ref": f"people.{name}"} for name in ("id", "tier", "points", "label")}}
        rows = values({"one": person, "more": {"array": person, "length": 3}}, 300)
        told: dict[Any, Any] = {}
        for row in rows:
            for each in (row["one"], *row["more"]):
                assert told.setdefault(each["id"], each) == each
        assert any(row["one"] != row["more"][0] != row["more"][1] for row in rows)

    def test_unique_is_refused_in_an_element(self) -> None:
        with pytest.raises(FieldError) as caught:
            values({"a": {"array": {"faker": "name", "unique": True}, "length": 2}})
        assert str(caught.value) == "fields.a[]: 'unique' tells records apart, and an element of an array or a map is none: leave it out"


class TestMaps:
    def test_no_key_stands_twice_and_a_map_may_be_shorter(self) -> None:
        made = batch({"m": {"map": {"choice": ["a", "b"]}, "values": {"integer": [1, 9]}, "length": 3}}, records=400)
        press = Press(made)
        texts = [value for positions in press.chunks() for value in press.records(positions).values.tolist()]
        pairs = [json.loads(text, object_pairs_hook=list)[0][1] for text in texts]
        assert all(len({key for key, _ in each}) == len(each) for each in pairs)
        assert {len(each) for each in pairs} == {1, 2}

    def test_a_key_is_a_text_whatever_is_drawn(self) -> None:
        rows = values({"m": {"map": {"integer": [1, 99]}, "values": {"object": {"x": {"boolean": 0.5}}}, "length": [1, 2]}})
        assert all(key.isdecimal() and value["x"] in (True, False) for row in rows for key, value in row["m"].items())

    def test_keys_are_escaped(self) -> None:
        (row,) = values({"m": {"map": {"constant": 'a"b\\\n'}, "values": {"constant": 1}, "length": 1}}, 1)
        assert row == {"m": {'a"b\\\n': 1}}

    def test_a_missing_value_is_no_entry(self) -> None:
        rows = values({"m": {"map": {"sequence": 1}, "values": {"constant": 1, "missing": 0.5}, "length": 4}}, 1_000)
        assert abs(sum(len(row["m"]) for row in rows) - 2_000) < 200


class TestCases:
    def test_each_value_has_its_field(self) -> None:
        of = {"US": {"constant": "USD"}, "VN": {"constant": "VND"}}
        countries = {"choice": ["US", "VN", "DE", None]}
        for row in values({"c": countries, "m": {"case": "c", "of": of, "default": {"constant": "EUR"}}, "n": {"case": "c", "of": of}}):
            currency = {"US": "USD", "VN": "VND"}.get(row["c"])
            assert (row["m"], row["n"]) == (currency or "EUR", currency)

    @pytest.mark.parametrize(
        ("selector", "of"),
        [
            ({"choice": [1, 2]}, {1: "one", 2: "two"}),
            ({"integer": [1, 2]}, {1: "one", 2: "two"}),
            ({"number": [0.5, 0.51]}, {0.5: "one", "0.50": "two", 0.51: "three"}),
            ({"boolean": 0.5}, {True: "yes", False: "no"}),
        ],
    )
    def test_values_are_compared_as_they_print(self, selector: dict[str, Any], of: dict[Any, str]) -> None:
        rows = values({"s": selector, "x": {"case": "s", "of": {value: {"constant": text} for value, text in of.items()}}})
        texts = {"1": "one", "2": "two", "0.5": "two", "0.51": "three", "True": "yes", "False": "no"}
        assert all(row["x"] == texts[str(row["s"])] for row in rows)

    def test_objects_of_different_fields_have_their_own(self) -> None:
        of = {
            "card": {"object": {"number": {"faker": "credit_card_number"}}},
            "iban": {"object": {"iban": {"faker": "iban"}, "x": {"uuid": 4}}},
        }
        rows = values({"kind": {"choice": ["card", "iban"]}, "pay": {"case": "kind", "of": of}})
        assert {(row["kind"], tuple(row["pay"])) for row in rows} == {("card", ("number",)), ("iban", ("iban", "x"))}

    def test_a_reference_in_an_alternative_speaks_of_the_records_member(self) -> None:
        of = {"a": {"ref": "people.points"}, "b": {"object": {"points": {"ref": "people.points"}}}}
        fields = {"k": {"choice": ["a", "b"]}, "points": {"ref": "people.points"}, "x": {"case": "k", "of": of}}
        for row in values(fields):
            assert (row["x"] if row["k"] == "a" else row["x"]["points"]) == row["points"]

    def test_an_alternative_is_drawn_as_if_it_stood_there_for_all(self) -> None:
        name = {"faker": "name"}
        alone = values({"x": {"case": "n", "of": {1: name}, "default": name}, "n": {"constant": 1}}, 200)
        mixed = values({"x": {"case": "n", "of": {1: name}, "default": {"constant": "-"}}, "n": {"choice": [1, 2]}}, 200)
        assert all(row["x"] in (of["x"], "-") for row, of in zip(mixed, alone, strict=True))

    def test_it_may_be_a_key(self) -> None:
        key = {"case": "country", "of": {"US": {"template": "us-{id}"}, "VN": {"uuid": 4}}, "default": {"constant": "?"}}
        press = Press(batch(LINES, records=100, key=key))
        made = press.records(range(100))
        assert made.keys is not None
        for value, told in zip(map(json.loads, made.values.tolist()), made.keys.tolist(), strict=True):
            assert told.startswith(b"us-") == (value["country"] == "US")
            assert len(told) == (39 if value["country"] == "US" else 36)


class TestMixes:
    def test_fields_have_their_shares(self) -> None:
        rows = values({"x": {"mix": [{"constant": "a", "weight": 7}, {"constant": 1, "weight": 2}, {"constant": None}]}}, 10_000)
        counts = Counter(row["x"] for row in rows)
        assert all(abs(counts[value] - share) < 250 for value, share in (("a", 7_000), (1, 2_000), (None, 1_000)))

    def test_numbers_keep_their_decimals(self) -> None:
        press = Press(batch({"x": {"mix": [{"integer": [1, 1]}, {"number": [2, 2]}, {"number": [3, 3], "decimals": 1}]}}, records=100))
        assert set(press.records(range(100)).values.tolist()) == {b'{"x":1}', b'{"x":2.00}', b'{"x":3.0}'}

    @pytest.mark.parametrize(
        "lists", [{"array": {"boolean": 1}, "length": 1}, {"map": {"constant": "k"}, "values": {"boolean": 1}, "length": 1}]
    )
    def test_lists_that_are_null_or_missing_mix_with_other_kinds(self, lists: dict[str, Any]) -> None:
        made = values({"m": {"mix": [{**lists, "nulls": 0.4, "missing": 0.4}, {"integer": [7, 7]}]}}, records=200)
        assert {json.dumps(each.get("m", "missing")) for each in made} == {
            "null",
            '"missing"',
            "7",
            json.dumps([True] if "array" in lists else {"k": True}),
        }


@pytest.mark.parametrize("where", ["key", "headers.h"])
def test_lists_of_which_only_faker_knows_what_is_in_them_are_no_key_and_no_header(where: str) -> None:
    of: dict[str, Any] = {"array": {"faker": "name"}, "length": 1}
    with pytest.raises(
        FieldError, match=f"^{where}: it gives lists, objects or values of several types, which have no text: use a field of another kind$"
    ):
        Press(batch({"a": {"uuid": 4}}, **({"key": of} if where == "key" else {"headers": {"h": of}})))
