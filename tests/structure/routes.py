"""The routes of our own apps, flattened, and the methods each view takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

_METHODS = {"get", "head", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    namespaces: tuple[str, ...]
    counted: frozenset[str]  # the arguments that are whole numbers
    view: Callable[..., Any]


def routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", (), frozenset()))


def _walk(
    patterns: list[Any], path: str, namespaces: tuple[str, ...], counted: frozenset[str]
) -> Iterator[Route]:
    for one in patterns:
        here = path + str(one.pattern)
        numbers = counted | {
            name for name, kind in one.pattern.converters.items() if isinstance(kind, IntConverter)
        }
        if isinstance(one, URLResolver):
            inside = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from _walk(one.url_patterns, here, inside, numbers)
        elif isinstance(one, URLPattern):
            yield Route(one.name or "", here, namespaces, numbers, one.callback)


def methods(view: Callable[..., Any]) -> set[str] | None:
    """The methods a view declares, in lower case; None for one that takes whatever comes."""
    for holder in ("cls", "view_class"):
        if hasattr(view, holder):
            kind = getattr(view, holder)
            actions = getattr(view, "actions", None)
            return set(actions) if actions else {name for name in _METHODS if hasattr(kind, name)}
    step: Any = view
    while step is not None:
        code = getattr(step, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            cell = step.__closure__[code.co_freevars.index("request_method_list")]
            return {name.lower() for name in cell.cell_contents}
        step = getattr(step, "__wrapped__", None)
    return None
