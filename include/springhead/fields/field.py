"""What every kind of field has, and the registry of the kinds: one key of a field's mapping names its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema, model_validator
from pydantic import Field as Argument

from springhead.columns.type import WHAT_DOES_NOT_PRINT
from springhead.errors import FieldError
from springhead.fields.expression_text import Expression, ExpressionText, parse_expression
from springhead.fields.model import Model, Place, refused
from springhead.fields.quantities import MomentText, moment_us
from springhead.fields.share import Share
from springhead.fields.template_text import Reference, parse_reference
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.type import Type
    from springhead.fields.site import MemberTexts, Reach, Site

Lifetime = tuple[int | None, int | None]

KINDS: dict[str, type[Field]] = {}
"""The kinds that there are, by their key. Each registers itself; springhead.fields.kinds imports them all."""

_LATER = frozenset(
    "decimal array map expression case mix csv regex ref filler walk signal counter bytes parent cycle".split()  # noqa: SIM905 (a list takes a line per word)
)


def later_kinds() -> frozenset[str]:
    """The kinds of the language that are not available yet."""
    return _LATER - KINDS.keys()


def _reference(text: str) -> str:
    if re.fullmatch(r"\{[^{}]+\}", text):
        raise ValueError(f"a field is named without braces here: write {text[1:-1]}")
    parse_reference(text)
    return text


ReferenceText = Annotated[str, AfterValidator(_reference)]
"""The name of a field beside this one, or of one in an object: `customer.id`."""


_Otherwise = Annotated[
    Literal["null", "missing"],
    BeforeValidator(lambda value: "null" if value is None else value),  # as YAML has null without quotes
    WithJsonSchema({"enum": ["null", "missing", None]}),
]


class Field(Model):
    """One field of a record. A kind is one class: its key in the YAML, its arguments, bounds and text, and its column."""

    kind: ClassVar[str]  # the key that names it
    example: ClassVar[str] = ""  # as it may stand in the YAML, for the guide
    draws: ClassVar[bool] = True  # whether chance decides its values
    names_inside: ClassVar[bool] = False  # whether the fields that stand in it have names by which others refer to them
    chunks_inside: ClassVar[bool] = (
        False  # whether what stands in it is made of other rows than the records: of elements, or of some records
    )
    elements_inside: ClassVar[bool] = False  # whether these rows are elements, several of them in a record

    description: str | None = Argument(None, description="What the field means; for people only.")
    hidden: bool = Argument(False, description="For the key, headers and templates only: it does not stand in the value.")

    per: ReferenceText | None = Argument(
        None,
        description="A field whose value decides this one's draws, in place of the record's number: the same there, the same here, for ever.",
    )

    since: MomentText | None = Argument(None, description="The event time from which the field is there; before it, records lack it.")
    until: MomentText | None = Argument(None, description="The event time from which the field is there no more.")

    nulls: Share = Argument(0.0, description="The share of the records in which it is null, 0 … 1.")
    missing: Share = Argument(0.0, description="The share of the records that lack it, 0 … 1.")
    when: ExpressionText | None = Argument(None, description="An expression: where it is not true, the field is null.")
    otherwise: _Otherwise = Argument("null", alias="else", description="What the field is where `when` is not true: null, or missing.")

    def __init_subclass__(cls, kind: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind
        KINDS[kind] = cls

    @model_validator(mode="after")
    def _draws_where_it_is_keyed(self) -> Field:
        if self.per is not None and not self.draws:
            raise refused([(("per",), f"'per' decides draws, and the kind '{self.kind}' draws nothing")], key=True)
        return self

    @model_validator(mode="after")
    def _is_there_for_a_while(self) -> Field:
        since_us, until_us = self.lifetime_us
        if since_us is not None and until_us is not None and since_us >= until_us:
            raise refused([(("until",), f"the field would be there until {self.until}, which is not after {self.since}")])
        return self

    @model_validator(mode="after")
    def _is_else_of_when(self) -> Field:
        if self.when is None and "otherwise" in self.model_fields_set:
            raise refused([(("else",), "'else' goes with 'when': it says what the field is where that is not true")], key=True)
        return self

    @model_validator(mode="after")
    def _shows_what_is_in_it(self) -> Field:
        hidden = [] if self.names_inside else [name for name, child in self.children.items() if child.hidden]
        if hidden:
            raise refused(
                [((*self.place_inside(hidden[0]), "hidden"), f"what stands in '{self.kind}' is the value itself: it cannot be hidden")]
            )
        return self

    @property
    def lifetime_us(self) -> Lifetime:
        """The event times from which, and up to which, the field is there, µs since 1970; None: no bound."""
        return (None if self.since is None else moment_us(self.since), None if self.until is None else moment_us(self.until))

    @property
    def references(self) -> tuple[Reference, ...]:
        """The fields that its values are made of, as often as it names them."""
        return ()

    @property
    def condition(self) -> Expression | None:
        """Where it is there at all; None: everywhere."""
        return None if self.when is None else parse_expression(self.when)

    @property
    def keyed_by(self) -> Reference | None:
        """The field whose values its draws are keyed by; None: by the records' ids."""
        return None if self.per is None else parse_reference(self.per)

    @property
    def drawn_together(self) -> tuple[tuple[str, ...], str] | None:
        """(what it draws once with all fields of its scope that name the same, how it is drawn, in words); None: it draws alone."""
        return None

    @property
    def uses(self) -> tuple[Reference, ...]:
        """All fields that have to be made before it."""
        keyed_by = () if self.keyed_by is None else (self.keyed_by,)
        return (*self.references, *keyed_by, *(() if self.condition is None else self.condition.references))

    def place_of(self, reference: Reference) -> Place:
        """The key below which it names a field."""
        if reference in self.references:
            return (self.kind,)
        return ("per",) if reference == self.keyed_by else ("when",)

    @property
    def children(self) -> Mapping[str, Field]:
        """The fields that stand in it, by the names of their paths."""
        return {}

    @property
    def members(self) -> Mapping[str, Field]:
        """Those of its children that others can name."""
        return self.children if self.names_inside else {}

    def place_inside(self, name: str) -> Place:
        """The keys below its own that lead to a child."""
        return (self.kind, name)

    @property
    def most_inside(self) -> int:
        """How many values a record may have of what stands in it, at most."""
        return 1

    @property
    def may_be(self) -> tuple[bool, bool]:
        """(whether it may be null, whether it may be missing), by its modifiers."""
        when_null, when_missing = (self.when is not None and self.otherwise == each for each in ("null", "missing"))
        return bool(self.nulls) or when_null, bool(self.missing) or when_missing or self.lifetime_us != (None, None)

    def key_type(self, reach: Reach) -> Type | None:
        """The type of what its draws are keyed by; None: only Faker can tell, or they are keyed by the records' ids.

        Raises:
            FieldError: it does not print in a text.
        """
        if self.keyed_by is None:
            return None
        type_ = reach.type_of(self.keyed_by)
        if type_ is not None and not type_.prints:
            raise FieldError(
                f"'{self.keyed_by}' gives {WHAT_DOES_NOT_PRINT}: 'per' names a field whose values print in a text",
                ("per",),
            )
        return type_

    def column_type(self, reach: Reach) -> Type | None:
        """The type of its column, without a draw and without Faker; None: only Faker can tell.

        Args:
            reach: tells the types of what it refers to and of what stands in it.

        Raises:
            FieldError: one of those types cannot be used here.
        """
        return None

    def type_of_rows(self, reach: Reach, around: Iterable[Field] = ()) -> Type | None:
        """The type of its column in a record: as `column_type`, and it may be null or missing where the field is not always there.

        Args:
            reach: as there.
            around: the objects that it stands in: it goes with them.

        Raises:
            FieldError: as `column_type`.
        """
        return type_ if (type_ := self.column_type(reach)) is None else lacking(type_, [self, *around])

    def texts(self, member: MemberTexts) -> frozenset[str] | None:
        """All that its values print as, nulls left out; None: they are too many, or only drawing them can tell.

        Args:
            member: tells it of a reference.
        """
        return None

    def sources(self) -> list[str]:
        """Digests of what decides its values outside the stream's file, such as a custom provider."""
        return []

    def made(self) -> str:
        """How its values are made, in a few words.

        Raises:
            FieldError: as `maker`.
        """
        law = getattr(self, "distribution", None)  # of the kinds that may have one
        return "of the following" if self.children else "by a kernel" if law is None else f"by a kernel, {law.kind}"

    def maker(self, site: Site) -> Maker:
        """What makes this field's column.

        Args:
            site: where it stands.

        Raises:
            FieldError: something is wrong that only Faker can tell (the method, its arguments, its locale), or there are too few distinct values.
        """
        # Each kind has its own. No abstractmethod: springhead.spec.check puts a Field without a kind in the place of a wrong one, to check what is around it.
        raise NotImplementedError(type(self).__name__)


