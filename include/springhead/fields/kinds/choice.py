"""One of several values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema, model_validator

from springhead.columns.type import Type
from springhead.fields.distributions import Distribution
from springhead.fields.field import Field
from springhead.fields.grid import Grid
from springhead.fields.model import refused
from springhead.fields.scalar import Scalar, alike, texts_of, type_of
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.fields.weights import weights_of
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Maker


def _options(value: object) -> tuple[Scalar, ...] | dict[Scalar, float]:
    if not isinstance(value, list | tuple | dict):
        raise ValueError(f"expected a list of values, or value → weight; found {describe(value)}")
    values = alike(value)
    return weights_of(value) if isinstance(value, dict) else values


class Choice(Field, kind="choice"):
    """One of several values, each as likely as its weight says."""

    example = "{choice: {paid: 90, open: 10}}"

    choice: Annotated[
        tuple[Scalar, ...] | dict[Scalar, float],
        PlainValidator(_options),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}, "minItems": 1},
                    {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}, "minProperties": 1},
                ]
            }
        ),
    ] = Argument(description="A list of values, or value → weight. All text, all numbers or all booleans; null may stand among them.")

    distribution: Distribution | None = Argument(
        None,
        description="Of a list: how likely its values are by their place in it, 1 for the first; {zipf: 1.1} makes the first ones frequent.",
    )

    @model_validator(mode="after")
    def _is_over_ranks(self) -> Choice:
        if self.distribution is None:
            return self
        if isinstance(self.choice, dict):
            raise refused(
                [(("distribution",), "a distribution is over the places in a list, and here are weights: leave one of the two out")],
                key=True,
            )
        if wrong := self.distribution.wrong(self._ranks):
            raise refused([(("distribution", self.distribution.kind, *wrong[0]), wrong[1])])
        return self

    @property
    def _ranks(self) -> Grid:
        return Grid(1, 1, len(self.choice))

    @property
    def values(self) -> tuple[Scalar, ...]:
        """In the order of the YAML."""
        return tuple(self.choice)

    @property
    def weights(self) -> tuple[float, ...] | None:
        """Of the values, in their order; None: all are as likely."""
        if self.distribution is not None:
            from springhead.columns.quantiles import Table

            table = Table(self.distribution.knots(self._ranks, few=len(self.choice)))
            weights = [0.0] * len(self.choice)
            weights[table.first : table.first + len(table.masses)] = map(float, table.masses)
            return tuple(weights)
        return tuple(self.choice.values()) if isinstance(self.choice, dict) else None

    def column_type(self, reach: Reach) -> Type:
        return type_of(self.values)

    def texts(self, member: MemberTexts) -> frozenset[str]:
        return texts_of(self.values)

    def maker(self, site: Site) -> Maker:
        import msgspec

        from springhead.columns.column import State
        from springhead.columns.grammar import Alternative, Words
        from springhead.columns.text_program import text_maker

        weighed = list(zip(self.values, self.weights or [1.0] * len(self.values), strict=True))
        words = [
            (value if isinstance(value, str) else msgspec.json.encode(value), weight) for value, weight in weighed if value is not None
        ]
        null_weight = sum(weight for value, weight in weighed if value is None)
        alternatives = []
        if words:
            total = sum(weight for _, weight in words)
            alternatives.append(Alternative((Words(tuple(w for w, _ in words), tuple(weight for _, weight in words)),), total))
        if null_weight:
            alternatives.append(Alternative((), null_weight, State.NULL))
        return text_maker(alternatives, site.draws, type_of(self.values))
