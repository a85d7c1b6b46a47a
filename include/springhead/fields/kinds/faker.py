"""Values of Faker's providers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema, field_validator, model_validator
from pydantic import Field as Argument

from springhead.columns.type import Kind, Type
from springhead.errors import FieldError
from springhead.faker_names import known_arguments, known_locales, no_locale, own_sources, wrong_arguments, wrong_method
from springhead.fields.field import Field, ReferenceText
from springhead.fields.model import Place, refused
from springhead.fields.site import Reach, Site
from springhead.fields.template_text import Reference, parse_reference
from springhead.fields.weights import weights_of
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


DEFAULT_LOCALE = "en_US"
_OF_A_NAME = (
    "user_name email safe_email free_email company_email ascii_email ascii_safe_email ascii_free_email ascii_company_email".split()  # noqa: SIM905 (a list takes a line per word)
)

# What the generator and its proxy have beside the providers' methods: none of them makes a value, and some change every value after them.
_NO_PROVIDERS = frozenset(
    "add_provider cache_pattern del_arguments enum_ factories format generator_attrs get_arguments get_formatter get_providers items locales "  # noqa: SIM905 (a list takes a line per word)
    "optional parse provider providers random seed seed_instance seed_locale set_arguments set_formatter unique weights".split()
)
_ARGUMENTS = frozenset({"args", "arguments", "kwargs", "options", "parameters", "params"})  # as they are called elsewhere
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]+)?")


def _locales(value: object) -> dict[str, float]:
    """One locale, a list or locale → weight, all as locale → weight."""
    weighed = value if isinstance(value, dict) else dict.fromkeys(_listed(value), 1)
    if not weighed:
        raise ValueError("no locale: name at least one, such as en_US")
    problems: list[tuple[Place, str]] = []
    known = known_locales()
    for locale in weighed:
        place = (locale,) if isinstance(value, dict) else ()
        if not isinstance(locale, str) or not _LOCALE.fullmatch(locale):
            problems.append((place, f"'{locale}' is not a locale such as en_US or vi_VN{meant(str(locale).replace('-', '_'), known)}"))
        elif known and locale not in known:
            problems.append((place, no_locale(locale, known)))
    if problems:
        raise refused(problems, key=isinstance(value, dict))
    return weights_of(weighed)


def _listed(value: object) -> list[Any]:
    locales = value if isinstance(value, list) else [value]
    if not all(isinstance(locale, str) for locale in locales):
        raise ValueError(f"expected a locale such as en_US, a list of them, or locale → weight; found {describe(value)}")
    if twice := [locale for locale in locales if locales.count(locale) > 1]:
        raise ValueError(f"'{twice[0]}' is listed twice; to make it more likely, write weights: {{{twice[0]}: 2, …}}")
    return locales


def _part(value: object) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"expected the part's number from 0 on, or its name; found {describe(value)}")
    return value


def _as(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("the name of a value has 1 to 255 printable characters, such as sender")
    return name


Locales = Annotated[
    dict[str, float],
    BeforeValidator(_locales),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}, "minProperties": 1},
            ]
        }
    ),
]


class Faker(Field, kind="faker"):
    """A value of one of Faker's providers, in any of its locales."""

    example = "{faker: city, locale: {de_DE: 7, fr_FR: 3}}"

    faker: str = Argument(description="The provider's method: name, email, city, …")
    arguments: dict[str, Any] = Argument({}, alias="with", description="The method's arguments, by name.")
    locale: Locales = Argument({DEFAULT_LOCALE: 1.0}, description="One locale, a list, or locale → weight. Default: en_US.")
    unique: bool = Argument(False, description="Whether no two records of a batch have the same value.")
    made_from: ReferenceText | None = Argument(
        None,
        alias="from",
        description="Of user_name, email and their family: the field of a name that it is made of, so that both belong together.",
    )

    part: Annotated[int | str, PlainValidator(_part), WithJsonSchema({"type": ["integer", "string"]})] | None = Argument(
        None,
        description="Of a method that gives several values at once, one of them, by its number from 0 on or its name: {faker: location_on_land, part: city}. All fields of "
        "a scope that name the same method, locale and arguments take their parts of one value.",
    )
    name: Annotated[str, AfterValidator(_as)] = Argument(
        "", alias="as", validate_default=False, description="With `part`: the value's name, for a second one of the same method."
    )

    @classmethod
    def hint_of(cls, key: str, values: Mapping[str, Any], /) -> str:
        method = values.get("faker")
        arguments = known_arguments(method, DEFAULT_LOCALE) if isinstance(method, str) else ()
        if key in _ARGUMENTS:
            return f". A method's arguments stand in 'with', by name: {{faker: {method}, with: {{NAME: VALUE}}}}"
        return f". Faker's '{method}' has such an argument: {{faker: {method}, with: {{{key}: VALUE}}}}" if key in arguments else ""

    @field_validator("faker")
    @classmethod
    def _makes_a_value(cls, method: str) -> str:
        if method.startswith("_") or method in _NO_PROVIDERS:
            raise ValueError(f"'{method}' belongs to Faker itself and makes no value: name a provider's method, such as name or email")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", method):
            raise ValueError(
                f"'{method}' cannot be a provider's method: their names are of a-z, 0-9 and _, such as name or credit_card_number"
            )
        return method

    @field_validator("arguments")
    @classmethod
    def _in_one_order(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        return dict(sorted(arguments.items()))

    @model_validator(mode="after")
    def _names_are_known(self) -> Faker:
        """As far as they can be known without Faker."""
        if wrong := wrong_method(self.faker, list(self.locale)):
            raise refused([(("faker",), wrong)])
        if wrong_names := wrong_arguments(self.faker, list(self.locale), list(self.arguments)):
            raise refused([(("with", name), text) for name, text in wrong_names.items()], key=True)
        if self.unique and self.per is not None:
            raise refused([(("per",), "'unique' gives each record another value, and 'per' the same to many: choose one")], key=True)
        if self.made_from is not None and (wrong := self._wrong_from()):
            raise refused([(("from",), wrong)], key=True)
        if self.name and self.part is None:
            raise refused([(("as",), "'as' names another value of which 'part' takes a part: write 'part', or leave 'as' out")], key=True)
        if self.part is not None and self.unique:
            raise refused([(("unique",), "'unique' does not go with 'part': another value may have the same part")], key=True)
        if self.part is not None and self.made_from is not None:
            raise refused([(("from",), "'from' makes one value, which has no parts: leave out 'from' or 'part'")], key=True)
        return self

    def _wrong_from(self) -> str:
        """What does not go with `from`; empty: all does."""
        if self.faker not in _OF_A_NAME:
            return f"'from' goes with {listed(_OF_A_NAME)}; Faker's '{self.faker}' is not made of a name"
        if self.unique:
            return "'unique' does not go with 'from': two people of one name may have one address"
        return (
            f"'from' takes one locale, whose patterns and domains are used; here are {listed(self.locale)}" if len(self.locale) > 1 else ""
        )

    @property
    def references(self) -> tuple[Reference, ...]:
        return () if self.made_from is None else (parse_reference(self.made_from),)

    def place_of(self, reference: Reference) -> Place:
        return ("from",) if reference in self.references else super().place_of(reference)

    def column_type(self, reach: Reach) -> Type | None:
        if not self.references or (type_ := reach.type_of(self.references[0])) is None:
            return None
        if type_.kind is not Kind.TEXT:
            raise FieldError(
                f"'from' names a field of texts, such as {{faker: name}}, and the values of '{self.made_from}' are none", ("from",)
            )
        return Type(Kind.TEXT, nullable=type_.nullable, optional=type_.optional)

    def sources(self) -> list[str]:
        own = own_sources(self.faker, list(self.locale))
        return [own] if own else []

    def made(self) -> str:
        from springhead.faker_methods.catalogue import described, methods, unique_values

        if self.part is not None:
            return f"by kernels, a part of one value of '{self.faker}'"
        if self.unique:
            return f"unique of {unique_values(self.faker, self.locale, self.arguments).size:,} values"
        if self.made_from is not None:
            return f"by kernels, of the words of '{self.made_from}'"
        told = {locale: described(each) for locale, each in methods(self.faker, self.locale, self.arguments).items()}
        return next(iter(told.values())) if len(set(told.values())) == 1 else "; ".join(f"{locale}: {how}" for locale, how in told.items())

    def maker(self, site: Site) -> Maker:
        from springhead.faker_methods.catalogue import maker_of, methods, unique_values
        from springhead.faker_methods.distinct import distinct_maker

        if self.part is not None:
            return self._part_maker(site)
        made = methods(self.faker, self.locale, self.arguments)
        if self.made_from is not None:
            from springhead.faker_methods.from_name import from_name

            (reference,), (locale,) = self.references, self.locale
            self.column_type(site.reach)  # or the error
            type_ = site.reach.type_of(reference)
            assert type_ is not None
            return from_name(self.faker, locale, self.arguments, site.reach.find(reference), type_, site.draws)
        if self.unique and site.in_element:
            raise FieldError("'unique' tells records apart, and an element of an array or a map is none: leave it out", ("unique",))
        if not self.unique:
            return maker_of(made, self.locale, site.draws)
        values = unique_values(self.faker, self.locale, self.arguments)
        if site.count is not None and values.size < site.count:
            arguments = f" with {listed(self.arguments)}" if self.arguments else ""
            raise FieldError(
                f"'unique' needs a value of its own for each of the batch's {site.count:,} records, and Faker's '{self.faker}'{arguments} has "
                f"{values.size:,} that are known to differ in {listed(self.locale)}. Make the batch smaller, name a method, arguments or locales with "
                "more values, or use a template that holds a {uuid: 4} field"
            )
        distinct = distinct_maker(values, site.draws, next(iter(made.values())).form.type)
        return distinct if site.count is not None else self._for_ever(distinct, values.size)

    def _part_maker(self, site: Site) -> Maker:
        import msgspec

        from springhead.faker_methods.arguments import encoded
        from springhead.faker_methods.parts import part_maker

        assert self.part is not None
        locales = msgspec.json.encode(list(self.locale.items())).decode()
        draws = site.together.part("value", self.faker, locales, encoded(self.arguments).hex(), self.name)
        return part_maker(self.faker, self.part, self.locale, self.arguments, draws)

    def _for_ever(self, distinct: Maker, size: int) -> Maker:
        """The maker of values that no two events of a rate share: the event's number takes the place of its position."""
        from springhead.columns.column import Maker

        def column(chunk: Chunk) -> Column:
            if chunk.rows and (last := int(chunk.ids.max())) >= size:
                raise FieldError(
                    f"'unique' with a rate holds for ever, and Faker's '{self.faker}' has {size:,} values that are known to differ in {listed(self.locale)}: "
                    f"the event {last:,}, counted from 2000 on, has none left. Name a method with more values, or use a template that holds a {{uuid: 4}} field"
                )
            return distinct(replace(chunk, positions=chunk.ids))

        return Maker(distinct.type, column)
