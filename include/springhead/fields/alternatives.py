"""Fields of which each record has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from springhead.columns.common import common_type
from springhead.columns.type import Type
from springhead.fields.field import Field
from springhead.fields.kinds.constant import Constant
from springhead.fields.site import MemberTexts, Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Ints, Maker


def type_of_alternatives(children: Mapping[str, Field], reach: Reach, *, gaps: bool = False) -> Type | None:
    """The type of a column whose rows come from one of these each; None: only Faker can tell.

    Args:
        children: by the names of their paths.
        gaps: whether some rows may come from none, which are null then.
    """
    types = [reach.types[reach.inner(name)] for name, field in children.items() if not _is_null(field)]
    gaps = gaps or len(types) < len(children)
    known = [type_ for type_ in types if type_ is not None]
    if len(known) < len(types):
        return None
    if not known:
        return reach.types[reach.inner(next(iter(children)))]
    type_ = common_type(known)
    return replace(type_, nullable=True) if gaps and not type_.nullable else type_


def texts_of_alternatives(children: Mapping[str, Field], member: MemberTexts) -> frozenset[str] | None:
    """All that the values of a column print as whose rows come from one of these each, as `Field.texts` has it."""
    texts: set[str] = set()
    for field in children.values():
        if (its := field.texts(member)) is None:
            return None
        texts |= its
    return frozenset(texts)


def alternatives_maker(children: Mapping[str, Field], site: Site, chosen: Callable[[Chunk], Ints], *, gaps: bool = False) -> Maker:
    """The maker of a column whose rows come from one of these each. An alternative is made for its own rows only.

    Args:
        children: by the names of their paths.
        site: of the field that they stand in.
        chosen: from a chunk to the number of each row's alternative, int64, shape (n,); one that does not exist means null.
        gaps: whether there are such rows.
    """
    from springhead.columns.mixture import merged_maker

    makers = {number: site.inner(name) for number, (name, field) in enumerate(children.items()) if not _is_null(field)}
    if not makers:
        return site.inner(next(iter(children)))
    return merged_maker(makers, chosen, gaps=gaps or len(makers) < len(children))


def _is_null(field: Field) -> bool:
    """Whether it is always null: it has no type of its own then."""
    return isinstance(field, Constant) and field.constant is None
