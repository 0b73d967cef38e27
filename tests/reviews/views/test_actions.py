"""The pages of corrective actions and findings (F11)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from reviews.enums import ActionState
from reviews.services import actions
from tests import counting, worlds
from tests.factories import consequences as made
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(at: datetime) -> World:
    return worlds.build(at)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_way_of_an_action(world: World, at: datetime, log_in, time_machine):
    """Overdue is said; done by its owner, given back, done again, verified by somebody else."""
    desk = world.north
    time_machine.move_to(at, tick=False)
    action = made.action(desk, at)
    page, listed = reverse("reviews:action", args=[action.pk]), reverse("reviews:actions")
    ops, auditor, lead = log_in(desk.ops), log_in(desk.auditor), log_in(desk.lead)
    assert "in 120 h" not in text(lead.get(listed))
    assert page in text(lead.get(listed + "?process=NORTH-AP"))
    assert page not in text(lead.get(listed + "?overdue=on"))
    assert page not in text(lead.get(listed + "?mine=on"))
    assert page not in text(log_in(world.south.lead).get(listed))
    time_machine.move_to(at + timedelta(days=6), tick=False)
    ops, auditor, lead = log_in(desk.ops), log_in(desk.auditor), log_in(desk.lead)
    assert page in text(lead.get(listed + "?overdue=on"))
    assert "was due" in text(ops.get(page))

    short = ops.post(reverse("reviews:action_finish", args=[action.pk]), {"done": "Well"})
    assert short.status_code == 400
    assert "At least 10 characters" in text(short)
    assert ">Well</textarea>" in text(short).replace("> Well", ">Well")
    ops.post(reverse("reviews:action_finish", args=[action.pk]), {"done": "It was entered again"})
    late = ops.post(reverse("reviews:action_finish", args=[action.pk]), {"done": "It was entered again"})
    assert late.status_code == 409
    auditor.post(reverse("reviews:action_return", args=[action.pk]), {"why": "It happened again"})
    assert "It happened again" in text(ops.get(page))
    ops.post(reverse("reviews:action_finish", args=[action.pk]), {"done": "The supplier is blocked"})
    assert auditor.post(reverse("reviews:action_verify", args=[action.pk])).status_code == 303

    action.refresh_from_db()
    assert (action.state, action.verified_by) == (ActionState.VERIFIED, desk.auditor)
    assert page not in text(lead.get(listed))
    assert page in text(lead.get(listed + "?state=verified"))


def test_a_finding_is_seen_until_it_is_closed(world: World, at: datetime, log_in):
    """On the list of actions and above the samples."""
    desk = world.north
    finding = made.finding(desk, at)
    page, samples = reverse("reviews:finding", args=[finding.pk]), reverse("reviews:samples")
    ops, auditor = log_in(desk.ops), log_in(desk.auditor)
    assert page in text(auditor.get(samples))
    assert page in text(auditor.get(reverse("reviews:actions")))
    assert "Failed 3 times" in text(auditor.get(page))

    close = reverse("reviews:finding_close", args=[finding.pk])
    assert ops.post(close, {"changed": "Done"}).status_code == 400
    assert ops.post(close, {"changed": "The model was calibrated"}).status_code == 303
    assert ops.post(close, {"changed": "The model was calibrated"}).status_code == 409

    assert page not in text(auditor.get(samples))
    assert "The model was calibrated" in text(auditor.get(page))


def test_programs_read_actions_and_findings(world: World, at: datetime, log_in):
    desk = world.north
    action, finding = made.action(desk, at), made.finding(desk, at)
    lead = log_in(desk.lead)

    listed = lead.get(reverse("reviews:api_actions") + "?state=open").json()
    found = lead.get(reverse("reviews:api_findings")).json()

    assert [(one["id"], one["owner"]) for one in listed["actions"]] == [(str(action.pk), desk.ops.username)]
    assert [one["id"] for one in found["findings"]] == [str(finding.pk)]
    assert lead.get(reverse("reviews:api_actions") + "?state=gone").status_code == 400
    assert log_in(world.south.lead).get(reverse("reviews:api_actions")).json()["actions"] == []


def test_the_pages_ask_as_little_however_much_there_is(world: World, at: datetime, log_in):
    desk = world.north
    action, finding = made.action(desk, at), made.finding(desk, at)
    actions.close_finding(
        finding_id=finding.pk, by=desk.governance, changed="The model was calibrated anew", at=at
    )

    def more() -> None:
        made.finished(desk, at)
        # The third time it is a finding, too.
        for _ in range(3):
            made.action(desk, at)

    client, listed = log_in(desk.governance), reverse("reviews:actions")
    taken = {
        "reviews:actions": counting.steady(client, listed, more),
        "reviews:actions?auditor": counting.queries(log_in(desk.auditor), listed),
        "reviews:action": counting.queries(log_in(desk.ops), reverse("reviews:action", args=[action.pk])),
        "reviews:finding": counting.queries(client, reverse("reviews:finding", args=[finding.pk])),
    }

    assert taken == {route: counting.written(route) for route in taken}
