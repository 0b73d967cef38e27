"""What an index leads to: for those who read, nothing; for others coaching or a second pair of eyes, until it is cleared."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible, Refused
from audit.models import Event, Log
from contracts.models import Notification, User
from reviews.enums import CaseState, Verdict
from reviews.models import Case, ReviewerSignal, VigilanceAction
from reviews.selectors import pseudonyms, vigilance_windows
from reviews.services import claims, decisions, vigilance, vigilance_counting, vigilance_judging
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.factories import vigilance as watched
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("recorded_at", "pk"))


def test_who_always_approves_in_six_seconds_is_red_after_fifty(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)

    signal = watched.signal(desk.reviewer)
    assert (action.band, signal.band, signal.overrides) == ("red", "red", ["fast"])
    assert "dwell" in watched.raised(signal)
    assert action.reasons == ["fast", *watched.raised(signal)]


def test_with_forty_nine_nothing_is_said(desk: Desk, at: datetime) -> None:
    vigilance.acknowledge(by=desk.reviewer, at=at)
    watched.swept(watched.approved(desk, desk.reviewer, 49, at)[-1].decided_at)

    signal = watched.signal(desk.reviewer)
    assert (signal.band, signal.index) == ("insufficient", None)
    assert not VigilanceAction.objects.exists()
    assert not events("signal.raised")


def test_who_reads_is_green_and_nobody_is_told(desk: Desk, at: datetime) -> None:
    vigilance.acknowledge(by=desk.reviewer, at=at)
    watched.swept(watched.approved(desk, desk.reviewer, 50, at, watched.CAREFUL)[-1].decided_at)

    signal = watched.signal(desk.reviewer)
    assert (signal.band, signal.index) == ("green", 100)
    assert not VigilanceAction.objects.exists()
    assert not Notification.objects.filter(user__in=[desk.reviewer, desk.lead]).exists()


def test_red_is_recorded_without_a_name_or_content_and_told_to_both(desk: Desk, at: datetime) -> None:
    watched.red(desk, at)

    raised, acted = events("signal.raised"), events("vigilance.action")
    assert [len(raised), len(acted)] == [1, 1]
    told = f"{raised[0].facts}{acted[0].facts}{raised[0].object_id}{acted[0].object_id}"
    assert pseudonyms.of(desk.process.pk, desk.reviewer.pk) in told
    assert str(desk.reviewer.pk) not in told
    assert watched.TEXT[:20] not in told
    assert acted[0].facts["action"] == "second_review"
    told_to = Notification.objects.filter(subject__icontains="vigilance").values_list("user", flat=True)
    assert set(told_to) == {desk.reviewer.pk, desk.lead.pk}


def test_what_is_raised_is_told_once(desk: Desk, at: datetime) -> None:
    watched.red(desk, at)
    told = Notification.objects.count()
    last = watched.approved(desk, desk.reviewer, 3, at + AN_HOUR)[-1].decided_at

    watched.swept(last)
    vigilance_counting.begin_again()
    watched.swept(last)

    assert VigilanceAction.objects.count() == 1
    assert (len(events("signal.raised")), len(events("vigilance.action"))) == (1, 1)
    assert Notification.objects.count() == told


def test_amber_asks_for_coaching_and_red_for_more(desk: Desk, at: datetime) -> None:
    vigilance.acknowledge(by=desk.reviewer, at=at)
    careful = watched.approved(desk, desk.reviewer, 50, at, watched.CAREFUL)
    watched.swept(careful[-1].decided_at)
    row = watched.signal(desk.reviewer)
    ground = vigilance_windows.ground(desk.process, row.day)
    ground.tallies[row.day][desk.reviewer.pk].under = 45
    ground.tallies[row.day][desk.reviewer.pk].unopened = 30
    _judge_again(row, ground, at)

    amber = VigilanceAction.objects.get()
    assert (amber.band, events("vigilance.action")[0].facts["action"]) == ("amber", "coaching")

    ReviewerSignal.objects.filter(pk=row.pk).update(memory={**row.memory, "recent": "1" * 50})
    _judge_again(row, ground, at)

    red = VigilanceAction.objects.get()
    assert (red.pk, red.band) == (amber.pk, "red")
    assert [event.facts["action"] for event in events("vigilance.action")] == ["coaching", "second_review"]


def _judge_again(row: ReviewerSignal, ground: vigilance_windows.Ground, at: datetime) -> None:
    ReviewerSignal.objects.filter(pk=row.pk).update(stale=True)
    again = ReviewerSignal.objects.select_related("process__client", "reviewer").get(pk=row.pk)
    assert vigilance_judging.judge(rows=[again], ground=ground, newest={again.pk}, at=at)


def test_judge_leaves_it_where_more_was_counted_meanwhile(desk: Desk, at: datetime) -> None:
    watched.red(desk, at)
    row = watched.signal(desk.reviewer)
    row.last_at -= AN_HOUR

    assert not vigilance_judging.judge(
        rows=[row], ground=vigilance_windows.ground(desk.process, row.day), newest={row.pk}, at=at
    )


# ── The second review ────────────────────────────────────────────────────────────────────────────────────────


def test_red_sends_costly_decisions_to_a_second_reviewer_until_cleared(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)
    later = at + AN_HOUR

    first = watched.approved(desk, desk.reviewer, 1, later, watched.CAREFUL)[0]

    case = Case.objects.get(pk=first.case_id)
    assert (first.is_final, case.state, case.needs_second) == (False, CaseState.AWAITING_SECOND, True)
    claims.claim(case_id=case.pk, user=desk.second, at=later)
    made.open_evidence(first.case, desk.second, later)
    second = decisions.decide(case_id=case.pk, user=desk.second, answer=Answer(Verdict.APPROVE), at=later)
    assert second.is_final

    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.lead, at=later)
    after = watched.approved(desk, desk.reviewer, 1, later + AN_HOUR, watched.CAREFUL)[0]
    assert after.is_final


def test_red_asks_for_no_second_review_of_others_or_of_what_costs_little(desk: Desk, at: datetime) -> None:
    watched.red(desk, at)
    other = watched.approved(desk, desk.second, 1, at + AN_HOUR, watched.CAREFUL)[0]
    desk.process.steps.filter(code="approve").update(tier="medium")
    desk.process.__class__.objects.filter(pk=desk.process.pk).update(stamp=other.pk)
    cheap = watched.approved(desk, desk.reviewer, 1, at + 2 * AN_HOUR, watched.CAREFUL)[0]

    assert (other.is_final, cheap.is_final) == (True, True)


def test_red_takes_no_right_and_no_account(desk: Desk, at: datetime) -> None:
    before = _standing(desk.reviewer)

    watched.red(desk, at)

    assert _standing(desk.reviewer) == before
    assert claims.next_case(user=desk.reviewer, at=at + AN_HOUR) is None
    made.waiting_case(desk, at + AN_HOUR)
    assert claims.next_case(user=desk.reviewer, at=at + AN_HOUR) is not None


def _standing(user: User) -> tuple[Any, ...]:
    user = User.objects.get(pk=user.pk)
    return (
        user.is_active,
        user.grants_stamp,
        list(user.memberships.values()),
        list(user.groups.order_by("pk").values_list("pk", flat=True)),
    )


# ── Clearing ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_clear_ends_it_and_says_why(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)

    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.lead, at=at + AN_HOUR)

    action.refresh_from_db()
    assert (action.cleared_by, action.clearance) == (desk.lead, "We went through ten cases")
    event = events("vigilance.cleared")[0]
    assert event.actor_id == str(desk.lead.pk)
    assert "ten cases" not in str(event.facts)


@pytest.mark.parametrize(
    ("_case", "who", "reason", "refusal"),
    [
        ("a colleague", "second", "We went through ten cases", NotAllowed),
        ("the reviewer himself", "reviewer", "I read them all, really", NotAllowed),
        ("the client", "viewer", "It looks fine to me now", NotAllowed),
        ("another desk", "stranger", "It looks fine to me now", NotVisible),
        ("without a reason", "lead", "ok", Invalid),
    ],
)
def test_clear_is_refused(
    _case: str, who: str, reason: str, refusal: type[Refused], desk: Desk, at: datetime
) -> None:
    action = watched.red(desk, at)
    by = worlds.person("stranger2", desk.client, at) if who == "stranger" else desk.cast[who]

    with pytest.raises(refusal):
        vigilance.clear(action_id=action.pk, reason=reason, by=by, at=at)

    action.refresh_from_db()
    assert action.cleared_at is None
    assert not events("vigilance.cleared")


def test_clear_is_not_for_a_lead_about_himself(desk: Desk, at: datetime) -> None:
    vigilance.acknowledge(by=desk.lead, at=at)
    watched.swept(watched.approved(desk, desk.lead, 50, at)[-1].decided_at)
    action = VigilanceAction.objects.get(reviewer=desk.lead)

    with pytest.raises(NotAllowed):
        vigilance.clear(action_id=action.pk, reason="I am sure of myself", by=desk.lead, at=at)

    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.ops, at=at)
    assert VigilanceAction.objects.get().cleared_by == desk.ops


def test_clear_happens_once(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)
    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.lead, at=at)

    with pytest.raises(Conflict):
        vigilance.clear(action_id=action.pk, reason="We went through twenty", by=desk.ops, at=at)

    assert len(events("vigilance.cleared")) == 1


def test_what_was_cleared_does_not_count_again(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)
    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.lead, at=at + AN_HOUR)

    last = watched.approved(desk, desk.reviewer, 5, at + timedelta(days=1))[-1].decided_at
    watched.swept(last)

    signal = watched.signal(desk.reviewer)
    assert signal.band == "insufficient"
    assert signal.memory["recent"] == "11111"
    assert not VigilanceAction.objects.filter(cleared_at__isnull=True).exists()


# ── Notice, comment, end ─────────────────────────────────────────────────────────────────────────────────────


def test_acknowledge_is_for_reviewers_of_the_provider(desk: Desk, at: datetime) -> None:
    for who in ("owner", "auditor", "viewer"):
        with pytest.raises(NotAllowed):
            vigilance.acknowledge(by=desk.cast[who], at=at)
    assert not events("vigilance.acknowledged")

    vigilance.acknowledge(by=desk.reviewer, at=at)
    again = vigilance.acknowledge(by=desk.reviewer, at=at + AN_HOUR)

    assert again.acknowledged_at == at
    assert len(events("vigilance.acknowledged")) == 1


def test_comment_is_the_reviewers_own(desk: Desk, at: datetime) -> None:
    watched.red(desk, at)
    signal = watched.signal(desk.reviewer)

    with pytest.raises(NotVisible):
        vigilance.comment(signal_id=signal.pk, text="Not mine", by=desk.second, at=at)
    with pytest.raises(Invalid):
        vigilance.comment(signal_id=signal.pk, text=" ", by=desk.reviewer, at=at)
    assert not events("vigilance.commented")

    told = vigilance.comment(signal_id=signal.pk, text="They were alike", by=desk.reviewer, at=at)

    assert (told.comment, told.commented_by) == ("They were alike", desk.reviewer)
    event = events("vigilance.commented")[0]
    assert Log.objects.get(pk=event.log_id).key == "platform", "it names the reviewer, so no client reads it"
    assert "alike" not in str(event.facts)


def test_forget_drops_what_is_older_than_twelve_months(desk: Desk, at: datetime) -> None:
    action = watched.red(desk, at)
    vigilance.clear(action_id=action.pk, reason="We went through ten cases", by=desk.lead, at=at)

    assert vigilance.forget(at=at + timedelta(days=364)) == 0
    assert vigilance.forget(at=at + timedelta(days=367)) == 2
    assert vigilance.forget(at=at + timedelta(days=367)) == 0

    assert not ReviewerSignal.objects.exists()
    assert [event.facts for event in events("vigilance.forgotten")] == [{"days": 1, "actions": 1}]
