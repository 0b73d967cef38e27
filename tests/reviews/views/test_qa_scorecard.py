"""The scorecard of a drawn interaction: what stays hidden, who may score, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from contracts.enums import Role
from contracts.models import User
from contracts.services import memberships
from reviews.enums import ReasonCode, Verdict
from reviews.models import Evaluation
from reviews.services import decisions, draws, escalations, release
from reviews.services.decisions import Answer
from tests.factories import qa as make
from tests.factories import reviews
from tests.worlds import World

LogIn = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
EDITED = Answer(
    Verdict.EDIT,
    output={"amount": "777.00"},
    reason_code=ReasonCode.CALC_ERROR,
    note="Freight was counted twice.",
)


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def _evaluation(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation", args=[evaluation.pk])


def _submit(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation_submit", args=[evaluation.pk])


def _recorded(prefix: str) -> int:
    return Event.objects.filter(action__startswith=prefix).count()


def test_evaluation_hides_what_was_decided_until_the_score_is_in(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now, answer=EDITED)
    client = log_in(world.north.auditor)
    before = client.get(_evaluation(evaluation)).content.decode()
    client.post(_submit(evaluation), make.posted_answers(evaluation, wrong=True))

    after = client.get(_evaluation(evaluation)).content.decode()

    # The world counts its amounts in euros; 777 is nowhere but in the edit.
    for verdict in ("777", "Calculation error", world.north.reviewer.name):
        assert verdict not in before
        assert verdict in after
    assert "Invoice 4711" in before
    assert "6000.00" in before or "1200.00" in before


def test_evaluation_escapes_what_people_and_agents_wrote(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now, input={"invoice": HOSTILE}, external_id="hostile")

    text = log_in(world.north.auditor).get(_evaluation(evaluation)).content.decode()

    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_evaluation_of_a_straight_through_one_asks_about_what_went_out(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now, reviewed=False)

    page = log_in(world.north.auditor).get(_evaluation(evaluation)).context["page"]

    assert page.question == "The output that went out is wrong"
    assert ("Route", "Straight through: nobody looked at it before it went out") in page.handling


def test_evaluation_tells_how_it_went_up_the_path(world: World, now: datetime, log_in: LogIn) -> None:
    desk, yesterday = world.north, (now - timedelta(days=1)).replace(hour=3)
    make.planned(desk, yesterday)
    escalation = reviews.escalated_case(desk, yesterday)
    escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=yesterday + timedelta(minutes=20))
    case = escalation.case
    reviews.open_evidence(case, desk.lead, yesterday)
    decisions.decide(
        case_id=case.pk,
        user=desk.lead,
        answer=Answer(Verdict.APPROVE, learning="none"),
        at=yesterday + timedelta(hours=3),
    )
    release.release_due(at=yesterday + timedelta(hours=4))
    evaluation = draws.draw(process=desk.process, day=yesterday.date(), at=now).evaluations.get()

    page = log_in(desk.auditor).get(_evaluation(evaluation)).context["page"]

    assert dict(page.handling)["Level 1"] == (
        "the reviewer escalated it; taken on late, after 20 min, left after 3 h 00 (late)"
    )


def test_evaluation_is_opened_without_a_trace(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now)

    log_in(world.north.auditor).get(_evaluation(evaluation))

    evaluation.refresh_from_db()
    assert (evaluation.auditor, _recorded("qa.")) == (None, 0)


OPEN = [
    ("auditor", 200),
    ("reviewer", 403),
    ("lead", 403),
    ("owner", 403),
    ("governance", 403),
    ("viewer", 403),
]


@pytest.mark.parametrize(("who", "status"), OPEN)
def test_an_open_evaluation_is_for_auditors(
    who: str, status: int, world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    client = log_in(world.north.cast[who])

    assert client.get(_evaluation(evaluation)).status_code == status


def test_an_evaluation_is_not_there_for_strangers(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now)

    for user in (world.stranger, world.south.auditor):
        client = log_in(user)
        assert client.get(_evaluation(evaluation)).status_code == 404
        assert client.post(_submit(evaluation), make.posted_answers(evaluation)).status_code == 404
    assert _recorded("qa.") == 0


def test_a_conflicted_auditor_gets_403_in_page_and_post(world: World, now: datetime, log_in: LogIn) -> None:
    desk = world.north
    evaluation = make.drawn_evaluation(desk, now)
    memberships.grant(
        user=desk.second,
        organisation=world.provider,
        role=Role.QA_AUDITOR,
        process=desk.process,
        by=None,
        at=now,
    )
    client = log_in(desk.second)

    opened = client.get(_evaluation(evaluation))
    posted = client.post(_submit(evaluation), make.posted_answers(evaluation))

    assert (opened.status_code, posted.status_code) == (403, 403)
    assert "Your team had a hand in this interaction" in posted.content.decode()
    assert client.get(reverse("reviews:samples")).context["to_score"] == []
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.score, _recorded("qa.")) == ("drawn", None, 0)


def test_submit_scores_and_shows_the_score(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    client = log_in(world.north.auditor)

    page = client.post(_submit(evaluation), make.posted_answers(evaluation, delivery="fail"), follow=True)

    assert page.redirect_chain == [(_evaluation(evaluation), 302)]
    result = page.context["page"].result
    assert (result.score, result.state.label, result.verdict) == ("92", "Passed", "Approve")
    assert "Your score is in." in page.content.decode()
    evaluation.refresh_from_db()
    assert (evaluation.score, evaluation.submitted_by) == (Decimal("92.00"), world.north.auditor)


def test_submit_shows_the_critical_failures(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    client = log_in(world.north.auditor)

    page = client.post(_submit(evaluation), make.posted_answers(evaluation, privacy="fail"), follow=True)

    result = page.context["page"].result
    assert (result.score, result.state.label) == ("0", "Critical failure: the score is zero")
    assert result.critical == ["No unmasked personal data or secrets in prompt, output or notes"]


def test_submit_keeps_what_was_filled_in_where_evidence_is_missing(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    posted = make.posted_answers(evaluation, delivery="fail", procedure="fail")
    posted |= {"note_delivery": "", "note_procedure": " ", "note_rationale": HOSTILE}

    page = log_in(world.north.auditor).post(_submit(evaluation), posted)

    form, text = page.context["form"], page.content.decode()
    assert page.status_code == 400
    assert set(form.errors) == {"note_delivery", "note_procedure"}
    assert form["mark_delivery"].value() == "fail"
    assert "&lt;script&gt;" in text
    assert HOSTILE not in text
    assert _recorded("qa.") == 0


BAD = [
    ("_case nothing at all", {}, 13),
    ("_case an unknown mark", {"mark_delivery": "perhaps"}, 1),
    ("_case N/A where the line always applies", {"mark_correct": "na"}, 1),
    ("_case no judgement", {"judged_wrong": ""}, 1),
    ("_case an endless note", {"note_delivery": "x" * 2001}, 1),
]


@pytest.mark.parametrize(("_case", "changes", "errors"), BAD, ids=[row[0] for row in BAD])
def test_submit_refuses_bad_input(
    _case: str, changes: dict[str, str], errors: int, world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    posted = make.posted_answers(evaluation) | changes if changes else {}

    page = log_in(world.north.auditor).post(_submit(evaluation), posted)

    assert (page.status_code, len(page.context["form"].errors)) == (400, errors)
    evaluation.refresh_from_db()
    assert evaluation.state == "drawn"


def test_submit_a_second_time_is_refused_and_loses_nothing(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.scored_evaluation(world.north, now)

    page = log_in(world.north.auditor).post(
        _submit(evaluation), make.posted_answers(evaluation, privacy="fail")
    )

    assert page.status_code == 409
    assert "a score is given once" in page.content.decode()
    assert (
        "No unmasked personal data or secrets in prompt, output or notes",
        "Fail",
        "The order says otherwise",
    ) in (page.context["typed"])
    evaluation.refresh_from_db()
    assert (evaluation.score, _recorded("qa.submitted")) == (100, 1)


def test_a_scored_evaluation_is_read_by_all_who_see_samples(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.scored_evaluation(world.north, now)

    page = log_in(world.north.owner).get(_evaluation(evaluation))

    assert (page.status_code, page.context["form"]) == (200, None)
    assert page.context["page"].result.by == world.north.auditor.name
    assert log_in(world.north.reviewer).get(_evaluation(evaluation)).status_code == 200
    assert log_in(world.north.senior).get(_evaluation(evaluation)).status_code == 403


def test_evaluation_leads_to_the_next_one(world: World, now: datetime, log_in: LogIn) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(world.north, yesterday, "0.1")
    make.straight_through(world.north, yesterday, 20)
    draw = draws.draw(process=world.north.process, day=yesterday.date(), at=now)
    first, second = draw.evaluations.order_by("due_at", "pk")
    client = log_in(world.north.auditor)

    page = client.post(_submit(first), make.posted_answers(first), follow=True)

    assert page.context["page"].next_url == _evaluation(second)
