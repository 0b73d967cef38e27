"""Migrations say what the models say, have names, and depend on lower floors alone."""

from collections.abc import Mapping

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.structure.tree import APPS

# What each app's tables may point at. The import linter cannot see a foreign key written as text; this can.
MAY_DEPEND_ON = {
    "audit": set(),
    "contracts": {"audit", "auth", "contenttypes", "guardian"},
    "reviews": {"audit", "contracts", "auth", "contenttypes", "guardian"},
    "governance": {"audit", "contracts", "reviews", "auth", "contenttypes", "guardian", "sessions"},
}


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


@pytest.mark.django_db
def test_makemigrations_has_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"The models are ahead of the migrations:\n{capsys.readouterr().out}")


@pytest.mark.parametrize("app", APPS)
def test_an_app_depends_on_lower_floors_only(app: str, loader: MigrationLoader) -> None:
    dependencies = {
        f"{name} depends on {other}"
        for (label, name), migration in loader.disk_migrations.items()
        if label == app
        for other, _ in [*migration.dependencies, *((after[0], "") for after in migration.run_before)]
        if other not in MAY_DEPEND_ON[app] | {app}
    }

    assert dependencies == set()


def test_the_graph_of_apps_has_no_circle(loader: MigrationLoader) -> None:
    graph: dict[str, set[str]] = {}
    for (label, _), migration in loader.disk_migrations.items():
        graph.setdefault(label, set()).update(other for other, _ in migration.dependencies if other != label)

    assert circle(graph) == []


def test_migrations_are_named_for_what_they_do(loader: MigrationLoader) -> None:
    nameless = [
        f"{label}.{name}"
        for label, name in loader.disk_migrations
        if label in APPS and ("_auto_" in name or "merge" in name)
    ]

    assert nameless == []


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A way from an app back to itself, or nothing."""
    done: set[str] = set()

    def visit(app: str, way: list[str]) -> list[str]:
        if app in way:
            return [*way[way.index(app) :], app]
        if app in done:
            return []
        done.add(app)
        for other in sorted(graph.get(app, ())):
            if found := visit(other, [*way, app]):
                return found
        return []

    for app in sorted(graph):
        if found := visit(app, []):
            return found
    return []
