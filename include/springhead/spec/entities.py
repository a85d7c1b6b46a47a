"""Entities from their files, and the entities that a stream, or another entity, refers to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from springhead.columns.type import Type
from springhead.errors import FieldError, OptionError, SpecError
from springhead.fields import Field, FieldPath, Ref, Resolution, resolve
from springhead.fields.kinds.sequence import Sequence
from springhead.fields.kinds.uuid import Uuid
from springhead.folders import SHIPPED, searched
from springhead.spec.check import check_entity, readable_entity
from springhead.spec.entity import Entity
from springhead.spec.errors import Found, in_our_words, shown, spec_error
from springhead.spec.files import files_of, read_file
from springhead.wording import listed, meant

ENTITIES_DIR = SHIPPED / "entities"
_CIRCLE = "the entities refer to each other in a circle: "


def entities_dir() -> Path:
    """Where a user's own entities are: SPRINGHEAD_ENTITIES, or `entities` beside the folder of the streams."""
    return _entity_dirs()[0]


def _entity_dirs() -> list[Path]:
    """All folders in which an entity is looked for: a user's own, then that of the shipped ones, unless SPRINGHEAD_ENTITIES names the only one."""
    return searched("entities", "SPRINGHEAD_ENTITIES")


class Entities:
    """The entities of a folder by name. Each is read when it is first asked for, and stays what it was then.

    Args:
        folder: the only one; None: `entities_dir()`, and then that of the shipped ones, as they are when an entity is asked for.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._found: dict[str, Entity | str] = {}  # or what is wrong
        self._resolutions: dict[str, Resolution] = {}
        self._open: list[str] = []  # those that are being read, each for the one before it
        # A part's records are made in one thread while the next part is prepared in another: what that one reads is no circle.
        self._reading = threading.RLock()

    def __eq__(self, other: object) -> bool:
        """Two streams of one file and the same entities are equal, however often they were read."""
        return isinstance(other, Entities) and (self._folder, self._found) == (other._folder, other._found)

    __hash__ = None  # type: ignore[assignment]  # what was found grows

    def get(self, name: str) -> Entity:
        """The entity of this name.

        Raises:
            FieldError: there is none, or its file has errors.
        """
        with self._reading:
            if name in self._open:
                raise FieldError(_CIRCLE + " → ".join([*self._open[self._open.index(name) :], name]))
            if name not in self._found:
                self._found[name] = self._read(name)
            found = self._found[name]
        if isinstance(found, str):
            raise FieldError(found)
        return found

    def load(self, path: Path) -> Entity:
        """The entity of a file, named like it.

        Raises:
            SpecError: all that is wrong with it.
        """
        with self._reading:
            return self._load(path)

    def _load(self, path: Path) -> Entity:
        document = read_file(path, "entity", "'count' and 'fields'")
        found: list[Found] = []
        try:
            entity = Entity.model_validate(document.value, context=path)
        except ValidationError as error:
            found += in_our_words(error, document.value, Entity)
            entity = readable_entity(document.value)
        self._open.append(path.stem)
        try:
            found += [(place, False, message) for place, message in check_entity(entity, self.type_of_ref, self.texts_of_ref)]
        finally:
            self._open.pop()
        if found:
            raise spec_error(path, document, found)
        entity.came_from(document, self)
        return entity

    def resolution(self, name: str) -> Resolution:
        """An entity's fields with their references followed.

        Raises:
            FieldError: as `get`.
        """
        if name not in self._resolutions:
            self._resolutions[name] = resolve(self.get(name).fields, self.type_of_ref)
        return self._resolutions[name]

    def type_of(self, name: str, field: FieldPath) -> Type | None:
        """The type of an entity's field; None: only Faker can tell.

        Raises:
            FieldError: as `get`; or it has no such field, or one with fields of its own.
        """
        known = self.resolution(name)
        single = [path for path in known.own if not known.home(path)]  # what is in arrays and alternatives cannot be named
        if field not in single:
            names = [".".join(path) for path in single if not known.tree[path].members]
            missing = ".".join(field)
            raise FieldError(f"the entity '{name}' has no field '{missing}'; it has {listed(names)}{meant(missing, names)}")
        if children := known.tree[field].members:
            whole = ".".join([name, *field])
            raise FieldError(f"'{whole}' is an object: name a field in it, such as {whole}.{next(iter(children))}")
        return known.types[field]

    def type_of_ref(self, ref: Ref, each: str | None = None) -> Type | None:
        """The type of a reference: its field's; null where there may be no member yet. None: only Faker can tell.

        Args:
            each: the entity whose members the records are: they are there.

        Raises:
            FieldError: as `type_of`; or it is to be the same for ever, and the population grows.
        """
        type_, entity = self.type_of(ref.entity, ref.field), self.get(ref.entity)
        if ref.per is not None and entity.growing is not None:
            raise FieldError(
                f"'per' gives the same member for ever, and '{entity.name}' grows, so that there would be others to draw from: leave 'per' out, or refer to a population "
                "of a fixed count",
                ("per",),
            )
        return replace(type_, nullable=True) if type_ is not None and entity.may_lack and (ref.entity != each or ref.name) else type_

    def texts_of_ref(self, ref: Ref) -> frozenset[str] | None:
        """All that a reference's values print as, as `Field.texts` has it.

        Raises:
            FieldError: as `type_of`.
        """
        self.type_of(ref.entity, ref.field)  # or the error
        return self.resolution(ref.entity).tree[ref.field].texts(self.texts_of_ref)

    def identifies(self, field: Field) -> bool:
        """Whether a field refers to a member by its entity's key, and no other member can have the same; not where there is no such entity."""
        if not isinstance(field, Ref):
            return False
        try:
            entity = self.get(field.entity)
        except FieldError:
            return False
        return entity.key == ".".join(field.field) and isinstance(self.resolution(entity.name).tree.get(field.field), Sequence | Uuid)

    def used(self, fields: Iterable[Field], also: Iterable[str] = ()) -> dict[str, dict[str, Field]]:
        """What the values of some fields are made of, in whatever entity: name of an entity → its fields that are needed, in its own order.

        Args:
            fields: of a stream.
            also: entities that are used in any case.

        Raises:
            FieldError: as `type_of`.
        """
        needed: dict[str, set[str]] = {name: set() for name in also}
        waiting = list(refs_in(fields))
        while waiting:
            ref = waiting.pop()
            self.type_of(ref.entity, ref.field)  # or the error
            known, tops = self.resolution(ref.entity), needed.setdefault(ref.entity, set())
            new = {ref.field[0]} - tops
            while new:
                tops |= new
                waiting += refs_in(known.tree[top,] for top in new)
                new = {below[0] for path in known.tree if path[0] in new for below in known.needs(path)} - tops
        return {name: {top: field for top, field in self.get(name).fields.items() if top in needed[name]} for name in sorted(needed)}

    def _read(self, name: str) -> Entity | str:
        try:
            return self.load(_file_of(name, [self._folder] if self._folder else _entity_dirs()))
        except OptionError as error:
            return str(error)
        except SpecError as error:
            first = error.problems[0]
            if first.message.startswith(_CIRCLE):
                return first.message
            place = f"{first.file}:{first.line}:{first.column}" if first.line else first.file
            return f"the entity '{name}' has errors: {place} {first.path + ': ' if first.path else ''}{first.message}"


