"""What can be wrong with faults and tombstones, each with its place and a remedy."""

from __future__ import annotations

from typing import Any

import pytest

from springhead.spec import Stream, spec_digest
from tests.unit.build import stream
from tests.unit.spec.conftest import Load, Problems

STREAM = """\
topic: t
key: "{id}"
fields:
  id: {uuid: 4}
  n: {integer: [1, 9]}
  on: {boolean: 0.5}
  note: {choice: [a, null]}
  secret: {constant: x, hidden: true}
  place: {object: {city: {constant: Ulm}}}
"""
KINDS = (
    "'duplicate', 'corrupt_bytes', 'truncated', 'wrong_type', 'null_field', 'missing_field', 'extra_field', 'out_of_range', 'edge_case', 'orphan', 'bad_encoding', "
    "'oversized', 'drop'"
)


@pytest.mark.parametrize(
    ("faults", "problem"),
    [
        ("{duplicates: 0.1}", f"10:10 faults.duplicates: unknown key 'duplicates'; there are {KINDS}. Did you mean 'duplicate'?"),
        (
            "{orphan: {share: 0.1, fields: [id]}}",
            "10:40 faults.orphan.fields.0: the field 'id' is no reference to an entity's key, one of the kinds 'sequence' and 'uuid'",
        ),
        ("{drop: 2}", "10:16 faults.drop: expected a share of the records, 0 … 1; found the number 2"),
        ("{drop: -0.1}", "10:16 faults.drop: expected a share of the records, 0 … 1; found the number -0.1"),
        ("{drop: true}", "10:16 faults.drop: expected a share of the records, 0 … 1; found true"),
        ("{drop: [0.1]}", "10:16 faults.drop: expected a share of the records, 0 … 1; found a list"),
        ("{drop: {share: 5%}}", '10:24 faults.drop.share: expected a share of the records, 0 … 1; found the text "5%"'),
        ("{truncated: {}}", "10:21 faults.truncated: 'share' is required"),
        ("{truncated: {share: 0.1, fields: [n]}}", "10:34 faults.truncated.fields: unknown key 'fields'; there are 'share'"),
        (
            "{wrong_type: {share: 0.1, feilds: [n]}}",
            "10:35 faults.wrong_type.feilds: unknown key 'feilds'; there are 'share', 'fields'. Did you mean 'fields'?",
        ),
        ("{wrong_type: {share: 0.1, fields: n}}", '10:43 faults.wrong_type.fields: expected a list; found the text "n"'),
        ("{wrong_type: {share: 0.1, fields: []}}", "10:43 faults.wrong_type.fields: is empty: give at least one"),
        (
            "{wrong_type: {share: 0.1, fields: [n, plaec.city]}}",
            "10:47 faults.wrong_type.fields.1: unknown field 'plaec.city': the value has none of this name. Did you mean 'place.city'?",
        ),
        (
            "{wrong_type: {share: 0.1, fields: [secret]}}",
            "10:44 faults.wrong_type.fields.0: unknown field 'secret': the value has none of this name",
        ),
        (
            "{null_field: {share: 0.1, fields: [note]}}",
            "10:44 faults.null_field.fields.0: the field 'note' may be null in a sound record, too",
        ),
        (
            "{out_of_range: {share: 0.1, fields: [id]}}",
            "10:46 faults.out_of_range.fields.0: the field 'id' has no [min, max] to be outside of: it takes fields of the kinds 'integer', 'number' and 'decimal'",
        ),
        ("{edge_case: {share: 0.1, fields: [on]}}", "10:43 faults.edge_case.fields.0: the field 'on' is neither a text nor a number"),
        (
            "{edge_case: {share: 0.1, fields: [n], cases: [empty]}}",
            "10:43 faults.edge_case.fields.0: the field 'n' can have none of the cases 'empty'; it can have 'smallest', 'largest'",
        ),
        (
            "{edge_case: {share: 0.1, cases: [emtpy]}}",
            "10:42 faults.edge_case.cases.0: expected one of 'empty', 'longest', 'smallest', 'largest', 'unicode'; found the text \"emtpy\". Did you mean 'empty'?",
        ),
        ("{oversized: {share: 0.1, fields: [n]}}", "10:43 faults.oversized.fields.0: the field 'n' is no text"),
        ("{oversized: {share: 0.1, bytes: 0}}", "10:41 faults.oversized.bytes: must be at least 1; found the number 0"),
        (
            "{extra_field: {share: 0.1, name: a.b}}",
            "10:42 faults.extra_field.name: a field's name cannot hold '.': templates refer to fields as {name} and {object.name}",
        ),
        ('{extra_field: {share: 0.1, name: ""}}', "10:42 faults.extra_field.name: a field's name has 1 to 255 printable characters"),
        ("{extra_field: {share: 0.1, name: n}}", "10:42 faults.extra_field.name: the value has a field 'n': give another name"),
        (
            "{duplicate: {share: 0.1, by: -1}}",
            "10:38 faults.duplicate.by: expected a number of records, 0 … 100,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number -1",
        ),
        ("{duplicate: {share: 0.1, by: [5, 1]}}", "10:38 faults.duplicate.by: min 5 is above max 1"),
        (
            "{duplicate: {share: 0.1, by: 3m}}",
            '10:38 faults.duplicate.by: expected a number of records, 0 … 100,000, [min, max] of such, or a distribution such as {poisson: 3}; found the text "3m"',
        ),
    ],
)
def test_what_is_wrong_has_its_place(problems: Problems, faults: str, problem: str) -> None:
    assert problems(f"{STREAM}faults: {faults}\n") == [problem]


