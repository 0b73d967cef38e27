"""Scorecards: published in versions, with the lines a process adds and without those that do not apply."""

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Invalid, NotAllowed
from audit.models import Event
from reviews.domain import scorecard
from reviews.domain.scorecard import Control, Item
from reviews.models import Scorecard
from reviews.services import scorecards
from tests import worlds

CALL_BACK = Item(
    "call_back",
    "The call-back was done on a change of bank details",
    8,
    (Control("SOC 2", "PI1.2"), Control("ISO 27001", "A.5.14")),
)


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def test_publish_takes_the_template_with_what_the_process_adds(desk, at):
    published = scorecards.publish(
        process=desk.process, by=desk.governance, at=at, extra=[CALL_BACK], not_applicable=["customer_text"]
    )

    items = {item.code: item for item in scorecard.load(published.items)}
    assert len(items) == 13
    assert items["call_back"] == CALL_BACK
    assert [code for code, item in items.items() if not item.applies] == ["customer_text"]
    event = Event.objects.get(action="scorecard.published")
    assert (event.facts["version"], event.facts["pass_mark"]) == (1, 90)
    assert event.facts["items"] == published.items


def test_publish_again_makes_the_next_version_and_leaves_the_first(desk, at):
    first = scorecards.publish(process=desk.process, by=desk.governance, at=at)

    second = scorecards.publish(process=desk.process, by=desk.governance, at=at, extra=[CALL_BACK])

    assert (first.version, second.version) == (1, 2)
    assert len(Scorecard.objects.get(version=1).items) == 12


REFUSED = [
    ("_case a line of the template again", {"extra": [scorecard.TEMPLATE[0]]}, "item_twice"),
    ("_case an unknown line left out", {"not_applicable": ["nothing"]}, "item_unknown"),
    ("_case a line left out that always applies", {"not_applicable": ["correct"]}, "item_required"),
    ("_case a line without a control", {"extra": [Item("new", "New", 8, ())]}, "item_incomplete"),
    (
        "_case a line without weight",
        {"extra": [Item("new", "New", 0, CALL_BACK.controls)]},
        "item_incomplete",
    ),
    ("_case a line without words", {"extra": [Item("new", " ", 8, CALL_BACK.controls)]}, "item_incomplete"),
    ("_case a pass mark beyond the points", {"pass_mark": 101}, "pass_mark"),
]


@pytest.mark.parametrize(("_case", "terms", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_publish_refuses(_case, terms, code, desk, at):
    with pytest.raises(Invalid) as refused:
        scorecards.publish(process=desk.process, by=desk.governance, at=at, **terms)

    assert refused.value.code == code
    assert not Scorecard.objects.exists()


def test_publish_is_for_who_manages_samples(desk, at):
    with pytest.raises(NotAllowed):
        scorecards.publish(process=desk.process, by=desk.auditor, at=at)

    assert not Scorecard.objects.exists()
    assert not Event.objects.filter(action="scorecard.published").exists()


def test_ensure_publishes_only_where_there_is_none(desk, at):
    first = scorecards.ensure(process=desk.process, by=desk.governance, at=at)

    assert scorecards.ensure(process=desk.process, by=desk.governance, at=at) == first


def test_the_database_keeps_one_scorecard_of_a_version(desk, at):
    published = scorecards.publish(process=desk.process, by=desk.governance, at=at)
    published.pk = Scorecard._meta.pk.get_default()

    with pytest.raises(IntegrityError), transaction.atomic():
        published.save(force_insert=True)
