"""Routes and the names that point at them: a link is an import too, and goes downward."""

import ast
import re

import pytest

from tests.structure.routes import Route, methods, routes
from tests.structure.tree import APPS, ROOT, committed, modules, named, parsed

# What each floor may point at by name. `api` is assembled by governance from every app.
MAY_REVERSE = {
    "audit": set(),
    "contracts": {"contracts"},
    "reviews": {"reviews", "contracts"},
    "governance": {"governance", "reviews", "contracts", "api"},
}
# What machines ask for by its path stands outside the floors.
PROBES = {"health", "api_schema", "api_docs"}
_URL_TAG = re.compile(r"{%\s*url\s+(?P<name>\S+)")
_REVERSERS = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
# The first word of a last segment that changes something.
_VERBS = [
    "acknowledge",
    "activate",
    "approve",
    "ask",
    "assign",
    "claim",
    "close",
    "confirm",
    "decide",
    "delete",
    "end",
    "escalate",
    "extend",
    "flag",
    "halt",
    "heartbeat",
    "propose",
    "publish",
    "recall",
    "reject",
    "release",
    "return",
    "reveal",
    "revoke",
    "rollback",
    "submit",
    "undo",
    "withdraw",
]


def own() -> list[Route]:
    ours = tuple(f"{app}." for app in APPS)
    return [route for route in routes() if _module(route).startswith(ours)]


def _module(route: Route) -> str:
    kind = getattr(route.view, "view_class", None) or getattr(route.view, "cls", None)
    return (kind or route.view).__module__


@pytest.mark.parametrize("app", APPS)
def test_templates_point_at_their_own_floor_or_below(app: str) -> None:
    upward = [
        f"{named(path)}: {match['name']}"
        for path in committed()
        if path.is_relative_to(ROOT / "templates" / app) and path.suffix == ".html"
        for match in _URL_TAG.finditer(path.read_text(encoding="utf-8"))
        if not _allowed(match["name"], app)
    ]

    assert upward == []


@pytest.mark.parametrize("app", APPS)
def test_code_points_at_its_own_floor_or_below(app: str) -> None:
    upward = [
        f"{named(path)}:{call.lineno}: {call.args[0].value}"
        for path in modules(app)
        for call in ast.walk(parsed(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in _REVERSERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and not call.args[0].value.startswith("/")
        and not _allowed(repr(call.args[0].value), app)
    ]

    assert upward == []


def test_every_route_has_a_name_in_a_namespace() -> None:
    nameless = [
        route.path for route in own() if not route.name or not (route.namespaces or route.name in PROBES)
    ]

    assert nameless == []


def test_no_two_routes_share_a_name() -> None:
    names = [":".join([*route.namespaces, route.name]) for route in own()]

    assert sorted(names) == sorted(set(names))


def test_ids_in_paths_are_never_counted() -> None:
    counted = [route.path for route in own() if route.counted - {"version", "number", "level", "position"}]

    assert counted == []


def test_every_view_says_which_methods_it_takes() -> None:
    silent = [route.path for route in own() if not methods(route.view)]

    assert silent == []


def test_a_path_that_ends_in_a_verb_takes_posts_only() -> None:
    readable = [
        route.path
        for route in own()
        if _last_word(route.path) in _VERBS and methods(route.view) not in ({"post"}, {"post", "options"})
    ]

    assert readable == []


def _last_word(path: str) -> str:
    return re.split(r"[-_]", path.rstrip("/$").rsplit("/", 1)[-1])[0]


def _allowed(name: str, app: str) -> bool:
    """`name` as written: a quoted name must have one of the namespaces, and a variable cannot be judged."""
    if name[0] not in "'\"":
        return True
    return name.strip("'\"").partition(":")[0] in MAY_REVERSE[app]
