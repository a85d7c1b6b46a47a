"""Cells of tables: a row is drawn for a record, and all of its cells belong together."""

from __future__ import annotations

import csv
import json
import re
import zoneinfo
from collections import Counter
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.alias import alias_table
from springhead.columns.type import Kind
from springhead.errors import FieldError
from springhead.fields.table import DATA_DIR, Table, read_table
from springhead.records.press import records_of
from springhead.spec import Stream, spec_digest
from tests.unit.build import batch, chunk, column, field, rows, stream, texts
from tests.unit.examples import examples
from tests.unit.records.build import all_rows, check_chunks

TABLE = (
    'city,zip,people,area,lat,coast,note\r\n"Huế, old",049000,652,265.99,1.5,false,"a ""b"""\r\nHội An,51000,152,61.71,2.25,true,\r\n'
    "Sa Pa,31000,1,677.00,-0.5,false,\tc\r\n\r\nVinh,43000,0,-104.99,3,,d\r\n"
)
ROWS = [
    {"city": "Huế, old", "zip": "049000", "people": 652, "area": 265.99, "lat": 1.5, "coast": False, "note": 'a "b"'},
    {"city": "Hội An", "zip": "51000", "people": 152, "area": 61.71, "lat": 2.25, "coast": True, "note": None},
    {"city": "Sa Pa", "zip": "31000", "people": 1, "area": 677, "lat": -0.5, "coast": False, "note": "\tc"},
    {"city": "Vinh", "zip": "43000", "people": 0, "area": -104.99, "lat": 3, "coast": None, "note": "d"},
]
COLUMNS = tuple(ROWS[0])


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of tables."""
    monkeypatch.setenv("SPRINGHEAD_DATA", str(tmp_path))
    (tmp_path / "vn.csv").write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    return tmp_path


def fields(**more: Any) -> dict[str, Any]:
    """Every column of the table."""
    return {name: {"csv": "vn.csv", "column": name, **more} for name in COLUMNS}


def values(of: dict[str, Any], **keys: Any) -> list[dict[str, Any]]:
    return [json.loads(row[0] or b"") for made in records_of(batch(of, **keys)) for row in rows(made)]


@pytest.mark.parametrize("more", [{}, {"weight": "people"}, {"order": "sequential"}, {"as": "other"}], ids=str)
def test_each_record_is_a_row_of_the_file_with_numbers_and_booleans_as_such(more: dict[str, Any]) -> None:
    made = values(fields(**more))
    assert all(each in ROWS for each in made)
    assert len(made) == 500


def test_rows_are_as_likely_as_their_weights_say_and_one_of_weight_0_never_comes() -> None:
    counts = Counter(each["city"] for each in values(fields(weight="people"), records=20_000))
    assert set(counts) == {"Huế, old", "Hội An", "Sa Pa"}
    assert abs(counts["Huế, old"] / 20_000 - 652 / 805) < 0.014  # five standard deviations
    assert abs(counts["Sa Pa"] - 20_000 / 805) < 25


def test_rows_have_the_shares_of_their_weights_to_the_last_bit() -> None:
    weights = ["0.1", "7", "0", "123456789012345678.000000000000001", "2.50", "0.000000000000001"]
    table = Table("w.csv", ("w\n" + "\n".join(weights)).encode())
    assert alias_table(table.weights("w")) == alias_table([Fraction(weight) for weight in weights])


@pytest.mark.parametrize("weight", ["9" * 101 + "0", "9" * 5000, "0." + "0" * 100 + "1"], ids=["large", "larger than a double", "small"])
def test_weights_beyond_the_bounds_of_all_weights_are_refused(weight: str) -> None:
    with pytest.raises(FieldError, match="cannot be weights: in its row 2 stands the text"):
        Table("w.csv", f"w\n1\n{weight}\n".encode()).weights("w")


def test_without_weights_all_rows_are_alike() -> None:
    counts = Counter(each["city"] for each in values(fields(), records=20_000))
    assert all(abs(n - 5_000) < 310 for n in counts.values())


def test_in_turn_row_n_is_that_of_record_n() -> None:
    assert values(fields(order="sequential"), records=10) == [ROWS[n % 4] for n in range(10)]


def test_fields_in_objects_keys_and_headers_speak_of_the_same_row_and_another_name_of_another_one() -> None:
    of = batch(
        {
            "city": {"csv": "vn.csv", "column": "city"},
            "at": {"object": {"deep": {"object": {"zip": {"csv": "vn.csv", "column": "zip"}}}}},
            "to": {"csv": "vn.csv", "column": "city", "as": "to"},
            "to_zip": {"csv": "vn.csv", "column": "zip", "as": "to"},
        },
        key={"csv": "vn.csv", "column": "zip"},
        headers={"area": {"csv": "vn.csv", "column": "area"}},
    )
    row_of = {row["zip"]: row for row in ROWS}
    pairs = set()
    for value, key, _, _, headers in all_rows(of):
        made = json.loads(value)
        zip_ = made["at"]["deep"]["zip"]
        assert (made["city"], key.decode(), float(dict(headers)["area"])) == (row_of[zip_]["city"], zip_, row_of[zip_]["area"])
        assert made["to"] == row_of[made["to_zip"]]["city"]
        pairs.add((made["city"], made["to"]))
    assert len(pairs) == 16


def test_per_a_field_the_row_is_the_same_for_ever() -> None:
    of = {"who": {"integer": [1, 30]}} | {name: each | {"per": "who"} for name, each in fields(weight="people").items()}
    home: dict[int, Any] = {}
    for made in [*values(of), *values(of, run_id="manual__1")]:
        who = made.pop("who")
        assert made in ROWS
        assert home.setdefault(who, made) == made
    assert len({each["city"] for each in home.values()}) > 1


@examples(20)
@given(st.permutations(range(5)), st.integers(1, 130), st.sampled_from([{}, {"weight": "people"}, {"order": "sequential"}]))
def test_a_batch_is_the_same_in_chunks_of_any_size_and_order(order: list[int], size: int, more: dict[str, Any]) -> None:
    check_chunks(batch(fields(**more), records=130), size, order)


@examples(20)
@given(st.sets(st.sampled_from(COLUMNS), min_size=1))
def test_other_fields_change_no_value(kept: set[str]) -> None:
    whole = values(fields(weight="people"), records=60)
    some = values({name: fields(weight="people")[name] for name in kept} | {"n": {"integer": [1, 9]}}, records=60)
    assert [{name: each[name] for name in kept} for each in some] == [{name: each[name] for name in kept} for each in whole]


@pytest.mark.parametrize(
    ("cells", "kind", "printed"),
    [
        (["1", "-20", "9223372036854775807"], Kind.NUMBER, ["1", "-20", "9223372036854775807"]),
        (["1", "9223372036854775808"], Kind.TEXT, None),
        (["0.10", "-0.05"], Kind.NUMBER, ["0.10", "-0.05"]),
        (["1", "2.50", "-0"], Kind.NUMBER, ["1", "2.50", "-0"]),
        (["9999999999999999999.5", "0.1"], Kind.NUMBER, ["9999999999999999999.5", "0.1"]),
        (["1", "007"], Kind.TEXT, None),
        (["1", "+7"], Kind.TEXT, None),
        (["1", " 7"], Kind.TEXT, None),
        (["1", "1e5"], Kind.TEXT, None),
        (["1", "٣"], Kind.TEXT, None),
        (["nan", "1"], Kind.TEXT, None),
        (["true", "false"], Kind.BOOLEAN, ["true", "false"]),
        (["True", "false"], Kind.TEXT, None),
        (["true", "1"], Kind.TEXT, None),
        (["NULL", "x"], Kind.TEXT, None),
    ],
)
def test_the_cells_of_a_column_decide_its_type(data: Path, cells: list[str], kind: Kind, printed: list[str] | None) -> None:
    (data / "cells.csv").write_text("x\n" + "\n".join(cells) + "\n", newline="")
    told = read_table("cells.csv").cells("x").type
    assert (told.kind, told.nullable) == (kind, False)
    made = [
        row[0].decode() for row in all_rows(batch({"x": {"csv": "cells.csv", "column": "x", "order": "sequential"}}, records=len(cells)))
    ]
    assert made == [f'{{"x":{cell}}}' for cell in (printed or [json.dumps(cell, ensure_ascii=False) for cell in cells])]


def test_text_true_keeps_numbers_texts(data: Path) -> None:
    assert values({"n": {"csv": "vn.csv", "column": "people", "text": True, "order": "sequential"}}, records=4) == [
        {"n": "652"},
        {"n": "152"},
        {"n": "1"},
        {"n": "0"},
    ]


def test_an_empty_cell_is_null_and_a_column_of_nothing_else_too(data: Path) -> None:
    (data / "holes.csv").write_text("a,b,c\n,1,\n2,,\n")
    of = {name: {"csv": "holes.csv", "column": name, "order": "sequential"} for name in "abc"}
    assert values(of, records=2) == [{"a": None, "b": 1, "c": None}, {"a": 2, "b": None, "c": None}]


def test_a_line_without_anything_is_a_cell_of_a_file_with_one_column(data: Path) -> None:
    (data / "one.csv").write_text("a\nx\n\ny\n")
    assert values({"a": {"csv": "one.csv", "column": "a", "order": "sequential"}}, records=3) == [{"a": "x"}, {"a": None}, {"a": "y"}]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1, max_size=9))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    folder = tmp_path_factory.mktemp("data")
    with (folder / "any.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["a"], *([cell] for cell in cells)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPRINGHEAD_DATA", str(folder))
        made = values({"a": {"csv": "any.csv", "column": "a", "text": True, "order": "sequential"}}, records=len(cells))
    assert [each["a"] for each in made] == cells


def test_the_content_of_the_file_is_part_of_the_spec_digest(data: Path) -> None:
    def digest() -> str:
        return spec_digest(stream({"city": {"csv": "vn.csv", "column": "city"}}))

    before = digest()
    (data / "vn.csv").write_bytes(TABLE.encode())
    other = digest()
    (data / "vn.csv").write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    assert before != other
    assert digest() == before


def test_a_file_that_has_changed_is_read_again_and_another_one_is_not(data: Path) -> None:
    first = read_table("vn.csv")
    assert read_table("vn.csv") is first
    (data / "vn.csv").write_text("city\nHà Nội\n")
    assert read_table("vn.csv").rows == 1


def test_explain_says_how_a_row_is_found() -> None:
    assert field(csv="vn.csv", column="city", weight="people").made() == "from a row of vn.csv, of 4, by the weights in 'people'"
    assert field(csv="vn.csv", column="city").made() == "from a row of vn.csv, of 4, each as likely"
    assert field(csv="vn.csv", column="city", order="sequential").made() == "from a row of vn.csv, of 4, in turn"


def test_another_seed_draws_other_rows() -> None:
    of, some = field(csv="vn.csv", column="city"), chunk(list(range(200)))
    assert texts(column(of, some)) != texts(column(of, some, seed="another"))


def test_a_file_that_is_gone_when_records_are_made_is_an_error_that_says_so(data: Path) -> None:
    of: Stream = stream({"city": {"csv": "vn.csv", "column": "city"}})
    (data / "vn.csv").unlink()
    with pytest.raises(FieldError, match=r"there is no file vn\.csv"):
        spec_digest(of)


PLACES: list[dict[str, str]] = list(csv.DictReader((DATA_DIR / "places.csv").read_text(encoding="utf-8").splitlines()))


def test_the_shipped_places_are_300_cities_or_more_each_with_a_name_of_its_own() -> None:
    assert len(PLACES) >= 300
    assert len({place["city"] for place in PLACES}) == len(PLACES)
    assert all(all(place.values()) for place in PLACES)


@pytest.mark.parametrize("of_a_country", ["country_name", "currency", "per_dollar", "phone_prefix", "postcode_pattern"])
def test_a_country_of_the_shipped_places_has_one(of_a_country: str) -> None:
    found = {(place["country"], place[of_a_country]) for place in PLACES}
    assert len(found) == len({country for country, _ in found})


def test_a_currency_of_the_shipped_places_has_one_rate() -> None:
    found = {(place["currency"], place["per_dollar"]) for place in PLACES}
    assert len(found) == len({currency for currency, _ in found})
    assert ("USD", "1.00") in found
    assert all(0.5 < float(rate) < 50_000 for _, rate in found)


def test_zones_coordinates_codes_and_postcodes_of_the_shipped_places_are_possible_ones() -> None:
    zones = zoneinfo.available_timezones()
    for place in PLACES:
        assert place["timezone"] in zones, place
        assert re.fullmatch("[A-Z]{2}", place["country"]), place
        assert re.fullmatch("[A-Z]{3}", place["currency"]), place
        assert re.fullmatch(r"\+[1-9][0-9]{0,2}", place["phone_prefix"]), place
        assert re.fullmatch(place["postcode_pattern"], place["postcode"]), place
        assert -90 <= float(place["latitude"]) <= 90, place
        assert -180 <= float(place["longitude"]) <= 180, place
        assert 50_000 <= int(place["population"]) <= 40_000_000, place


def test_the_shipped_places_have_the_types_that_one_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPRINGHEAD_DATA")
    table = read_table("places.csv")
    kinds = {name: table.cells(name).type for name in PLACES[0]}
    assert {name for name, type_ in kinds.items() if type_.kind is Kind.NUMBER} == {"per_dollar", "latitude", "longitude", "population"}
    assert (kinds["latitude"].decimals, kinds["population"].decimals) == (2, 0)
    assert not any(type_.stateful for type_ in kinds.values())


def test_a_zone_of_the_shipped_places_is_about_where_the_city_lies() -> None:
    """The offset of its standard time is within three hours of the sun's."""
    for place in PLACES:
        offset = min(datetime(2026, month, 1, tzinfo=zoneinfo.ZoneInfo(place["timezone"])).utcoffset() for month in (1, 7))  # type: ignore[type-var]
        assert abs(offset.total_seconds() / 3600 - float(place["longitude"]) / 15) < 3.1, place  # type: ignore[union-attr]


