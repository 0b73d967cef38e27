"""Versions that answer without notice (L4)."""

from datetime import timedelta

from audit.models import Event
from contracts.models import Notification, UndeclaredVersion
from contracts.services import undeclared
from tests.factories import changes as made

LATER = timedelta(days=2)


def noticed(desk, at):
    return undeclared.notice(
        process=desk.process, reference="north-9", step="approve", policy="review", at=at
    )


def test_what_was_settled_and_answers_again_is_news_and_told(desk, at):
    made.authorise(desk, at)
    assert noticed(desk, at)
    assert not noticed(desk, at)
    found = UndeclaredVersion.objects.get()
    undeclared.settle(
        process=desk.process, undeclared_id=found.pk, outcome="stopped", why=made.WHY, by=desk.owner, at=at
    )
    assert not Notification.objects.filter(subject__contains="north-9").exists()

    assert noticed(desk, at + LATER)
    assert not noticed(desk, at + LATER)

    assert Event.objects.filter(action="modelchange.undeclared").count() == 2
    told = Notification.objects.filter(subject__contains="north-9 answers again")
    assert {one.user for one in told} == {desk.owner, desk.ops}
