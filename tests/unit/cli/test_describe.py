"""`springhead describe`: what the language has, from its models."""

from __future__ import annotations

import functools

import pytest

from springhead.faults import FAULTS
from springhead.fields import KINDS, Field
from springhead.fields.distributions import LAWS, read_distribution
from springhead.spec import Stream, description
from springhead.spec.schema import definitions_of
from springhead.spec.yaml import read_yaml
from tests.unit.cli.conftest import Run

_definitions_of = functools.cache(definitions_of)


@pytest.fixture(autouse=True)
def _one_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made anew by each command, in a tenth of a second, and is always the same."""
    monkeypatch.setattr(description, "definitions_of", _definitions_of)


ANY_FIELD = [of.alias or name for name, of in Field.model_fields.items() if name not in Stream.model_fields]
NAMES = [*KINDS, *LAWS, *ANY_FIELD, *Stream.model_fields, *FAULTS]


def test_alone_it_lists_all_with_a_line_each(run: Run) -> None:
    code, out, err = run("describe")
    assert (code, err) == (0, "")
    named = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert sorted(named) == sorted(NAMES)
    assert "  uuid           A UUID of RFC 9562, in its text form of 36 characters.\n" in out
    assert [line for line in out.splitlines() if line and line[0] != " "] == [
        "Kinds of fields",
        "Distributions",
        "Keys of any field",
        "Keys of a stream",
        "Kinds of faults",
        "springhead describe NAME tells more of one of them.",
    ]


def test_no_two_of_them_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_described(run: Run, name: str) -> None:
    code, out, err = run("describe", name)
    assert (code, err) == (0, "")
    assert out.startswith(f"{name}: a ")
    assert "Any value" not in out
    assert "(any value" not in out


def test_a_kind_has_its_arguments_bounds_defaults_and_an_example(run: Run) -> None:
    assert run("describe", "boolean")[1] == (
        "boolean: a kind of field\n"
        "True or false.\n"
        "\n"
        "  boolean\n"
        "    The share of true, between 0 and 1.\n"
        "    A number, 0 … 1.\n"
        "\n"
        "As any field: description, hidden, per, since, until, nulls, missing, when, else.\n"
        "Example: {boolean: 0.1}\n"
    )
    assert (
        "  step\n    From one record to the next; not 0.\n    A whole number, -2,147,483,648 … 2,147,483,648. Default: 1.\n"
        in run("describe", "sequence")[1]
    )


@pytest.mark.parametrize("kind", LAWS)
def test_the_example_of_a_distribution_is_one(kind: str) -> None:
    assert read_distribution(read_yaml(LAWS[kind].example.encode()).value).kind == kind


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("records", "records: a key of a stream\nRecords per batch.\n\n  records\n    A whole number, 1 … 100,000,000. Default: 100.\n\n"),
        ("topic", "topic: a key of a stream\nThe topic's name.\n\n  topic\n    A text.\n\nRequired.\n"),
        (
            "nulls",
            "nulls: a key of any field\nThe share of the records in which it is null, 0 … 1.\n\n  nulls\n    A number, 0 … 1. Default: 0.0.\n\n",
        ),
        (
            "truncated",
            "truncated: a kind of fault\nThe value breaks off: one byte of it or more is left, one or more are not.\n\n"
            "  share\n    Of the records, 0 … 1.\n    A number, 0 … 1.\n\nExample: faults: {truncated: 0.01}\n",
        ),
        (
            "uniform",
            "uniform: a distribution\nAll equally likely: what is drawn without a distribution.\n\n"
            "Example: {integer: [1, 100], distribution: uniform}\n",
        ),
    ],
)
def test_so_have_the_others(run: Run, name: str, text: str) -> None:
    assert run("describe", name) == (0, text, "")


def test_an_unknown_name_is_told_with_the_nearest(run: Run) -> None:
    assert run("describe", "integr") == (
        1,
        "",
        "springhead: nothing in the language is called 'integr'. Did you mean 'integer'? `springhead describe` lists what there is\n",
    )
    assert run("describe", "zzzz")[2] == "springhead: nothing in the language is called 'zzzz'; `springhead describe` lists what there is\n"
