"""What several streams have in common stands in a file of its own, and each says what is different."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from springhead.errors import SpecError
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import Stream, load_stream, load_streams, spec_digest
from tests.unit.build import HOUR, rows

BASE = """\
topic_config: {partitions: 6, configs: {retention.ms: -1}}
records: 10
key: "{id}"
headers: {source: web, kind: order}
fields:
  id: {uuid: 4}
  price: {number: [1, 9], decimals: 1, description: what it costs}
  customer: {object: {name: {faker: name}, age: {integer: [18, 90]}}}
  status: {choice: {paid: 9, open: 1}}
"""


def of(field: object, key: str) -> Any:
    return getattr(field, key)


@pytest.fixture(autouse=True)
def base(folder: Path) -> Path:
    (folder / "common").mkdir()
    (folder / "common/base.yaml").write_text(BASE)
    return folder / "common"


def load(folder: Path, text: str) -> Stream:
    (folder / "orders.yaml").write_text(text)
    return load_stream(folder / "orders.yaml")


def wrong(folder: Path, text: str) -> str:
    with pytest.raises(SpecError) as caught:
        load(folder, text)
    return str(caught.value)


class TestMerging:
    def test_a_stream_has_all_that_it_extends(self, folder: Path) -> None:
        stream = load(folder, "extends: base.yaml\ntopic: t\n")
        assert (stream.records, list(stream.fields), list(stream.headers)) == (
            10,
            ["id", "price", "customer", "status"],
            ["source", "kind"],
        )
        assert [key is not None for _, key, *_ in rows(Press(Batch.of(Request(stream, HOUR))).records(range(3)))] == [True] * 3

    def test_mappings_merge_key_by_key_and_all_else_takes_the_others_place(self, folder: Path) -> None:
        stream = load(
            folder,
            "extends: base.yaml\ntopic: t\ntopic_config: {partitions: 3}\nfields:\n"
            "  more: {uuid: 4}\n  price: {number: [5, 7]}\n  customer: {object: {age: {integer: [1, 2]}}}\n  status: {choice: [paid]}\n",
        )
        assert stream.topic_config is not None
        assert (stream.topic_config.partitions, stream.topic_config.configs) == (3, {"retention.ms": "-1"})
        assert list(stream.fields) == ["id", "price", "customer", "status", "more"]
        price = stream.fields["price"]
        assert (of(price, "number"), of(price, "decimals"), price.description) == ((5, 7), 1, "what it costs")
        assert list(stream.fields["customer"].children) == ["name", "age"]
        assert of(stream.fields["customer"].children["age"], "integer") == (1, 2)
        assert of(stream.fields["status"], "values") == ("paid",)

    def test_a_field_of_another_kind_takes_the_whole_place(self, folder: Path) -> None:
        stream = load(folder, "extends: base.yaml\ntopic: t\nfields: {price: {integer: [1, 2]}}\n")
        assert (stream.fields["price"].kind, stream.fields["price"].description) == ("integer", None)

    def test_null_takes_away(self, folder: Path) -> None:
        stream = load(folder, "extends: base.yaml\ntopic: t\nkey: null\nheaders: {kind: null}\nfields: {status: null}\n")
        assert (stream.key, list(stream.headers), list(stream.fields)) == (None, ["source"], ["id", "price", "customer"])

    def test_another_amount_takes_the_place_of_the_bases(self, folder: Path) -> None:
        stream = load(folder, "extends: base.yaml\ntopic: t\nrate: 20/s\n")
        assert (stream.rate, "records" in stream.model_fields_set) == ("20/s", False)

    def test_a_base_extends_another_one(self, folder: Path, base: Path) -> None:
        (base / "shop.yaml").write_text("extends: base.yaml\nrecords: 20\nfields: {shop: {constant: north}}\n")
        stream = load(folder, "extends: shop.yaml\ntopic: t\nfields: {shop: {constant: south}}\n")
        assert (stream.records, list(stream.fields)[-1], of(stream.fields["shop"], "constant")) == (20, "shop", "south")

    def test_parameters_of_a_base_are_those_of_the_stream_and_need_not_be_used(self, folder: Path, base: Path) -> None:
        (base / "base.yaml").write_text(BASE.replace("records: 10", "parameters: {n: 10, unused: 1, gone: 2}\nrecords: ${n}"))
        stream = load(folder, "extends: base.yaml\ntopic: t\nparameters: {n: {default: 30, max: 40}, gone: null}\n")
        assert (stream.records, list(stream.parameters)) == (30, ["n", "unused"])
        assert stream.with_parameters({"n": 35}).records == 35

    def test_common_has_no_streams_of_its_own(self, folder: Path) -> None:
        (folder / "orders.yaml").write_text("extends: base.yaml\ntopic: t\n")
        assert [list(streams) if isinstance(streams, dict) else streams for streams in load_streams(folder)] == [["orders"], []]


class TestDigest:
    def test_it_is_that_of_the_file_with_all_written_in_it(self, folder: Path) -> None:
        whole = spec_digest(load(folder, f"topic: t\n{BASE}"))
        assert spec_digest(load(folder, "extends: base.yaml\ntopic: t\n")) == whole

    def test_another_base_is_another_spec(self, folder: Path, base: Path) -> None:
        before = spec_digest(load(folder, "extends: base.yaml\ntopic: t\n"))
        (base / "base.yaml").write_text(BASE.replace("[18, 90]", "[18, 91]"))
        assert spec_digest(load(folder, "extends: base.yaml\ntopic: t\n")) != before


class TestErrors:
    def test_they_name_the_file_where_the_wrong_text_stands(self, folder: Path, base: Path) -> None:
        (base / "base.yaml").write_text(BASE.replace("uuid: 4", "uuid: 5").replace("records: 10", "recrods: 10"))
        assert wrong(folder, "extends: base.yaml\ntopic: ..\n").splitlines()[1:] == [
            "    topic: ..",
            "           ^",
            "common/base.yaml:2:1 recrods: unknown key 'recrods'; there are "
            + ", ".join(f"'{key}'" for key in Stream.model_fields)
            + ". Did you mean 'records'?",
            "    recrods: 10",
            "    ^",
            "common/base.yaml:6:14 fields.id.uuid: expected the version of the UUID, 4 (random) or 7 (ordered by time); found the number 5",
            "      id: {uuid: 5}",
            "                 ^",
        ]

    def test_what_shows_only_when_values_are_drawn_too(self, folder: Path, base: Path) -> None:
        (base / "base.yaml").write_text(BASE.replace("faker: name", "faker: credit_card_number, with: {card_type: vsa}"))
        stream = load(folder, "extends: base.yaml\ntopic: t\n")
        with pytest.raises(SpecError) as caught:
            Press(Batch.of(Request(stream, HOUR)))
        assert str(caught.value).startswith("common/base.yaml:8:75 fields.customer.object.name.with.card_type: ")

    def test_of_a_base_that_is_no_yaml(self, folder: Path, base: Path) -> None:
        (base / "base.yaml").write_text("a: 1\na: 2\n")
        assert wrong(folder, "extends: base.yaml\n").startswith("common/base.yaml:2:1 the key 'a' stands twice; first on line 1\n")
        (base / "base.yaml").write_text("[1]")
        assert wrong(folder, "extends: base.yaml\n").startswith(
            "common/base.yaml:1:1 expected a mapping with 'fields' or other keys of a stream; found a list\n"
        )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("bsae.yaml", "there is no common/bsae.yaml; there are 'base.yaml'. Did you mean 'base.yaml'?"),
            ("base", "'base' names no file: write the name of one in the folder 'common' beside the stream, such as base.yaml"),
            (
                "../base.yaml",
                "'../base.yaml' names no file: write the name of one in the folder 'common' beside the stream, such as base.yaml",
            ),
            ("${a}.yaml", "what a stream extends is read before its parameters: write the file's name"),
        ],
    )
    def test_of_the_name(self, folder: Path, name: str, text: str) -> None:
        assert wrong(folder, f"extends: {name}\ntopic: t\n").splitlines()[0] == f"orders.yaml:1:10 extends: {text}"

    def test_of_a_name_that_is_none(self, folder: Path) -> None:
        assert wrong(folder, "extends: 5\ntopic: t\nfields: {a: {uuid: 4}}\n").splitlines()[0] == (
            'orders.yaml:1:10 extends: expected a text; found the number 5. For a text, write "5"'
        )

    def test_of_a_folder_that_is_not_there(self, folder: Path, base: Path) -> None:
        (base / "base.yaml").unlink()
        base.rmdir()
        assert wrong(folder, "extends: base.yaml\n").splitlines()[0] == (
            "orders.yaml:1:10 extends: there is no common/base.yaml; there is none"
        )

    def test_of_a_circle(self, folder: Path, base: Path) -> None:
        (base / "a.yaml").write_text("extends: b.yaml\n")
        (base / "b.yaml").write_text("records: 1\nextends: a.yaml\n")
        assert wrong(folder, "extends: a.yaml\n").splitlines()[0] == (
            "common/b.yaml:2:10 extends: the files extend each other in a circle: a.yaml → b.yaml → a.yaml"
        )

    def test_of_too_many(self, folder: Path, base: Path) -> None:
        for number in range(9):
            (base / f"b{number}.yaml").write_text(f"extends: b{number + 1}.yaml\n")
        (base / "b9.yaml").write_text(BASE)
        assert (
            wrong(folder, "extends: b0.yaml\n").splitlines()[0] == "common/b7.yaml:1:10 extends: more than 8 files extend one another here"
        )

    def test_of_a_base_that_is_taken_for_a_stream(self, base: Path) -> None:
        with pytest.raises(SpecError) as caught:
            load_stream(base / "base.yaml")
        assert str(caught.value) == (
            "common/base.yaml stands in the folder 'common': it is what streams extend, and no stream; validate one that extends it"
        )
