"""What the references of fields mean: the innermost object is looked through first, then outwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter

from springhead.columns.type import Type
from springhead.errors import FieldError
from springhead.fields.field import Field
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
        """The fields that are made before one: those that stand in it, and those that it, or what stands in it, refers to."""
        return list(dict.fromkeys(found for found, _, _ in _needs(self.tree, path)))

    def find(self, reference: Reference, inside: FieldPath = ()) -> FieldPath:
        """The field that a reference means in an object; in a key or a header, in the record itself.

        Raises:
            ValueError: there is none, or it has fields of its own and no value.
        """
        return _find(self.tree, reference, inside)

    def around(self, inside: FieldPath) -> list[FieldPath]:
        """The objects that a field goes with: those around it whose rows are its own, the outermost first."""
        return _around(self.tree, inside)

    def home(self, path: FieldPath) -> FieldPath:
        """The path of what stands between a field and whatever has other rows than it: the element, or the alternative, that it is or belongs to; () for the record."""
        return next((path[: end + 1] for end in range(len(path) - 1, 0, -1) if self.tree[path[:end]].chunks_inside), ())

    def in_element(self, path: FieldPath) -> FieldPath:
        """The element in which a field stands, of the innermost array or map; () where it stands in none: what is drawn once for a record is drawn once for an element."""
        return _element(self.tree, path)

    def beside(self, place: Place, field: Field) -> Resolution:
        """The same with one field more, which stands beside the others, such as a key: it can refer to them, and nothing refers to it.

        Args:
            place: the keys that lead to it in the YAML; its path is `beside_name` of that. The problems are its own.
        """
        new = dict(_walk({beside_name(place): field}, ()))
        return _resolved({**self.tree, **new}, new, self.types, self.member_type)

    def _fellows(self, path: FieldPath) -> dict[FieldPath, Field]:
        """The fields that are drawn as often as this one: those of the record, or those of an element; none of those beside them."""
        element = self.in_element(path)
        return {each: field for each, field in self.own.items() if self.in_element(each) == element and ":" not in each[0]}

    def reach(self, path: FieldPath, types: Mapping[FieldPath, Type | None] | None = None, inside: FieldPath = ()) -> Reach:
        """What a field can refer to: a field of the record from the object that holds it, a key or a header from the record itself.

        Args:
            path: the field's.
            types: what is known of the others; None: what is known without Faker.
            inside: the path of what it stands in.
        """
        return Reach(
            path, partial(self.find, inside=inside), self.types if types is None else types, self.member_type, partial(self._fellows, path)
        )


def beside_name(place: Place) -> str:
    """The name of what stands beside the fields, such as a key or a header: no field can have it."""
    return ":".join(("", *map(str, place)))


def resolve(fields: Mapping[str, Field], member_type: MemberType = no_member_type) -> Resolution:
    """Follows all references of these fields and finds an order to make them in.

    Args:
        fields: by name.
        member_type: the type of a reference.
    """
    own = dict(_walk(fields, ()))
    of_every_record: dict[FieldPath, Field] = {(name,): field for name, field in OF_EVERY_RECORD.items()}
    known: dict[FieldPath, Type | None] = {path: field.type_of_rows(Reach(path, _nothing, {})) for path, field in of_every_record.items()}
    return _resolved({**own, **of_every_record}, own, known, member_type)


def _nothing(reference: Reference) -> FieldPath:
    raise ValueError(f"unknown field '{reference}'")


def _resolved(
    tree: Mapping[FieldPath, Field], new: Mapping[FieldPath, Field], known: Mapping[FieldPath, Type | None], member_type: MemberType
) -> Resolution:
    """Follows the references of the new fields of a tree. known: the types of the others."""
    problems: list[tuple[Place, str]] = []
    needs: dict[FieldPath, list[FieldPath]] = {}
    lost: set[FieldPath] = set()  # those with a reference that means nothing
    for path in new:
        needs[path] = []
        for found, wrong, place in _needs(tree, path, lenient=True):
            if not wrong:
                needs[path].append(found)
            elif place:
                lost.add(path)
                problems.append((place, wrong))
    order = _in_order(tree, needs, problems)
    problems += [((*_place(tree, path)[:-1], tree[path].kind), what) for path, what in _disagreements(tree) if path in new]
    types: dict[FieldPath, Type | None] = {**dict.fromkeys(tree), **known}
    resolution = Resolution(tree, order, types, (), member_type)
    for path in order:
        if path in lost or path not in new:
            continue
        reach = resolution.reach(path, inside=path[:-1])
        try:
            types[path] = tree[path].type_of_rows(reach, [tree[each] for each in resolution.around(path[:-1])])
            tree[path].key_type(reach)
        except FieldError as error:
            place = _place(tree, path)
            problems += [((*place[:-1], *below) if below else place, message) for below, _, message in error.found]
    return Resolution(tree, order, types, tuple(dict.fromkeys(problems)), member_type)


def _disagreements(fields: Mapping[FieldPath, Field]) -> Iterator[tuple[FieldPath, str]]:
    """Fields that should draw one thing together, and say of it that it is drawn in two ways."""
    first: dict[tuple[FieldPath, Reference | None, tuple[str, ...]], tuple[FieldPath, str]] = {}
    for path, field in fields.items():
        if field.drawn_together is not None:
            what, how = field.drawn_together
            other, others = first.setdefault((_element(fields, path), field.keyed_by, what), (path, how))
            if others != how:
                yield (
                    path,
                    f"one row of {what[0]} is drawn for this field and '{dotted(other)}': here {how}, there {others}. Say the same in both, or write `as` "
                    "in one of them, for a row of its own",
                )


def _walk(fields: Mapping[str, Field], inside: FieldPath) -> Iterator[tuple[FieldPath, Field]]:
    for name, field in fields.items():
        yield (*inside, name), field
        yield from _walk(field.children, (*inside, name))


def _element(tree: Mapping[FieldPath, Field], path: FieldPath) -> FieldPath:
    return next((path[: end + 1] for end in range(len(path) - 1, 0, -1) if tree[path[:end]].elements_inside), ())


def _around(tree: Mapping[FieldPath, Field], inside: FieldPath) -> list[FieldPath]:
    found: list[FieldPath] = []
    for end in range(len(inside), 0, -1):
        if not tree[inside[:end]].names_inside:
            break
        found.insert(0, inside[:end])
    return found


def _needs(tree: Mapping[FieldPath, Field], path: FieldPath, *, lenient: bool = False) -> Iterator[tuple[FieldPath, str, Place]]:
    """(what a field needs, "", ()), and where `lenient`, of a reference of its own that means nothing ((), what is wrong, where).

    What goes with an object needs the object's condition.
    """
    field = tree[path]
    for name in field.children:
        yield (*path, name), "", ()
    users = [(path, field, field.uses)]
    users += [(each, tree[each], of.references) for each in _around(tree, path[:-1]) if (of := tree[each].condition)]
    for user, by, references in users:
        for reference in references:
            try:
                found = _find(tree, reference, user[:-1])
            except ValueError as error:
                if not lenient:
                    raise
                yield (), str(error), (*_place(tree, path)[:-1], *field.place_of(reference)) if by is field else ()
            else:
                if user == path or found == path or found[: len(path)] != path:  # an object's condition may name what is in it
                    yield found, "", ()


def _find(tree: Mapping[FieldPath, Field], reference: Reference, inside: FieldPath) -> FieldPath:
    first, *inner = reference.names
    scopes = [inside[:depth] for depth in range(len(inside), -1, -1) if not depth or tree[inside[:depth]].names_inside]
    for scope in scopes:
        if (found := (*scope, first)) in tree:
            break
    else:
        own = [path[-1] for scope in scopes for path in tree if path[:-1] == scope]
        visible = [".".join(path) for path in tree if all(tree[path[:end]].names_inside for end in range(1, len(path)))] + own
        raise ValueError(f"unknown field '{reference}'{meant(reference, visible)}")
    for name in inner:
        if type(tree[found]) is Field:  # one that could not be read: its own error says enough
            return found
        if not (children := tree[found].members):
            raise ValueError(f"'{reference}' reaches into '{dotted(found)}', which is no object")
        if name not in children:
            raise ValueError(f"unknown field '{reference}': there is no '{name}' in '{dotted(found)}'{meant(name, children)}")
        found = (*found, name)
    if children := tree[found].members:
        raise ValueError(
            f"'{reference}' is an object, which has no text: name a field in it, such as {{{reference}.{next(iter(children))}}}"
        )
    return found


def dotted(path: FieldPath) -> str:
    """A path as users read it: customer.name, lines[].price."""
    return "".join(name if name.startswith("[") or not number else f".{name}" for number, name in enumerate(path))


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
            circle = " → ".join(map(dotted, cycle))
            problems.append((_naming(tree, cycle[0], cycle[1]), f"the references go round in a circle: {circle}"))
            needs[cycle[0]].remove(cycle[1])  # look for further ones without it


def _naming(tree: Mapping[FieldPath, Field], path: FieldPath, other: FieldPath) -> Place:
    """Where a field, or what stands in it, names another one."""
    inside = _walk(tree[path].children, path) if tree[path].chunks_inside else ()
    for user, field in [(path, tree[path]), *((each, tree[each]) for each in _around(tree, path[:-1])), *inside]:
        for reference in field.uses:
            with suppress(ValueError):  # another one may mean nothing
                if _find(tree, reference, user[:-1]) == other:
                    return (*_place(tree, user)[:-1], *field.place_of(reference))
    return _place(tree, path)


def _place(tree: Mapping[FieldPath, Field], path: FieldPath) -> Place:
    """The way to the main argument of a field, below `fields`: names, and the keys inside fields that lead on from there."""
    place: Place = (path[0],)
    for end in range(1, len(path)):
        place += tree[path[:end]].place_inside(path[end])
    return (*place, tree[path].kind)
