"""Errors of fields: each in the language's own words, at its place."""

from __future__ import annotations

import pytest

from tests.unit.build import KINDS_LISTED as KINDS
from tests.unit.spec.conftest import Problems


class TestKind:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("name", '3:5 fields.x: expected a field, a mapping whose key names its kind, such as {faker: name}; found the text "name"'),
            ("", "3:4 fields.x: expected a field, a mapping whose key names its kind, such as {faker: name}; found null"),
            ("[{faker: name}]", "3:5 fields.x: expected a field, a mapping whose key names its kind, such as {faker: name}; found a list"),
            ("{}", f"3:2 fields.x: no kind of field; one key names it: {KINDS}"),
            ("{hidden: true}", f"3:2 fields.x: no kind of field; one key names it: {KINDS}"),
            ("{fakr: name}", f"3:6 fields.x.fakr: 'fakr' is no kind of field; one key names it: {KINDS}. Did you mean 'faker'?"),
            (
                "{Integer: [1, 2]}",
                f"3:6 fields.x.Integer: 'Integer' is no kind of field; one key names it: {KINDS}. Did you mean 'integer'?",
            ),
            ("{zzz: 1}", f"3:6 fields.x.zzz: 'zzz' is no kind of field; one key names it: {KINDS}"),
            ("{faker: name, choice: [a]}", "3:19 fields.x.choice: two kinds of field in one mapping, 'faker', 'choice': a field has one"),
            ("{faker: name, walk: a}", "3:19 fields.x.walk: two kinds of field in one mapping, 'faker', 'walk': a field has one"),
        ],
    )
    def test_one_key_names_it(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]

    @pytest.mark.parametrize("kind", ["walk", "signal", "counter", "bytes", "parent"])
    def test_those_of_later_are_known(self, field_problems: Problems, kind: str) -> None:
        assert field_problems(f"{{{kind}: 1}}") == [f"3:6 fields.x.{kind}: the kind '{kind}' is not available yet; there are {KINDS}"]


class TestKeys:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            (
                "{integer: [1, 2], hiden: true}",
                "3:23 fields.x.hiden: unknown key 'hiden'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'integer', 'distribution', 'step'. Did you mean 'hidden'?",
            ),
            (
                "{faker: name, arguments: {}}",
                "3:19 fields.x.arguments: unknown key 'arguments'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'faker', 'with', 'locale', 'unique', 'from', 'part', 'as'. A method's arguments stand in 'with', by name: {faker: name, with: {NAME: VALUE}}",
            ),
            (
                "{faker: sentences, nb: 3}",
                "3:24 fields.x.nb: unknown key 'nb'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'faker', 'with', 'locale', 'unique', 'from', 'part', 'as'. Faker's 'sentences' has such an argument: {faker: sentences, with: {nb: VALUE}}",
            ),
            ("{integer: [1, 2], 1: 2}", "3:23 fields.x.1: a key is a text; found the number 1"),
            ("{integer: [1, 2], hidden: 1}", "3:31 fields.x.hidden: expected true or false; found the number 1"),
            ("{integer: [1, 2], description: 1}", '3:36 fields.x.description: expected a text; found the number 1. For a text, write "1"'),
            ("{uuid: 4, description: NO, hidden: NO}", '3:40 fields.x.hidden: expected true or false; found the text "NO"'),
        ],
    )
    def test_they_are_checked(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ('""', "fields.: a field's name has 1 to 255 printable characters"),
            ('"a\\nb"', 'fields."a\\nb": a field\'s name has 1 to 255 printable characters'),
            ("x" * 256, f"fields.{'x' * 256}: a field's name has 1 to 255 printable characters"),
            ("a.b", "fields.a.b: a field's name cannot hold '.': templates refer to fields as {name} and {object.name}"),
            (
                '"{a"',
                "fields.{a: a field's name cannot hold '{': templates refer to fields as {name} and {object.name}. "
                "Where a field begins, ': ' stands before its '{'",
            ),
            ("a:b", "fields.a:b: a field's name cannot hold ':': templates refer to fields as {name} and {object.name}"),
            ("_time", "fields._time: the name '_time' is reserved: templates may name {_time} and {_number} without a field"),
            ("2026", 'fields.2026: expected a text as a name; found the number 2026. For a text, write "2026"'),
            ("true", 'fields.true: expected a text as a name; found true. For a text, write "true"'),
            ("null", "fields.null: expected a text as a name; found null"),
        ],
    )
    def test_they_can_stand_in_json_and_in_a_template(self, problems: Problems, name: str, problem: str) -> None:
        assert problems(f"topic: t\nfields: {{{name}: {{uuid: 4}}}}") == [f"2:10 {problem}"]


