"""Values that are reckoned from other fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.fields.expression_text import ExpressionText, parse_expression
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site
from springhead.fields.template_text import Reference

if TYPE_CHECKING:
    from springhead.columns.column import Maker


class Expression(Field, kind="expression"):
    """What SQL gives over the other fields of the record."""

    example = '{expression: "round(amount * 0.015, 2)"}'
    draws = False

    expression: ExpressionText = Argument(
        description="SQL, as polars has it, over the fields' names, _time (the event time, UTC) and _number; texts stand in single quotes."
    )
    decimals: int | None = Argument(
        None,
        ge=0,
        le=15,
        description="Digits after the point of a number. By default none of a whole one, and of others up to six that are not 0.",
    )

    @property
    def references(self) -> tuple[Reference, ...]:
        return parse_expression(self.expression).references

    def column_type(self, reach: Reach) -> None:
        return None  # polars tells, which is not loaded where DAGs are parsed

    def made(self) -> str:
        return "by polars"

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Maker
        from springhead.fields.formula import Formula

        formula = Formula(parse_expression(self.expression), site.reach, self.decimals)
        return Maker(formula.type, formula.column)
