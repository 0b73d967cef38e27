"""The pages of fairness: an upload, an audit and its result; and that no page or reply ever holds a row (R4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contracts.models import User
from governance.models import BiasAudit, ProtectedAttribute
from governance.services import bias_audits, protected_attributes
from reviews.models import Case
from tests import counting, worlds
from tests.factories import bias as make
from tests.factories import qa
from tests.factories import reviews as worked
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
GROUP = "Sixty and over"


@pytest.fixture
def now() -> datetime:
    return qa.settled_now()


@pytest.fixture
def desk(now: datetime) -> Desk:
    return worlds.build(now - timedelta(days=2)).north


def page(desk: Desk) -> str:
    return reverse("governance:bias_process", args=[desk.process.code])


def send(client: Client, desk: Desk, text: str, name: str = "groups.csv"):
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    return client.post(reverse("governance:bias_supply", args=[desk.process.code]), {"file": file})


def test_a_file_is_taken_in_audited_and_told_in_shares(desk: Desk, now: datetime, log_in: LogIn):
    names = [f"case {number}" for number in range(12)]
    for name in names:
        qa.straight_through(desk, now, external_id=name, subject_ref=name)
    text = "external_id,attribute,group\n" + "".join(f"{name},age_band,{GROUP}\n" for name in names)

    reply = send(log_in(desk.dpo), desk, text)
    assert (reply.status_code, ProtectedAttribute.objects.count()) == (302, 12)

    client = log_in(desk.governance)
    days = {"since": (now - timedelta(days=1)).date(), "until": now.date()}
    made = client.post(
        reverse("governance:bias_audit", args=[desk.process.code]), {"attribute": "age_band", **days}
    )
    shown = client.get(made["Location"]).content.decode()
    assert "100.0 %" in shown
    assert "of 12" in shown
    assert BiasAudit.objects.get().audited_by == desk.governance
    assert "Age band" in client.get(page(desk)).content.decode()
    assert "Nothing flagged" in client.get(reverse("governance:bias")).content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The submitted file is empty."),
        ("external_id,group\nx,y\n", "The file lacks the column attribute."),
        ("external_id,attribute,group\nx,age_band,a\n", "No interaction has this external_id: row 1."),
        ('external_id,attribute,group\n"x', "The file is no CSV in UTF-8."),
        ("external_id,attribute,group\n", "The file holds no rows."),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_why(desk: Desk, log_in: LogIn, text: str, sentence: str):
    reply = send(log_in(desk.dpo), desk, text)

    assert reply.status_code == 400
    assert sentence in reply.content.decode()
    assert not ProtectedAttribute.objects.exists()


def test_a_refused_audit_keeps_what_was_chosen(desk: Desk, now: datetime, log_in: LogIn):
    make.audited(desk, now)
    client, address = log_in(desk.governance), reverse("governance:bias_audit", args=[desk.process.code])

    wrong = client.post(address, {"attribute": "age_band", "since": "2026-03-02", "until": "2026-03-01"})
    apart = client.post(address, {"attribute": "age_band", "since": "2026-03-01", "until": "2026-03-02"})
    other = client.post(address, {"attribute": "shoe_size", "since": "2026-03-01", "until": "2026-03-02"})

    assert (wrong.status_code, apart.status_code, other.status_code) == (400, 409, 400)
    assert 'value="2026-03-02"' in wrong.content.decode()
    assert BiasAudit.objects.count() == 1


def test_no_page_of_the_work_tells_a_group(desk: Desk, now: datetime, log_in: LogIn):
    case: Case = worked.read_case(desk, now, external_id="held")
    protected_attributes.supply(
        code=desk.process.code, rows=make.lines([("held", "age_band", GROUP)]), by=desk.dpo, at=now
    )
    addresses = {
        desk.reviewer: [reverse("reviews:case", args=[case.pk])],
        desk.governance: [
            page(desk),
            reverse("governance:bias"),
            reverse("governance:story", args=[case.interaction_id]),
        ],
        desk.dpo: [page(desk)],
    }

    for reader, pages in addresses.items():
        for address in pages:
            reply = log_in(reader).get(address)
            assert reply.status_code == 200
            assert GROUP not in reply.content.decode()


def test_the_pages_take_a_fixed_number_of_queries(desk: Desk, now: datetime, log_in: LogIn):
    audit = make.audited(desk, now)
    client = log_in(desk.governance)

    def more() -> None:
        for _ in range(3):
            bias_audits.audit(
                code=desk.process.code,
                attribute=audit.attribute,
                since=audit.since,
                until=audit.until,
                by=desk.governance,
                at=now,
            )

    taken = {
        "governance:bias": counting.steady(client, reverse("governance:bias"), more),
        "governance:bias_process": counting.steady(client, page(desk), more),
        "governance:bias_result": counting.queries(
            client, reverse("governance:bias_result", args=[audit.pk])
        ),
    }

    assert taken == {name: counting.written(name) for name in taken}
