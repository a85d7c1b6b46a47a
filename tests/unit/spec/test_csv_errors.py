"""Errors of tables and of fields that take cells of them: each names the place, the cause and the remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from springhead.errors import FieldError
from springhead.fields import table
from springhead.fields.table import DATA_DIR, data_dir, read_table
from springhead.spec import load_stream
from tests.unit.spec.conftest import Problems

PLACES = "city,zip,people,share,note\nHue,49000,652,0.5,\nHoi An,51000,152,-1,x\nSa Pa,31000,0,0,x\n"


@pytest.fixture(autouse=True)
def data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of tables."""
    monkeypatch.setenv("SPRINGHEAD_DATA", "data")
    (folder / "data").mkdir()
    (folder / "data/places.csv").write_text(PLACES)
    return folder / "data"


def test_tables_are_those_of_the_project_unless_a_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_dir() == Path("data")
    monkeypatch.delenv("SPRINGHEAD_DATA")
    assert data_dir() == DATA_DIR


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        (
            "{csv: place.csv, column: city}",
            "3:11 fields.x.csv: there is no file place.csv in data; there are 'places.csv'. Did you mean 'places.csv'?",
        ),
        (
            "{csv: places.csv, column: cty}",
            "3:31 fields.x.column: places.csv has no column 'cty'; it has 'city', 'zip', 'people', 'share', 'note'. Did you mean 'city'?",
        ),
        (
            "{csv: places.csv, column: city, weight: peple}",
            "3:45 fields.x.weight: places.csv has no column 'peple'; it has 'city', 'zip', 'people', 'share', 'note'. Did you mean 'people'?",
        ),
        (
            "{csv: places.csv, column: city, weight: note}",
            "3:45 fields.x.weight: the column 'note' of places.csv cannot be weights: in its row 1 stands the text \"\", and a weight is 0 or a number above it, such as 3 or 0.5",
        ),
        (
            "{csv: places.csv, column: city, weight: share}",
            "3:45 fields.x.weight: the column 'share' of places.csv cannot be weights: in its row 2 stands the text \"-1\", and a weight is 0 or a number above it, such as 3 or 0.5",
        ),
        ("{csv: places.csv}", "3:5 fields.x: 'column' is required"),
        ("{csv: places.csv, column: 3}", '3:31 fields.x.column: expected a text; found the number 3. For a text, write "3"'),
        (
            "{csv: ../places.csv, column: city}",
            "3:11 fields.x.csv: '../places.csv' is no file of include/data: write its name, such as places.csv, or folder/name.csv, with letters, digits, _, - and . in it",
        ),
        (
            "{csv: /etc/passwd, column: city}",
            "3:11 fields.x.csv: '/etc/passwd' is no file of include/data: write its name, such as places.csv, or folder/name.csv, with letters, digits, _, - and . in it",
        ),
        (
            "{csv: places.csv, column: city, order: random}",
            "3:44 fields.x.order: expected one of 'sequential'; found the text \"random\"",
        ),
        (
            "{csv: places.csv, column: city, order: sequential, weight: people}",
            "3:56 fields.x.weight: rows that come in turn have no weights: leave out 'weight' or 'order'",
        ),
        (
            "{csv: places.csv, column: city, order: sequential, per: x}",
            "3:56 fields.x.per: 'per' decides draws, and rows that come in turn are not drawn: leave out 'per' or 'order'",
        ),
        (
            '{csv: places.csv, column: city, as: ""}',
            "3:41 fields.x.as: the name of a row has 1 to 255 printable characters, such as destination",
        ),
        ("{csv: places.csv, column: city, text: yes please}", '3:43 fields.x.text: expected true or false; found the text "yes please"'),
    ],
)
def test_what_a_field_says_of_a_table(field_problems: Problems, field: str, problem: str) -> None:
    assert field_problems(field) == [problem]


