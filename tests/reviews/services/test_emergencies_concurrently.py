"""An emergency beside an edit, a ratification and the clock, on real connections: what was looked at is what governs (B8)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from audit.errors import Conflict
from audit.models import Event
from reviews.enums import RuleSetState
from reviews.models import Rule, RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_drafts, rule_emergencies, rule_events
from tests import threads, worlds
from tests.beside import beside, until
from tests.factories import rules as made

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def engage(desk, draft, at, edits=None):
    return rule_emergencies.activate(
        ruleset_id=draft.pk, reason="It pays too much.", by=desk.owner, at=at, against=1, edits=edits
    )


def threshold_of(ruleset) -> str:
    return Rule.objects.get(ruleset=ruleset, code="AP-R1").condition["value"]


def test_an_emergency_waits_for_an_edit_under_way_and_puts_that_in_force(desk, at, beside):
    draft = made.changed(desk, at, "15000")

    with transaction.atomic():
        rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.threshold("16000"), by=desk.admin, at=at)
        reply = beside(lambda: engage(desk, draft, at))
        until(1)
        assert made.state(draft) == RuleSetState.DRAFT

    reply()
    active = rulesets.active(desk.process)
    assert (active.pk, threshold_of(active)) == (draft.pk, "16000")
    (event,) = Event.objects.filter(action="rules.emergency_activated")
    assert event.facts["rules_digest"] == rule_events.digest(active)


def test_an_emergency_on_what_somebody_has_just_edited_is_refused(desk, at, beside):
    """Who read edit 1 does not put edit 2 in force."""
    draft = made.changed(desk, at, "15000")

    with transaction.atomic():
        rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.threshold("16000"), by=desk.admin, at=at)
        reply = beside(lambda: engage(desk, draft, at, edits=draft.edits))
        until(1)

    with pytest.raises(Conflict) as refused:
        reply()
    assert refused.value.code == "edited_meanwhile"
    assert made.state(draft) == RuleSetState.DRAFT
    assert rulesets.active(desk.process).version == 1


def test_an_edit_waits_for_an_emergency_under_way_and_is_refused(desk, at, beside):
    draft = made.changed(desk, at, "15000")

    with transaction.atomic():
        engage(desk, draft, at)
        reply = beside(
            lambda: rule_drafts.put_rule(
                ruleset_id=draft.pk, rule=made.threshold("16000"), by=desk.admin, at=at
            )
        )
        until(1)

    with pytest.raises(Conflict) as refused:
        reply()
    assert refused.value.code == "edited_meanwhile"
    assert threshold_of(draft) == "15000"


def test_of_a_ratification_and_the_clock_at_the_last_moment_one_wins(desk, at):
    draft = made.changed(desk, at, "15000")
    engage(desk, draft, at)
    last = at + timedelta(hours=settings.RATIFY_HOURS)

    answers = threads.together(
        [
            lambda: rule_emergencies.ratify(
                ruleset_id=draft.pk, by=desk.admin, at=last - timedelta(seconds=1)
            ),
            lambda: rule_emergencies.lapse_due(at=last),
        ]
    )

    ratified = Event.objects.filter(action="rules.ratified").count()
    lapsed = [answer for answer in answers if answer == 1]
    assert ratified + len(lapsed) == 1, answers
    standing = RuleSet.objects.get(process=desk.process, state=RuleSetState.ACTIVE)
    assert (standing.pk == draft.pk) == bool(ratified)
