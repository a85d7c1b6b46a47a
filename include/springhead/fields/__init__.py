"""The kinds of fields. A kind is one class: its key in the YAML, its arguments and bounds, its documentation, its column."""

from springhead.fields.boolean import Boolean
from springhead.fields.choice import Choice, Scalar
from springhead.fields.faker import DEFAULT_LOCALE, Faker
from springhead.fields.field import KINDS, LATER_KINDS, AnyField, Field, read_field
from springhead.fields.model import Model
from springhead.fields.numbers import Integer, Number
from springhead.fields.references import Path, Resolution, resolve
from springhead.fields.structure import FieldName, Fields, Object
from springhead.fields.template import Part, Reference, parse_template
from springhead.fields.text import Constant, Template
from springhead.fields.timestamp import Timestamp
from springhead.fields.uuid import Uuid

__all__ = [
    "DEFAULT_LOCALE",
    "KINDS",
    "LATER_KINDS",
    "AnyField",
    "Boolean",
    "Choice",
    "Constant",
    "Faker",
    "Field",
    "FieldName",
    "Fields",
    "Integer",
    "Model",
    "Number",
    "Object",
    "Part",
    "Path",
    "Reference",
    "Resolution",
    "Scalar",
    "Template",
    "Timestamp",
    "Uuid",
    "parse_template",
    "read_field",
    "resolve",
]