def refs_in(fields: Iterable[Field]) -> Iterator[Ref]:
    """All references to entities in some fields, and in those that stand in them."""
    for field in fields:
        if isinstance(field, Ref):
            yield field
        yield from refs_in(field.children.values())


def load_entity(path: Path) -> Entity:
    """The entity of a file, named like it; others that it refers to are those of `entities_dir()`.

    Raises:
        SpecError: all that is wrong with it.
    """
    return Entities().load(path)


def find_entity(name: str) -> Entity:
    """The entity of this name in `entities_dir()`, or else among the shipped ones.

    Raises:
        OptionError: there is none.
        SpecError: its file has errors.
    """
    return Entities().load(_file_of(name, _entity_dirs()))


def _file_of(name: str, folders: SequenceOf[Path]) -> Path:
    files = {path.stem: path for folder in reversed(folders) for path in entity_files(folder)}
    if name not in files:
        there = f"there are {listed(sorted(files))}" if files else "there is none"
        where = shown(folders[0]) + (", nor among the shipped ones" if len(folders) > 1 else "")
        raise OptionError(f"no entity '{name}' in {where}; {there}{meant(name, files)}")
    return files[name]


def entity_files(folder: Path) -> list[Path]:
    """The files of a folder that are entities, by name; none where there is no folder."""
    return files_of(folder) if folder.is_dir() else []
