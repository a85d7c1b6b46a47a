"""What the source of a provider's file tells of its methods, without importing it."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# What can give a class methods that do not stand in it.
_DYNAMIC = frozenset(
    {"setattr", "exec", "eval", "globals", "locals", "vars", "__import__", "import_module", "new_class", "__dict__", "__getattr__"}
)


# By what a file reaches other providers, and so what Faker's own methods give.
_REACHING = frozenset({"modules", "provider", "providers", "add_provider", "__subclasses__", "__class__", "__mro__", "__bases__"})
_OF_FAKER = frozenset({"BaseProvider", "DynamicProvider", "ElementsType"})  # names that change nothing


@cache
def may_change_faker(file: Path, _changed: int) -> bool:
    """Whether a file may change what Faker's own methods give: it has more of Faker's than the class that providers derive from, or does what its source does not tell."""
    tree = _parsed(file, _changed)
    return tree is None or any(_is_dynamic(node) or _reaches_faker(node) for node in ast.walk(tree))


@cache
def _parsed(file: Path, _changed: int) -> ast.Module | None:
    """A file's source; None: it is no Python, which importing it says."""
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return None


def _reaches_faker(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(alias.name.partition(".")[0] == "faker" for alias in names)
        case ast.ImportFrom(module=str(module), level=0, names=names) if module.partition(".")[0] == "faker":
            return any(alias.name not in _OF_FAKER for alias in names)
        case ast.Attribute(attr=name):
            return name in _REACHING
    return False


@cache
def methods_of_file(file: Path, _changed: int) -> dict[str, tuple[str, ...] | None] | None:
    """Method → the names of its arguments, None where they are not known, of all classes of a file; None: its source does not tell them all."""
    if (tree := _parsed(file, _changed)) is None:
        return None
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes} | _harmless(tree)
    if any(_is_dynamic(node) for node in ast.walk(tree)) or not all(_is_plain(each, known) for each in classes):
        return None
    found: dict[str, tuple[str, ...] | None] = {}
    for owner in classes:
        for name, arguments in _methods(owner):
            found[name] = arguments if found.get(name, arguments) == arguments else None
    return found


def _harmless(tree: ast.Module) -> set[str]:
    """Names that a class may derive from without having more methods: Faker's BaseProvider, and what comes with Python."""
    names = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            standard = node.module.partition(".")[0] in sys.stdlib_module_names
            base = {"BaseProvider"} if node.module.partition(".")[0] == "faker" else set()
            names |= {alias.asname or alias.name for alias in node.names if standard or alias.name in base}
        elif isinstance(node, ast.Import):
            names |= {alias.asname or alias.name for alias in node.names if alias.name.partition(".")[0] in sys.stdlib_module_names}
    return names


def _is_plain(owner: ast.ClassDef, known: set[str]) -> bool:
    """Whether a class has no methods but those that stand in it, and in what it derives from."""
    return not owner.keywords and not owner.decorator_list and all(_is_known(base, known) for base in owner.bases)


def _is_known(base: ast.expr, known: set[str]) -> bool:
    match base:
        case ast.Name(id=name):
            return name in known
        case ast.Attribute(attr="BaseProvider"):
            return True
        case ast.Attribute(value=ast.Name(id=module)):
            return module in known
    return False


def _is_dynamic(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
            return name in _DYNAMIC
        case ast.Call(func=ast.Name(id="type"), args=args):
            return len(args) == 3
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return True
        case ast.Assign(targets=targets):  # Shop.sku = …
            return any(isinstance(target, ast.Attribute) and not _is_own(target) for target in targets)
    return False


def _is_own(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def _methods(owner: ast.ClassDef) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """(name, arguments) of what a class's body defines, in its conditions too; a name that something is assigned to may be a method."""
    waiting: list[ast.AST] = list(owner.body)
    while waiting:
        node = waiting.pop(0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, None if node.decorator_list else _arguments(node.args)
            case ast.ClassDef():
                pass
            case ast.Assign(targets=targets):
                yield from ((name.id, None) for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, None
            case _:
                waiting += ast.iter_child_nodes(node)


def _arguments(args: ast.arguments) -> tuple[str, ...] | None:
    if args.kwarg is not None:
        return None
    return tuple(each.arg for each in (*args.args[1:], *args.kwonlyargs))