class TestFaker:
    @pytest.mark.parametrize(
        "method",
        [
            "__class__",
            "_private",
            "add_provider",
            "seed_instance",
            "seed",
            "parse",
            "format",
            "random",
            "unique",
            "optional",
            "get_formatter",
        ],
    )
    def test_what_makes_no_value_is_refused(self, field_problems: Problems, method: str) -> None:
        assert field_problems(f"{{faker: {method}}}") == [
            f"3:13 fields.x.faker: '{method}' belongs to Faker itself and makes no value: name a provider's method, such as name or email"
        ]

    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ("as: other", "3:20 fields.x.as: 'as' names another value of which 'part' takes a part: write 'part', or leave 'as' out"),
            ("part: 0, unique: true", "3:29 fields.x.unique: 'unique' does not go with 'part': another value may have the same part"),
            ("part: 0, from: x", "3:29 fields.x.from: 'from' makes one value, which has no parts: leave out 'from' or 'part'"),
            ('part: 0, as: ""', "3:33 fields.x.as: the name of a value has 1 to 255 printable characters, such as sender"),
        ],
    )
    def test_a_part_goes_with_what_has_one(self, field_problems: Problems, more: str, problem: str) -> None:
        assert field_problems(f"{{faker: email, {more}}}") == [problem]

    @pytest.mark.parametrize("part", ["true", "1.5", "[1]", "{a: 1}"])
    def test_a_part_is_a_number_or_a_name(self, field_problems: Problems, part: str) -> None:
        (problem,) = field_problems(f"{{faker: currency, part: {part}}}")
        assert problem.startswith("3:29 fields.x.part: expected the part's number from 0 on, or its name; found ")

    @pytest.mark.parametrize("method", ["Name", "name()", "person.name", "na me", "名"])
    def test_what_is_no_method_is_refused(self, field_problems: Problems, method: str) -> None:
        assert field_problems(f"{{faker: {method}}}") == [
            f"3:13 fields.x.faker: '{method}' cannot be a provider's method: their names are of a-z, 0-9 and _, such as name or credit_card_number"
        ]

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            ("locale: en-us", "3:27 fields.x.locale: 'en-us' is not a locale such as en_US or vi_VN. Did you mean 'en_US'?"),
            ("locale: ../x", "3:27 fields.x.locale: '../x' is not a locale such as en_US or vi_VN"),
            ("locale: []", "3:27 fields.x.locale: no locale: name at least one, such as en_US"),
            ("locale: {}", "3:27 fields.x.locale: no locale: name at least one, such as en_US"),
            ("locale: 1", "3:27 fields.x.locale: expected a locale such as en_US, a list of them, or locale → weight; found the number 1"),
            (
                "locale: [en_US, 1]",
                "3:27 fields.x.locale: expected a locale such as en_US, a list of them, or locale → weight; found a list",
            ),
            (
                "locale: [en_US, en_US]",
                "3:27 fields.x.locale: 'en_US' is listed twice; to make it more likely, write weights: {en_US: 2, …}",
            ),
            ("locale: {en_US: 1.0e+308}", "3:35 fields.x.locale.en_US: a weight lies between 1e-100 and 1e+100; found the number 1e+308"),
            ("locale: {en_US: 0}", "3:35 fields.x.locale.en_US: expected a weight, a number above 0; found the number 0"),
            ("locale: {en-US: 1}", "3:28 fields.x.locale.en-US: 'en-US' is not a locale such as en_US or vi_VN. Did you mean 'en_US'?"),
            ("with: [1]", "3:25 fields.x.with: expected a mapping; found a list"),
            ("with: {1: 2}", '3:26 fields.x.with.1: expected a text as a name; found the number 1. For a text, write "1"'),
        ],
    )
    def test_its_arguments_are_checked(self, field_problems: Problems, arguments: str, problem: str) -> None:
        assert field_problems(f"{{faker: name, {arguments}}}") == [problem]


