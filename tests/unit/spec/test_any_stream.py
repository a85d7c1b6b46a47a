"""Whatever stands in a stream's file: it is a stream whose records read back, or an error with its place; never a traceback."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from springhead.cli import app as cli
from springhead.fields import Field
from springhead.quantities import Interval
from springhead.spec import STREAMS_DIR, Stream, load_stream
from tests.memory import within
from tests.unit.build import HOUR
from tests.unit.spec.anything import faker, spoiled, streams, text_of

pytestmark = pytest.mark.slow  # any method of Faker with any arguments is prepared

PHASES = (Phase.explicit, Phase.generate)  # what fails is short as it is, and each try takes a while
MOST_MB = 500  # that one command takes beside what is loaded; 52 was the most that was seen
LONGEST_S = 60  # of one stream, on a busy machine
MINUTE = Interval.parse("2026-03-01T10:00Z/PT1M")  # of a shipped stream: 3,000 payments say what the 180,000 of an hour do
_PLACED = re.compile(r"it\.yaml:[1-9]\d*:[1-9]\d* \S.*")
_OF_THE_FILE = ("it.yaml the file is ", "it.yaml YAML does not allow", "it.yaml expected a mapping")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder / "it.yaml"


def run(*words: str) -> tuple[int, str, str]:
    """A command in this process, in bounded memory: what is no error of ours comes out as it is."""
    out, err = io.StringIO(), io.StringIO()
    with within(MOST_MB), pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["springhead", *words])
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def tried(file: Path, text: str, interval: Interval = HOUR) -> bool:
    """Whether a text is a stream; checks that it is one altogether, or refused with its places, in bounded time and memory."""
    began = time.monotonic()
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    code, out, err = run("validate", file.name)
    if code:
        assert (code, out) == (1, "")
        *problems, total = [line for line in err.splitlines() if not line.startswith("    ")]
        assert total == "1 of 1 file with errors"
        assert problems
        for problem in problems:
            assert _PLACED.fullmatch(problem) or problem.startswith(_OF_THE_FILE), problem
    else:
        assert (err, out.startswith("it.yaml: good (")) == ("", True)
        stream = load_stream(file)
        for variant in (None, *stream.variants):
            _made(stream, variant, file, interval)
    assert time.monotonic() - began < LONGEST_S
    return not code


def _made(stream: Stream, variant: str | None, file: Path, interval: Interval) -> None:
    words = [file.name, "--interval", str(interval), *(["--variant", variant] if variant else [])]
    code, shown, err = run("preview", *words, "-n", "3")
    if code and "the profile leaves no moment of the interval" in err:
        return
    assert (code, err) in ((0, ""), (0, "no events in this interval\n"))
    code, _, err = run("generate", *words, "-o", "values")
    assert code == 0
    lines = Path("values").read_bytes().splitlines()
    assert run("truth", *words, "--all", "-o", "truth")[0] == 0
    truth = [json.loads(line) for line in Path("truth").read_bytes().splitlines()]
    there = [line for line in truth if line["fault"] != "drop"]
    chosen = stream.with_variant(variant)
    if chosen.rate is None:
        assert len({line["position"] for line in truth}) == chosen.records
    assert err.startswith(f"{len(there):,} record")
    assert len(lines) == len(there)
    values = [json.loads(line) for line, about in zip(lines, there, strict=True) if not about["fault"] and not about["tombstone"]]
    for value in values:
        _fits(stream.fields, value)
    if values and len(values) == len(truth):
        assert json.loads(shown.splitlines()[1]) == values[0]


def _fits(fields: dict[str, Field], value: dict[str, Any]) -> None:
    """A record has the fields that are not hidden, in their order, each with a value of its kind; but for those that are not there yet, and texts of them."""
    there = [name for name, field in fields.items() if not field.hidden]
    assert list(value) == [name for name in there if name in value]
    for name in set(there) - set(value):
        assert _may_be(fields[name])[1]
    for name, each in value.items():
        _is_of(fields[name], each)


def _may_be(field: Field) -> tuple[bool, bool]:
    """(whether it may be null, whether it may be missing): by itself, or by what it is made of."""
    null, missing = field.may_be
    if field.kind in ("template", "expression"):
        return True, field.kind == "template" or missing
    inside = [_may_be(each) for each in field.children.values()] if field.kind in ("case", "mix") else []
    return null or field.kind == "case" or any(each[0] for each in inside), missing or any(each[1] for each in inside)


def _is_of(of: Field, value: Any) -> None:
    field: Any = of
    if value is None:
        assert _may_be(field)[0] or field.kind in ("choice", "constant", "cycle", "ref", "csv")
        return
    match field.kind:
        case "object":
            _fits(field.object, value)
        case "array":
            for each in value:
                _is_of(field.array, each)
        case "map":
            for each in value.values():
                _is_of(field.values, each)
        case "integer" | "number" | "decimal":
            low, high = (float(bound) for bound in getattr(field, field.kind))
            assert low <= float(value) <= high
        case "choice":
            assert value in field.values
        case "constant":
            assert value == field.constant
        case "boolean":
            assert isinstance(value, bool)
        case "sequence":
            assert isinstance(value, str if field.prefix or field.width else int)
        case "uuid" | "template" | "timestamp":
            assert isinstance(value, str | int)


@settings(phases=PHASES, max_examples=60)
@given(streams())
def test_a_stream_of_any_kinds_is_made_and_reads_back_or_is_refused_with_its_places(file: Path, stream: dict[str, Any]) -> None:
    tried(file, text_of(stream))


@settings(phases=PHASES, max_examples=120)
@given(spoiled())
def test_anything_in_any_place_is_an_error_with_its_place_or_means_something(file: Path, stream: dict[Any, Any]) -> None:
    tried(file, text_of(stream))


@settings(phases=PHASES, max_examples=25)
@given(faker())
def test_any_method_of_faker_with_any_arguments_is_made_or_refused_with_its_place(file: Path, field: dict[str, Any]) -> None:
    tried(file, text_of({"topic": "t", "records": 20, "fields": {"a": field}}))


_SHIPPED = [path.read_text() for path in sorted(STREAMS_DIR.glob("*.yaml"))]
_PIECES = st.sampled_from(
    [*":,-{}[]\"'#&*!|>%@`\n\t ", "  ", "\n\n", ": ", "- ", "null", "1e999", "0", "\ufeff", "\u2028", "ü", "\x07", "<<: "]
)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """The text of a shipped stream after a few edits: something put in, taken out, doubled or put elsewhere."""
    text = draw(st.sampled_from(_SHIPPED))
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(text)))
        last = draw(st.integers(first, min(first + 30, len(text))))
        put = draw(_PIECES | st.just("") | st.just(text[first:last] * 2) | st.just(text[last : last + 12]))
        text = text[:first] + put + text[last:]
    return text


@settings(phases=PHASES, max_examples=100)
@given(edited())
def test_a_shipped_stream_after_any_edits_is_a_stream_or_an_error_with_its_place(file: Path, text: str) -> None:
    tried(file, text, MINUTE)
