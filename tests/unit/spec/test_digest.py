"""The spec digest changes with what decides the bytes, and with nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.fields import KINDS, Model
from springhead.records.request import Request
from springhead.spec import Stream, Variant, find_stream, load_stream, spec_digest, spec_keys
from springhead.spec.digest import DECIDES_NOTHING
from tests.unit.build import HOUR

BASE: dict[str, Any] = {
    "topic": "t",
    "fields": {"a": {"uuid": 4}, "b": {"choice": {"x": 1, "y": 2}}, "c": {"faker": "name", "locale": ["en_US", "vi_VN"]}},
    "key": "{a}",
    "headers": {"h": "x", "i": "{b}"},
    "variants": {"v": {"records": 7}},
}


def chosen(data: dict[str, Any], **more: Any) -> Stream:
    return Request(Stream.model_validate(data, context=Path("orders.yaml")), HOUR, **more).chosen


def digest(data: dict[str, Any], **more: Any) -> str:
    return spec_digest(chosen(data, **more))


def without(key: str) -> dict[str, Any]:
    return {k: v for k, v in BASE.items() if k != key}


class TestWhatIsOut:
    @pytest.mark.parametrize(
        "more",
        [
            {"description": "text"},
            {"tags": ["a"]},
            {"schedule": "5m"},
            {"start_date": "2025-01-01"},
            {"catchup": True},
            {"connection": "other"},
            {"delivery": "leader"},
            {"topic_config": {"partitions": 6}},
            {"atomic": False},
            {"workers": 8},
            {"variants": {}},
        ],
    )
    def test_it_changes_nothing(self, more: dict[str, Any]) -> None:
        assert digest({**BASE, **more}) == digest(BASE)

    @pytest.mark.parametrize(
        "field",
        [
            {"faker": "name", "locale": {"en_US": 1, "vi_VN": 1.0}},
            {"faker": "name", "locale": ["en_US", "vi_VN"], "description": "who"},
            {"locale": ["en_US", "vi_VN"], "hidden": False, "faker": "name", "with": {}},
        ],
    )
    def test_a_default_has_the_same_digest_written_down(self, field: dict[str, Any]) -> None:
        assert digest({**BASE, "fields": {**BASE["fields"], "c": field}}) == digest(BASE)

    @pytest.mark.parametrize(
        "more", [{"records": 100}, {"partition": None}, {"format": "json"}, {"seed": "orders"}, {"key": {"template": "{a}"}}]
    )
    def test_so_has_one_of_the_stream(self, more: dict[str, Any]) -> None:
        assert digest({**BASE, **more}) == digest(BASE)

    def test_a_format_is_the_same_however_it_is_written(self) -> None:
        forms: list[Any] = ["csv", {"csv": {}}, {"csv": {"delimiter": ","}}]
        assert len({digest({**BASE, "format": form}) for form in forms}) == 1

    @given(st.permutations(list(BASE)), st.permutations(["faker", "locale", "hidden", "with"]), st.permutations(["min", "max", "step"]))
    def test_order_that_decides_nothing_is_out(self, keys: list[str], arguments: list[str], names: list[str]) -> None:
        def written(keys: list[str], arguments: list[str], names: list[str]) -> dict[str, Any]:
            full = {"faker": "random_int", "locale": "vi_VN", "hidden": False, "with": dict.fromkeys(names, 1)}
            data = {**BASE, "fields": {**BASE["fields"], "c": {key: full[key] for key in arguments}}}
            return {key: data[key] for key in keys}

        assert digest(written(keys, arguments, names)) == digest(
            written(list(BASE), ["faker", "locale", "hidden", "with"], ["max", "min", "step"])
        )


OF_EVERY_FIELD = {"hidden", "per", "since", "until", "nulls", "missing", "when", "otherwise"}

# What decides the bytes. A key that is new in the language is written down here, or in DECIDES_NOTHING.
DECIDES: dict[Any, set[str]] = {
    Stream: {
        "topic",
        "fields",
        "records",
        "rate",
        "each",
        "every",
        "arrivals",
        "profile",
        "late",
        "timezone",
        "key",
        "headers",
        "partition",
        "format",
        "tombstones",
        "faults",
        "fault_header",
        "seed",
    },
    Variant: {"records", "rate", "late", "partition", "key", "headers", "faults"},
    "array": {"array", "length"},
    "boolean": {"boolean"},
    "case": {"case", "of", "default"},
    "choice": {"choice", "distribution"},
    "constant": {"constant"},
    "csv": {"csv", "column", "weight", "order", "name", "text"},
    "cycle": {"cycle", "group"},
    "expression": {"expression", "decimals"},
    "faker": {"faker", "arguments", "locale", "unique", "made_from", "part", "name"},
    "filler": {"filler", "compressible", "distribution"},
    "integer": {"integer", "distribution", "step"},
    "decimal": {"decimal", "decimals", "distribution", "step"},
    "map": {"map", "values", "length"},
    "mix": {"mix"},
    "number": {"number", "decimals", "distribution", "step"},
    "object": {"object"},
    "regex": {"regex"},
    "ref": {"ref", "name"},
    "template": {"template"},
    "sequence": {"sequence", "step", "prefix", "width"},
    "timestamp": {"timestamp", "offset"},
    "uuid": {"uuid"},
}


class TestEveryKey:
    @pytest.mark.parametrize("model", [Stream, Variant, *KINDS.values()], ids=lambda model: str(model.__name__))
    def test_it_is_known_whether_it_decides_something(self, model: type[Model]) -> None:
        decides = DECIDES[model] if model in DECIDES else DECIDES[model.kind] | OF_EVERY_FIELD  # type: ignore[attr-defined]
        assert decides == set(model.model_fields) - DECIDES_NOTHING

    def test_no_key_that_decides_nothing_is_none(self) -> None:
        assert set(Stream.model_fields) >= DECIDES_NOTHING

    def test_a_key_that_is_new_in_the_language_moves_no_digest_that_does_not_use_it(self) -> None:
        class Later(Stream):
            follows: str | None = None
            sessions: tuple[str, ...] = ()

        for name in ("registrations", "addresses", "card_transactions"):
            then = find_stream(name)
            now = Later.model_validate({key: getattr(then, key) for key in then.model_fields_set}, context=then.path)
            assert spec_digest(now) == spec_digest(then)
            assert spec_digest(now.model_copy(update={"follows": "orders"})) != spec_digest(then)


class TestWhatIsIn:
    @pytest.mark.parametrize(
        "data",
        [
            {**BASE, "topic": "u"},
            {**BASE, "records": 101},
            {**BASE, "partition": 0},
            {**BASE, "partition": {"constant": 0}},
            {**BASE, "format": "csv"},
            {**BASE, "format": {"csv": {"delimiter": ";"}}},
            {**BASE, "format": {"string": "{a}"}},
            {**BASE, "seed": "other"},
            without("key"),
            {**BASE, "key": "{b}"},
            without("headers"),
            {**BASE, "headers": {"i": "{b}", "h": "x"}},
            {**BASE, "fields": dict(reversed(BASE["fields"].items()))},
            {**BASE, "fields": {**BASE["fields"], "b": {"choice": {"y": 2, "x": 1}}}},
            {**BASE, "fields": {**BASE["fields"], "b": {"choice": ["x", "y"]}}},
            {**BASE, "fields": {**BASE["fields"], "b": {"choice": {"x": 1, "y": 3}}}},
            {**BASE, "fields": {**BASE["fields"], "a": {"uuid": 4, "hidden": True}}},
            {**BASE, "fields": {**BASE["fields"], "c": {"faker": "name", "locale": ["vi_VN", "en_US"]}}},
            {**BASE, "fields": {**BASE["fields"], "c": {"faker": "random_int", "with": {"min": 1}, "locale": ["en_US", "vi_VN"]}}},
            {**BASE, "fields": {**BASE["fields"], "d": {"constant": 1}}},
            {**BASE, "fields": {**BASE["fields"], "d": {"constant": "1"}}},
            {**BASE, "fields": {**BASE["fields"], "d": {"constant": True}}},
            {**BASE, "fields": {**BASE["fields"], "d": {"object": {"e": {"constant": 1}}}}},
        ],
    )
    def test_it_changes_the_digest(self, data: dict[str, Any]) -> None:
        assert digest(data) != digest(BASE)

    def test_the_stream_s_name_is_its_seed(self) -> None:
        assert spec_digest(Stream.model_validate(BASE, context=Path("users.yaml"))) != digest(BASE)

    def test_a_variant_and_the_form_s_values_count_as_if_written_in_the_stream(self) -> None:
        assert digest(BASE, variant="v") == digest({**BASE, "records": 7})
        assert digest(BASE, records=9, partition=2) == digest({**BASE, "records": 9, "partition": 2})
        assert digest(BASE, variant="v", records=9) == digest({**BASE, "records": 9})


class TestGolden:
    @pytest.mark.parametrize(
        ("name", "golden"),
        [
            ("registrations", "db57fc2671644c2d2bccbf5b46808935"),
            ("addresses", "2151e16165e844597d1504252fe0d4b5"),
            ("card_transactions", "1279d5b1d77409181258d4e7e165e525"),
        ],
    )
    def test_a_release_does_not_move_the_digest_of_what_did_not_change(self, name: str, golden: str) -> None:
        assert spec_digest(find_stream(name)) == golden

    def test_nor_that_of_a_stream_as_it_was_in_the_first_release(self) -> None:
        assert (
            spec_digest(load_stream(Path(__file__).parents[3] / "bench/streams/card_transactions.yaml"))
            == "d25683da0a2cb46abfe017d14d76fe5f"
        )


class TestKeys:
    @staticmethod
    def keys(data: dict[str, Any], **more: Any) -> dict[str, str]:
        return spec_keys(chosen(data, **more))

    def test_they_are_those_that_are_written_and_decide(self) -> None:
        written = {"topic", "seed", "key", "fields", "fields.a", "fields.b", "fields.c", "headers", "headers.h", "headers.i"}
        assert set(self.keys({**BASE, "description": "text", "connection": "other"})) == written
        assert all(len(digest) == 8 for digest in self.keys(BASE).values())

    @pytest.mark.parametrize(
        ("change", "differ"),
        [
            ({"description": "text", "schedule": "5m", "topic_config": {"partitions": 6}}, set()),
            ({"topic": "u"}, {"topic"}),
            ({"records": 7}, {"records"}),
            ({"seed": 1}, {"seed"}),
            ({"key": "{b}"}, {"key"}),
            ({"key": None}, {"key"}),
            ({"partition": 0}, {"partition"}),
            ({"headers": {"h": "y", "i": "{b}"}}, {"headers.h"}),
            ({"headers": {}}, {"headers", "headers.h", "headers.i"}),
            ({"fields": {**BASE["fields"], "b": {"choice": {"x": 1, "y": 3}}}}, {"fields.b"}),
            ({"fields": {**BASE["fields"], "d": {"uuid": 4}}}, {"fields", "fields.d"}),
            ({"fields": dict(reversed(BASE["fields"].items()))}, {"fields"}),
        ],
    )
    def test_those_that_differ_name_the_change(self, change: dict[str, Any], differ: set[str]) -> None:
        before, after = self.keys(BASE), self.keys({**BASE, **change})
        assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == differ
        assert bool(differ) == (digest({**BASE, **change}) != digest(BASE))

    def test_what_the_form_and_the_variant_say_counts(self) -> None:
        assert self.keys(BASE, variant="v")["records"] == self.keys(BASE, records=7)["records"] != self.keys(BASE, records=8)["records"]
        assert "records" not in self.keys(BASE)
        assert "partition" not in self.keys(BASE)
        assert self.keys(BASE, partition=0)["partition"]
