"""The key `format`, and what a format cannot hold."""

from __future__ import annotations

import pytest

from springhead.faults import FAULTS
from springhead.spec.format import FORMATS
from tests.unit.spec.conftest import Load, Problems

FORMS = 'json, csv, {csv: {delimiter: ";"}} or {string: "a template over the fields"}'
NO_COLUMN = "CSV has one text in a column, and this field gives lists, objects or values of several types: hide it (hidden: true) and put fields of their own beside it, or write JSON"
ONE_TEXT = "the value is one text, and no field of it can be told from the others"
FLAT = "topic: t\nfields: {id: {uuid: 4}, maybe: {choice: [a, null]}, at: {integer: [1, 2], since: 2026-01-01}}\n"


@pytest.mark.parametrize(
    "form", ["json", "csv", "{csv: {}}", '{csv: {delimiter: ";"}}', r'{csv: {delimiter: "\t"}}', '{string: "{id}"}', '{string: "-"}']
)
def test_it_is_one_of_them(load: Load, form: str) -> None:
    assert load(f"{FLAT}format: {form}\n").format.name in FORMATS


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("cvs", f"3:9 format: 'cvs' is no format; write {FORMS}. Did you mean 'csv'?"),
        ("{cvs: {}}", f"3:9 format: 'cvs' is no format; write {FORMS}. Did you mean 'csv'?"),
        ("5", f"3:9 format: expected {FORMS}; found the number 5"),
        ("null", f"3:9 format: expected {FORMS}; found null"),
        ("{}", f"3:9 format: expected {FORMS}; found a mapping"),
        ("{csv: {}, json: {}}", f"3:9 format: expected {FORMS}; found a mapping of 2 keys"),
        ("avro", "3:9 format: the format 'avro' is not available yet; there are 'json', 'csv', 'string'"),
        ("{protobuf: {}}", "3:20 format.protobuf: the format 'protobuf' is not available yet; there are 'json', 'csv', 'string'"),
        ("{json: {}}", "3:9 format: JSON has no options: write format: json"),
        ("string", '3:9 format: a string needs its template: {string: "{host} {path}"}'),
        ("{csv: 5}", "3:15 format.csv: expected a mapping; found the number 5"),
        (
            "{csv: {delimeter: x}}",
            "3:16 format.csv.delimeter: unknown key 'delimeter'; there are 'delimiter'. Did you mean 'delimiter'?",
        ),
        *(
            (
                f"{{csv: {{delimiter: '{wrong}'}}}}",
                f'3:27 format.csv.delimiter: the text "{wrong}" cannot stand between columns: write one character such as ",", ";", "|" or "\\t"',
            )
            for wrong in ("", "ab", "a", "5", ".", "-", " ", "é")
        ),
        ("{csv: {delimiter: 5}}", '3:27 format.csv.delimiter: expected a text; found the number 5. For a text, write "5"'),
        ("{string: 5}", '3:18 format.string: expected a text; found the number 5. For a text, write "5"'),
        ('{string: "{iid}"}', "3:18 format.string: unknown field 'iid'. Did you mean 'id'?"),
        (
            '{string: "{id"}',
            "3:18 format.string: a single '{' in the template: a reference is written {name}, a brace itself '{{'",
        ),
        (
            '{string: "{maybe}"}',
            "3:18 format.string: a record without a value is a tombstone, and the field 'maybe' may be null: give the template a field that is always there",
        ),
        (
            '{string: "{at}"}',
            "3:18 format.string: a record without a value is a tombstone, and the field 'at' may be missing: give the template a field that is always there",
        ),
        (
            "csv\nfaults: {wrong_type: 0.1, truncated: 0.1}",
            "4:22 faults.wrong_type: values of the format 'csv' cannot have this fault: CSV knows texts only, so that a number and its text are the same",
        ),
        (
            "csv\nvariants: {v: {faults: {wrong_type: 0.1}}}",
            "4:37 variants.v.faults.wrong_type: values of the format 'csv' cannot have this fault: CSV knows texts only, so that a number and its text are the same",
        ),
        *(
            (
                f'{{string: "{{id}}"}}\nfaults: {{{kind}: 0.1}}',
                f"4:{12 + len(kind)} faults.{kind}: values of the format 'string' cannot have this fault: {ONE_TEXT}",
            )
            for kind in ("wrong_type", "null_field", "missing_field", "extra_field", "out_of_range", "orphan")
        ),
        (
            '{string: "{id}"}\nfaults: {oversized: {share: 0.1, fields: [id]}}',
            "4:43 faults.oversized.fields.0: unknown field 'id': the value has none of this name",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_where_it_stands(problems: Problems, form: str, problem: str) -> None:
    assert problems(f"{FLAT}format: {form}\n") == [problem]


def test_csv_refuses_what_has_no_text_of_its_own_unless_it_is_hidden(problems: Problems, load: Load) -> None:
    fields = "o: {object: {a: {uuid: 4}}}, l: {array: {uuid: 4}, length: 2}, m: {map: {choice: [a, b]}, values: {uuid: 4}, length: 2}, x: {uuid: 4}"
    assert problems(f"topic: t\nformat: csv\nfields:\n  {fields}\n".replace("  o", "  {o").replace("4}\n", "4}}\n")) == [
        f"4:16 fields.o.object: {NO_COLUMN}",
        f"4:44 fields.l.array: {NO_COLUMN}",
        f"4:76 fields.m.map: {NO_COLUMN}",
    ]
    load("topic: t\nformat: csv\nfields: {o: {object: {a: {uuid: 4}}, hidden: true}, a: {template: '{o.a}'}}\n")


def test_of_each_kind_of_fault_each_format_has_it_or_says_why_not() -> None:
    for of in FORMATS.values():
        assert set(of.refuses) <= set(FAULTS)
    assert {kind for kind in FAULTS if kind not in FORMATS["string"].refuses} == {
        "duplicate",
        "corrupt_bytes",
        "truncated",
        "edge_case",
        "bad_encoding",
        "oversized",
        "drop",
    }