class TestChoice:
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ("[]", ["3:14 fields.x.choice: nothing to choose from: give at least one value"]),
            ("{}", ["3:14 fields.x.choice: nothing to choose from: give at least one value"]),
            ("a", ['3:14 fields.x.choice: expected a list of values, or value → weight; found the text "a"']),
            ("[[a]]", ["3:14 fields.x.choice: expected a text, a number, true, false or null; found a list"]),
            (
                "[a, 1]",
                [
                    "3:14 fields.x.choice: the values are of different types: all text, all numbers or all true and false (null may stand among them)"
                ],
            ),
            (
                "[1, true]",
                [
                    "3:14 fields.x.choice: the values are of different types: all text, all numbers or all true and false (null may stand among them)"
                ],
            ),
            ("{a: 0}", ["3:18 fields.x.choice.a: expected a weight, a number above 0; found the number 0"]),
            (
                "{a: -1, b: true, c: x, d: 1}",
                [
                    "3:18 fields.x.choice.a: expected a weight, a number above 0; found the number -1",
                    "3:25 fields.x.choice.b: expected a weight, a number above 0; found true",
                    '3:34 fields.x.choice.c: expected a weight, a number above 0; found the text "x"',
                ],
            ),
            (
                "{a: 1.0e+308, b: 5.0e-324, c: 1.0e+100}",
                [
                    "3:18 fields.x.choice.a: a weight lies between 1e-100 and 1e+100; found the number 1e+308",
                    "3:31 fields.x.choice.b: a weight lies between 1e-100 and 1e+100; found the number 5e-324",
                ],
            ),
            ("{true: 1, null: 0}", ["3:30 fields.x.choice.null: expected a weight, a number above 0; found the number 0"]),
        ],
    )
    def test_its_values_and_weights_are_checked(self, field_problems: Problems, options: str, expected: list[str]) -> None:
        assert field_problems(f"{{choice: {options}}}") == expected


class TestNumbers:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{integer: 5}", "3:15 fields.x.integer: expected [min, max], two integers, both included; found the number 5"),
            ("{integer: [1]}", "3:15 fields.x.integer: expected [min, max], two integers, both included; found a list of 1"),
            ("{integer: [1, 2.5]}", "3:15 fields.x.integer: expected [min, max], two integers, both included; found the number 2.5 in it"),
            (
                "{integer: [1, 2e3]}",
                "3:15 fields.x.integer: expected [min, max], two integers, both included; found the number 2000.0 in it: write 2000",
            ),
            ("{integer: [1, true]}", "3:15 fields.x.integer: expected [min, max], two integers, both included; found true in it"),
            (
                "{integer: [1, null]}",
                "3:15 fields.x.integer: an open end needs a distribution that has an end there, or none: give both min and max, or a distribution such as {exponential: 20}",
            ),
            ("{integer: [5, 1]}", "3:15 fields.x.integer: min 5 is above max 1"),
            (
                "{integer: [1, 2], decimals: 2}",
                "3:23 fields.x.decimals: unknown key 'decimals'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'integer', 'distribution', 'step'",
            ),
            ("{number: [2, 1.5]}", "3:14 fields.x.number: min 2 is above max 1.5"),
            ('{number: [1, "2"]}', '3:14 fields.x.number: expected [min, max], two numbers, both included; found the text "2" in it'),
            ("{number: [0.005, 1]}", "3:14 fields.x.number: 0.005 has more than 2 decimals: set decimals: 3"),
            ("{number: [5.0e-324, 1]}", "3:14 fields.x.number: 5e-324 has more than 2 decimals: write it with fewer, at most 15"),
            ("{number: [1, 1.0e+17]}", "3:14 fields.x.number: 1e+17 with 2 decimals does not fit into 64 bits"),
            ("{number: [0, 1], decimals: 16}", "3:32 fields.x.decimals: must be at most 15; found the number 16"),
            ("{number: [0, 1], decimals: -1}", "3:32 fields.x.decimals: must be at least 0; found the number -1"),
            ("{number: [0, 1], decimals: true}", "3:32 fields.x.decimals: expected an integer; found true"),
            ("{boolean: 2}", "3:15 fields.x.boolean: expected a share between 0 and 1; found the number 2"),
            ("{boolean: true}", "3:15 fields.x.boolean: expected a share between 0 and 1; found true"),
        ],
    )
    def test_bounds_are_checked(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]


