"""Numbers and texts, as a form, REST or a template give them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from springhead.errors import OptionError


def whole_number(name: str, value: object) -> int | None:
    """The number that is meant; None, nothing and None's own text (of a template) mean that none was given.

    JSON does not tell 1000 from 1000.0 or 1e3, and Airflow's form takes all of them for whole numbers. A template gives texts.

    Raises:
        OptionError: it is no whole number.
    """
    if value is None or value in ("", "None"):
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
    """The text that was given; None: none, for which a template's None and nothing stand, too.

    Raises:
        OptionError: it is no text: of a DAG that renders its templates to Python's own types, "{{ 5 }}" is a number.
    """
    if value is None or value in ("", "None"):
        return None
    if not isinstance(value, str):
        raise OptionError(f"{name}: {value!r} is no text: put it into quotes")
    return value


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