def lacking(type_: Type, fields: Iterable[Field]) -> Type:
    """A type that may be null and missing where one of these fields may be."""
    nullable, optional = (any(each) for each in zip(*(field.may_be for field in fields), strict=True))
    if (nullable and not type_.nullable) or (optional and not type_.optional):
        return replace(type_, nullable=type_.nullable or nullable, optional=type_.optional or optional)
    return type_


def read_field(value: object) -> Field:
    """The field that a mapping of the YAML means.

    Raises:
        ValidationError: it has no kind, two, an unknown one or wrong arguments.
    """
    if isinstance(value, Field):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a field, a mapping whose key names its kind, such as {{faker: name}}; found {describe(value)}")
    return kind_of(value).model_validate(value)


def kind_of(mapping: Mapping[Any, Any]) -> type[Field]:
    """The kind that a mapping names.

    Raises:
        ValidationError: none, or more than one, or one that is not available yet.
    """
    later = later_kinds()
    named = [key for key in mapping if key in KINDS or key in later]
    if len(named) > 1:
        raise refused([((named[1],), f"two kinds of field in one mapping, {listed(named)}: a field has one")], key=True)
    if not named:
        raise _no_kind(mapping)
    if named[0] in later:
        raise refused([(tuple(named), f"the kind '{named[0]}' is not available yet; there are {listed(sorted(KINDS))}")], key=True)
    return KINDS[named[0]]


def _no_kind(mapping: Mapping[Any, Any]) -> Exception:
    unknown = [key for key in mapping if key not in Field.model_fields and key not in Field.later]
    place: Place = (unknown[0],) if unknown else ()
    guesses = [guess for key in unknown if (guess := meant(key, [*KINDS, *later_kinds()]))]
    what = f"'{unknown[0]}' is no kind of field" if unknown else "no kind of field"
    return refused([(place, f"{what}; one key names it: {listed(sorted(KINDS))}{guesses[0] if guesses else ''}")], key=True)


A_FIELD = {"$comment": "a field of any kind"}  # its place in a JSON Schema; spec/schema.py puts the union of the kinds there

AnyField = Annotated[Field, PlainValidator(read_field), WithJsonSchema(A_FIELD)]
"""A field of any kind, where a model expects one."""
