"""The plan of a set of fields: each one's maker, in an order in which whatever a field refers to is made before it."""

from __future__ import annotations

from collections.abc import Mapping

from springhead.columns.column import Chunk, Column, Maker
from springhead.columns.draws import Draws
from springhead.columns.type import Kind, Type
from springhead.errors import FieldError
from springhead.fields import Field, FieldPath, Site, resolve
from springhead.fields.model import Place


class FieldPlan:
    """The makers of some fields for one scope of draws: a stream's, or those of anything else that has fields.

    Args:
        fields: by name.
        draws: the scope.
        count: how many records are made in all; None: no end is known.

    Attributes:
        type: of what `draw` makes: an OBJECT of the fields that are not hidden.

    Raises:
        FieldError: fields cannot be made, for reasons that only Faker can tell; names them all.
    """

    def __init__(self, fields: Mapping[str, Field], draws: Draws, count: int | None = None) -> None:
        self._resolution, self._count = resolve(fields), count
        self._types: dict[FieldPath, Type | None] = {}
        self._makers: dict[FieldPath, Maker] = {}
        wrong: list[FieldError] = []
        for path in self._resolution.order:
            if any(each not in self._makers for each in self._resolution.needs(path)):
                continue  # what is wrong there is told
            place, field = ("fields", *self._resolution.place(path)), self._resolution.tree[path]
            try:
                self._makers[path] = self._maker(place, f"fields.{'.'.join(path)}", field, draws.at(*path), path, inside=path[:-1])
            except FieldError as error:
                wrong.append(error)
            else:
                self._types[path] = self._makers[path].type
        if wrong:
            raise FieldError("\n".join(map(str, wrong)), found=[each for error in wrong for each in error.found])
        self._visible = [name for name, field in fields.items() if not field.hidden]
        self.type = Type(Kind.OBJECT, members={name: self._makers[(name,)].type for name in self._visible})

    def beside(self, place: Place, field: Field, draws: Draws) -> Maker:
        """The maker of a field that stands beside these, such as a key: it can refer to them.

        Args:
            place: the keys that lead to it in the YAML.
            draws: its own; no field of the plan may have the same scope and path.

        Raises:
            FieldError: names the place, and what is wrong there.
        """
        return self._maker((*place, field.kind), ".".join(place), field, draws, draws.path, inside=())

    def _maker(self, place: Place, name: str, field: Field, draws: Draws, path: FieldPath, inside: FieldPath) -> Maker:
        """The field's maker, whose errors name it: now, and when it draws."""
        try:
            maker = field.maker(Site(self._resolution.reach(path, self._types, inside), draws, self._count))
        except FieldError as error:
            raise _named(error, place, name) from None

        def column(chunk: Chunk) -> Column:
            try:
                return maker(chunk)
            except FieldError as error:
                raise _named(error, place, name) from None

        return Maker(maker.type, column)

    def draw(self, chunk: Chunk) -> Column:
        """Makes all columns of a chunk; returns the record.

        Raises:
            FieldError: these records show that a field cannot be made; names it.
        """
        for path, maker in self._makers.items():
            chunk.columns[path] = maker(chunk)
        return Column(self.type, chunk.rows, children={name: chunk.columns[(name,)] for name in self._visible})


def _named(error: FieldError, place: Place, name: str) -> FieldError:
    """A field's error, with the field's name and the place of its main argument."""
    found = [((*place[:-1], *below) if below else place, key, message) for below, key, message in error.found]
    return FieldError(f"{name}: {error}", found=found)
