"""The function map beside what the trail measured, its finding, and its page (K8, story 17)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.models import Finding, MappedFunction, Notification
from contracts.services import function_map as services
from governance.domain import telemetry
from governance.models import DayRollup
from governance.services import function_checks
from tests import counting, worlds
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return worlds.build(timezone.now()).north


def address(desk: Desk, rest: str = "") -> str:
    return f"/agreements/{desk.process.code}/function-map/{rest}"


def measured(desk: Desk, decided: int, straight_through: int, days_ago: int = 3) -> None:
    """What the projection adds up of a day."""
    DayRollup.objects.create(
        log=desk.client.log_key,
        process=desk.process.code,
        day=telemetry.day_of(timezone.now() - timedelta(days=days_ago)),
        step="approve",
        tier="high",
        received=decided + straight_through,
        decided=decided,
        straight_through=straight_through,
    )


def every_item(desk: Desk) -> None:
    step = desk.steps["approve"]
    step.process = desk.process
    services.declare(
        step=step,
        dependency=Dependency.DECIDES_CONFIRMED,
        involvement=Involvement.EVERY_ITEM,
        impact=Impact.MEDIUM,
        why="The contract says so",
        by=desk.legal,
        at=timezone.now(),
    )


def test_less_looked_at_than_declared_is_a_finding_until_it_is_so_again(desk):
    every_item(desk)
    measured(desk, 380, 620)

    for _ in range(2):
        function_checks.compare(process=desk.process, link="/", at=timezone.now())

    (found,) = Finding.objects.filter(kind="function", ended_at__isnull=True)
    assert "people decided 38% of 1,000 outputs" in found.sentence
    for person in (desk.governance, desk.legal):
        assert [one.subject for one in told(person)] == [f"{desk.process.code}: {found.sentence}"]
    measured(desk, 0, 1000, days_ago=4)
    function_checks.compare(process=desk.process, link="/", at=timezone.now())
    found.refresh_from_db()
    assert "people decided 19% of 2,000 outputs" in found.sentence
    assert len(told(desk.legal)) == 1
    measured(desk, 1_000_000, 0, days_ago=2)
    function_checks.compare(process=desk.process, link="/", at=timezone.now())
    assert not Finding.objects.filter(kind="function", ended_at__isnull=True).exists()


def told(person):
    return Notification.objects.filter(user=person, subject__contains="people decided")


def test_what_lies_further_back_is_not_measured(desk):
    every_item(desk)
    measured(desk, 0, 1000, days_ago=40)

    assert function_checks.compare(process=desk.process, link="/", at=timezone.now()) == 0


def test_the_page_shows_where_each_step_stands(desk, log_in):
    every_item(desk)
    measured(desk, 380, 620)

    page = log_in(desk.viewer).get(address(desk)).content.decode()

    for words in (
        "Strict supervision",
        "38% of 1,000",
        "Less than declared",
        "Waits for the client",
        "Not mapped",
    ):
        assert words in page


def test_a_step_is_mapped_by_its_form_and_signed(desk, log_in):
    said = {"dependency": "4", "involvement": "2", "impact": "high", "why": "It pays by itself"}
    legal = log_in(desk.legal)

    wrong = legal.post(address(desk, "approve/"), {**said, "dependency": "9"})
    none = legal.get(address(desk, "nothing/"))
    for code in desk.steps:
        assert legal.post(address(desk, f"{code}/"), said).status_code == 302
    read = {"digest": services.digest(desk.process)}
    unread = log_in(desk.owner).post(address(desk, "all/sign/"))
    early = log_in(desk.ops).post(address(desk, "all/sign/"), read)
    assert not MappedFunction.objects.filter(signed_by__isnull=False).exists()
    signed = log_in(desk.owner).post(address(desk, "all/sign/"), read)
    again = log_in(desk.owner).post(address(desk, "all/sign/"), read)

    assert (wrong.status_code, none.status_code, early.status_code) == (400, 404, 403)
    assert unread.status_code == 409
    assert "It pays by itself" in wrong.content.decode()
    assert (signed.status_code, again.status_code) == (302, 409)
    assert MappedFunction.objects.filter(signed_by=desk.owner).count() == 3


def test_the_page_asks_a_fixed_number_of_queries(desk, log_in):
    client = log_in(desk.owner)
    few = counting.queries(client, address(desk))
    every_item(desk)
    measured(desk, 380, 620)

    assert counting.queries(client, address(desk)) == few == counting.written("governance:function_map")
