"""What the references of fields mean: the innermost object is looked through first, then outwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter

from springhead.columns.type import Type
from springhead.errors import FieldError
from springhead.fields.field import Field, Lifetime
from springhead.fields.kinds.sequence import Sequence
from springhead.fields.kinds.timestamp import Timestamp
from springhead.fields.model import Place
from springhead.fields.site import FieldPath, MemberType, Reach, no_member_type
from springhead.fields.template_text import Reference
from springhead.wording import meant

OF_EVERY_RECORD: Mapping[str, Field] = {"_time": Timestamp(timestamp="iso", hidden=True), "_number": Sequence(sequence=0, hidden=True)}
"""What can be named without being a field: the event time and the number."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Fields with their references followed.

    Attributes:
        tree: every field, those that stand in others too, in the order of the YAML; and behind them what each record has without a field.
        order: all of them, each after those that it refers to and those that stand in it.
        types: of all of them, as far as they are known without Faker; None: only Faker can tell.
        problems: (place below `fields`, what is wrong) for each reference that is unknown or cannot be used there.
        member_type: the type of a reference.
    """

    tree: Mapping[FieldPath, Field]
    order: tuple[FieldPath, ...]
    types: Mapping[FieldPath, Type | None]
    problems: tuple[tuple[Place, str], ...]
    member_type: MemberType = no_member_type

    @property
    def own(self) -> Mapping[FieldPath, Field]:
        """The fields that were written."""
        return {path: field for path, field in self.tree.items() if path[0] not in OF_EVERY_RECORD}

    def place(self, path: FieldPath) -> Place:
        """The way to the main argument of a field, below `fields`: names and kinds in turns."""
        return _place(self.tree, path)

    def needs(self, path: FieldPath) -> list[FieldPath]:
        """The fields that one is made of: those that stand in it, and those that it refers to."""
        field = self.tree[path]
        return [(*path, name) for name in field.children] + [self.find(each, path[:-1]) for each in field.uses]

    def find(self, reference: Reference, inside: FieldPath = ()) -> FieldPath:
        """The field that a reference means in an object; in a key or a header, in the record itself.

        Raises:
            ValueError: there is none, or it has fields of its own and no value.
        """
        return _find(self.tree, reference, inside)

    def lifetime_us(self, field: Field, inside: FieldPath = ()) -> Lifetime:
        """The event times from which, and up to which, a field is there: it goes with the objects that it stands in."""
        spans = [field.lifetime_us, *(self.tree[inside[:end]].lifetime_us for end in range(1, len(inside) + 1))]
        sinces, untils = ([at for span in spans if (at := span[side]) is not None] for side in (0, 1))
        return max(sinces, default=None), min(untils, default=None)

    def reach(self, path: FieldPath, types: Mapping[FieldPath, Type | None] | None = None, inside: FieldPath = ()) -> Reach:
        """What a field can refer to: a field of the record from the object that holds it, a key or a header from the record itself.

        Args:
            path: the field's.
            types: what is known of the others; None: what is known without Faker.
            inside: the path of what it stands in.
        """
        return Reach(path, partial(self.find, inside=inside), self.types if types is None else types, self.member_type, self.tree)


def resolve(fields: Mapping[str, Field], member_type: MemberType = no_member_type) -> Resolution:
    """Follows all references of these fields and finds an order to make them in.

    Args:
        fields: by name.
        member_type: the type of a reference.
    """
    own = dict(_walk(fields, ()))
    tree = own | {(name,): field for name, field in OF_EVERY_RECORD.items()}
    problems: list[tuple[Place, str]] = []
    needs: dict[FieldPath, list[FieldPath]] = {}
    lost: set[FieldPath] = set()  # those with a reference that means nothing
    for path, field in own.items():
        needs[path] = [(*path, name) for name in field.children]
        for reference in field.uses:
            try:
                needs[path].append(_find(tree, reference, path[:-1]))
            except ValueError as error:
                lost.add(path)
                problems.append(((*_place(tree, path)[:-1], *field.place_of(reference)), str(error)))
    order = _in_order(tree, needs, problems)
    types: dict[FieldPath, Type | None] = dict.fromkeys(tree)
    resolution = Resolution(tree, order, types, (), member_type)
    for path in [*order, *((name,) for name in OF_EVERY_RECORD if (name,) not in order)]:
        if path in lost:
            continue
        reach = resolution.reach(path, inside=path[:-1])
        try:
            types[path] = tree[path].type_of_rows(reach, resolution.lifetime_us(tree[path], path[:-1]))
            tree[path].key_type(reach)
        except FieldError as error:
            place = _place(tree, path)
            problems += [((*place[:-1], *below) if below else place, message) for below, _, message in error.found]
    return Resolution(tree, order, types, tuple(dict.fromkeys(problems)), member_type)


def _walk(fields: Mapping[str, Field], inside: FieldPath) -> Iterator[tuple[FieldPath, Field]]:
    for name, field in fields.items():
        yield (*inside, name), field
        yield from _walk(field.children, (*inside, name))


def _find(tree: Mapping[FieldPath, Field], reference: Reference, inside: FieldPath) -> FieldPath:
    first, *inner = reference.names
    for depth in range(len(inside), -1, -1):
        if (found := (*inside[:depth], first)) in tree:
            break
    else:
        visible = [".".join(path) for path in tree] + [path[-1] for path in tree if path[:-1] == inside[: len(path) - 1]]
        raise ValueError(f"unknown field '{reference}'{meant(reference, visible)}")
    for name in inner:
        if type(tree[found]) is Field:  # one that could not be read: its own error says enough
            return found
        if not (children := tree[found].children):
            raise ValueError(f"'{reference}' reaches into '{'.'.join(found)}', which is no object")
        if name not in children:
            raise ValueError(f"unknown field '{reference}': there is no '{name}' in '{'.'.join(found)}'{meant(name, children)}")
        found = (*found, name)
    if children := tree[found].children:
        raise ValueError(
            f"'{reference}' is an object, which has no text: name a field in it, such as {{{reference}.{next(iter(children))}}}"
        )
    return found


def _in_order(
    tree: Mapping[FieldPath, Field], needs: dict[FieldPath, list[FieldPath]], problems: list[tuple[Place, str]]
) -> tuple[FieldPath, ...]:
    paths = list(tree)
    while True:
        try:
            return tuple(TopologicalSorter(needs).static_order())
        except CycleError as error:
            cycle: list[FieldPath] = error.args[1][::-1]  # from a field to what it refers to, back to itself
            first = min(range(len(cycle) - 1), key=lambda i: paths.index(cycle[i]))
            cycle = [*cycle[first:-1], *cycle[: first + 1]]
            circle = " → ".join(".".join(path) for path in cycle)
            problems.append((_naming(tree, cycle[0], cycle[1]), f"the references go round in a circle: {circle}"))
            needs[cycle[0]].remove(cycle[1])  # look for further ones without it


def _naming(tree: Mapping[FieldPath, Field], path: FieldPath, other: FieldPath) -> Place:
    """Where a field names another one."""
    field, place = tree[path], _place(tree, path)
    for reference in field.uses:
        with suppress(ValueError):  # another one may mean nothing
            if _find(tree, reference, path[:-1]) == other:
                return (*place[:-1], *field.place_of(reference))
    return place


def _place(tree: Mapping[FieldPath, Field], path: FieldPath) -> Place:
    """The way to the main argument of a field, below `fields`: names and kinds in turns."""
    return tuple(step for end in range(1, len(path) + 1) for step in (path[end - 1], tree[path[:end]].kind))
