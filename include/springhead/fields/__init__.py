"""Fields: what they have in common, and their kinds. A kind is one class in one file of `kinds`: its key in the YAML, its arguments and bounds, its documentation, its column."""

from springhead.fields import kinds  # noqa: F401  each registers itself
from springhead.fields.field import KINDS, AnyField, Field, lacking, read_field
from springhead.fields.fields import FieldName, Fields
from springhead.fields.kinds.filler import Filler
from springhead.fields.kinds.object import Object
from springhead.fields.kinds.ref import Ref
from springhead.fields.kinds.template import Template
from springhead.fields.model import Model
from springhead.fields.references import Resolution, dotted, resolve
from springhead.fields.site import FieldPath, Members, MemberType, Reach, Site

__all__ = [
    "KINDS",
    "AnyField",
    "Field",
    "FieldName",
    "FieldPath",
    "Fields",
    "Filler",
    "MemberType",
    "Members",
    "Model",
    "Object",
    "Reach",
    "Ref",
    "Resolution",
    "Site",
    "Template",
    "dotted",
    "lacking",
    "read_field",
    "resolve",
]
