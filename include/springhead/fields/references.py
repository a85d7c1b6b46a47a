"""What the references of templates mean: the innermost object is looked through first, then outwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from springhead.fields.field import Field
from springhead.fields.kinds.object import Object
from springhead.fields.kinds.template import Template
from springhead.fields.model import Place
from springhead.fields.template_text import Reference
from springhead.wording import meant

Path = tuple[str, ...]  # a field's names from the value's root on: ("customer", "name")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The fields of a stream with their references followed.

    Attributes:
        tree: every field, objects too, in the order of the YAML.
        order: the fields that are no objects, each after those that it refers to.
        references: for each template what its references mean, one for one.
        nullable: the fields that may be null.
        problems: references that mean nothing; where, below `fields`, and what is wrong.
    """

    tree: Mapping[Path, Field]
    order: tuple[Path, ...]
    references: Mapping[Path, tuple[Path, ...]]
    nullable: frozenset[Path]
    problems: tuple[tuple[Place, str], ...]

    def find(self, reference: Reference, scope: Path = ()) -> Path:
        """The field that a reference means in an object; in a key or a header the scope is the record itself.

        Raises:
            ValueError: there is none, or it is an object.
        """
        return _find(self.tree, reference, scope)


def resolve(fields: Mapping[str, Field]) -> Resolution:
    """Follows all references of these fields and finds an order to make them in."""
    tree = dict(_walk(fields, ()))
    leaves = [path for path, field in tree.items() if not isinstance(field, Object)]
    problems: list[tuple[Place, str]] = []
    references: dict[Path, tuple[Path, ...]] = {}
    for path in leaves:
        if isinstance(field := tree[path], Template):
            references[path] = tuple(_found(tree, path, field, problems))
    order = _in_order(leaves, references, problems)
    nullable: set[Path] = set()
    for path in order:
        if tree[path].nullable or any(other in nullable for other in references.get(path, ())):
            nullable.add(path)
    return Resolution(tree, order, references, frozenset(nullable), tuple(problems))


def _walk(fields: Mapping[str, Field], scope: Path) -> Iterator[tuple[Path, Field]]:
    for name, field in fields.items():
        yield (*scope, name), field
        if isinstance(field, Object):
            yield from _walk(field.object, (*scope, name))


def _found(tree: Mapping[Path, Field], path: Path, template: Template, problems: list[tuple[Place, str]]) -> Iterator[Path]:
    for reference in template.references:
        try:
            yield _find(tree, reference, path[:-1])
        except ValueError as error:
            problems.append((_place(path), str(error)))


def _find(tree: Mapping[Path, Field], reference: Reference, scope: Path) -> Path:
    first, *inner = reference.names
    for depth in range(len(scope), -1, -1):
        if (found := (*scope[:depth], first)) in tree:
            break
    else:
        visible = [".".join(path) for path in tree] + [path[-1] for path in tree if path[:-1] == scope[: len(path) - 1]]
        raise ValueError(f"unknown field '{reference}'{meant(reference, visible)}")
    for name in inner:
        if type(tree[found]) is Field:  # one that could not be read: its own error says enough
            return found
        if not isinstance(field := tree[found], Object):
            raise ValueError(f"'{reference}' reaches into '{'.'.join(found)}', which is no object")
        if name not in field.object:
            raise ValueError(f"unknown field '{reference}': there is no '{name}' in '{'.'.join(found)}'{meant(name, field.object)}")
        found = (*found, name)
    if isinstance(field := tree[found], Object):
        raise ValueError(
            f"'{reference}' is an object, which has no text: name a field in it, such as {{{reference}.{next(iter(field.object), '…')}}}"
        )
    return found


def _in_order(leaves: list[Path], references: Mapping[Path, tuple[Path, ...]], problems: list[tuple[Place, str]]) -> tuple[Path, ...]:
    needs = {path: list(references.get(path, ())) for path in leaves}
    while True:
        try:
            return tuple(TopologicalSorter(needs).static_order())
        except CycleError as error:
            cycle: list[Path] = error.args[1][::-1]  # from a template to what it refers to, back to itself
            first = min(range(len(cycle) - 1), key=lambda i: leaves.index(cycle[i]))
            cycle = [*cycle[first:-1], *cycle[: first + 1]]
            problems.append((_place(cycle[0]), f"the references go round in a circle: {' → '.join('.'.join(path) for path in cycle)}"))
            needs[cycle[0]].remove(cycle[1])  # look for further ones without it


def _place(path: Path) -> Place:
    *objects, name = path
    return (*(step for each in objects for step in (each, "object")), name, "template")