def test_a_variants_faults_have_their_place_there(problems: Problems) -> None:
    assert problems(f"{STREAM}variants: {{v: {{faults: {{wrong_type: {{share: 0.1, fields: [nn]}}, droop: 1}}}}}}\n") == [
        "10:59 variants.v.faults.wrong_type.fields.0: unknown field 'nn': the value has none of this name. Did you mean 'n'?",
        f"10:65 variants.v.faults.droop: unknown key 'droop'; there are {KINDS}. Did you mean 'drop'?",
    ]


def test_faults_that_no_field_fits_are_refused(problems: Problems) -> None:
    assert problems(
        "topic: t\nfields: {on: {boolean: 0.5}, no: {boolean: 0.1}}\nfaults: {oversized: 0.1, edge_case: 0.1, out_of_range: 0.1}\n"
    ) == [
        "3:21 faults.oversized: there is nothing to damage: the field 'on' is no text, and no other fits",
        "3:37 faults.edge_case: there is nothing to damage: the field 'on' is neither a text nor a number, and no other fits",
        "3:56 faults.out_of_range: there is nothing to damage: the field 'on' has no [min, max] to be outside of: it takes fields of the kinds 'integer', 'number' and 'decimal', and no other fits",
    ]


def test_a_field_that_cannot_be_read_is_not_said_to_fit_no_fault(problems: Problems) -> None:
    assert problems("topic: t\nfields: {n: {integer: [9, 1]}}\nfaults: {out_of_range: 0.1, oversized: {share: 0.1, fields: [n]}}\n") == [
        "2:23 fields.n.integer: min 9 is above max 1"
    ]


def test_what_only_faker_can_tell_is_left_to_the_drawing(load: Load) -> None:
    load("topic: t\nfields: {n: {faker: pyint}}\nfaults: {oversized: 0.1, edge_case: {share: 0.1, fields: [n]}}\n")


def test_the_key_of_each_is_one_for_tombstones(load: Load, problems: Problems) -> None:
    text = "topic: t\nfields: {sku: {ref: products.sku}}\ntombstones: 0.1\neach: products\n"
    load(text)
    assert problems(f"{text}key: null\n") == ["3:13 tombstones: a tombstone is a record with a key and no value: the stream needs a key"]
    assert [one.split(":")[0] for one in problems(f"{text}records: 5\nrate: 1/s\nx: 1\n")] == ["7"]
    assert [one[:8] for one in problems(text.replace("each: products", "each: produce"))] == ["4:7 each"]


def test_tombstones_need_a_key(problems: Problems) -> None:
    text = "topic: t\nfields: {id: {uuid: 4}}\ntombstones: 0.1\n"
    assert problems(text) == ["3:13 tombstones: a tombstone is a record with a key and no value: the stream needs a key"]
    assert problems(f'{text}key: "{{id}}"\nvariants: {{v: {{key: null}}}}\n') == [
        "5:21 variants.v.key: the stream has tombstones, records with a key and no value: the variant needs a key"
    ]
    assert problems(f'{text.replace("0.1", "7")}key: "{{id}}"\n') == [
        "3:13 tombstones: expected a share of the records, 0 … 1; found the number 7"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"faults": {"drop": 0.1}}, {"faults": {"drop": {"share": 0.1}}}),
        ({"faults": {"duplicate": 0.1}}, {"faults": {"duplicate": {"share": 0.1, "by": 0}}}),
        ({"faults": {"duplicate": {"share": 1, "by": 2}}}, {"faults": {"duplicate": {"share": 1.0, "by": [2, 2]}}}),
        ({}, {"faults": {}, "fault_header": True, "tombstones": 0}),
    ],
)
def test_what_means_the_same_has_the_same_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert spec_digest(of(one)) == spec_digest(of(other))


def test_each_option_of_a_fault_changes_the_digest() -> None:
    written: list[dict[str, Any]] = [
        {},
        {"fault_header": False},
        {"tombstones": 0.1},
        {"faults": {"drop": 0.1}},
        {"faults": {"drop": 0.2}},
        {"faults": {"truncated": 0.1}},
        {"faults": {"wrong_type": 0.1}},
        {"faults": {"wrong_type": {"share": 0.1, "fields": ["n"]}}},
        {"faults": {"duplicate": {"share": 0.1}}},
        {"faults": {"duplicate": {"share": 0.1, "by": 1}}},
        {"faults": {"oversized": {"share": 0.1}}},
        {"faults": {"oversized": {"share": 0.1, "bytes": 1}}},
        {"faults": {"edge_case": {"share": 0.1, "cases": ["empty"]}}},
        {"faults": {"extra_field": {"share": 0.1, "name": "x"}}},
    ]
    assert len({spec_digest(of(each)) for each in written}) == len(written)


def of(more: dict[str, Any]) -> Stream:
    return stream({"id": {"uuid": 4}, "n": {"integer": [1, 9]}}, key="{id}", **more)
