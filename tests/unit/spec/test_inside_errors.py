"""Errors of what stands inside fields, and of where fields are there: each in the language's own words, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.build import KINDS_LISTED as KINDS
from tests.unit.spec.conftest import Load, Problems, Write


class TestInside:
    """What stands in arrays, maps, cases and mixes."""

    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{array: {faker: name}}", "3:5 fields.x: 'length' is required"),
            ("{array: [{faker: name}], length: 1}", "3:13 fields.x.array: expected a field, a mapping whose key names its kind, such as {faker: name}; found a list"),
            ("{array: {object: {a: {uuid: 5}}}, length: 1}", "3:33 fields.x.array.object.a.uuid: expected the version of the UUID, 4 (random) or 7 (ordered by time); found the number 5"),
            ("{array: {uuid: 4, hidden: true}, length: 1}", "3:31 fields.x.array.hidden: what stands in 'array' is the value itself: it cannot be hidden"),
            ("{mix: [{uuid: 4}, {uuid: 4, hidden: true}]}", "3:41 fields.x.mix.1.hidden: what stands in 'mix' is the value itself: it cannot be hidden"),
            ("{array: {array: {array: {boolean: 1}, length: 1000}, length: [0, 1000]}, length: 2}", "3:51 fields.x.array.array.length: up to 2,000,000 elements in one record; at most 1,000,000 are made"),
            ("{map: {array: {uuid: 4}, length: 1}, values: {constant: 1}, length: 1}", "3:11 fields.x.map: a key of a map is a text, a number, a boolean or a time: this one gives lists, objects or values of several types"),
            ("{map: {choice: [a, null]}, values: {constant: 1}, length: 1}", "3:11 fields.x.map: a key of a map cannot be null, and this one may be"),
            ("{map: {uuid: 4}, length: 1}", "3:5 fields.x: 'values' is required"),
            ("{mix: []}", "3:11 fields.x.mix: is empty: give at least one"),
            ("{mix: [{weight: 1}]}", f"3:12 fields.x.mix.0: no kind of field; one key names it: {KINDS}"),
            ("{mix: [{uuid: 4, weight: 0}]}", "3:30 fields.x.mix.0.weight: expected a weight, a number above 0; found the number 0"),
            ("{mix: [{uuid: 4}, {uuid: 4, weigth: 2}]}", "3:33 fields.x.mix.1.weigth: unknown key 'weigth'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'uuid'"),
            ("{case: y, of: {a: {uuid: 4}}}", "3:12 fields.x.case: unknown field 'y'"),
            ("{case: x, of: {a: {uuid: 4}}}", "3:12 fields.x.case: the references go round in a circle: x → x"),
            ("{case: _number, of: {}}", "3:25 fields.x.of: is empty: give at least one"),
            ("{case: _number, of: {null: {uuid: 4}}}", "3:26 fields.x.of.null: null has no field of its own: `default` is for all other values, null among them"),
            ('{case: _number, of: {1: {uuid: 4}, "1": {uuid: 4}}}', "3:40 fields.x.of.1: '1' stands here twice: values are compared as they print"),
            ("{case: _number, of: {1: {uuid: 4}}, default: {uuid: 4, per: z}}", "3:65 fields.x.default.per: unknown field 'z'"),
        ],
    )  # fmt: skip
    def test_errors_have_their_place(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]

    def test_nothing_reaches_into_an_array_or_an_alternative(self, problems: Problems) -> None:
        fields = " a: {array: {object: {b: {uuid: 4}}}, length: 1}\n c: {case: _number, of: {1: {object: {d: {uuid: 4}}}}}\n"
        assert problems(f'topic: t\nfields:\n{fields} x: {{template: "{{a.b}}"}}\n y: {{template: "{{b}}{{c.d}}"}}\n') == [
            "5:16 fields.x.template: 'a.b' reaches into 'a', which is no object",
            "6:16 fields.y.template: unknown field 'b'",
            "6:16 fields.y.template: 'c.d' reaches into 'c', which is no object",
        ]

    def test_a_circle_through_an_element_is_shown(self, problems: Problems) -> None:
        text = 'topic: t\nfields:\n a: {array: {object: {b: {template: "{c}"}}}, length: 1}\n c: {expression: "length(d)"}\n d: {template: "{e}", when: "a = 1"}\n e: {uuid: 4}\n'
        assert problems(text) == ["3:13 fields.a.array: the references go round in a circle: a → a[] → a[].b → c → d → a"]


class TestCase:
    """The values that a case names are such as come up, where the file says which those are."""

    @pytest.mark.parametrize(
        ("of", "value", "problem"),
        [
            ("{choice: {US: 9, VN: 1}}", "us", "'c' is never 'us'; its values are 'US', 'VN'. Did you mean 'US'?"),
            ("{choice: [1, 2.5, null]}", "3", "'c' is never '3'; its values are '1', '2.5'"),
            ("{cycle: [a, b]}", "d", "'c' is never 'd'; its values are 'a', 'b'"),
            ("{constant: EUR}", "EURO", "'c' is never 'EURO'; its values are 'EUR'. Did you mean 'EUR'?"),
            ("{boolean: 0.5}", "yes", "'c' is never 'yes'; its values are 'false', 'true'"),
            ("{integer: [2, 6], step: 2}", "3", "'c' is never '3'; its values are '2', '4', '6'"),
            ("{mix: [{constant: a}, {choice: [b, null]}]}", "z", "'c' is never 'z'; its values are 'a', 'b'"),
            ("{case: _number, of: {1: {constant: a}}, default: {constant: b}}", "z", "'c' is never 'z'; its values are 'a', 'b'"),
            ("{csv: places.csv, column: country}", "Germny", "'c' is never 'Germny'; its values are 'AR', 'AT', 'AU', 'BD', 'BE', 'BG', 'BR', 'CA', 'CH', 'CL', 'CN', 'CO' and 59 more"),
            ("{ref: countries.code}", "DEU", "'c' is never 'DEU'; its values are 'DE', 'VN'. Did you mean 'DE'?"),
        ],
    )  # fmt: skip
    def test_a_value_that_never_comes_is_an_error(self, write: Write, problems: Problems, of: str, value: str, problem: str) -> None:
        text = f"topic: t\nfields:\n c: {of}\n x: {{case: c, of: {{{value}: {{constant: 1}}}}}}\n"
        assert problems(text) == [f"4:{22 + len(value)} fields.x.of.{value}: {problem}"]

    def test_it_is_told_wherever_a_case_stands(self, problems: Problems) -> None:
        text = (
            "topic: t\nkey: {case: c, of: {x: {constant: 1}}, default: {constant: 2}}\nheaders: {h: {case: c, of: {y: {constant: 1}}}}\n"
            "variants: {v: {partition: {case: c, of: {z: {constant: 0}}, default: {constant: 1}}}}\nfields:\n c: {choice: [a, b]}\n"
            " o: {array: {object: {c: {cycle: [d]}, e: {case: c, of: {a: {constant: 1}}}}}, length: 1}\n"
        )
        assert [problem.partition(";")[0] for problem in problems(text)] == [
            "2:24 key.of.x: 'c' is never 'x'",
            "3:32 headers.h.of.y: 'c' is never 'y'",
            "4:45 variants.v.partition.of.z: 'c' is never 'z'",
            "7:61 fields.o.array.object.e.of.a: 'c' is never 'a'",
        ]

    @pytest.mark.parametrize("of", ["{faker: country_code}", "{integer: [1, 5000]}", '{template: "{_number}"}', "{expression: _number}"])
    def test_where_only_drawing_tells_any_value_may_come(self, load: Load, of: str) -> None:
        load(f"topic: t\nfields:\n c: {of}\n x: {{case: c, of: {{US: {{constant: 1}}}}}}\n")

    def test_what_a_parameter_decides_may_be_another_value_in_another_run(self, load: Load) -> None:
        load(
            "topic: t\nparameters: {country: US}\nfields:\n c: {constant: '${country}'}\n"
            " x: {case: c, of: {US: {constant: 1}, VN: {constant: 2}}}\n"
        )

    def test_a_case_that_several_files_extend_may_be_for_the_values_of_all(self, folder: Path, load: Load) -> None:
        (folder / "common").mkdir()
        (folder / "common/base.yaml").write_text(
            "fields:\n c: {choice: [US, VN]}\n x: {case: c, of: {US: {constant: 1}, VN: {constant: 2}}}\n"
        )
        load("extends: base.yaml\ntopic: t\nfields: {c: {choice: [US]}}\n")


class TestPresence:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{uuid: 4, nulls: 1.5}", "3:22 fields.x.nulls: expected a share of the records, 0 … 1; found the number 1.5"),
            ("{uuid: 4, missing: yes}", '3:24 fields.x.missing: expected a share of the records, 0 … 1; found the text "yes"'),
            ("{uuid: 4, else: missing}", "3:15 fields.x.else: 'else' goes with 'when': it says what the field is where that is not true"),
            ("{uuid: 4, when: a > 1}", "3:21 fields.x.when: unknown field 'a'"),
            ("{uuid: 4, when: 'x is null'}", "3:21 fields.x.when: the references go round in a circle: x → x"),
            ("{uuid: 4, when: _number > 1, else: gone}", "3:40 fields.x.else: expected one of 'null', 'missing'; found the text \"gone\""),
            ("{uuid: 4, when: [1]}", "3:21 fields.x.when: expected a text; found a list"),
            ("{expression: 'sum(_number)'}", None),
        ],
    )
    def test_errors_have_their_place(self, field_problems: Problems, field: str, problem: str | None) -> None:
        (found,) = field_problems(field)
        assert found == problem or (
            problem is None and found.startswith("3:18 fields.x.expression: the function 'sum' at character 1 is not known here; ")
        )

    def test_a_key_over_what_may_lack_is_refused(self, problems: Problems) -> None:
        fields = (
            "topic: t\nfields:\n a: {uuid: 4, nulls: 0.1}\n b: {uuid: 4, missing: 0.1}\n o: {object: {c: {uuid: 4}}, when: _number > 1}\n"
        )
        for name, may in (("a", "may be"), ("b", "may be missing"), ("o.c", "may be")):
            assert problems(f'{fields}key: "{{{name}}}"\n') == [f"6:6 key: a key cannot be null, and the field '{name}' {may}"]
