"""What a stream that is right says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from springhead.errors import OptionError
from springhead.fields import Object, Template
from springhead.fields.kinds.choice import Choice
from springhead.fields.kinds.faker import Faker
from springhead.fields.kinds.number import Number
from springhead.fields.kinds.uuid import Uuid
from springhead.spec import load_streams
from tests.unit.spec.conftest import Load


class TestDefaults:
    def test_topic_and_fields_are_enough(self, load: Load) -> None:
        stream = load("topic: t\nfields: {a: {uuid: 4}}")
        assert (stream.name, stream.topic, list(stream.fields)) == ("orders", "t", ["a"])
        assert (stream.schedule, stream.cron, stream.catchup, stream.tags) == (None, None, False, ())
        assert stream.start_date == datetime(2026, 1, 1, tzinfo=UTC)
        assert (stream.records, stream.key, stream.headers, stream.partition) == (100, None, {}, None)
        assert (stream.seed, stream.effective_seed) == (None, "orders")
        assert (stream.connection, stream.delivery, stream.topic_config, stream.variants) == ("kafka_default", None, None, {})


class TestValues:
    def test_fields_keep_their_order(self, load: Load) -> None:
        stream = load("topic: t\nfields: {z: {uuid: 4}, a: {object: {y: {uuid: 4}, b: {uuid: 4}}}, m: {uuid: 4}}")
        assert list(stream.fields) == ["z", "a", "m"]
        assert isinstance(inner := stream.fields["a"], Object)
        assert list(inner.object) == ["y", "b"]

    def test_no_is_norway(self, load: Load) -> None:
        stream = load("topic: NO\nfields: {country: {choice: [NO, SE]}, n: {choice: {0: 80, 1: 20}}, b: {choice: {true: 1, null: 2}}}")
        assert [field.values for field in stream.fields.values() if isinstance(field, Choice)] == [("NO", "SE"), (0, 1), (True, None)]
        assert [field.weights for field in stream.fields.values() if isinstance(field, Choice)] == [None, (80, 20), (1, 2)]

    @pytest.mark.parametrize(
        ("locale", "weights"),
        [
            ("", {"en_US": 1}),
            (", locale: vi_VN", {"vi_VN": 1}),
            (", locale: [vi_VN, en_US]", {"vi_VN": 1, "en_US": 1}),
            (", locale: {en_US: 7, vi_VN: 3}", {"en_US": 7, "vi_VN": 3}),
        ],
    )
    def test_a_locale_is_always_a_weight_by_locale(self, load: Load, locale: str, weights: dict[str, float]) -> None:
        field = load(f"topic: t\nfields: {{a: {{faker: name{locale}}}}}").fields["a"]
        assert isinstance(field, Faker)
        assert field.locale == weights
        assert list(field.locale) == list(weights)

    def test_a_number_is_on_the_grid_of_its_decimals(self, load: Load) -> None:
        field = load("topic: t\nfields: {a: {number: [0.1, 5000], decimals: 3}}").fields["a"]
        assert isinstance(field, Number)
        assert (field.grid.low, field.grid.cells, field.grid.decimals) == (100, 4_999_901, 3)

    def test_a_bare_text_is_a_template_in_key_and_headers(self, load: Load) -> None:
        stream = load('topic: t\nfields: {a: {uuid: 4}}\nkey: "{a}"\nheaders: {source: pos, id: {uuid: 4}}')
        assert stream.key == Template(template="{a}")
        assert stream.headers == {"source": Template(template="pos"), "id": Uuid(uuid=4)}

    def test_configs_are_kafka_s_texts(self, load: Load) -> None:
        stream = load(
            "topic: t\nfields: {a: {uuid: 4}}\ntopic_config: {partitions: 6, configs: {retention.ms: -1, unclean.leader.election.enable: false}}"
        )
        assert stream.topic_config is not None
        assert stream.topic_config.configs == {"retention.ms": "-1", "unclean.leader.election.enable": "false"}

    def test_a_schedule_and_a_start_are_airflow_s(self, load: Load) -> None:
        stream = load(
            "topic: t\nfields: {a: {uuid: 4}}\nschedule: 5m\nstart_date: 2026-01-01T07:00+07:00\ncatchup: true\ntags: [a, b]\nseed: 7"
        )
        assert (stream.cron, stream.catchup, stream.tags, stream.effective_seed) == ("*/5 * * * *", True, ("a", "b"), "7")
        assert stream.start_date == datetime(2026, 1, 1, tzinfo=UTC)


class TestVariants:
    TEXT = (
        'topic: t\nfields: {a: {uuid: 4}}\nkey: "{a}"\nrecords: 5\nvariants: {none: {key: null}, few: {records: 1, partition: 0}, same: {}}'
    )

    def test_what_a_variant_says_takes_the_place_of_what_the_stream_says(self, load: Load) -> None:
        stream = load(self.TEXT)
        assert (stream.with_variant("few").records, stream.with_variant("few").partition) == (1, 0)
        assert stream.with_variant("few").key == stream.key
        assert stream.with_variant("none").key is None
        assert stream.with_variant("none").records == 5
        assert stream.with_variant("same") == stream
        assert stream.with_variant(None) is stream
        assert stream.with_variant("few").name == "orders"

    def test_an_unknown_one_is_an_error_with_the_known_ones(self, load: Load) -> None:
        with pytest.raises(OptionError) as caught:
            load(self.TEXT).with_variant("fwe")
        assert str(caught.value) == "the stream 'orders' has no variant 'fwe'; it has 'none', 'few', 'same'. Did you mean 'few'?"
        with pytest.raises(OptionError) as caught:
            load("topic: t\nfields: {a: {uuid: 4}}").with_variant("x")
        assert str(caught.value) == "the stream 'orders' has no variant 'x'; it has none"


class TestShippedStreams:
    def test_they_are_good(self) -> None:
        streams, errors = load_streams()
        assert errors == []
        assert list(streams) == [
            "addresses",
            "card_payments",
            "card_transactions",
            "customer_orders",
            "live_registrations",
            "registrations",
        ]
        assert all(stream.description and stream.cron and stream.topic_config for stream in streams.values())

    def test_the_two_of_the_tutorial_share_a_topic(self) -> None:
        streams, _ = load_streams()
        registrations, addresses = streams["registrations"], streams["addresses"]
        assert registrations.topic == addresses.topic == "second_topic"
        assert registrations.topic_config == addresses.topic_config
        assert (list(registrations.fields), list(addresses.fields)) == (["name", "year"], ["name", "add"])
        assert registrations.partition is None
        assert registrations.with_variant("partition_0").partition == addresses.partition == 0

    def test_card_transactions_have_twelve_fields_and_a_key(self) -> None:
        stream = load_streams()[0]["card_transactions"]
        assert len(stream.fields) == 12
        assert stream.key == Template(template="{id}")
