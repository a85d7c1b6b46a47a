"""What a form, REST or a template gives: whether it is anything, and which number, text or mapping."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from springhead.errors import OptionError


def is_given(value: object) -> bool:
    """Whether there is a value: None is none, and no text but blanks is, nor None's own, which a template makes of it."""
    return value is not None and not (isinstance(value, str) and value.strip() in ("", "None"))


def whole_number(name: str, value: object) -> int | None:
    """The number that is meant; None: none was given.

    JSON does not tell 1000 from 1000.0 or 1e3, and Airflow's form takes all of them for whole numbers. A template gives texts.

    Raises:
        OptionError: it is no whole number.
    """
    if not is_given(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float | str):
        try:
            number = Decimal(value)
            if (
                number.is_finite() and abs(number.adjusted()) < 20 and number == number.to_integral_value()
            ):  # 1e999999999 would fill the memory
                return int(number)
        except InvalidOperation:
            pass
    raise OptionError(f"{name}: {value!r} is no whole number")


def given_text(name: str, value: object) -> str | None:
    """The text that was given, without blanks around it; None: none was.

    Raises:
        OptionError: it is no text: of a DAG that renders its templates to Python's own types, "{{ 5 }}" is a number.
    """
    if not is_given(value):
        return None
    if not isinstance(value, str):
        raise OptionError(f"{name}: {value!r} is no text: put it into quotes")
    return value.strip()


def given_values(name: str, value: object) -> dict[str, object]:
    """The values that were given by name, without those for which a template gave None.

    Raises:
        OptionError: it is no mapping.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionError(
            f"{name}: {value!r} is no mapping of names to values: write one, such as {{'largest': 100}}. A template stands in a value of it, {{'largest': '{{{{ … }}}}'}}, "
            "for one of the whole mapping gives a text"
        )
    return {each: of for each, of in value.items() if of not in (None, "None")}