def test_the_shipped_merchants_are_in_shipped_places_and_have_their_currency() -> None:
    merchants = list(csv.DictReader((DATA_DIR / "merchants.csv").read_text(encoding="utf-8").splitlines()))
    places = {(place["city"], place["country"]): place["currency"] for place in PLACES}
    assert len({merchant["name"] for merchant in merchants}) == len(merchants)
    for merchant in merchants:
        assert places[merchant["city"], merchant["country"]] == merchant["currency"], merchant
        assert re.fullmatch("[0-9]{4}", merchant["mcc"]), merchant
        assert float(merchant["weight"]) > 0, merchant
        assert merchant["online"] in ("true", "false"), merchant
    assert len({(merchant["category"], merchant["mcc"]) for merchant in merchants}) == len({merchant["category"] for merchant in merchants})


def test_in_a_mix_a_weight_that_is_a_text_names_the_column() -> None:
    of = {"x": {"mix": [{"csv": "vn.csv", "column": "city", "weight": "people"}, {"constant": "none"}]}}
    counts = Counter(each["x"] for each in values(of, records=2_000))
    assert abs(counts["none"] - 1_000) < 112
    assert counts["Huế, old"] > counts["Hội An"] > counts["Sa Pa"]


def test_each_element_of_an_array_has_a_row_of_its_own_and_none_in_turn() -> None:
    cells = {name: {"csv": "vn.csv", "column": name, "weight": "people"} for name in ("city", "zip")}
    row_of = {row["city"]: row["zip"] for row in ROWS}
    different = 0
    for each in values({"city": cells["city"], "list": {"array": {"object": cells}, "length": 3}}):
        assert all(row_of[element["city"]] == element["zip"] for element in each["list"])
        different += len({each["city"], *(element["city"] for element in each["list"])}) > 1
    assert different > 200
    with pytest.raises(FieldError) as caught:
        values({"list": {"array": {"csv": "vn.csv", "column": "city", "order": "sequential"}, "length": 2}})
    assert str(caught.value) == "fields.list[]: rows in turn go by the number of the record, and an element has none: leave out 'order'"
