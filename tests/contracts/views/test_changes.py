"""Model changes in a browser's place: filed with everything or with clear errors, vetoed, and what a vendor does not learn (L2, L3)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from contracts.enums import Party
from contracts.models import Breach, ModelChange, Organisation, User
from contracts.services import parties
from tests import worlds
from tests.factories import changes
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def client(user: User) -> Client:
    made = Client()
    made.force_login(user, backend="contracts.backends.People")
    return made


def form(desk: Desk, at: datetime, **more: object) -> dict[str, object]:
    told = changes.notice(desk, at, **more)
    plain = {name: value for name, value in told.__dict__.items() if value is not None}
    planned = plain.pop("planned_at")
    return {
        **plain,
        "model": str(desk.model.model_id),
        "steps": list(told.steps),
        "planned_at": planned.strftime("%Y-%m-%dT%H:%M"),
    }


def test_check_9_a_late_notice_is_a_breach_and_the_client_vetoes_it(desk, at):
    """Check 9: filed with twelve days’ lead; others cannot approve; the veto works."""
    planned = at + timedelta(days=12)
    sent = form(desk, at, planned_at=planned, test_until=(at + timedelta(days=10)).date())
    with time_machine.travel(at):
        filed = client(desk.vendor).post(f"/agreements/{desk.process.code}/changes/new/", sent)
        change = ModelChange.objects.get()
        page = f"/changes/{change.pk}/"
        assert (filed.status_code, filed.headers["Location"]) == (303, page)
        shown = client(desk.owner).get(page).content.decode()
        blocked = client(desk.governance).post(f"{page}veto/", {"why": changes.WHY})
        vetoed = client(desk.owner).post(f"{page}veto/", {"why": changes.WHY})

    assert Breach.objects.get().kind == "notice_late"
    assert "Late notice" in shown
    assert blocked.status_code == 403
    assert vetoed.status_code == 303
    change.refresh_from_db()
    assert change.state == "rejected"


def test_everything_that_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk, at):
    sent = form(desk, at, reason="short", contact="", behaviour="It will read credit notes over many orders")

    with time_machine.travel(at):
        answer = client(desk.vendor).post(f"/agreements/{desk.process.code}/changes/new/", sent)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert {"reason", "contact"} <= set(answer.context["form"].errors)
    assert "It will read credit notes over many orders" in page
    assert not ModelChange.objects.exists()


def test_a_vendor_reads_parties_and_no_people(desk, at):
    change = changes.classified(desk, at)

    page = client(desk.vendor).get(f"/changes/{change.pk}/").content.decode()

    assert desk.governance.name not in page
    assert "Provider" in page


def test_another_vendor_of_the_process_does_not_see_the_change(desk, at):
    change = changes.notified(desk, at)
    User.objects.filter(pk=desk.vendor.pk).update(organisation=_other(desk))

    assert client(User.objects.get(pk=desk.vendor.pk)).get(f"/changes/{change.pk}/").status_code == 404


def _other(desk: Desk) -> Organisation:
    return parties.add(kind=Party.AI_VENDOR, slug="other", name="Other", by=None, at=desk.process.created_at)
