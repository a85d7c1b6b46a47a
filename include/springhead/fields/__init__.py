"""Fields: what they have in common, and their kinds. A kind is one class in one file of `kinds`: its key in the YAML, its arguments and bounds, its documentation, its column."""

from springhead.fields import kinds  # noqa: F401  each registers itself
from springhead.fields.field import KINDS, LATER_KINDS, AnyField, Field, read_field
from springhead.fields.fields import FieldName, Fields
from springhead.fields.kinds.object import Object
from springhead.fields.kinds.template import Template
from springhead.fields.model import Model
from springhead.fields.references import Path, Resolution, resolve

__all__ = [
    "KINDS",
    "LATER_KINDS",
    "AnyField",
    "Field",
    "FieldName",
    "Fields",
    "Model",
    "Object",
    "Path",
    "Resolution",
    "Template",
    "read_field",
    "resolve",
]
