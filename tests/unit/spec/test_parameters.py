"""What `${name}` stands for, who may change it, and what is wrong with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError, SpecError
from springhead.fields.kinds.choice import Choice
from springhead.fields.kinds.constant import Constant
from springhead.fields.kinds.integer import Integer
from springhead.records.request import Request
from springhead.spec import Stream, find_stream, load_entity, spec_digest
from springhead.spec.parameters import Parameter
from tests.unit.build import HOUR
from tests.unit.spec.conftest import Load, Problems

PARAMETERS = (
    "parameters: {env: {default: test, choices: [test, live]}, most: {default: 50, min: 2, max: 100}, sure: true, share: 0.5, word: x y}"
)
WHOLE = f"""\
topic: ${{env}}.orders
{PARAMETERS}
records: ${{most}}
fields:
  n: {{integer: [1, "${{most}}"]}}
  b: {{constant: "${{sure}}"}}
  f: {{choice: ["${{share}}", 1]}}
  t: {{constant: "${{env}}: ${{most}}, ${{sure}}, ${{share}}, $${{word}} $5 ${{word}}"}}
variants: {{many: {{records: "${{most}}", headers: {{h: "${{env}}-{{n}}"}}}}}}
"""


def of(field: object, key: str) -> Any:
    return getattr(field, key)


class TestWhatItStandsFor:
    def test_a_value_that_is_only_the_name_takes_the_parameters_own_type(self, load: Load) -> None:
        stream = load(WHOLE)
        assert (stream.topic, stream.records) == ("test.orders", 50)
        assert isinstance(stream.fields["n"], Integer)
        assert stream.fields["n"].integer == (1, 50)
        assert isinstance(stream.fields["b"], Constant)
        assert stream.fields["b"].constant is True
        assert isinstance(stream.fields["f"], Choice)
        assert stream.fields["f"].values == (0.5, 1)

    def test_inside_a_text_it_is_text_and_a_doubled_dollar_is_a_dollar(self, load: Load) -> None:
        assert of(load(WHOLE).fields["t"], "constant") == "test: 50, true, 0.5, ${word} $5 x y"

    def test_it_works_in_a_variant(self, load: Load) -> None:
        variant = load(WHOLE).with_parameters({"most": 7, "env": "live"}).with_variant("many")
        assert (variant.records, of(variant.headers["h"], "template")) == (7, "live-{n}")

    def test_keys_stay_as_they_are(self, load: Load) -> None:
        stream = load('topic: t\nparameters: {a: x}\nfields:\n "$a": {constant: "${a}"}\n n: {choice: {"${a}": 1}}\n')
        assert list(stream.fields) == ["$a", "n"]
        assert of(stream.fields["n"], "values") == ("${a}",)

    def test_without_parameters_a_dollar_before_a_field_is_a_dollar(self, load: Load) -> None:
        stream = load('topic: t\nfields: {price: {integer: [1, 9]}, text: {template: "${price}"}}\n')
        assert of(stream.fields["text"], "template") == "${price}"

    def test_the_value_of_a_parameter_is_not_looked_through_again(self, load: Load) -> None:
        assert of(load('topic: t\nparameters: {a: "${a}"}\nfields: {x: {constant: "${a}"}}\n').fields["x"], "constant") == "${a}"


class TestOtherValues:
    @pytest.mark.parametrize(
        ("given", "records"), [({"most": 7}, 7), ({"most": "7"}, 7), ({"most": 7.0}, 7), ({"most": " 0x10 "}, 16), ({}, 50)]
    )
    def test_they_take_the_defaults_place_however_a_number_is_written(self, load: Load, given: dict[str, Any], records: int) -> None:
        stream = load(WHOLE).with_parameters(given)
        assert (stream.records, type(stream.records)) == (records, int)

    def test_only_those_that_differ_are_kept_in_mind(self, load: Load) -> None:
        assert load(WHOLE).with_parameters({"most": 7, "env": "test", "sure": "false"}).given == {"most": 7, "sure": False}

    def test_a_second_choice_begins_at_the_file_again(self, load: Load) -> None:
        once = load(WHOLE).with_parameters({"most": 7})
        again = once.with_parameters({"env": "live"})
        assert (again.records, again.topic) == (50, "live.orders")
        assert once.with_parameters({"most": 50}).records == 50

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            (
                {"mots": 1},
                "the stream 'orders' has no parameter 'mots'; it has 'env', 'most', 'sure', 'share', 'word'. Did you mean 'most'?",
            ),
            ({"env": "lve"}, "parameter 'env': expected one of 'test', 'live'; found the text \"lve\". Did you mean 'live'?"),
            ({"env": 1}, "parameter 'env': expected a text; found the number 1"),
            ({"most": 1}, "parameter 'most': must be at least 2; found the number 1"),
            ({"most": 1000}, "parameter 'most': must be at most 100; found the number 1000"),
            ({"most": "many"}, "parameter 'most': expected a number; found the text \"many\""),
            ({"most": True}, "parameter 'most': expected a number; found true"),
            ({"most": float("nan")}, "parameter 'most': nan is not a number that JSON has"),
            ({"most": 2**64}, "parameter 'most': the number does not fit into 64 bits; only a text can hold it"),
            ({"most": Decimal(5)}, "parameter 'most': expected a number; found a value of the type decimal.Decimal"),
            ({"word": "\ud800"}, "parameter 'word': the text has half of a surrogate pair, U+D800, which UTF-8 does not have"),
            ({"most": None}, "parameter 'most': expected a number; found null"),
            ({"most": [1]}, "parameter 'most': expected a number; found a list"),
            ({"most": "007"}, "parameter 'most': expected a number; found the text \"007\""),
            ({"sure": "yes"}, "parameter 'sure': expected true or false; found the text \"yes\""),
            ({"sure": 1}, "parameter 'sure': expected true or false; found the number 1"),
        ],
    )
    def test_others_are_refused(self, load: Load, given: dict[str, Any], text: str) -> None:
        with pytest.raises(OptionError) as caught:
            load(WHOLE).with_parameters(given)
        assert str(caught.value) == text

    def test_a_stream_without_parameters_says_so(self) -> None:
        with pytest.raises(OptionError) as caught:
            find_stream("registrations").with_parameters({"a": 1})
        assert str(caught.value) == "the stream 'registrations' has no parameter 'a'; it has none"

    def test_a_stream_that_is_wrong_with_one_names_the_place_in_the_file(self, load: Load) -> None:
        stream = load("topic: t\nparameters:\n  n: 5\nrecords: ${n}\nfields: {a: {uuid: 4}}\n")
        with pytest.raises(SpecError) as caught:
            stream.with_parameters({"n": 0})
        assert str(caught.value) == ("orders.yaml:4:10 records: must be at least 1; found the number 0\n    records: ${n}\n             ^")


class TestDigest:
    def test_a_parameter_that_decides_nothing_moves_nothing(self, load: Load) -> None:
        plain = spec_digest(load("topic: t\nrecords: 50\nfields: {n: {integer: [1, 50]}}\n"))
        same = load('topic: t\nparameters: {m: 50, who: me}\ndescription: ${who}\nrecords: ${m}\nfields: {n: {integer: [1, "${m}"]}}\n')
        assert spec_digest(same) == spec_digest(same.with_parameters({"who": "you", "m": 50.0})) == plain
        assert spec_digest(same.with_parameters({"m": 51})) != plain

    def test_another_value_is_another_spec_for_every_run(self, load: Load) -> None:
        stream = load(WHOLE)
        digests = {spec_digest(Request(stream.with_parameters(values), HOUR).chosen) for values in ({}, {"most": 7}, {"env": "live"})}
        assert len(digests) == 3

    @given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
    def test_the_digest_is_that_of_the_file_with_the_value_written_in(self, low: int, more: int) -> None:
        def digest(low: object, parameters: dict[str, Any]) -> str:
            data = {"topic": "t", "fields": {"n": {"integer": [low, 10**7]}}, "parameters": parameters}
            return spec_digest(Stream.model_validate(data, context=Path("orders.yaml")))

        assert Parameter(default=low).taken(str(low + more)) == low + more
        assert digest(low, {}) == digest(low, {"n": {"default": low}})


class TestErrors:
    @pytest.mark.parametrize(
        ("parameters", "problem"),
        [
            ("5", "2:13 parameters: expected a mapping; found the number 5"),
            ("{a: null}", "2:17 parameters.a: a parameter is a text, a number, true or false; found null"),
            ("{a: [1]}", "2:17 parameters.a: a parameter is a text, a number, true or false; found a list"),
            ("{a: {}}", "2:17 parameters.a: 'default' is required"),
            (
                "{A: 1}",
                "2:14 parameters.A: 'A' cannot be a parameter's name: it begins with a-z and goes on with a-z, 0-9 and _, 64 characters at most",
            ),
            (
                "{rate: 1}",
                "2:14 parameters.rate: 'rate' is something that the form of a run asks in any case: give the parameter another name",
            ),
            ("{a: {default: x, min: 1}}", "2:30 parameters.a.min: 'min' is for numbers: the default is the text \"x\""),
            (
                "{a: {default: 1, max: 2, choices: [1]}}",
                "2:30 parameters.a.max: 'max' is for numbers: the choices say already what there is",
            ),
            ("{a: {default: 1, min: x}}", '2:35 parameters.a.min: expected a number; found the text "x"'),
            ("{a: {default: 1, min: 3, max: 2}}", "2:35 parameters.a.min: min 3 is above max 2"),
            ("{a: {default: 1, min: 3}}", "2:27 parameters.a.default: must be at least 3; found the number 1"),
            ("{a: {default: x, choices: []}}", "2:39 parameters.a.choices: expected a list of values, at least one; found nothing in it"),
            ("{a: {default: x, choices: y}}", '2:39 parameters.a.choices: expected a list of values, at least one; found the text "y"'),
            ("{a: {default: x, choices: [y, 1]}}", "2:43 parameters.a.choices.1: expected a text, as the default is; found the number 1"),
            (
                "{a: {default: tets, choices: [test]}}",
                "2:27 parameters.a.default: expected one of 'test'; found the text \"tets\". Did you mean 'test'?",
            ),
            (
                "{a: {defalut: x}}",
                "2:18 parameters.a.defalut: unknown key 'defalut'; there are 'default', 'choices', 'min', 'max', 'description'. Did you mean 'default'?",
            ),
        ],
    )
    def test_of_what_is_declared(self, problems: Problems, parameters: str, problem: str) -> None:
        assert problem in problems(f'topic: t\nparameters: {parameters}\nfields: {{x: {{constant: "${{a}}"}}}}\n')

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            ("${nmae}", "4:17 fields.x.constant: unknown parameter 'nmae'; there are 'name', 'n'. Did you mean 'name'?"),
            ("a ${} b", "4:17 fields.x.constant: unknown parameter ''; there are 'name', 'n'"),
            ("${x}", "4:17 fields.x.constant: unknown parameter 'x': there is a field of this name; for a dollar before it write $${x}"),
            ("${name", "4:17 fields.x.constant: a '${' is not closed: write ${name} for a parameter, or $${ for the characters themselves"),
        ],
    )
    def test_of_what_is_used(self, problems: Problems, value: str, problem: str) -> None:
        text = f'topic: "${{name}}${{n}}"\nparameters: {{name: t, n: 1}}\nfields:\n  x: {{constant: "{value}"}}\n'
        assert problems(text) == [problem]

    def test_of_what_is_used_nowhere(self, problems: Problems) -> None:
        assert problems("topic: t\nparameters:\n  most: 5\nfields: {a: {uuid: 4}}\n") == [
            "3:3 parameters.most: the parameter 'most' is used nowhere: write ${most} where it shall stand, or leave it out"
        ]

    def test_of_a_value_that_does_not_fit_where_it_stands(self, problems: Problems) -> None:
        text = 'topic: t\nparameters: {m: many}\nrecords: ${m}\nfields:\n  n: {integer: [1, "${m}"]}\n'
        assert problems(text) == [
            '3:10 records: expected an integer; found the text "many"',
            '5:16 fields.n.integer: expected [min, max], two integers, both included; found the text "many" in it',
        ]

    def test_of_a_name_where_no_parameters_are(self, problems: Problems) -> None:
        assert problems("topic: t\nrecords: ${n}\nfields: {a: {uuid: 4}}\n") == [
            '2:10 records: expected an integer; found the text "${n}". For a parameter, the file needs parameters: {n: …}'
        ]

    def test_of_an_entity_which_has_none(self, folder: Path) -> None:
        (folder / "people.yaml").write_text("count: 5\nparameters: {n: 5}\nfields: {a: {uuid: 4}}\n")
        with pytest.raises(SpecError) as caught:
            load_entity(folder / "people.yaml")
        assert caught.value.problems[0].message == (
            "an entity has no parameters: it is one population, the same for all streams and runs that refer to it"
        )

    @pytest.mark.parametrize("text", ["a: {integer: [1, ${max}]}", "a: {constant: ${max}}"])
    def test_of_one_without_quotes_between_brackets(self, problems: Problems, text: str) -> None:
        (problem,) = problems(f"topic: t\nfields:\n {text}\n")
        assert problem.endswith('. Between brackets a parameter needs quotes: "${max}"')
