"""What every kind of field has, and the registry of the kinds: one key of a field's mapping names its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.model import Model, Place, refused
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach

KINDS: dict[str, type[Field]] = {}
LATER_KINDS = frozenset(
    "decimal array map sequence expression case mix csv regex ref filler walk signal bytes parent".split()  # noqa: SIM905 (a list takes a line per word)
)


class Field(Model):
    """One field of a record. A kind is one class: its key in the YAML, its arguments, bounds and text, and its column."""

    kind: ClassVar[str]  # the key that names it
    later = frozenset({"nulls", "missing", "when", "else", "since", "until", "per"})

    description: str | None = Argument(None, description="What the field means; for people only.")
    hidden: bool = Argument(False, description="For the key, headers and templates only: it does not stand in the value.")

    def __init_subclass__(cls, kind: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind
        KINDS[kind] = cls

    @property
    def nullable(self) -> bool:
        """Whether a record may have a null here."""
        return False

    def sources(self) -> list[str]:
        """Digests of what decides its values and does not stand in the stream's file."""
        return []

    def made(self) -> str:
        """How its values are made, in a few words.

        Raises:
            FieldError: as `maker`.
        """
        return "by a kernel"

    def check_records(self, records: int) -> None:
        """Whether the field has values enough for a batch of so many records.

        Raises:
            FieldError: it has not, or as `maker`.
        """

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        """The function that makes this field's column of a chunk; it keeps what takes long to prepare, and its buffers.

        Args:
            draws: this field's source of chance, at its path.
            reach: tells which field a reference of a template means.

        Raises:
            FieldError: what can only be known with Faker loaded: a provider's name, its arguments, its locale.
        """
        # Each kind has its own. No abstractmethod: springhead.spec.check puts a Field without a kind in the place of a wrong one, to check what is around it.
        raise NotImplementedError(type(self).__name__)


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
    named = [key for key in mapping if key in KINDS or key in LATER_KINDS]
    if len(named) > 1:
        raise refused([((named[1],), f"two kinds of field in one mapping, {listed(named)}: a field has one")], key=True)
    if not named:
        raise _no_kind(mapping)
    if named[0] in LATER_KINDS:
        raise refused([(tuple(named), f"the kind '{named[0]}' is not available yet; there are {listed(sorted(KINDS))}")], key=True)
    return KINDS[named[0]]


def _no_kind(mapping: Mapping[Any, Any]) -> Exception:
    unknown = [key for key in mapping if key not in Field.model_fields and key not in Field.later]
    place: Place = (unknown[0],) if unknown else ()
    guesses = [guess for key in unknown if (guess := meant(key, [*KINDS, *LATER_KINDS]))]
    what = f"'{unknown[0]}' is no kind of field" if unknown else "no kind of field"
    return refused([(place, f"{what}; one key names it: {listed(sorted(KINDS))}{guesses[0] if guesses else ''}")], key=True)


A_FIELD = {"$comment": "a field of any kind"}  # its place in a JSON Schema; spec/schema.py puts the union of the kinds there

AnyField = Annotated[Field, PlainValidator(read_field), WithJsonSchema(A_FIELD)]
"""A field of any kind, where a model expects one."""
