"""The pages of service levels: drafted by forms, accepted by both parties, figures reported (U1, U2)."""

import pytest
from django.utils import timezone

from contracts.models import Measurement, ServiceAgreement
from contracts.selectors import service_levels as selector
from tests import counting, worlds
from tests.factories import service_levels as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return worlds.build(timezone.now()).north


def address(desk: Desk, rest: str = "") -> str:
    return f"/agreements/{desk.process.code}/service-levels/versions/{rest}"


LEVEL = {
    "name": "Answered by phone",
    "kind": "time",
    "metric": "review_time",
    "bound": "at_least",
    "target": "90",
    "unit": "percent",
    "minutes": "30",
    "floor": "80",
    "weight": "100",
}


def test_from_draft_to_force_by_the_pages(desk, log_in):
    legal = log_in(desk.legal)
    there = legal.post(address(desk, "draft/")).headers["Location"]
    draft = ServiceAgreement.objects.get(state="draft")
    for level in draft.levels.all():
        legal.post(f"{there}remove/", {"name": level.name})
    draft.refresh_from_db()
    added = legal.post(f"{there}level/", {**LEVEL, "edits": str(draft.edits)})
    page = legal.get(there).content.decode()
    proposed = legal.post(f"{there}propose/")
    digest = log_in(desk.owner).get(there).context["page"].digest
    owner = log_in(desk.owner).post(f"{there}accept/", {"digest": digest})
    ops = log_in(desk.ops).post(f"{there}accept/", {"digest": digest})

    assert [one.status_code for one in (added, proposed, owner, ops)] == [303, 303, 303, 303]
    # U2: everything on time draws both warnings, and may still be agreed.
    assert "paid for speed" in page
    assert "measures an outcome or quality" in page
    assert selector.active(desk.process).version == draft.version


def test_what_was_typed_stays_where_it_is_refused(desk, log_in):
    draft = made.drafted(desk, timezone.now())
    there = address(desk, f"{draft.version}/level/")

    refused = log_in(desk.legal).post(there, {**LEVEL, "weight": "-20", "edits": str(draft.edits)})
    late = log_in(desk.legal).post(there, {**LEVEL, "edits": "0"})

    assert (refused.status_code, late.status_code) == (400, 409)
    for page in (refused, late):
        assert "Answered by phone" in page.content.decode()
    assert "A weight is more than 0 %" in refused.content.decode()
    assert list(draft.levels.values_list("name", flat=True)) == ["Appeals lost"]


def test_a_version_that_does_not_add_up_says_so_and_stays_a_draft(desk, log_in):
    draft = made.drafted(desk, timezone.now(), made.terms("A", "0.5"))

    refused = log_in(desk.legal).post(address(desk, f"{draft.version}/propose/"))

    assert refused.status_code == 409
    assert "add up to 50 %" in refused.content.decode()


def test_a_figure_is_reported_by_the_page(desk, log_in):
    there = f"/agreements/{desk.process.code}/service-levels/report/"
    said = {"name": "Paid on time", "month": f"{timezone.now():%Y-%m}", "value": "97.5", "source": "Ledger"}

    wrong = log_in(desk.legal).post(there, {**said, "value": "197"})
    done = log_in(desk.legal).post(there, said)

    assert (wrong.status_code, done.status_code) == (400, 303)
    assert "197" in wrong.content.decode()
    assert [str(one.value) for one in Measurement.objects.all()] == ["97.5000"]


def test_pages_ask_a_fixed_number_of_queries(desk, log_in):
    client = log_in(desk.owner)
    draft = made.drafted(desk, timezone.now(), made.terms("A", "0.5"))
    few = counting.queries(client, address(desk, f"{draft.version}/"))
    for number in range(3):
        made.service_levels.put(
            agreement_id=draft.pk, terms=made.terms(f"B{number}", "0.1"), by=desk.legal, at=timezone.now()
        )

    assert counting.queries(client, address(desk, f"{draft.version}/")) == few
    assert few == counting.written("contracts:service_levels_version")
