"""The plan of a set of fields: each one's maker, in an order in which whatever a field refers to is made before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from springhead.columns.column import Chunk, Column, Ids, Ints, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.layout import Printer
from springhead.columns.type import Kind, Type
from springhead.errors import FieldError
from springhead.fields import Field, FieldPath, Filler, Reach, Site, dotted, lacking, resolve
from springhead.fields.model import Place
from springhead.fields.references import beside_name
from springhead.kernels import text_ids
from springhead.records.batch import Batch
from springhead.records.members import Members, population_scope
from springhead.records.presence import Presence
from springhead.spec import Entities, Entity


class FieldPlan:
    """The makers of some fields for one scope of draws: a stream's, or those of anything else that has fields.

    Args:
        fields: by name.
        draws: the scope.
        count: how many records are made in all; None: no end is known.
        lasting: the scope of draws that are keyed by a field's value (`per`) and hold for ever; None: the same scope.
        entities: those that the fields may refer to; None: there are none.
        each: the entity whose members the records are: their ids are the members' numbers, or those of turns.
        in_turn: whether the members have turns, one after the other in an order of the entity's own.
        lazy: makes no field before it is asked for by `include`.

    Attributes:
        type: of what `draw` makes: an OBJECT of the fields that are not hidden. A lazy plan has none.

    Raises:
        FieldError: fields cannot be made, for reasons that only Faker can tell; names them all.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        draws: Draws,
        count: int | None = None,
        *,
        lasting: Draws | None = None,
        entities: Entities | None = None,
        each: str | None = None,
        in_turn: bool = False,
        lazy: bool = False,
    ) -> None:
        self._entities, self._each, self._in_turn = entities or Entities(), each, in_turn
        self._resolution, self._count = resolve(fields, partial(self._entities.type_of_ref, each=each)), count
        self._draws, self._lasting = draws, lasting or draws
        self._types: dict[FieldPath, Type | None] = {}
        self._makers: dict[FieldPath, dict[FieldPath, Maker]] = {(): {}}  # by the field's home: what is made together
        self._beside: dict[FieldPath, tuple[Place, Draws]] = {}
        self._presences: dict[FieldPath, Presence] = {}
        self._members: dict[tuple[str, str, FieldPath | None, FieldPath], Members] = {}
        self._keyed: dict[FieldPath, _Keyed] = {}
        if lazy:
            return
        wrong: list[FieldError] = []
        own = self._resolution.own
        for path in self._resolution.order:
            if path not in own or any(each in own and each not in self._types for each in self._resolution.needs(path)):
                continue  # it is made when it is named; or what is wrong there is told
            try:
                self.include(path)
            except FieldError as error:
                wrong.append(error)
        if wrong:
            raise FieldError("\n".join(map(str, wrong)), found=[each for error in wrong for each in error.found])
        self._visible = [name for name, field in fields.items() if not field.hidden]
        self.type = Type(Kind.OBJECT, members={name: self._makers[()][name,].type for name in self._visible})
        fillers = {name: field for name, field in fields.items() if isinstance(field, Filler)}
        self._fillings = {name: field.filling(draws.at(name)) for name, field in fillers.items()}  # one at most

    @classmethod
    def of(cls, entity: Entity, *, lazy: bool = False) -> FieldPlan:
        """The plan of an entity's fields, for any of its members; what it is made of is the same for all that refer to it.

        Raises:
            FieldError: as above.
        """
        scope = population_scope(entity)
        count = entity.fixed if entity.growing is None else None
        return cls(entity.fields, Draws(scope), count, lasting=Draws(("per", *scope)), entities=entity.entities, lazy=lazy)

    def include(self, path: FieldPath) -> Type:
        """Has a field made by `draw`, and all that it needs before it; returns its type.

        Raises:
            FieldError: one of them cannot be made; names it.
        """
        home = self._resolution.home(path)
        makers = self._makers.setdefault(home, {})
        if path not in makers:
            for each in self._resolution.needs(path):
                self.include(each)
            makers[path] = self._maker(path)
            self._types[path] = makers[path].type
        return makers[path].type

    def beside(self, place: Place, field: Field, draws: Draws) -> Maker:
        """The maker of a field that stands beside these, such as a key: it can refer to them.

        Args:
            place: the keys that lead to it in the YAML.
            draws: its own; no field of the plan may have the same scope and path.

        Raises:
            FieldError: names the place, and what is wrong there.
        """
        path = (beside_name(place),)
        self._resolution, self._beside[path] = self._resolution.beside(place, field), (place, draws)
        for each in self._resolution.needs(path):
            self.include(each)
        return self._maker(path)

    def _maker(self, path: FieldPath) -> Maker:
        """The field's maker, whose errors name it: now, and when it draws."""
        field, draws = self._resolution.tree[path], self._draws.at(*path)
        place, name = ("fields", *self._resolution.place(path)), f"fields.{dotted(path)}"
        if (beside := self._beside.get(path[:1])) is not None:
            place, name = (*beside[0], *self._resolution.place(path)[1:]), ".".join(beside[0]) + dotted(("", *path[1:]))
            draws = beside[1].at(*path[1:])
        try:
            reach = self._resolution.reach(path, self._types, path[:-1])
            maker = self._present(path, reach, self._made(path, field, reach, draws), draws)
        except FieldError as error:
            raise _named(error, place, name) from None

        def column(chunk: Chunk) -> Column:
            try:
                return maker(chunk)
            except FieldError as error:
                raise _named(error, place, name) from None

        return Maker(maker.type, column)

    def _made(self, path: FieldPath, field: Field, reach: Reach, draws: Draws) -> Maker:
        home, element = self._resolution.home(path), self._resolution.in_element(path)
        count = None if element else self._count
        inner = partial(self._inner, path)
        if field.keyed_by is None:
            members = partial(self._members_of, self._draws.at(*element), home, None)
            return field.maker(Site(reach, draws, count, members, inner, bool(element), self._draws.at(*element)))
        type_, keyed_by = field.key_type(reach), reach.find(field.keyed_by)
        assert type_ is not None
        lasting = self._lasting_of(draws)
        members = partial(self._members_of, self._lasting.at(*element), home, keyed_by)
        maker = field.maker(Site(reach, lasting, None, members, inner, bool(element), self._lasting.at(*element)))
        keyed = self._keyed.setdefault(keyed_by, _Keyed(keyed_by, type_))
        return Maker(maker.type, lambda chunk: maker(keyed.chunk(chunk)))

    def _lasting_of(self, draws: Draws) -> Draws:
        """The same for ever, in place of a batch's."""
        return Draws((*self._lasting.scope, *draws.scope[len(self._draws.scope) :]), draws.path)

    def _inner(self, path: FieldPath, name: str) -> Maker:
        """What makes a child that has other rows than its field, and all that stands in it, for a chunk of its own."""
        home = (*path, name)
        makers = self._makers[home]

        def column(chunk: Chunk) -> Column:
            for each, maker in makers.items():
                chunk.columns[each] = maker(chunk)
            return chunk.columns[home]

        return Maker(makers[home].type, column)

    def _present(self, path: FieldPath, reach: Reach, maker: Maker, draws: Draws) -> Maker:
        """The maker of the same column, null or missing where the field, or an object around it, is so."""
        presences = []
        for each in [*self._resolution.around(path[:-1]), path]:
            field = self._resolution.tree[each]
            if field.may_be == (False, False):
                continue
            if each not in self._presences:
                of, its_draws = (
                    (reach, draws) if each == path else (self._resolution.reach(each, self._types, each[:-1]), self._draws.at(*each))
                )
                keyed = None
                if field.keyed_by is not None:
                    keyed, its_draws = self._keyed[of.find(field.keyed_by)].chunk, self._lasting_of(its_draws)
                self._presences[each] = Presence(field, of, its_draws, keyed)
            presences.append(self._presences[each])
        if not presences:
            return maker
        type_ = lacking(maker.type, [presence.field for presence in presences])

        def column(chunk: Chunk) -> Column:
            made = maker(chunk)
            state = np.zeros(chunk.rows, np.uint8) if made.state is None else made.state.copy()
            for presence in presences:
                np.maximum(state, presence.states(chunk), out=state)
            return replace(made, type=type_, state=state)

        return Maker(type_, column)

    def _members_of(self, draws: Draws, home: FieldPath, keyed_by: FieldPath | None, entity: str, name: str) -> Members:
        """The members of which all references in one place speak that have this entity, this name and, in `per`, this field."""
        which = (entity, name, keyed_by, home)
        if which not in self._members:
            found = self._entities.get(entity)
            given = entity == self._each and not name and keyed_by is None and not draws.path
            how: Literal["number", "turn"] | None = None if not given else "turn" if self._in_turn else "number"
            self._members[which] = Members(found, FieldPlan.of(found, lazy=True), draws, name, by_id=how)
        return self._members[which]

    @property
    def members(self) -> dict[str, Ids]:
        """Of which members the records of the last chunk spoke, but in arrays and in alternatives: name of the member, or of its entity → their numbers, uint64, shape (n,), NOBODY where there was none yet."""
        return {
            (name or entity) + (f" per {'.'.join(keyed_by)}" if keyed_by else ""): of.numbers
            for (entity, name, keyed_by, home), of in self._members.items()
            if not home
        }

    def draw(self, chunk: Chunk) -> Column:
        """Makes all columns of a chunk; returns the record.

        Raises:
            FieldError: these records show that a field cannot be made; names it.
        """
        self.make(chunk)
        return Column(self.type, chunk.rows, children={name: chunk.columns[(name,)] for name in self._visible})

    @property
    def fills(self) -> bool:
        """Whether the records are brought to a length: by `filled`."""
        return bool(self._fillings)

    def filled(self, chunk: Chunk, record: Column, lengths: Ints) -> Column:
        """The same records with the texts that bring them to their length.

        Args:
            chunk: which `draw` has made.
            record: what it made.
            lengths: int64, shape (n,), of these records in bytes as they are encoded.
        """
        texts = {name: filling.column(chunk, record.children[name], lengths) for name, filling in self._fillings.items()}
        chunk.columns |= {(name,): text for name, text in texts.items()}  # a value that is one text finds them there
        return replace(record, children={**record.children, **texts})

    def make(self, chunk: Chunk) -> None:
        """Makes all columns of a chunk, or those that a lazy plan was asked for.

        Raises:
            FieldError: as `draw`.
        """
        for path, maker in self._makers[()].items():
            chunk.columns[path] = maker(chunk)


