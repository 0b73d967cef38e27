import pytest
from django.core.management import call_command

from audit.apps import open_platform_log
from audit.domain import catalogue, events
from audit.models import Event, Log
from audit.services import logs


def test_catalogue_knows_the_ledgers_own_events():
    assert {spec.action for spec in events.EVENTS} <= set(catalogue.actions())


def test_platform_log_is_open_from_the_first_moment(db):
    log = Log.objects.get(key=logs.PLATFORM)

    assert Event.objects.get(log_id=log.id, action="log.opened").facts == {"key": "platform"}


def test_open_platform_log_again_changes_nothing(db):
    before = Event.objects.count()

    open_platform_log(using="default")

    assert Event.objects.count() == before


def test_open_platform_log_leaves_other_databases_alone(db, monkeypatch):
    monkeypatch.setattr(logs, "open_log", None)

    open_platform_log(using="elsewhere")


def test_models_and_migrations_agree(db):
    call_command("makemigrations", "audit", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_migrations_can_be_undone_and_done_again():
    call_command("migrate", "audit", "zero", verbosity=0)
    call_command("migrate", "audit", verbosity=0)

    assert Log.objects.filter(key=logs.PLATFORM).count() == 1
