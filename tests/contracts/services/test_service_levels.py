"""Service levels: written by one party, in force once both have accepted the same words (U1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.sla_kinds import Metric, SlaState
from contracts.enums import Role
from contracts.models import Measurement, Notification, ServiceAgreement, ServiceLevel
from contracts.selectors import service_levels as selector
from contracts.services import memberships, service_levels
from tests.factories import service_levels as made


def last_event() -> Event:
    return Event.objects.order_by("pk").latest("pk")


def state(agreement: ServiceAgreement) -> str:
    agreement.refresh_from_db()
    return agreement.state


def test_draft_begins_with_what_is_in_force(desk, at):
    active = selector.active(desk.process)

    draft = service_levels.draft(process=desk.process, by=desk.legal, at=at)

    assert (draft.version, draft.state) == (active.version + 1, SlaState.DRAFT)
    assert [row.name for row in selector.levels(draft)] == [row.name for row in selector.levels(active)]
    assert draft.credit_cap == active.credit_cap
    assert last_event().facts == {"version": draft.version, "based_on": active.version}
    with pytest.raises(Conflict, match="open draft already"):
        service_levels.draft(process=desk.process, by=desk.legal, at=at)


@pytest.mark.parametrize("who", ["owner", "ops", "admin", "reviewer", "vendor"])
def test_draft_is_for_those_who_write_contracts(desk, at, who):
    before = Event.objects.count()

    with pytest.raises(NotAllowed, match="written by"):
        service_levels.draft(process=desk.process, by=desk.cast[who], at=at)

    assert Event.objects.count() == before
    assert service_levels.draft(process=desk.process, by=desk.governance, at=at).pk


def test_draft_of_strangers_is_not_there(world, desk, at):
    with pytest.raises(NotVisible):
        service_levels.draft(process=desk.process, by=world.stranger, at=at)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"weight": Decimal("-0.1")}, "weight"),
        ({"weight": Decimal("1.5")}, "weight"),
        ({"target": Decimal(120)}, "target"),
        ({"floor": Decimal(1)}, "floor"),
        ({"minutes": 5}, "minutes"),
        ({"metric": Metric.REVIEW_TIME}, "minutes"),
    ],
)
def test_put_refuses_what_cannot_be_meant_and_keeps_the_draft(desk, at, changes, field):
    draft = made.drafted(desk, at)
    before = list(ServiceLevel.objects.filter(agreement=draft).values())

    level = replace(made.terms("Another"), **changes)

    with pytest.raises(Invalid) as refused:
        service_levels.put(agreement_id=draft.pk, terms=level, by=desk.legal, at=at)

    assert refused.value.field == field
    assert list(ServiceLevel.objects.filter(agreement=draft).values()) == before


def test_put_tells_two_people_in_one_draft_apart(desk, at):
    draft = made.drafted(desk, at)

    service_levels.put(
        agreement_id=draft.pk, terms=made.terms("B"), by=desk.governance, at=at, edits=draft.edits
    )

    with pytest.raises(Conflict, match="just changed this draft"):
        service_levels.put(
            agreement_id=draft.pk, terms=made.terms("C"), by=desk.legal, at=at, edits=draft.edits
        )
    with pytest.raises(Invalid) as refused:
        service_levels.put(agreement_id=draft.pk, terms=made.terms("b"), by=desk.legal, at=at)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    "figures, field",
    [
        (("-1", "2", "5", "12"), "monthly_fee"),
        (("100", "-2", "5", "12"), "credit_percent"),
        (("100", "5", "2", "12"), "credit_percent_again"),
        (("100", "2", "5", "4"), "credit_cap"),
        (("100", "2", "5", "101"), "credit_cap"),
    ],
)
def test_set_credits_refuses_what_does_not_fit_together(desk, at, figures, field):
    draft = made.drafted(desk, at)
    fee, percent, again, cap = map(Decimal, figures)

    with pytest.raises(Invalid) as refused:
        service_levels.set_credits(
            agreement_id=draft.pk,
            monthly_fee=fee,
            percent=percent,
            percent_again=again,
            cap=cap,
            by=desk.legal,
            at=at,
        )

    assert refused.value.field == field


def test_propose_names_what_keeps_it_from_being_agreed(desk, at):
    draft = made.drafted(desk, at, made.terms("A", "0.6"), made.terms("B", "0.3"))

    with pytest.raises(Conflict, match="add up to 90 %") as refused:
        service_levels.propose(agreement_id=draft.pk, by=desk.legal, at=at)

    assert refused.value.details[0]["pointer"] == "/weight"
    assert state(draft) == SlaState.DRAFT


def test_accept_by_both_parties_puts_it_in_force_U1(desk, at):
    earlier = selector.active(desk.process)
    stamp = desk.process.stamp
    agreement = made.proposed(desk, at)
    said = service_levels.digest(agreement)

    service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)
    assert state(agreement) == SlaState.PROPOSED
    assert selector.active(desk.process) == earlier
    service_levels.accept(agreement_id=agreement.pk, by=desk.ops, said=said, at=at)

    assert state(agreement) == SlaState.ACTIVE
    assert state(earlier) == SlaState.SUPERSEDED
    assert selector.in_force(desk.process, at) == agreement
    desk.process.refresh_from_db()
    assert desk.process.stamp != stamp
    event = last_event()
    assert (event.action, event.facts["replaces"]) == ("sla.activated", earlier.version)
    assert event.facts["levels"][0]["terms"] == "≤ 3 %"
    assert Notification.objects.filter(user=desk.legal, body="They are in force.").exists()


def test_accept_is_for_each_party_once(desk, at):
    agreement = made.proposed(desk, at)
    said = service_levels.digest(agreement)
    service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)

    with pytest.raises(Conflict, match="accepted them already"):
        service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)

    assert state(agreement) == SlaState.PROPOSED


def test_accept_asks_for_the_words_that_were_read(desk, at):
    agreement = made.proposed(desk, at)

    with pytest.raises(Conflict, match="not the service levels you read"):
        service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said="another", at=at)

    assert state(agreement) == SlaState.PROPOSED


@pytest.mark.parametrize("who", ["legal", "admin", "governance", "reviewer"])
def test_accept_is_for_those_who_sign(desk, at, who):
    agreement = made.proposed(desk, at)
    said = service_levels.digest(agreement)

    with pytest.raises(NotAllowed):
        service_levels.accept(agreement_id=agreement.pk, by=desk.cast[who], said=said, at=at)

    assert state(agreement) == SlaState.PROPOSED
    assert service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)


def test_reject_sends_it_back_with_a_reason(desk, at):
    agreement = made.proposed(desk, at)

    with pytest.raises(Invalid) as refused:
        service_levels.reject(agreement_id=agreement.pk, by=desk.ops, why=" ", at=at)
    service_levels.reject(agreement_id=agreement.pk, by=desk.ops, why="The floor is too high", at=at)

    assert refused.value.field == "why"
    assert state(agreement) == SlaState.REJECTED
    assert Notification.objects.filter(user=desk.legal, body__contains="The floor is too high").exists()
    said = service_levels.digest(agreement)
    with pytest.raises(Conflict, match="do not wait"):
        service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)


def test_report_keeps_every_figure_and_the_last_one_counts(desk, at):
    month = at.date().replace(day=1)
    for value in ("96.5", "97.2"):
        service_levels.report(
            process=desk.process,
            name="Paid on time",
            month=month,
            value=Decimal(value),
            source="Ledger",
            by=desk.legal,
            at=at,
        )

    assert Measurement.objects.count() == 2
    assert selector.reported(desk.process, month)["Paid on time"].value == Decimal("97.2")
    assert last_event().facts["value"] == "97.2"


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": "QA pass rate"}, "name"),
        ({"name": "Nothing"}, "name"),
        ({"month": date(2026, 3, 2)}, "month"),
        ({"month": date(2099, 1, 1)}, "month"),
        ({"value": Decimal(101)}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"source": " "}, "source"),
    ],
)
def test_report_refuses_what_cannot_be_meant(desk, at, changes, field):
    said = {
        "name": "Paid on time",
        "month": at.date().replace(day=1),
        "value": Decimal(97),
        "source": "Ledger",
    }

    with pytest.raises(Invalid) as refused:
        service_levels.report(process=desk.process, by=desk.legal, at=at, **(said | changes))

    assert refused.value.field == field
    assert not Measurement.objects.exists()


def test_accept_refuses_what_is_older_than_what_is_in_force(desk, at):
    """Running clocks follow the higher number: an earlier version that came later would govern none of them."""
    earlier = made.proposed(desk, at)
    later = made.agreed(desk, at)

    with pytest.raises(Conflict, match=f"Later service levels .v{later.version}. are in force"):
        service_levels.accept(
            agreement_id=earlier.pk, by=desk.owner, said=service_levels.digest(earlier), at=at
        )

    assert (state(earlier), state(later)) == (SlaState.PROPOSED, SlaState.ACTIVE)
    assert earlier.client_accepted_at is None


def test_whoever_wrote_in_a_draft_does_not_accept_it(desk, at):
    """Four eyes: the owner who also writes contracts set the credits of counsel's draft."""
    memberships.grant(
        user=desk.owner,
        organisation=desk.client,
        role=Role.CLIENT_LEGAL,
        process=desk.process,
        by=None,
        at=at,
    )
    draft = made.drafted(desk, at)
    service_levels.put(agreement_id=draft.pk, terms=made.terms("Appeals won"), by=desk.owner, at=at)
    service_levels.remove(agreement_id=draft.pk, name="Appeals lost", by=desk.legal, at=at)
    proposed = service_levels.propose(agreement_id=draft.pk, by=desk.legal, at=at)
    said = service_levels.digest(proposed)

    with pytest.raises(NotAllowed, match="You wrote in this version"):
        service_levels.accept(agreement_id=draft.pk, by=desk.owner, said=said, at=at)

    proposed.refresh_from_db()
    assert (proposed.state, proposed.client_accepted_by) == (SlaState.PROPOSED, None)
    assert service_levels.accept(agreement_id=draft.pk, by=desk.ops, said=said, at=at).provider_accepted_by