class TestUuid:
    @pytest.mark.parametrize(
        ("version", "problem"),
        [
            ("1", "expected the version of the UUID, 4 (random) or 7 (ordered by time); found the number 1"),
            ("4.0", "expected the version of the UUID, 4 (random) or 7 (ordered by time); found the number 4.0"),
            ('"4"', 'expected the version of the UUID, 4 (random) or 7 (ordered by time); found the text "4"'),
        ],
    )
    def test_there_are_versions_4_and_7(self, field_problems: Problems, version: str, problem: str) -> None:
        assert field_problems(f"{{uuid: {version}}}") == [f"3:12 fields.x.uuid: {problem}"]


class TestFiller:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            (
                "{filler: 0}",
                "3:14 fields.x.filler: expected a number of bytes, or [min, max], both included, 1 … 16,777,216; found the number 0",
            ),
            (
                "{filler: [1, 16777217]}",
                "3:14 fields.x.filler: expected a number of bytes, or [min, max], both included, 1 … 16,777,216; found the number 16777217",
            ),
            ("{filler: 1kB}", '3:14 fields.x.filler: expected a number of bytes, or [min, max], both included; found the text "1kB"'),
            ("{filler: [1]}", "3:14 fields.x.filler: expected a number of bytes, or [min, max], both included; found a list"),
            ("{filler: [2, 1]}", "3:14 fields.x.filler: min 2 is above max 1"),
            (
                "{filler: 10, distribution: {exponential: 5}}",
                "3:18 fields.x.distribution: 'distribution' goes with sizes that are drawn: write filler: [min, max]",
            ),
            ("{filler: 10, compressible: 1.5}", "3:32 fields.x.compressible: must be at most 1; found the number 1.5"),
            ("{filler: 10, hidden: true}", "3:18 fields.x.hidden: a filler that is hidden fills nothing"),
            ("{filler: 10, per: y}", "3:18 fields.x.per: a filler has letters of its own in each record: leave 'per' out"),
            (
                "{object: {y: {filler: 10}}}",
                "3:27 fields.x.object.y.filler: a filler stands in the value itself, and in no field: it brings the whole value to a size",
            ),
        ],
    )
    def test_it_fills_the_value(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]

    def test_there_is_one_and_nothing_refers_to_it(self, problems: Problems) -> None:
        text = 'topic: t\nfields:\n x: {filler: 10}\n y: {filler: 20}\n z: {template: "{x}{y}"}\n o: {object: {z: {template: "{x}"}}}\n'
        text += 'key: "{x}"\nheaders: {h: {filler: 10}}\nvariants: {v: {key: "{x}", headers: {h: {uuid: 4, per: x}, i: {mix: [{filler: 5, weight: 1}, {template: "{x}", weight: 1}]}}}}\n'
        late = "is a filler, which is made when all else is: nothing can refer to it"
        assert problems(text) == [
            "4:14 fields.y.filler: a stream has one filler, and 'x' is one already",
            f"5:16 fields.z.template: 'x' {late}",
            f"5:16 fields.z.template: 'y' {late}",
            f"6:29 fields.o.object.z.template: 'x' {late}",
            f"7:6 key: 'x' {late}",
            "8:14 headers.h: a filler brings the value to a size, and stands under 'fields'",
            f"9:21 variants.v.key: 'x' {late}",
            f"9:56 variants.v.headers.h.per: 'x' {late}",
            "9:63 variants.v.headers.i: a filler brings the value to a size, and stands under 'fields'",
            f"9:105 variants.v.headers.i.mix.1.template: 'x' {late}",
        ]

    @pytest.mark.parametrize("text", ["{id}", "{x}{x}", "{x:>8}"])
    def test_it_stands_once_in_a_value_that_is_a_text(self, problems: Problems, text: str) -> None:
        assert problems(f'topic: t\nfields: {{id: {{uuid: 4}}, x: {{filler: 10}}}}\nformat: {{string: "{text}"}}\n') == [
            "3:18 format.string: the filler 'x' fills the text in which it stands: it stands there once, as {x}, without a format"
        ]

    def test_no_partition_refers_to_it(self, problems: Problems) -> None:
        assert problems("topic: t\nfields: {x: {filler: 10}}\npartition: {case: x, of: {a: {constant: 1}}, default: {constant: 2}}\n") == [
            "3:19 partition.case: 'x' is a filler, which is made when all else is: nothing can refer to it"
        ]

    def test_an_entity_has_none(self, wrong: Problems) -> None:
        assert wrong("count: 10\nfields: {x: {filler: 10}}\n") == [
            "2:22 fields.x.filler: a filler brings a record's value to a size: it stands in a stream, and in no entity"
        ]


