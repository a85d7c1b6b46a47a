"""What is wrong with fields only where values are made has its place in the stream's file all the same."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from springhead.errors import FieldError, SpecError
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import load_stream
from tests.unit.build import HOUR, batch

STREAM = """\
topic: t
key: {faker: text, with: {max_nb_chars: 1}}
headers:
  h: {faker: random_int, with: {min: 2, max: 1}}
fields:
  who:
    object:
      zone: {faker: pytimezone}
  card: {faker: credit_card_number, with: {card_type: vsa}}
  both: {template: "{card} {id}"}
  id: {uuid: 4}
  day: {faker: date_between, with: {start_date: 2030-01-01, end_date: today}}
variants:
  v: {key: {faker: credit_card_full, with: {card_type: 5}}}
"""


def places(folder: Path, text: str, variant: str | None = None, *, records: bool = False) -> list[str]:
    """Line, column and path of each problem."""
    (folder / "s.yaml").write_text(text)
    made = Batch.of(Request(load_stream(folder / "s.yaml"), HOUR, variant=variant))
    with pytest.raises(SpecError) as caught:
        Press(made).records(range(3)) if records else Press(made)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems
    assert str(caught.value).startswith(f"{folder}/s.yaml:")
    return [f"{one.line}:{one.column} {one.path}" for one in caught.value.problems]


def without(*lines: str) -> str:
    """The stream without the lines that begin like this."""
    return "".join(line for line in STREAM.splitlines(keepends=True) if not line.strip().startswith(lines))


def test_all_fields_that_cannot_be_made_are_told_at_once_and_what_is_made_of_them_is_not(tmp_path: Path) -> None:
    assert places(tmp_path, STREAM) == ["8:21 fields.who.object.zone.faker", "9:55 fields.card.with.card_type"]


def test_a_key_and_a_header_have_their_places(tmp_path: Path) -> None:
    good = without("who", "object", "zone", "card", "both")
    assert places(tmp_path, good) == ["2:41 key.with.max_nb_chars"]
    assert places(tmp_path, good.replace("key: {faker: text, with: {max_nb_chars: 1}}\n", "")) == ["3:32 headers.h.with"]


def test_what_a_variant_overrides_has_its_place_there(tmp_path: Path) -> None:
    good = without("who", "object", "zone", "card", "both", "headers", "h:")
    assert places(tmp_path, good, "v") == ["7:56 variants.v.key.with.card_type"]


MAYBE = "{faker: random_element, with: {elements: {gold: 1, null: 1e-9}}}"


@pytest.mark.parametrize(
    ("text", "variant", "place"),
    [
        ('topic: t\nkey: "{tier}"\nfields: {tier: MAYBE}\n', None, "2:6 key"),
        ("topic: t\nkey: MAYBE\nfields: {id: {uuid: 4}}\n", None, "2:6 key"),
        ('topic: t\nfields: {tier: MAYBE}\nvariants: {v: {key: "{tier}"}}\n', "v", "3:21 variants.v.key"),
    ],
)
def test_a_key_that_faker_makes_null_however_rarely_is_refused(tmp_path: Path, text: str, variant: str | None, place: str) -> None:
    assert places(tmp_path, text.replace("MAYBE", MAYBE), variant) == [place]
    with pytest.raises(SpecError, match="a key cannot be null, and this one may be"):
        Press(Batch.of(Request(load_stream(tmp_path / "s.yaml"), HOUR, variant=variant)))


def test_what_only_an_event_time_shows_has_its_place(tmp_path: Path) -> None:
    good = without("who", "object", "zone", "card", "both", "headers", "h:", "key", "variants", "v:")
    assert places(tmp_path, good, records=True) == ["4:36 fields.day.with"]


def test_a_stream_without_a_file_names_the_field() -> None:
    with pytest.raises(FieldError) as caught:
        Press(batch({"who": {"object": {"zone": {"faker": "pytimezone"}}}, "points": {"faker": "time_series"}}))
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == ["fields.who.zone:", "fields.points:"]
    assert pickle.loads(pickle.dumps(caught.value)).found == caught.value.found