def plan_of(batch: Batch, *, lazy: bool = False) -> FieldPlan:
    """The plan of the fields of a batch's records.

    Raises:
        FieldError: as `FieldPlan`.
    """
    stream = batch.stream
    return FieldPlan(
        stream.fields,
        batch.draws,
        None if stream.rate is not None or stream.born is not None else batch.records,
        lasting=Draws(("per", stream.effective_seed)),
        entities=stream.entities,
        each=stream.each,
        in_turn=stream.every is not None,
        lazy=lazy,
    )


@dataclass(slots=True)
class _Keyed:
    """Chunks whose draws are keyed by a field's value in place of the records' ids.

    Attributes:
        path: of the field.
        type: of its column.
    """

    path: FieldPath
    type: Type
    _printer: Printer | None = None
    _of: Chunk | None = None
    _chunk: Chunk | None = None

    def chunk(self, chunk: Chunk) -> Chunk:
        """The same records with other ids: the same one for all fields that are keyed alike."""
        if self._of is not chunk or self._chunk is None:
            self._printer = self._printer or Printer(self.type)
            column, ids = chunk.columns[self.path], np.empty(chunk.rows, np.uint64)
            text_ids(_VALUES, *self._printer.rows(column), ids)
            if column.state is not None:
                ids[column.state != State.VALUE] = _NOTHING  # whatever bytes such a row has
            self._of, self._chunk = chunk, replace(chunk, ids=ids)
        return self._chunk


_VALUES, _NOTHING = np.uint64(0x9E3779B97F4A7C15), np.uint64(0)


def _named(error: FieldError, place: Place, name: str) -> FieldError:
    """A field's error, with the field's name and the place of its main argument."""
    found = [((*place[:-1], *below) if below else place, key, message) for below, key, message in error.found]
    return FieldError(f"{name}: {error}", found=found)
