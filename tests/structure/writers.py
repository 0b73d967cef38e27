"""Reads the services and tells which public functions write rows and which of them reach the trail."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.structure.tree import APPS, dotted, modules, parsed

RECORDING = {"audit.services.recording.record", "audit.services.recording.record_many"}
_WRITES = {
    "create",
    "acreate",
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
_SQL_WRITES = ("INSERT ", "UPDATE ", "DELETE ", "COPY ", "MERGE ")


@dataclass
class Function:
    """One function of a service module: whether it writes itself, and what it refers to by full name."""

    name: str
    public: bool
    writes: bool
    refers_to: set[str] = field(default_factory=set)


@cache
def functions() -> dict[str, Function]:
    """Every function and method of every `services` module, by its full name."""
    found = {}
    for path in modules(*APPS):
        module = dotted(path)
        if ".services" not in module:
            continue
        tree = parsed(path)
        names = _imported(tree) | {
            node.name: f"{module}.{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        for name, public, node in _definitions(tree):
            found[f"{module}.{name}"] = Function(
                f"{module}.{name}", public, _writes(node), set(_references(node, names))
            )
    return found


def writes(name: str) -> bool:
    """Whether the function writes, itself or through private helpers of its own module."""
    module = functions()[name].name.rsplit(".", 1)[0]

    def private_helper(other: str) -> bool:
        return other.startswith(f"{module}._")

    return any(functions()[reached].writes for reached in _reach(name, private_helper))


def records(name: str) -> bool:
    """Whether the function reaches the trail, itself or through any other service."""
    reached = _reach(name, lambda other: True)
    return bool(reached & RECORDING) or any(functions()[other].refers_to & RECORDING for other in reached)


def callers(name: str) -> set[str]:
    """The functions of services that refer to this one; a private helper counts as the functions that use it."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        for other, function in functions().items():
            if current not in function.refers_to or other in found or other == name:
                continue
            if other.rsplit(".", 1)[-1].startswith("_") and not records(other):
                waiting.append(other)
            else:
                found.add(other)
    return found


def doors_that_use(name: str) -> list[str]:
    """The modules outside the services that refer to this function."""
    return [
        dotted(path)
        for path in modules(*APPS)
        if ".services" not in dotted(path) and name in set(_references(parsed(path), _imported(parsed(path))))
    ]


def _reach(name: str, follow: Callable[[str], bool]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen or current not in functions():
            continue
        seen.add(current)
        waiting += [other for other in functions()[current].refers_to if follow(other)]
    return seen


def _definitions(tree: ast.Module) -> Iterator[tuple[str, bool, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, not node.name.startswith("_"), node
        elif isinstance(node, ast.ClassDef):
            # A reference to a class stands for making one of it.
            yield node.name, False, node
            for method in node.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                    public = not node.name.startswith("_") and not method.name.startswith("_")
                    yield f"{node.name}.{method.name}", public, method


def _imported(tree: ast.Module) -> dict[str, str]:
    names = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _references(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in names:
            yield names[inner.id]
        elif (
            isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id in names
        ):
            yield f"{names[inner.value.id]}.{inner.attr}"


def _writes(node: ast.AST) -> bool:
    texts = [
        inner.value.lstrip().upper()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
            continue
        verb = inner.func.attr
        if verb in _WRITES:
            return True
        # A queryset's update names its columns; a dict's or a hash's does not.
        if verb in {"update", "aupdate"} and not inner.args:
            return True
        if verb in {"execute", "executemany", "copy"} and any(text.startswith(_SQL_WRITES) for text in texts):
            return True
    return False
