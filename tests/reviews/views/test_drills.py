"""The pages of test calls: started from the matrix, answered on one's own page, shown with the time it took (C7)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.services import matrix_drafts
from reviews.enums import DrillState
from reviews.models import EscalationDrill
from reviews.services import drills
from tests import counting, matrices, worlds
from tests.factories import drills as made
from tests.permissions import fingerprint

QUARTER = timedelta(days=92)


@pytest.fixture
def desk(world):
    return world.north


def url(name, desk, *more):
    return reverse(f"reviews:matrix_{name}", args=[desk.process.code, *more])


def box(client, desk):
    return client.get(url("active", desk)).context["box"]


def test_a_test_call_is_started_from_the_matrix_answered_and_its_result_shown(desk, log_in):
    ops, lead = log_in(desk.ops), log_in(desk.lead)
    assert list(ops.get(url("active", desk)).context["drill_form"].keys) == ["*:"]

    started = ops.post(url("drills", desk), {"row": "*:"})
    drill = EscalationDrill.objects.get()
    assert started["Location"] == url("drill", desk, drill.pk)
    (call,) = lead.get(reverse("reviews:escalations")).context["page"].calls
    assert call.url == url("drill", desk, drill.pk)
    assert lead.get(call.url).context["page"].answer_url == call.answer_url
    assert (box(ops, desk).start.allowed, box(ops, desk).start.reason) == (False, drills.RUNS)
    assert ops.get(call.url).context["page"].answer_url == ""
    answered = lead.post(call.answer_url, follow=True)

    assert answered.redirect_chain == [(call.url, 302)]
    assert answered.context["page"].outcome.startswith("North Lead answered at level 1 after ")
    shown = box(ops, desk)
    assert shown.start.allowed
    assert [(line.answered_by, line.level, line.state.label) for line in shown.lines] == [
        ("North Lead", "L1", "Answered")
    ]
    assert shown.lines[0].took.endswith(" s")
    assert lead.get(reverse("reviews:escalations")).context["page"].calls == []


class TestOverdue:
    @pytest.mark.parametrize(
        "_case, days, overdue", [("within the quarter", 91, False), ("after it", 93, True)]
    )
    def test_after_92_days_it_says_so(self, desk, now, log_in, _case, days, overdue):
        made.answered(desk, now - timedelta(days=days), now - timedelta(days=days))

        shown = box(log_in(desk.viewer), desk)
        listed = log_in(desk.viewer).get(reverse("reviews:matrix")).context["processes"]

        assert (shown.overdue, [line.drill_overdue for line in listed]) == (overdue, [overdue])
        assert shown.due == shown.last + QUARTER

    def test_never_tried_it_counts_from_the_first_matrix_in_force(self, desk, now, log_in):
        """The matrix of the world is a month old, and a new version puts nothing off."""
        since = desk.process.matrices.get(version=1).activated_at
        matrices.bring_into_force(desk, matrix_drafts.draft(process=desk.process, by=desk.admin, at=now), now)

        shown = box(log_in(desk.ops), desk)

        assert (shown.last, shown.due, shown.overdue) == (None, since + QUARTER, False)

    def test_one_that_was_called_off_or_runs_does_not_count(self, desk, now, log_in):
        drills.cancel(drill_id=made.started(desk, now).pk, by=desk.ops, at=now)
        made.started(desk, now)

        assert box(log_in(desk.ops), desk).last is None

    def test_one_that_nobody_answered_counts(self, desk, now, log_in):
        made.started(desk, now - timedelta(days=1))
        for hours in range(5):
            drills.advance_due(at=now - timedelta(hours=20 - hours))

        shown = box(log_in(desk.ops), desk)

        assert (shown.last, shown.lines[0].state.label) == (now - timedelta(days=1), "Nobody answered")


def test_the_last_review_and_the_next_are_shown(desk, log_in):
    matrix = desk.process.matrices.get(version=1)

    shown = box(log_in(desk.ops), desk)

    assert (shown.reviewed, shown.review_by) == (matrix.decided_at, matrix.review_by)
    assert not shown.review_overdue


def test_a_review_without_a_day_is_due_a_quarter_after_the_approval(db, now, log_in):
    then = now - timedelta(days=93)
    desk = worlds.build(then).north
    draft = matrix_drafts.draft(process=desk.process, by=desk.admin, at=then)
    matrix_drafts.describe(matrix_id=draft.pk, note="", review_by=None, by=desk.admin, at=then)
    matrices.bring_into_force(desk, draft, then)

    shown = log_in(desk.ops).get(url("active", desk)).context

    assert shown["box"].review_by == (now - timedelta(days=1)).date()
    assert shown["box"].review_overdue
    assert shown["page"].overdue


def test_who_answered_is_read_by_those_who_see_cases(world, now, log_in):
    desk = world.north
    drill = made.answered(desk, now, now)
    address = url("drill", desk, drill.pk)

    viewer = log_in(desk.viewer)

    for outsider in (world.stranger, world.south.lead):
        assert log_in(outsider).get(address).status_code == 404
    assert [viewer.get(one).status_code for one in (address, url("drills", desk))] == [403, 403]
    shown = viewer.get(url("active", desk))
    assert (shown.context["box"].lines, shown.context["box"].readable) == ([], False)
    reviewer = log_in(desk.reviewer)
    assert [len(box(reviewer, desk).lines), reviewer.get(address).status_code] == [1, 200]


def test_a_drill_of_another_process_is_not_found_under_this_one(world, now, log_in):
    drill = made.started(world.north, now)

    assert log_in(world.overseer).get(url("drill", world.south, drill.pk)).status_code == 404
    assert log_in(world.overseer).get(url("drill", world.north, drill.pk)).status_code == 200


def test_a_refused_start_says_why_and_where(desk, now, log_in):
    made.started(desk, now)
    ops, before = log_in(desk.ops), fingerprint.of_database()

    running = ops.post(url("drills", desk), {"row": "*:"})
    unknown = ops.post(url("drills", desk), {"row": "fraud:"})

    assert (running.status_code, running.context["sentence"]) == (
        409,
        "A test call runs on this process: wait for its end, or call it off.",
    )
    assert (unknown.status_code, list(unknown.context["form"].errors)) == (400, ["row"])
    assert fingerprint.of_database() == before


def test_it_is_called_off_and_answering_comes_too_late(desk, now, log_in):
    drill = made.started(desk, now)
    log_in(desk.ops).post(url("drill_cancel", desk, drill.pk))

    late = log_in(desk.lead).post(url("drill_answer", desk, drill.pk), follow=True)
    again = log_in(desk.ops).post(url("drill_cancel", desk, drill.pk), follow=True)

    assert "This test call is over for you" in late.content.decode()
    assert "This test call is over already" in again.content.decode()
    drill.refresh_from_db()
    assert (drill.state, drill.ended_by) == (DrillState.CANCELLED, desk.ops)


def test_a_late_answer_and_a_missed_call_are_said_to_be_so(desk, now, log_in):
    drill = made.started(desk, now - timedelta(minutes=60))
    drills.advance_due(at=now - timedelta(minutes=40))
    drills.answer(drill_id=drill.pk, user=desk.governance, at=now)

    page = log_in(desk.ops).get(url("drill", desk, drill.pk)).context["page"]

    assert [(call.person, call.state.label, call.took) for call in page.calls] == [
        ("North Lead", "Did not answer in time", ""),
        ("North Governance", "Answered late", "40 min 0 s"),
    ]
    assert (
        page.outcome
        == "North Governance answered at level 2 after 40 min 0 s, 1 h 0 min after the drill began."
    )


def test_a_running_drill_shows_itself_anew_and_one_that_is_over_does_not(desk, now, log_in):
    drill = made.started(desk, now)
    ops, address = log_in(desk.ops), url("drill", desk, drill.pk)

    running = ops.get(address, headers={"hx-request": "true"}).content.decode()
    drills.answer(drill_id=drill.pk, user=desk.lead, at=now)
    over = ops.get(address, headers={"hx-request": "true"}).content.decode()

    assert running.lstrip().startswith('<div id="drill"')
    assert ("hx-get" in running, "hx-get" in over) == (True, False)


def test_the_list_goes_on_where_the_page_ended(desk, now, log_in):
    for days in range(21):
        made.answered(desk, now - timedelta(days=days), now - timedelta(days=days))
    lead = log_in(desk.lead)

    first = lead.get(url("drills", desk)).context["box"]
    second = lead.get(url("drills", desk) + first.next_url).context["box"]

    assert (len(first.lines), len(second.lines), second.next_url) == (20, 1, "")
    assert second.lines[0].at == now - timedelta(days=20)
    assert {line.url for line in first.lines}.isdisjoint({line.url for line in second.lines})


@pytest.mark.parametrize("route", ["matrix_drills", "matrix_drill"])
def test_pages_ask_a_fixed_number_of_queries(desk, now, log_in, route):
    first = made.answered(desk, now, now)
    client = log_in(desk.ops)
    address = url("drills", desk) if route == "matrix_drills" else url("drill", desk, first.pk)
    few = counting.queries(client, address)
    for hours in range(3):
        made.answered(desk, now - timedelta(hours=hours), now)

    assert few == counting.queries(client, address) == counting.written(f"reviews:{route}")
