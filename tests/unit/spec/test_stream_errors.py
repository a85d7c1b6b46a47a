"""Errors of a stream's own keys, and how errors are shown."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import Problem, SpecError
from springhead.fields import KINDS
from springhead.spec import Stream, TopicConfig, load_stream
from springhead.spec.variant import Variant
from springhead.wording import listed
from tests.unit.build import KINDS_LISTED
from tests.unit.spec.conftest import Load, Problems

A_PARTITION = "expected a partition's number, or a field that gives one, such as {choice: {0: 80, 1: 20}}"
STREAM_KEYS, VARIANT_KEYS = listed(Stream.model_fields), listed(Variant.model_fields)


class TestHowErrorsAreShown:
    def test_all_of_a_file_at_once_in_its_order_with_line_and_caret(self, load: Load) -> None:
        text = 'topic: ..\nrecords: -5\nfields:\n  price: {integre: [1, 9]}\n  text: {template: "{prize}"}\nkey: "{nothing}"\n'
        with pytest.raises(SpecError) as caught:
            load(text)
        assert str(caught.value) == (
            "orders.yaml:1:8 topic: the text \"..\" cannot be a topic's name: Kafka takes 1 to 249 letters, digits, '.', '_' and '-', "
            "but not '.' or '..' alone\n"
            "    topic: ..\n"
            "           ^\n"
            "orders.yaml:2:10 records: must be at least 1; found the number -5\n"
            "    records: -5\n"
            "             ^\n"
            "orders.yaml:4:11 fields.price.integre: 'integre' is no kind of field; one key names it: "
            f"{KINDS_LISTED}. Did you mean 'integer'?\n"
            "      price: {integre: [1, 9]}\n"
            "              ^\n"
            "orders.yaml:5:20 fields.text.template: unknown field 'prize'. Did you mean 'price'?\n"
            '      text: {template: "{prize}"}\n'
            "                       ^\n"
            "orders.yaml:6:6 key: unknown field 'nothing'\n"
            '    key: "{nothing}"\n'
            "         ^"
        )

    def test_they_survive_pickling(self, load: Load) -> None:
        with pytest.raises(SpecError) as caught:
            load("topic: a/b")
        again = pickle.loads(pickle.dumps(caught.value))
        assert (str(again), again.problems) == (str(caught.value), caught.value.problems)

    def test_of_very_many_a_hundred_are_shown(self, problems: Problems) -> None:
        found = problems("topic: t\nfields: {a: {uuid: 4}}\n" + "".join(f"x{n}: 1\n" for n in range(2000)))
        assert len(found) == 101
        assert found[-1] == "1,900 more problems are not shown"

    def test_a_very_long_line_is_not_shown(self, load: Load) -> None:
        with pytest.raises(SpecError) as caught:
            load(f"topic: a/b # {'x' * 1000}\nfields: {{a: {{uuid: 4}}}}")
        assert "xxx" not in str(caught.value)


class TestYaml:
    def test_its_errors_have_the_file_s_line(self, load: Load) -> None:
        with pytest.raises(SpecError) as caught:
            load("topic: t\ntopic: u\n")
        assert str(caught.value) == "orders.yaml:2:1 the key 'topic' stands twice; first on line 1\n    topic: u\n    ^"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "the file is empty"),
            ("just text", "1:1 expected a mapping with 'topic' and 'fields'; found the text \"just text\""),
            ("- a", "1:1 expected a mapping with 'topic' and 'fields'; found a list"),
            ("~", "1:1 expected a mapping with 'topic' and 'fields'; found null"),
            ("topic: !!python/name:os.system t", "1:8 tags are not allowed: 'tag:yaml.org,2002:python/name:os.system'"),
            ("topic: &a t\nfields: *a", "1:8 anchors are not allowed: '&a'"),
            ("topic: " + "[" * 40, "1:39 more than 32 levels of nesting"),
            ("topic: t # " + "x" * 2 * 1024 * 1024, "the file has more than 1 MiB: a stream has at most 1,048,576 bytes"),
        ],
    )
    def test_what_is_no_mapping_is_refused(self, problems: Problems, text: str, problem: str) -> None:
        assert problems(text) == [problem]


class TestUnknownKey:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ("topics: t", f"3:1 topics: unknown key 'topics'; there are {STREAM_KEYS}. Did you mean 'topic'?"),
            ("Records: 5", f"3:1 Records: unknown key 'Records'; there are {STREAM_KEYS}. Did you mean 'records'?"),
            ("name: orders", "3:1 name: unknown key 'name': a stream's name is its file's"),
            ("1: 2", "3:1 1: a key is a text; found the number 1"),
            (
                "topic_config: {partition: 6}",
                "3:16 topic_config.partition: unknown key 'partition'; there are 'partitions', 'replication', 'configs'. Did you mean 'partitions'?",
            ),
            (
                "variants: {v: {recrods: 1}}",
                f"3:16 variants.v.recrods: unknown key 'recrods'; there are {VARIANT_KEYS}. Did you mean 'records'?",
            ),
            (
                "variants: {v: {topic: x}}",
                f"3:16 variants.v.topic: a variant cannot override 'topic'; it overrides {VARIANT_KEYS}",
            ),
            (
                "key: {uuid: 4, hide: 1}",
                "3:16 key.hide: unknown key 'hide'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'uuid'. Did you mean 'hidden'?",
            ),
        ],
    )
    def test_it_is_an_error_with_the_known_ones(self, stream_problems: Problems, more: str, problem: str) -> None:
        assert stream_problems(more) == [problem]

    @pytest.mark.parametrize("key", ["1", "1.5", "true", "null"])
    def test_below_a_key_that_is_no_text_it_is_found_too(self, problems: Problems, key: str) -> None:
        hint = "" if key == "null" else f'. For a text, write "{key}"'
        found = {"1": "the number 1", "1.5": "the number 1.5"}.get(key, key)
        assert problems(f"topic: t\nfields:\n a: {{uuid: 4}}\n {key}:\n  uuid: 4\n  z: 1\nvariants:\n {key}:\n  z: 1\n") == [
            f"4:2 fields.{key}: expected a text as a name; found {found}{hint}",
            f"6:3 fields.{key}.z: unknown key 'z'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'uuid'",
            f"8:2 variants.{key}: expected a text as a name; found {found}{hint}",
            f"9:3 variants.{key}.z: unknown key 'z'; there are {VARIANT_KEYS}",
        ]


class TestKeysOfLater:
    @pytest.mark.parametrize("key", sorted(Stream.later))
    def test_they_are_known(self, stream_problems: Problems, key: str) -> None:
        assert stream_problems(f"{key}: 1") == [f"3:1 {key}: '{key}' is not available yet"]

    def test_they_are_those_of_the_language(self) -> None:
        assert sorted(Stream.later) == sorted(["follows", "sessions", "changes_of"])


class TestRequired:
    def test_topic_and_fields_are(self, problems: Problems) -> None:
        assert problems("records: 5") == ["1:1 'topic' is required", "1:1 'fields' is required"]

    def test_fields_are_not_empty(self, problems: Problems) -> None:
        assert problems("topic: t\nfields: {}") == ["2:9 fields: is empty: give at least one"]
        assert problems("topic: t\nfields:") == ["2:8 fields: expected a mapping; found null"]

    def test_there_are_a_thousand_at_most(self, load: Load, problems: Problems) -> None:
        text = "topic: t\nfields:\n" + "".join(f" f{n}: {{uuid: 4}}\n" for n in range(999))
        assert len(load(f"{text} o: {{uuid: 4}}\n").fields) == 1000
        assert problems(f"{text} o: {{object: {{a: {{uuid: 4}}}}}}\n") == ["3:2 fields: 1,001 fields; a stream has at most 1,000"]


class TestTopic:
    @pytest.mark.parametrize("topic", ["", ".", "..", "x" * 250, "a/b", "../etc", "a b", "ü"])
    def test_names_that_kafka_does_not_take_are_refused(self, problems: Problems, topic: str) -> None:
        shown = topic if len(topic) <= 60 else topic[:59] + "…"
        assert problems(f'topic: "{topic}"\nfields: {{a: {{uuid: 4}}}}') == [
            f"1:8 topic: the text \"{shown}\" cannot be a topic's name: Kafka takes 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..' alone"
        ]

    def test_kafka_s_own_are_refused(self, problems: Problems) -> None:
        assert problems("topic: __x\nfields: {a: {uuid: 4}}") == [
            "1:8 topic: the text \"__x\" cannot be published to: topics that begin with '__' are Kafka's own"
        ]

    @pytest.mark.parametrize(
        ("config", "problem"),
        [
            ("{partitions: 0}", "3:28 topic_config.partitions: must be at least 1; found the number 0"),
            ('{partitions: "6"}', '3:28 topic_config.partitions: expected an integer; found the text "6". Write 6 without quotes'),
            ("{replication: 0}", "3:29 topic_config.replication: must be at least 1; found the number 0"),
            ("{configs: [a]}", "3:25 topic_config.configs: expected a mapping; found a list"),
            (
                "{configs: {retention.ms: [1]}}",
                "3:40 topic_config.configs.retention.ms: expected a text, a number, true or false; found a list",
            ),
            ("6", "3:15 topic_config: expected a mapping; found the number 6"),
        ],
    )
    def test_its_configuration_is_checked(self, stream_problems: Problems, config: str, problem: str) -> None:
        assert stream_problems(f"topic_config: {config}") == [problem]


class TestRecords:
    @pytest.mark.parametrize(
        ("records", "problem"),
        [
            ("0", "must be at least 1; found the number 0"),
            ("-1", "must be at least 1; found the number -1"),
            ("100000001", "must be at most 100,000,000; found the number 100000001"),
            ("true", "expected an integer; found true"),
            ("1.5", "expected an integer; found the number 1.5"),
            ("1.0", "expected an integer; found the number 1.0"),
            ("null", "expected an integer; found null"),
            ("100_000", 'expected an integer; found the text "100_000". Write 100000 without quotes'),
            ("20/s", 'expected an integer; found the text "20/s"'),
        ],
    )
    def test_it_is_an_integer_in_bounds(self, stream_problems: Problems, records: str, problem: str) -> None:
        assert stream_problems(f"records: {records}") == [f"3:10 records: {problem}"]

    def test_not_a_number_is_none(self, stream_problems: Problems) -> None:
        assert stream_problems("records: .nan") == ["3:10 '.nan' is not a number that JSON has"]


class TestPartition:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ("partition: -1", "3:12 partition: must be at least 0; found the number -1"),
            ('partition: "0"', f'3:12 partition: {A_PARTITION}; found the text "0". Write 0 without quotes'),
            ("partition: false", f"3:12 partition: {A_PARTITION}; found false"),
            ("partition: {choice: [a, b]}", "3:21 partition.choice: a partition is a whole number, and this field gives texts"),
            ("partition: {boolean: 0.5}", "3:22 partition.boolean: a partition is a whole number, and this field gives true and false"),
            ("partition: {choice: [1, 1.5]}", "3:21 partition.choice: a partition is a whole number, and this field gives 1.5"),
            ("partition: {constant: 0.5}", "3:23 partition.constant: a partition is a whole number, and this field gives 0.5"),
            (
                "partition: {number: [0, 1]}",
                "3:21 partition.number: a partition is a whole number, and this field gives numbers with decimals",
            ),
            ("partition: {choice: [1, null]}", "3:12 partition: each record has a partition, and this field may be null"),
            ("partition: {integer: [0, 1], nulls: 0.1}", "3:12 partition: each record has a partition, and this field may be null"),
            ("partition: {integer: [0, 1], missing: 0.1}", "3:12 partition: each record has a partition, and this field may be missing"),
            ("partition: {integer: [-1, 1]}", "3:22 partition.integer: there is no partition -1: they are counted from 0 on"),
            ("partition: {template: '{ID}'}", "3:23 partition.template: unknown field 'ID'. Did you mean 'id'?"),
            (
                "partition: {object: {a: {uuid: 4}}}",
                "3:12 partition: an object has no text: use a template over the fields, or a field of another kind",
            ),
            (
                "topic_config: {partitions: 6}\npartition: {integer: [0, 6]}",
                "4:22 partition.integer: there is no partition 6: topic_config gives the topic 6, from 0 on",
            ),
            (
                "topic_config: {partitions: 6}\nvariants: {v: {partition: {choice: {0: 9, 6: 1}}}}",
                "4:36 variants.v.partition.choice: there is no partition 6: topic_config gives the topic 6, from 0 on",
            ),
            (
                "topic_config: {partitions: 6}\npartition: {mix: [{constant: 2, weight: 1}, {integer: [3, 8], weight: 2}]}",
                "4:18 partition.mix: there is no partition 8: topic_config gives the topic 6, from 0 on",
            ),
            (
                "topic_config: {partitions: 6}\npartition: 6",
                "4:12 partition: there is no partition 6: topic_config gives the topic 6, from 0 on",
            ),
            (
                "topic_config: {partitions: 6}\nvariants: {v: {partition: 7}}",
                "4:27 variants.v.partition: there is no partition 7: topic_config gives the topic 6, from 0 on",
            ),
        ],
    )
    def test_it_is_one_of_the_topic_s(self, stream_problems: Problems, more: str, problem: str) -> None:
        assert stream_problems(more) == [problem]


class TestSchedule:
    def test_nonsense_is_refused_with_the_forms(self, stream_problems: Problems) -> None:
        forms = (
            "a schedule is a cron expression of five fields such as '*/5 * * * *', a duration of minutes that divide an hour (5m) "
            "or of hours that divide a day (2h, 1d), or null"
        )
        assert stream_problems("schedule: nonsense") == [f"3:11 schedule: 'nonsense' is not understood: {forms}"]
        assert stream_problems("schedule: 45m") == [f"3:11 schedule: '45m' has no regular grid: {forms}"]
        assert stream_problems("schedule: 5") == ['3:11 schedule: expected a text; found the number 5. For a text, write "5"']

    def test_a_start_date_is_a_date_or_a_time(self, stream_problems: Problems) -> None:
        assert stream_problems("start_date: 2026-01-01T00:00") == [
            "3:13 start_date: '2026-01-01T00:00' has no offset from UTC: write 2026-01-01T00:00Z if it is in UTC"
        ]
        assert stream_problems("start_date: 2026") == ["3:13 start_date: expected a date or a time; found the number 2026"]

    def test_tags_are_texts_and_catchup_is_a_switch(self, stream_problems: Problems) -> None:
        assert stream_problems("tags: a") == ['3:7 tags: expected a list; found the text "a"']
        assert stream_problems('tags: [a, 1, ""]') == [
            '3:11 tags.1: expected a text; found the number 1. For a text, write "1"',
            "3:14 tags.2: a tag has 1 to 100 characters",
        ]
        assert stream_problems("catchup: NO") == ['3:10 catchup: expected true or false; found the text "NO"']


class TestKeyAndHeaders:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ("key: 5", '3:6 key: expected a template over the fields, or a field; found the number 5: write "5"'),
            ("key: {a}", '3:6 key: {a} without quotes is a mapping: write "{a}" for the template'),
            ("headers: {h: {a.b}}", '3:14 headers.h: {a.b} without quotes is a mapping: write "{a.b}" for the template'),
            ("key: {template: {a}}", '3:17 key.template: expected a text; found a mapping. For a text with braces, write "{a}"'),
            ("start_date: 1969-12-31", "3:13 start_date: '1969-12-31' is before 1970, where Kafka's timestamps begin"),
            ("partition: 4294967296", "3:12 partition: must be at most 2,147,483,646; found the number 4294967296"),
            (
                "topic_config: {partitions: 4294967297}",
                "3:28 topic_config.partitions: must be at most 100,000; found the number 4294967297",
            ),
            ("key: [a]", "3:6 key: expected a template over the fields, or a field; found a list"),
            ('key: "{"', "3:6 key: a single '{' in the template: a reference is written {name}, a brace itself '{{'"),
            ("headers: [a]", "3:10 headers: expected a mapping; found a list"),
            ("headers: {a: 1}", '3:14 headers.a: expected a template over the fields, or a field; found the number 1: write "1"'),
            ("headers: {a: null}", "3:14 headers.a: expected a template over the fields, or a field; found null"),
            ('headers: {"a\\r\\nb": x}', '3:11 headers."a\\r\\nb": a header\'s name has 1 to 255 printable characters, and no line breaks'),
            ('headers: {"": x}', "3:11 headers.: a header's name has 1 to 255 printable characters, and no line breaks"),
            (
                "headers: {springhead-fault: x}",
                "3:11 headers.springhead-fault: the header 'springhead-fault' is the label of faulty records",
            ),
            (f"headers: {{a: {'x' * 4097}}}", "3:14 headers.a: a header's value has at most 4096 bytes"),
        ],
    )
    def test_they_are_templates_or_fields(self, stream_problems: Problems, more: str, problem: str) -> None:
        assert stream_problems(more) == [problem]


class TestSeedConnectionAndDelivery:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ("seed: true", "3:7 seed: expected a text or an integer; found true"),
            ("seed: 1.5", "3:7 seed: expected a text or an integer; found the number 1.5"),
            ('seed: ""', '3:7 seed: expected a text or an integer; found the text ""'),
            (
                "connection: a b",
                "3:13 connection: the text \"a b\" cannot be a connection's id: 1 to 250 letters, digits, '_', '.' and '-'",
            ),
            (
                "delivery: at_least_onec",
                "3:11 delivery: expected one of 'fire_and_forget', 'leader', 'at_least_once', 'exactly_once'; "
                "found the text \"at_least_onec\". Did you mean 'at_least_once'?",
            ),
        ],
    )
    def test_they_are_checked(self, stream_problems: Problems, more: str, problem: str) -> None:
        assert stream_problems(more) == [problem]


class TestVariants:
    @pytest.mark.parametrize("name", ["P", "0", "a-b", "_x", "x" * 65])
    def test_a_name_becomes_a_task_s(self, stream_problems: Problems, name: str) -> None:
        assert stream_problems(f'variants: {{"{name}": {{}}}}') == [
            f"3:12 variants.{name}: '{name}' cannot be a variant's name: it begins with a-z and goes on with a-z, 0-9 and _, 64 characters at most"
        ]

    def test_it_is_a_mapping(self, stream_problems: Problems) -> None:
        assert stream_problems("variants: {v: null}") == ["3:15 variants.v: expected a mapping; found null"]


WORDS = st.sampled_from(
    [*Stream.model_fields, *TopicConfig.model_fields, *KINDS, "with", "locale", "decimals", "hidden", "rate", "regex", "x", "y"]
)
SCALARS = st.one_of(
    WORDS, st.sampled_from(["{x}", "{", "{x.y}", "5m", "NO", "", None, True, 0, 4, -1, 1.5, 2**63 - 1, "1:30", "iso", "%Y"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, SCALARS), inner, max_size=4)),
    max_leaves=20,
)


class TestAnyStream:
    @given(data=st.dictionaries(WORDS, TREES, max_size=5), fields=st.dictionaries(WORDS, TREES, max_size=4))
    def test_it_is_a_stream_or_a_spec_error_and_nothing_else(
        self, tmp_path_factory: pytest.TempPathFactory, data: dict[str, object], fields: dict[str, object]
    ) -> None:
        path: Path = tmp_path_factory.getbasetemp() / "any.yaml"
        problems: tuple[Problem, ...] = ()
        path.write_text(_yaml({"topic": "t", **data, "fields": data.get("fields", fields)}), encoding="utf-8")
        try:
            load_stream(path)
        except SpecError as error:
            problems = error.problems
        assert all(one.line and "Input should" not in one.message and "Value error" not in one.message for one in problems)


def _yaml(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_yaml(key)}: {_yaml(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_yaml, value)) + "]"
        case str():
            return '"' + value + '"'
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case _:
            return str(value)