def test_without_any_table_the_folder_is_named(field_problems: Problems, data: Path) -> None:
    (data / "places.csv").unlink()
    assert field_problems("{csv: places.csv, column: city}") == [
        "3:11 fields.x.csv: there is no file places.csv in data; there is none (SPRINGHEAD_DATA names another folder)"
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "x.csv is empty: its first line names the columns, and rows follow"),
        (b"\xef\xbb\xbf", "x.csv is empty: its first line names the columns, and rows follow"),
        (b"a,b\n", "x.csv has a header and no row below it: there is nothing to take a value from"),
        (b"a,,b\n1,2,3\n", "x.csv line 1: the column 2 has no name"),
        (b"a,b,a\n1,2,3\n", "x.csv line 1: two columns have the name 'a'"),
        (b"a,b\n1,2\n3\n", "x.csv line 3: 1 cell, and the header has 2"),
        (
            b'a,b\n"1\n2",2\n3,Paris, France\n',
            'x.csv line 4: 3 cells, and the header has 2. A comma within a cell needs quotes around the cell: "a, b"',
        ),
        (b'a,b\n1,"2" x\n', "x.csv line 2 is no CSV: ',' expected after '\"'"),
        (b'a,b\n1,"2\n', "x.csv line 2 is no CSV: unexpected end of data"),
        (b"a,b\nx,y\nx,\xe9\n", "x.csv is not UTF-8: byte 0xe9 on line 3. Save it as UTF-8"),
        (b"a,b\nx,\0\n", "x.csv is no CSV file: a NUL stands on line 2"),
        (",".join(f"c{n}" for n in range(1001)).encode(), "x.csv has 1,001 columns; a table has at most 1,000"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_line(data: Path, content: bytes, text: str) -> None:
    (data / "x.csv").write_bytes(content)
    with pytest.raises(FieldError) as caught:
        read_table("x.csv")
    assert str(caught.value) == text


def test_weights_that_are_all_0_are_refused(data: Path) -> None:
    (data / "x.csv").write_text("a,n\nx,0\ny,0.0\n")
    with pytest.raises(FieldError) as caught:
        read_table("x.csv").weights("n")
    assert str(caught.value) == "all weights in the column 'n' of x.csv are 0: no row could be drawn"


def test_what_is_no_regular_file_is_not_opened(data: Path) -> None:
    os.mkfifo(data / "x.csv")
    with pytest.raises(FieldError, match=r"^x\.csv is no regular file$"):
        read_table("x.csv")


def test_a_file_that_is_too_large_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BYTES", 20)
    (data / "x.csv").write_text("a,b\n" + "1,2\n" * 5)
    with pytest.raises(FieldError) as caught:
        read_table("x.csv")
    assert str(caught.value) == "x.csv has 24 bytes; a table has at most 20: leave out columns that no field names, or rows"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            " zip: {csv: places.csv, column: zip}\n",
            "4:13 fields.zip.csv: one row of places.csv is drawn for this field and 'city': here each as likely, there by the weights in 'people'. Say the same in "
            "both, or write `as` in one of them, for a row of its own",
        ),
        (
            " to: {object: {zip: {csv: places.csv, column: zip, order: sequential}}}\n",
            "4:27 fields.to.object.zip.csv: one row of places.csv is drawn for this field and 'city': here in turn, there by the weights in 'people'. Say the same "
            "in both, or write `as` in one of them, for a row of its own",
        ),
        (
            "key: {csv: places.csv, column: zip}\n",
            "4:12 key.csv: one row of places.csv is drawn for this field and 'city': here each as likely, there by the weights in 'people'. Say the same in both, "
            "or write `as` in one of them, for a row of its own",
        ),
    ],
)
def test_one_row_is_not_drawn_in_two_ways(problems: Problems, more: str, problem: str) -> None:
    assert problems(f"topic: t\nfields:\n city: {{csv: places.csv, column: city, weight: people}}\n{more}") == [problem]


def test_another_row_or_one_keyed_by_a_field_may_be_drawn_in_another_way(folder: Path) -> None:
    (folder / "x.yaml").write_text(
        "topic: t\nfields:\n city: {csv: places.csv, column: city, weight: people}\n to: {csv: places.csv, column: city, as: to}\n"
        " home: {csv: places.csv, column: city, per: city}\n"
    )
    assert len(load_stream(folder / "x.yaml").fields) == 3


@pytest.mark.parametrize(("divided", "shown"), [(";", "';'"), ("\t", "'\\t'")])
def test_a_file_whose_cells_no_comma_divides_is_told_so(data: Path, problems: Problems, divided: str, shown: str) -> None:
    (data / "places.csv").write_text(PLACES.replace(",", divided))
    assert problems("topic: t\nfields:\n  x: {csv: places.csv, column: city}\n") == [
        f"3:32 fields.x.column: places.csv has no column 'city'; it has 'city{divided}zip{divided}people{divided}share{divided}note'. "
        f"Its cells are divided by {shown}: write the file with commas"
    ]
