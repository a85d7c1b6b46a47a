"""Arguments reach Faker as the YAML has them, and wrong ones are errors that name them."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from typing import Any

import pytest

from springhead.errors import FieldError
from springhead.faker_methods.arguments import decoded, encoded
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.generator import functions, standing_clock
from springhead.faker_methods.pool import draw_pool
from springhead.faker_methods.vector import Vector, by_hand
from tests.unit.build import chunk, column, field, site, strings

ROWS = chunk(list(range(2000)))
WRONG: tuple[Any, ...] = ([], {}, True, "x", -1, None, 1e308, [1], {"a": 1})


def test_a_mapping_keeps_its_order_and_the_types_of_its_keys() -> None:
    arguments = {"b": {"z": 1, "a": {200: 1, True: 2, None: 3, 1.5: 4}}, "a": [{"y": 1, "x": 2}]}
    assert json.dumps(decoded(encoded(arguments))) == json.dumps(dict(sorted(arguments.items())))
    assert encoded({"a": 1, "b": 2}) == encoded({"b": 2, "a": 1})
    assert encoded({"a": {"x": 1, "y": 2}}) != encoded({"a": {"y": 2, "x": 1}})


def test_a_mapping_of_elements_is_values_with_weights() -> None:
    tiers = Counter(strings(column(field(faker="random_element", with_={"elements": {"gold": 0.5, "silver": 0.3, "bronze": 0.2}}), ROWS)))
    assert [name for name, _ in tiers.most_common()] == ["gold", "silver", "bronze"]


def test_keys_that_are_numbers_stay_numbers() -> None:
    codes = Counter(strings(column(field(faker="random_element", with_={"elements": {200: 90, 404: 10}}), ROWS)))
    assert codes.keys() == {"200", "404"}
    assert codes["200"] > codes["404"]
    assert method("random_element", "en_US", {"elements": {200: 90, 404: 10}}).form.value == "number"


def test_a_mapping_in_a_value_has_the_order_in_which_it_is_written() -> None:
    columns = {"Spec": "@1.0.1", "ID": "pyint", "Name": "name"}
    made = strings(column(field(faker="json", with_={"data_columns": columns, "num_rows": 1}), ROWS))
    assert {tuple(json.loads(each)) for each in made} == {("Spec", "ID", "Name")}


TYPES = "'maestro', 'mastercard', 'visa16', 'visa13', 'visa19', 'amex', 'discover', 'diners', 'jcb15', 'jcb16', 'visa', 'jcb'"


@pytest.mark.parametrize("name", ["credit_card_number", "credit_card_full", "credit_card_provider", "credit_card_security_code"])
@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("vsa", "the text \"vsa\". Did you mean 'visa'?"),
        (5, "the number 5"),
        (True, "true"),
        (["visa"], "a list"),
        ({"visa": 1}, "a mapping"),
    ],
)
def test_a_card_type_that_is_none_is_told_with_those_that_there_are(name: str, value: Any, found: str) -> None:
    with pytest.raises(FieldError) as caught:
        method(name, "en_US", {"card_type": value})
    assert str(caught.value) == f"Faker's '{name}': expected a card_type, one of {TYPES}; found {found}"
    assert caught.value.found[0][0] == ("with", "card_type")


def test_a_category_of_files_is_told_with_those_that_there_are() -> None:
    with pytest.raises(
        FieldError, match=r"expected a category, one of 'application', 'audio', .*; found the text \"vidio\"\. Did you mean 'video'\?"
    ):
        method("mime_type", "en_US", {"category": "vidio"})
    with pytest.raises(FieldError, match=r"expected a category, one of 'audio', 'image', .*'text', .*Did you mean 'video'\?"):
        method("file_name", "en_US", {"category": "vidio"})


@pytest.mark.parametrize(
    ("name", "arguments", "place"),
    [
        ("iso8601", {"timespec": []}, ("with", "timespec")),
        ("text", {"max_nb_chars": 2}, ("with", "max_nb_chars")),
        ("random_int", {"min": 9, "max": 1}, ("with",)),
        ("random_int", {"mn": 9}, ("with", "mn")),
        ("pyint", {"min_value": 5, "max_value": 1}, ("with",)),
        ("date_between", {"start_date": "2020-12-31", "end_date": "2020-01-01"}, ("with",)),
        ("date_between", {"start_date": "soon"}, ("with", "start_date")),
    ],
)
def test_an_error_is_at_the_argument_that_it_names_or_at_the_only_one(name: str, arguments: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(FieldError) as caught:
        method(name, "en_US", arguments)
    assert caught.value.found[0][0] == place


def test_fixed_ends_in_the_wrong_order_are_told_as_dates() -> None:
    with pytest.raises(FieldError) as caught:
        method("date_between", "en_US", {"start_date": "2020-12-31", "end_date": "2020-01-01"})
    assert str(caught.value) == "Faker's 'date_between' would draw between 2020-12-31 and 2020-01-01, which ends before it begins"


def test_free_arguments_are_passed_on() -> None:
    made = strings(
        column(field(faker="dsv", with_={"delimiter": ";", "data_columns": ["{{pyint}}", "{{pyint}}"], "num_rows": 1}), chunk([1, 2]))
    )
    assert all(each.count(";") == 1 for each in made)


HANDMADE = [name for name, function in functions("en_US").items() if by_hand(function, {})]


@pytest.mark.parametrize("name", HANDMADE)
def test_what_is_made_by_hand_accepts_no_argument_that_faker_refuses(name: str) -> None:
    function = functions("en_US")[name]
    for argument in inspect.signature(function).parameters:
        for value in WRONG:
            try:
                made = by_hand(function, {argument: value})
            except FieldError:
                continue
            if isinstance(made, Vector):
                try:
                    made.maker(site().draws)(chunk([1, 2, 3]))
                except FieldError:
                    continue
            assert made is None or _works(lambda call=function, given={argument: value}: call(**given)), (argument, value)


def _works(call: Any) -> bool:
    """Whether one of twenty calls gives a value: some depend on what is drawn."""
    for _ in range(20):
        try:
            with standing_clock():
                call()
        except Exception:  # noqa: BLE001  whatever Faker raises
            continue
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("value", WRONG, ids=str)
def test_whatever_an_argument_is_values_or_an_error_come_out(value: Any) -> None:
    """Of all methods of a locale, by the last way, which asks Faker itself."""
    for name, function in functions("en_US").items():
        for argument in inspect.signature(function).parameters:
            if argument in ("args", "kwargs", "fmtparams"):
                continue
            try:
                made = draw_pool(name, "en_US", decoded(encoded({argument: value})), size=1)
            except FieldError as error:
                assert "\n" not in str(error)  # noqa: PT017
            else:
                assert made.pooled == 1


def test_a_bound_of_a_decimal_is_printed_as_faker_prints_it() -> None:
    """Drawn exactly it keeps its zeros; put in the place of a draw beyond it, it is what the argument says."""
    values = Counter(
        strings(column(field(faker="pydecimal", with_={"min_value": 0, "max_value": 5, "right_digits": 1}), chunk(list(range(20_000)))))
    )
    assert abs(values["5"] - 20_000 * 0.15) < 300
    assert abs(values["5.0"] - 20_000 / 60) < 100
    assert "5.00" not in values
