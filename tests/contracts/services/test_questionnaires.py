"""Questionnaires: asked once at a time, answered by the vendor alone, assessed by the supervisors (Y2)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.questionnaire import QUESTIONS, Answer
from contracts.models import Finding, Notification
from contracts.selectors import questionnaires as selector
from contracts.services import questionnaires
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db
POINTS = {one.key: 4 for one in QUESTIONS}


def assess(found, by, at, **points):
    return questionnaires.assess(questionnaire_id=found.pk, points=POINTS | points, by=by, at=at)


def test_a_vendor_is_asked_and_told(world, at):
    found = factory.asked(world.north, world.vendor, at)

    told = Notification.objects.filter(link=reverse("contracts:questionnaire", args=[found.pk]))
    assert {one.user for one in told} == {world.north.vendor}
    with pytest.raises(Conflict):
        factory.asked(world.north, world.vendor, at)
    assert factory.asked(world.south, world.vendor, at).process == world.south.process


@pytest.mark.parametrize(
    ("who", "refusal"), [("ops", NotAllowed), ("owner", NotAllowed), ("vendor", NotAllowed)]
)
def test_others_do_not_ask(world, at, who, refusal):
    with pytest.raises(refusal):
        questionnaires.ask(
            process=world.north.process,
            vendor=world.vendor,
            due_on=at.date(),
            by=world.north.cast[who],
            at=at,
        )


def test_only_the_vendors_own_people_answer(world, at):
    found = factory.asked(world.north, world.vendor, at)

    def answer(by):
        return questionnaires.answer(
            questionnaire_id=found.pk, answers={"p1": Answer("yes")}, submit=False, edits=0, by=by, at=at
        )

    with pytest.raises(NotAllowed):
        answer(world.north.governance)
    with pytest.raises(NotAllowed):
        answer(world.north.agent)
    with pytest.raises(NotVisible):
        answer(world.south.vendor)
    assert answer(world.north.vendor).edits == 1
    with pytest.raises(Conflict):
        answer(world.north.vendor)


def test_an_assessment_scores_and_flags(world, at):
    """Y2: score + red flags; `vendor.assessed` by the governance lead."""
    found = factory.answered(world.north, world.vendor, at, t1=Answer("no", "We learn from it"))

    done = assess(found, world.north.governance, at, t1=0)

    assert (done.score, len(done.flags)) == (88, 1)
    event = Event.objects.get(action="vendor.assessed")
    assert (event.facts["score"], event.facts["flags"]) == (88, 1)
    [finding] = Finding.objects.filter(process=world.north.process, ended_at__isnull=True)
    assert finding.sentence == "The answers of Vendor raised a red flag"
    with pytest.raises(Conflict):
        assess(found, world.north.governance, at)
    with pytest.raises(Conflict):
        questionnaires.answer(
            questionnaire_id=found.pk, answers={}, submit=True, edits=1, by=world.north.vendor, at=at
        )


def test_nobody_assesses_his_own_answers(world, at):
    found = factory.answered(world.north, world.vendor, at)

    with pytest.raises(NotAllowed):
        assess(found, world.north.vendor, at)
    assert assess(found, world.north.infosec, at).score == 100


def test_an_expired_certificate_is_no_evidence(world, at):
    desk = world.north
    old = factory.certificate(desk, world.vendor, at, expires_on=at.date() - timedelta(days=1))
    found = factory.answered(desk, world.vendor, at, s1=Answer("yes", certificate=str(old.pk)))

    assert assess(found, desk.governance, at).flags == [
        "Certificates: the certificate named as evidence has expired"
    ]


def test_the_certificate_of_somebody_else_is_none(world, at):
    other = factory.certificate(world.north, world.provider, at)

    with pytest.raises(Invalid):
        factory.answered(world.north, world.vendor, at, s1=Answer("yes", certificate=str(other.pk)))


def test_what_is_late_is_found_once_and_a_year_later_again(world, at):
    desk = world.north

    def findings(day):
        for _ in range(2):
            questionnaires.watch(at=at + timedelta(days=day))
        rows = Finding.objects.filter(process=desk.process, ended_at__isnull=True)
        return [one.sentence for one in rows]

    found = factory.asked(desk, world.vendor, at)
    assert findings(30) == []
    assert findings(31) == ["Vendor did not answer by 3 Apr 2026"]
    given = {one.key: Answer("yes", "See our policy") for one in QUESTIONS}
    questionnaires.answer(
        questionnaire_id=found.pk,
        answers=given,
        submit=True,
        edits=0,
        by=desk.vendor,
        at=at + timedelta(days=32),
    )
    assert findings(33) == []
    assess(found, desk.governance, at + timedelta(days=33))
    assert findings(33 + 365) == []
    assert findings(34 + 365) == ["Vendor was assessed more than a year ago"]


def test_what_is_not_handed_in_is_seen_by_nobody_but_the_vendor(world, at):
    found = factory.asked(world.north, world.vendor, at)

    assert selector.one(world.north.viewer, found.pk) == found
    for stranger in (world.south.vendor, world.south.governance, world.north.reviewer, world.stranger):
        with pytest.raises(NotVisible):
            selector.one(stranger, found.pk)
