"""What all models of the language have in common: they are frozen, convert no types and refuse unknown keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Place = tuple[Any, ...]  # the YAML keys and positions that lead to a value: ("fields", "name", "choice", 0)


class Model(BaseModel):
    """A mapping of the language. Its docstring and its arguments' descriptions are the text of the JSON Schema."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,  # a stream has few of the kinds: building a validator for each takes 20 ms at every start
    )

    later: ClassVar[frozenset[str]] = frozenset()  # keys of the language that are not available yet

    @classmethod
    def hint_of(cls, _key: str, _values: Mapping[str, Any], /) -> str:
        """Where a key that there is not belongs, as the end of its error; empty: nobody knows. _values: the mapping that it stands in, unchecked."""
        return ""


def build_all() -> None:
    """Builds the validators of all models that there are by now, as their first use would."""
    models = [Model]
    while models:
        models += (model := models.pop()).__subclasses__()
        model.model_rebuild()


def bare_or_mapping(bare: Any, core_schema: Any, handler: Any) -> Any:
    """The JSON Schema of a model that may stand as one value, in place of its mapping: what a model's `__get_pydantic_json_schema__` returns. bare: the value's schema."""
    made = handler(core_schema)
    definition = handler.resolve_ref_schema(made)
    mapping = dict(definition)
    definition.clear()
    definition["anyOf"] = [bare, mapping]
    return made


def refused(problems: Iterable[tuple[Place, str]], *, key: bool = False) -> ValidationError:
    """An error with several problems, each with its place below the current value; pydantic puts the path of that value before it.

    Args:
        problems: the place and what is wrong there.
        key: the problems are with the keys that the places end in, not with their values.
    """
    kind = "key" if key else "value"
    return ValidationError.from_exception_data(
        kind,
        [
            # Without a context pydantic fills nothing into the text: braces stay as they are.
            InitErrorDetails(type=PydanticCustomError(kind, text), loc=tuple(map(step_text, place)), input=None)
            for place, text in problems
        ],
    )


def step_text(step: object) -> str:
    """A key of the YAML, or a position in a list, as a step of a path."""
    if step is None or isinstance(step, bool):
        return "null" if step is None else str(step).lower()
    return str(step)