class TestCycle:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{cycle: a}", '3:13 fields.x.cycle: expected a list of values, which come one after the other; found the text "a"'),
            ("{cycle: {a: 1}}", "3:13 fields.x.cycle: expected a list of values, which come one after the other; found a mapping"),
            ("{cycle: []}", "3:13 fields.x.cycle: nothing to choose from: give at least one value"),
            (
                "{cycle: [a, 1]}",
                "3:13 fields.x.cycle: the values are of different types: all text, all numbers or all true and false (null may stand among them)",
            ),
            ("{cycle: [[a]]}", "3:13 fields.x.cycle: expected a text, a number, true, false or null; found a list"),
            ('{cycle: [a], group: ""}', "3:25 fields.x.group: the name of a group has 1 to 255 printable characters, such as matrix"),
            ("{cycle: [a], per: x}", "3:18 fields.x.per: 'per' decides draws, and the kind 'cycle' draws nothing"),
        ],
    )
    def test_its_values_are_checked(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]

    def test_a_group_that_no_batch_runs_through_is_refused(self, problems: Problems) -> None:
        fields = "".join(f" f{number}: {{cycle: [{', '.join(map(str, range(100)))}], group: g}}\n" for number in range(10))
        assert problems(f"topic: t\nfields:\n{fields}") == [
            "3:413 fields.f0.group: the fields of the group 'g' have more than 2^63 combinations, which no batch runs through"
        ]

    def test_a_key_belongs_to_no_group(self, stream_problems: Problems) -> None:
        assert stream_problems("key: {cycle: [a], group: g}") == [
            "3:26 key.group: a group is of fields that stand under 'fields': have it there, hidden if need be, and name it here"
        ]


class TestRegex:
    def test_the_place_in_the_pattern_is_named(self, field_problems: Problems) -> None:
        assert field_problems("{regex: '[A-Z]{2}\\d{65}'}") == [
            "3:13 fields.x.regex: the pattern cannot be used at character 11: '{65}' repeats more than 64 times, the most that there is"
        ]


class TestTimestamp:
    @pytest.mark.parametrize(
        ("form", "problem"),
        [
            (
                "is",
                "'is' is no form of a time: 'iso', 'epoch_s', 'epoch_ms', 'epoch_us', or a strftime text such as '%Y-%m-%d'. Did you mean 'iso'?",
            ),
            ('"100%%"', "'100%%' is no form of a time: 'iso', 'epoch_s', 'epoch_ms', 'epoch_us', or a strftime text such as '%Y-%m-%d'"),
            ('"%U"', "'%U' is not known in a time's text; there are %Y %m %d %H %M %S %f %j %y %a %A %b %B %z %Z %%"),
            ('"%Y%"', "'%' is not known in a time's text; there are %Y %m %d %H %M %S %f %j %y %a %A %b %B %z %Z %%"),
            ("1", 'expected a text; found the number 1. For a text, write "1"'),
        ],
    )
    def test_its_form_is_checked(self, field_problems: Problems, form: str, problem: str) -> None:
        assert field_problems(f"{{timestamp: {form}}}") == [f"3:17 fields.x.timestamp: {problem}"]


class TestConstant:
    def test_it_is_one_plain_value(self, field_problems: Problems) -> None:
        assert field_problems("{constant: {a: 1}}") == [
            "3:16 fields.x.constant: a constant is a text, a number, true, false or null; "
            "a mapping of constants is written as {object: {name: {constant: …}}}"
        ]
        assert field_problems("{constant: [1]}") == [
            "3:16 fields.x.constant: a constant list is not available yet; a constant is a text, a number, true, false or null"
        ]


