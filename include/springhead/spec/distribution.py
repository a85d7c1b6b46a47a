"""`distribution`: how references pick an entity's members."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator, ValidationError, WithJsonSchema

from springhead.fields.distributions import read_distribution
from springhead.fields.distributions.whole import LEAST_EXPONENT, MOST_EXPONENT
from springhead.fields.distributions.written import below
from springhead.fields.model import Place, refused
from springhead.spec.growing import MOST_MEMBERS
from springhead.wording import describe, listed, meant

LEAST_MEAN = 0.001  # of an age
_EVEN = ("uniform", "round_robin")
_ALL = [*_EVEN, "zipf", "recent"]
_AGES = "exponential", "zipf"
_RECENT = "{recent: {exponential: {mean: 50}}}, {recent: {zipf: 1.1}} or {recent: [0, 99]}"

Ages: TypeAlias = list[int] | dict[str, float]
"""Of `recent`: [min, max], {'zipf': exponent} or {'exponential': mean}."""


def _distribution(value: object) -> str | dict[str, float | Ages]:
    if isinstance(value, str):
        if value in _EVEN:
            return value
        if value == "zipf":
            raise ValueError("zipf needs its exponent: write {zipf: 1.05}")
        if value == "recent":
            raise ValueError(f"recent needs a distribution of the age in members: write {_RECENT}")
        raise ValueError(f"unknown distribution '{value}'; there are {listed(_ALL)}{meant(value, _ALL)}")
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"expected uniform, round_robin, {{zipf: 1.05}} or {{recent: …}}; found {describe(value)}")
    ((kind, argument),) = value.items()
    if kind in _EVEN:
        raise refused([((kind,), f"'{kind}' takes no argument: write it bare")], key=True)
    if kind == "recent":
        return {"recent": _ages(argument)}
    if kind != "zipf":
        raise refused([((kind,), f"unknown distribution '{kind}'; there are {listed(_ALL)}{meant(kind, ['zipf', 'recent'])}")], key=True)
    return {"zipf": _parameter("zipf", argument)}


def _parameter(kind: str, argument: object, place: Place = ()) -> float:
    """The one parameter of a law, as everywhere in the language. place: in which the law's key stands."""
    try:
        law = read_distribution({kind: argument})
    except ValidationError as error:
        raise below(place, error) from None
    return float(getattr(law, law.bare))


def _ages(value: object) -> Ages:
    if isinstance(value, list):
        odd = next((age for age in value if type(age) is not int or not 0 <= age <= MOST_MEMBERS), None)
        if len(value) != 2 or odd is not None:
            found = f"a list of {len(value)}" if odd is None else f"{describe(odd)} in it"
            raise refused([(("recent",), f"expected two ages in members, [min, max], 0 (the newest) … {MOST_MEMBERS:,}; found {found}")])
        if value[0] > value[1]:
            raise refused([(("recent",), f"min {value[0]:,} is above max {value[1]:,}")])
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise refused([(("recent",), f"expected a distribution of the age in members, {_RECENT}; found {describe(value)}")])
    ((kind, argument),) = value.items()
    if kind == "zipf":
        return {"zipf": _parameter("zipf", argument, ("recent",))}
    if kind != "exponential":
        what = f"unknown distribution '{kind}' of an age; there are {listed(_AGES)}, and [min, max]{meant(kind, _AGES)}"
        raise refused([(("recent", kind), what)], key=True)
    if not LEAST_MEAN <= (mean := _parameter("exponential", argument, ("recent",))) <= MOST_MEMBERS:
        place: Place = ("recent", "exponential", "mean") if isinstance(argument, dict) else ("recent", "exponential")
        raise refused([(place, f"expected the mean age in members, {LEAST_MEAN:g} … {MOST_MEMBERS:,}; found the number {mean:g}")])
    return {"exponential": mean}


def _one(**keys: Any) -> dict[str, Any]:
    """The schema of a mapping with one of these keys."""
    return {"type": "object", "properties": keys, "minProperties": 1, "maxProperties": 1, "additionalProperties": False}


_BARE_EXPONENT = {"type": "number", "minimum": LEAST_EXPONENT, "maximum": MOST_EXPONENT}
_EXPONENT = {"anyOf": [_BARE_EXPONENT, {**_one(exponent=_BARE_EXPONENT), "required": ["exponent"]}]}
_MEAN = {"type": "number", "minimum": LEAST_MEAN, "maximum": MOST_MEMBERS}
_AGE = {"type": "integer", "minimum": 0, "maximum": MOST_MEMBERS}
_EXPONENTIAL = {"anyOf": [_MEAN, {**_one(mean=_MEAN), "required": ["mean"]}]}
_RECENT_SCHEMA = {"anyOf": [{"type": "array", "items": _AGE, "minItems": 2, "maxItems": 2}, _one(exponential=_EXPONENTIAL, zipf=_EXPONENT)]}

Distribution = Annotated[
    str | dict[str, float | Ages],
    PlainValidator(_distribution),
    WithJsonSchema({"anyOf": [{"enum": list(_EVEN)}, _one(zipf=_EXPONENT, recent=_RECENT_SCHEMA)]}),
]
"""'uniform', 'round_robin', {'zipf': exponent}, or {'recent': the distribution of the age}."""
