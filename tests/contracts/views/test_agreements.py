"""The agreement of a process on one page: for everybody who works under it, and for nobody else."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from contracts.enums import Party, Role
from contracts.services import agreements, documents, memberships, processes
from contracts.services.matrix_drafts import Level
from tests import counting, matrices

LIST = reverse("contracts:agreements")


def address(desk):
    return reverse("contracts:agreement", args=[desk.process.code])


def test_agreements_lists_exactly_the_processes_somebody_sees(world, log_in):
    def codes(user):
        return {row.code for row in log_in(user).get(LIST).context["agreements"]}

    assert codes(world.north.viewer) == {"NORTH-AP"}
    assert codes(world.overseer) == {"NORTH-AP", "SOUTH-AP"}
    assert codes(world.stranger) == set()


@pytest.mark.parametrize("who", ["reviewer", "lead", "admin", "owner", "viewer", "auditor", "dpo"])
def test_agreement_tells_whoever_works_under_it_whom_to_call(desk, log_in, who):
    page = log_in(getattr(desk, who)).get(address(desk)).content.decode()

    for name in ("North Lead", "North Senior", "North Ops", "North Owner", "Provider", "Vendor", "North"):
        assert name in page


@pytest.mark.parametrize("who", ["stranger", "twin"])
def test_agreement_does_not_exist_for_others(world, log_in, who):
    user = {"stranger": world.stranger, "twin": world.south.admin}[who]

    foreign = log_in(user).get(address(world.north))
    missing = log_in(user).get(reverse("contracts:agreement", args=["NOWHERE"]))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "North invoices" not in foreign.content.decode()


def test_agreement_asks_strangers_to_log_in(desk):
    assert Client().get(address(desk)).status_code == 302
    assert Client().get(LIST).status_code == 302


def test_agreement_reads_as_it_was_agreed(desk, at, log_in):
    calendar = agreements.define_calendar(
        name="Cebu",
        time_zone="Asia/Manila",
        hours={str(day): [["09:00", "18:00"]] for day in range(5)},
        holidays=[date(2026, 12, 25)],
        by=None,
        at=at,
    )
    level = Level("L1", Role.TEAM_LEAD, desk.lead, None, calendar, 15, 90)
    matrices.put_path(desk, at, [level], "splitting")
    matrices.put_final(desk, at, category="*", party=Party.PROVIDER, role=Role.OPS_MANAGER, person=desk.ops)

    shown = log_in(desk.viewer).get(address(desk)).context["agreement"]

    assert [(line.kind, line.name) for line in shown.parties] == [
        ("Client", "North"),
        ("Provider", "Provider"),
        ("AI vendor", "Vendor"),
    ]
    assert [(step.code, step.category) for step in shown.steps] == [
        ("approve", "D1"),
        ("triage", "D2"),
        ("deny", "D3"),
    ]
    assert shown.steps[0].ai_scope == "The AI compares the invoice with the order."
    assert shown.steps[0].human_scope == "People decide what departs from it."
    assert shown.steps[0].models == [("north-1.0", "north reader of Vendor, approved")]
    assert [(line.name, line.weight) for line in shown.service_levels] == [
        ("Review within the hour", "35 %"),
        ("QA pass rate", "40 %"),
        ("Paid on time", "25 %"),
    ]
    assert shown.service_levels[0].target == "≥ 90 % within 60 min"
    assert shown.weights == "100 %"
    assert [(line.matter, line.role, line.person, line.deputy) for line in shown.final] == [
        ("Everything", "Operations manager", "North Ops", ""),
        ("Payment from €100,000", "Client owner", "North Owner", "North Admin"),
    ]
    for_all, splitting = shown.paths
    assert [line.person for line in for_all.levels] == ["North Lead", "North Ops", "North Admin"]
    assert splitting.title == "Cases of the class “splitting”"
    (only,) = splitting.levels
    assert (only.acknowledge, only.resolve, only.final) == ("15 min", "1 h 30 min", True)
    assert only.calendar == "Monday to Friday 09:00–18:00, Asia/Manila time, except 1 holiday"


def test_agreement_shows_the_newest_path_of_a_class(desk, at, log_in):
    level = Level("First", Role.OPS_MANAGER, desk.ops, None, desk.process.calendar, 5, 10)
    matrices.put_path(desk, at, [level])

    (path,) = log_in(desk.viewer).get(address(desk)).context["agreement"].paths

    assert (path.version, [line.label for line in path.levels]) == (2, ["First"])


def test_agreement_shows_the_published_procedure_with_its_summary(desk, at, log_in):
    documents.draft(
        code=desk.sop.code,
        title="Title",
        process=desk.process,
        owner=desk.ops,
        review_deadline=at.date(),
        steps=[],
        summary="Not yet.",
        by=desk.ops,
        at=at,
    )

    (sop,) = log_in(desk.viewer).get(address(desk)).context["agreement"].sops

    assert (sop.version, sop.older, sop.published_by) == (1, 0, "North Governance")
    assert sop.summary.startswith("Open the order")


def test_agreement_of_an_empty_process_says_what_is_missing(world, at, log_in):
    bare = processes.define(
        code="BARE", name="Bare", client=world.north.client, provider=world.provider, by=None, at=at
    )
    memberships.grant(
        user=world.stranger, organisation=world.provider, role=Role.TEAM_LEAD, process=bare, by=None, at=at
    )

    page = log_in(world.stranger).get(reverse("contracts:agreement", args=["BARE"])).content.decode()

    for sentence in (
        "No step is defined yet",
        "No escalation path",
        "No service level",
        "No procedure",
        "Nobody is designated",
    ):
        assert sentence in page


def test_agreement_shows_hostile_names_as_text(desk, at, log_in):
    desk.process.purpose = "<script>alert(1)</script>"
    desk.process.save(update_fields=["purpose"])

    assert "<script>alert" not in log_in(desk.viewer).get(address(desk)).content.decode()


@pytest.mark.parametrize("route", ["agreements", "agreement"])
def test_pages_ask_a_fixed_number_of_queries(desk, log_in, route):
    target = LIST if route == "agreements" else address(desk)

    assert counting.queries(log_in(desk.viewer), target) == counting.written(f"contracts:{route}")