class TestTemplate:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{", "a single '{' in the template: a reference is written {name}, a brace itself '{{'"),
            ("a}", "a single '}' in the template: a reference is written {name}, a brace itself '}}'"),
            ("{{a}", "a single '}' in the template: a reference is written {name}, a brace itself '}}'"),
            ("{}", "{} names no field: write {name}, or {object.name} for a field inside an object"),
            ("{a.}", "{a.} names no field: write {name}, or {object.name} for a field inside an object"),
            (
                "n: {a:>8q}",
                "the format in {a:>8q} cannot be used at character 9 of the template: 'q' is not understood; there are a character that fills and < > ^, "
                "+ or a space, 0, a width, a comma, .2f for numbers, .3 for the first 3 characters of a text, d, x and X",
            ),
        ],
    )
    def test_its_braces_are_checked(self, field_problems: Problems, text: str, problem: str) -> None:
        assert field_problems(f'{{template: "{text}"}}') == [f"3:16 fields.x.template: {problem}"]

    @pytest.mark.parametrize(
        ("of", "form", "problem"),
        [
            ("{uuid: 4}", ".2f", "'f' is for numbers, and its values are texts"),
            ("{timestamp: iso}", "+", "'+' is for numbers, and its values are texts"),
            ("{boolean: 1}", "04", "'0' is for numbers, and its values are true and false"),
            ("{integer: [1, 2]}", "s", "'s' is for texts, and its values are numbers"),
            ("{integer: [1, 2]}", "8.2", "decimals of numbers are written .2f"),
            ("{number: [1, 2]}", "04x", "'x' is for whole numbers, and its values have 2 decimals: write .0f"),
        ],
    )
    def test_a_format_fits_the_field(self, problems: Problems, of: str, form: str, problem: str) -> None:
        assert problems(f'topic: t\nfields:\n x: {of}\n t: {{template: "{{x:{form}}}"}}\nheaders: {{h: "{{x:{form}}}"}}\n') == [
            f"4:16 fields.t.template: the format in {{x:{form}}} does not fit the field 'x': {problem}",
            f"5:14 headers.h: the format in {{x:{form}}} does not fit the field 'x': {problem}",
        ]


class TestObject:
    def test_it_has_fields(self, field_problems: Problems) -> None:
        assert field_problems("{object: {}}") == ["3:14 fields.x.object: is empty: give at least one"]
        assert field_problems("{object: [a]}") == ["3:14 fields.x.object: expected a mapping; found a list"]

    def test_errors_inside_have_their_whole_path(self, field_problems: Problems) -> None:
        assert field_problems("{object: {a: {object: {b: {integer: [2, 1]}}}, c: {uuid: 4, z: 1}}}") == [
            "3:41 fields.x.object.a.object.b.integer: min 2 is above max 1",
            "3:65 fields.x.object.c.z: unknown key 'z'; there are 'description', 'hidden', 'per', 'since', 'until', 'nulls', 'missing', 'when', 'else', 'uuid'",
        ]


OF_A_NAME = "user_name email safe_email free_email company_email ascii_email ascii_safe_email ascii_free_email ascii_company_email".split()  # noqa: SIM905 (a list takes a line per word)


class TestFrom:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{faker: city, from: x}", "3:19 fields.x.from: 'from' goes with FAMILY; Faker's 'city' is not made of a name"),
            ("{faker: email, from: y}", "3:26 fields.x.from: unknown field 'y'"),
            (
                "{faker: email, from: x, unique: true}",
                "3:20 fields.x.from: 'unique' does not go with 'from': two people of one name may have one address",
            ),
            (
                "{faker: email, from: x, locale: [en_US, de_DE]}",
                "3:20 fields.x.from: 'from' takes one locale, whose patterns and domains are used; here are 'en_US', 'de_DE'",
            ),
            (
                "{object: {n: {integer: [1, 2]}, e: {faker: email, from: n}}}",
                "3:61 fields.x.object.e.from: 'from' names a field of texts, such as {faker: name}, and the values of 'n' are none",
            ),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem.replace("FAMILY", ", ".join(f"'{method}'" for method in OF_A_NAME))]
