"""The format of a stream's values: what it is called in the YAML, what it cannot hold, and which faults it cannot have. springhead.encoding has the encoder of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic import Field as Argument

from springhead.columns.type import TEXT, WHAT_DOES_NOT_PRINT, Type
from springhead.faults import Target, targets_of
from springhead.fields import Field, FieldPath, Model, Template
from springhead.fields.model import refused
from springhead.fields.template_text import parse_template
from springhead.wording import describe, listed, meant

_LATER = ("avro", "protobuf", "json_schema")
_NO_DELIMITER = '"\r\n.+-_'  # quotes, line ends, and what numbers are made of


class Format(Model):
    """How records become values."""

    name: ClassVar[str]
    refuses: ClassVar[Mapping[str, str]] = {}  # kind of fault → why no value of this format can have it

    @property
    def options(self) -> dict[str, Any]:
        """Of its encoder."""
        return {}

    @property
    def template(self) -> Template | None:
        """The field that is the value; None: an object of the stream's fields is."""
        return None

    def unfit(self, members: Mapping[str, Type | None]) -> Iterator[tuple[str, str]]:
        """The fields that its values cannot hold: name, and why.

        Args:
            members: name of a visible field → its type; None: only Faker can tell.
        """
        yield from ()

    def targets(
        self, fields: Mapping[str, Field], types: Mapping[FieldPath, Type | None], identifies: Callable[[Field], bool]
    ) -> Iterator[Target]:
        """What faults may damage in a value; the arguments are those of `targets_of`."""
        return targets_of(fields, types, identifies)


class JsonFormat(Format):
    """JSON objects, in UTF-8 and without spaces."""

    name = "json"


def _delimiter(text: str) -> str:
    if len(text) != 1 or not (text == "\t" or (text.isascii() and text.isprintable())) or text.isalnum() or text in _NO_DELIMITER + " ":
        raise ValueError(f'{describe(text)} cannot stand between columns: write one character such as ",", ";", "|" or "\\t"')
    return text


class CsvOptions(Model):
    """How the columns of a CSV record are told apart."""

    delimiter: Annotated[str, AfterValidator(_delimiter)] = Argument(",", description='Between the columns: ",", ";", "|", "\\t" …')


class CsvFormat(Format):
    """CSV records without a header, their columns the fields in their order."""

    name = "csv"
    refuses: ClassVar[Mapping[str, str]] = {"wrong_type": "CSV knows texts only, so that a number and its text are the same"}

    csv: CsvOptions = Argument(CsvOptions(), description="The delimiter.")

    @property
    def options(self) -> dict[str, Any]:
        return {"delimiter": self.csv.delimiter}

    def unfit(self, members: Mapping[str, Type | None]) -> Iterator[tuple[str, str]]:
        for name, type_ in members.items():
            if type_ is not None and not type_.prints:
                yield (
                    name,
                    f"CSV has one text in a column, and this field gives {WHAT_DOES_NOT_PRINT}: hide it (hidden: true) and put fields of their own beside it, or write JSON",
                )


def _template(text: str) -> str:
    parse_template(text)
    return text


_ONE_TEXT = "the value is one text, and no field of it can be told from the others"


class StringFormat(Format):
    """A text: what a template over the fields gives, such as a line of a log."""

    name = "string"
    refuses = dict.fromkeys(("wrong_type", "null_field", "missing_field", "extra_field", "out_of_range", "orphan"), _ONE_TEXT)

    string: Annotated[str, AfterValidator(_template)] = Argument(description="A template over the fields; none of them may be null.")

    @property
    def template(self) -> Template:
        return Template(template=self.string)

    def targets(
        self, fields: Mapping[str, Field], types: Mapping[FieldPath, Type | None], identifies: Callable[[Field], bool]
    ) -> Iterator[Target]:
        yield Target.of(("value",), self.template, TEXT, identifies=False)


FORMATS: dict[str, type[Format]] = {of.name: of for of in (JsonFormat, CsvFormat, StringFormat)}
_FORMS = 'json, csv, {csv: {delimiter: ";"}} or {string: "a template over the fields"}'


def read_format(value: object) -> Format:
    """The format that the YAML means.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, Format):
        return value
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
    if len(names) != 1:
        raise ValueError(f"expected {_FORMS}; found {describe(value)}{f' of {len(names)} keys' if names else ''}")
    (name,) = names
    if name in _LATER:
        raise refused(
            [((name,) if isinstance(value, dict) else (), f"the format '{name}' is not available yet; there are {listed(FORMATS)}")]
        )
    if name not in FORMATS:
        raise ValueError(f"'{name}' is no format; write {_FORMS}{meant(name, FORMATS)}")
    if isinstance(value, str):
        if name == "string":
            raise ValueError('a string needs its template: {string: "{host} {path}"}')
        return FORMATS[name]()
    if name == "json":
        raise ValueError("JSON has no options: write format: json")
    return FORMATS[name].model_validate(value)


_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": ["json", "csv"]},
        {
            "type": "object",
            "properties": {
                "csv": {
                    "type": "object",
                    "description": "CSV records without a header, their columns the fields in their order.",
                    "properties": {"delimiter": {"type": "string", "minLength": 1, "maxLength": 1, "default": ","}},
                    "additionalProperties": False,
                }
            },
            "required": ["csv"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"string": {"type": "string", "description": "A template over the fields; none of them may be null."}},
            "required": ["string"],
            "additionalProperties": False,
        },
    ]
}

FormatOfValues = Annotated[Format, PlainValidator(read_format), WithJsonSchema(_SCHEMA)]
