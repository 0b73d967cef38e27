"""The records of a client, through their address: periods, legal holds and erasure on request (M5, M6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.retention import HoldScope, RecordClass
from audit.errors import NotAllowed
from audit.models import Event, LegalHold, PrivateValue, RetentionPolicy
from audit.services import retention
from contracts.enums import Category, Role, Tier
from contracts.services import memberships, processes
from governance import permissions
from reviews.models import Interaction
from reviews.services import intake
from tests import counting, worlds
from tests.permissions import fingerprint
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]

ADDRESS = "/trail/records/north/"
SUBJECT = "Jane Doe, Köln"
WHY = "Proceedings before the court in Essen"
TEXT = "Call jane.doe@example.org about the invoice"


@pytest.fixture
def desk() -> Desk:
    return worlds.build(timezone.now() - timedelta(days=2)).north


@pytest.fixture
def counsel(desk: Desk):
    """Somebody else who keeps the records."""
    return desk.legal


@pytest.fixture
def interaction(desk: Desk) -> Interaction:
    payload = worlds.payload(
        desk, amount="6000.00", subject_ref=SUBJECT, external_id="INV-4711", input={"text": TEXT}
    )
    receipt = intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=timezone.now())[0]
    return Interaction.objects.get(pk=receipt.id)


def post(client: Client, door: str, **sent: str):
    return client.post(f"{ADDRESS}{door}/", sent, follow=True)


def shown(reply) -> str:
    return reply.content.decode()


def set_period(client: Client, days: int, record_class: str = "personal", law: str = "EU"):
    return post(client, "policy", record_class=record_class, jurisdiction=law, keep_days=str(days))


def place(client: Client, scope: str = "log", about: str = ""):
    return post(client, "holds", **{"hold-scope": scope, "hold-about": about, "hold-reason": WHY})


def find(client: Client, about: str = SUBJECT):
    return post(client, "subject", **{"find-about": about})


def erase(client: Client, subject: str, **changes: str):
    return post(
        client, "erase", **{"subject": subject, "legal_basis": "gdpr_17_1_b", "ticket": "DSR-41", **changes}
    )


# ── Periods ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_period_the_page_says_that_everything_is_kept(desk, log_in: LogIn):
    page = shown(log_in(desk.dpo).get(ADDRESS))

    assert page.count("No period is set: everything is kept.") == 2
    assert "No legal hold is in force" in page


def test_m6_a_period_is_set_and_stands_there_with_its_law(desk, interaction, log_in: LogIn):
    page = shown(set_period(log_in(desk.dpo), 60))

    assert "The period is set" in page
    assert "Kept for 60 days. Allowed are 31 to 1,096 days, by the law of the European Union" in page
    assert "GDPR, Article 5(1)(e)" in page
    assert "North Dpo" in page
    assert "takes 0 personal values" in page
    event = Event.objects.get(action="retention.policy_set")
    assert (event.actor_id, event.content["actor"]["role"]) == (str(desk.dpo.pk), "client_dpo")


@pytest.mark.parametrize(
    ("_case", "days", "sentence"),
    [
        ("below the floor", 30, "30 days are shorter than the floor"),
        ("above the ceiling", 1_097, "1097 days are longer than the ceiling"),
    ],
)
def test_m6_a_period_outside_its_bounds_is_refused_with_both(desk, log_in: LogIn, _case, days, sentence):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    reply = set_period(client, days)

    assert reply.status_code == 400
    assert sentence in shown(reply)
    assert "31 days at least" in shown(reply)
    assert "1096 days at most" in shown(reply)
    assert fingerprint.of_database() == before
    set_period(client, 60)
    assert RetentionPolicy.objects.get().keep_days == 60


@pytest.mark.parametrize("days", ["", "many", "-1", "1e9"])
def test_what_is_no_number_of_days_is_refused(desk, log_in: LogIn, days):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    reply = post(client, "policy", record_class="personal", jurisdiction="EU", keep_days=days)

    assert reply.status_code == 400
    assert fingerprint.of_database() == before


def test_the_page_says_what_the_next_purge_takes(desk, interaction, log_in: LogIn, monkeypatch):
    set_period(log_in(desk.dpo), 60)
    sealed = PrivateValue.objects.filter(subject_key__log="north").count()
    later = timezone.now() + timedelta(days=61)
    monkeypatch.setattr("governance.views.records.timezone.now", lambda: later)

    page = shown(log_in(desk.dpo).get(ADDRESS))

    assert f"The next purge, within a day, takes {sealed} personal value" in page


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_reads_stories_sees_the_periods_and_no_door(desk, log_in: LogIn):
    set_period(log_in(desk.dpo), 60)
    place(log_in(desk.dpo))

    page = shown(log_in(desk.lead).get(ADDRESS))

    assert "Kept for 60 days" in page
    assert "1 legal hold in force" in page
    assert WHY not in page
    assert "<form class=" not in page


def test_a_right_on_some_of_the_processes_is_not_enough(desk, log_in: LogIn):
    """A log holds all processes of a client."""
    partial = worlds.person("north_partial", desk.client, timezone.now())
    memberships.grant(
        user=partial,
        organisation=desk.client,
        role=Role.CLIENT_DPO,
        process=desk.process,
        by=None,
        at=timezone.now(),
    )
    assert permissions.can_keep_records(partial, desk.client)
    _second_process(desk)

    with pytest.raises(NotAllowed) as refusal:
        permissions.check_can_keep_records(partial, desk.client)
    reply = set_period(log_in(partial), 60)

    assert refusal.value.sentence == permissions.KEEPERS
    assert reply.status_code == 403
    assert not RetentionPolicy.objects.exists()
    # Whose role covers the whole client holds it on the new one too.
    assert set_period(log_in(desk.dpo), 60).status_code == 200


def _second_process(desk: Desk) -> None:
    made = processes.define(
        code="NORTH-2",
        name="More invoices",
        client=desk.client,
        provider=desk.process.provider,
        vendors=[],
        calendar=desk.process.calendar,
        fields=[],
        intake={},
        by=None,
        at=timezone.now(),
    )
    processes.add_step(
        process=made,
        code="x",
        name="X",
        category=Category.D1,
        tier=Tier.LOW,
        ai_scope="The AI reads.",
        human_scope="People decide.",
        output_fields=[],
        evidence=[],
        adverse_outcomes={},
        sop=desk.sop,
        business_category="payment",
        by=None,
        at=timezone.now(),
    )


def test_who_reads_the_stories_of_one_client_is_led_to_its_records(desk, log_in: LogIn):
    reply = log_in(desk.dpo).get("/trail/records/")

    assert (reply.status_code, reply.headers["Location"]) == (302, ADDRESS)


def test_clients_lists_those_whose_stories_are_read(log_in: LogIn):
    world = worlds.build(timezone.now() - timedelta(days=2))

    several = log_in(world.overseer).get("/trail/records/")

    assert several.status_code == 200
    assert ADDRESS in shown(several)
    assert "/trail/records/south/" in shown(several)
    assert "There are no records you can see" in shown(log_in(world.north.reviewer).get("/trail/records/"))


# ── Holds ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scope", ["log", "matter", "subject"])
def test_m6_a_hold_is_placed_and_lifted_by_somebody_else(desk, counsel, interaction, log_in: LogIn, scope):
    about = {"log": "", "matter": str(interaction.pk), "subject": SUBJECT}[scope]
    placed = shown(place(log_in(desk.dpo), scope, about))
    hold = LegalHold.objects.get()

    assert "The hold is placed" in placed
    assert WHY in placed
    assert "name no person" in placed
    assert "You placed this hold: somebody else" in placed
    expected = {"log": "", "matter": str(interaction.correlation_id), "subject": interaction.subject}
    assert (hold.key, hold.placed_by) == (expected[scope], str(desk.dpo.pk))
    assert SUBJECT not in placed
    own = post(log_in(desk.dpo), f"holds/{hold.pk}/lift", **{"lift-reason": "The court has decided"})
    assert own.status_code == 403
    assert LegalHold.objects.get().lifted_at is None
    other = post(log_in(counsel), f"holds/{hold.pk}/lift", **{"lift-reason": "The court has decided"})
    assert "The hold is lifted" in shown(other)
    assert LegalHold.objects.get().lifted_by == str(counsel.pk)
    again = post(log_in(counsel), f"holds/{hold.pk}/lift", **{"lift-reason": "The court has decided"})
    assert (again.status_code, "lifted already" in shown(again)) == (409, True)


@pytest.mark.parametrize(
    ("_case", "scope", "about", "why", "sentence"),
    [
        ("no interaction", "matter", "INV-0", WHY, "There is no such interaction of this client."),
        ("nobody", "subject", "", WHY, "Say which interaction or subject it covers."),
        ("no reason", "log", "", "", "This field is required."),
        ("hardly a reason", "log", "", "because", "Say why, in at least 10 characters."),
    ],
)
def test_a_hold_on_nothing_is_refused(desk, log_in: LogIn, _case, scope, about, why, sentence):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    reply = post(client, "holds", **{"hold-scope": scope, "hold-about": about, "hold-reason": why})

    assert reply.status_code == 400
    assert sentence in shown(reply)
    assert fingerprint.of_database() == before


def test_a_hold_on_a_misspelt_subject_is_refused_and_one_on_who_was_erased_is_not(
    desk, interaction, log_in: LogIn
):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    reply = place(client, "subject", "Jane Do, Köln")

    assert reply.status_code == 400
    assert "Nothing of this client is about this subject" in shown(reply)
    assert fingerprint.of_database() == before
    erase(client, interaction.subject)
    assert "The hold is placed" in shown(place(client, "subject", SUBJECT))
    assert LegalHold.objects.get().key == interaction.subject


@pytest.mark.parametrize("by", ["id", "case", "matter", "external id"])
def test_a_subject_is_held_by_every_id_of_an_interaction(desk, interaction, log_in: LogIn, by):
    about = {
        "id": interaction.pk,
        "case": interaction.case.pk,
        "matter": interaction.correlation_id,
        "external id": interaction.external_id,
    }[by]

    place(log_in(desk.dpo), "subject", str(about))

    assert LegalHold.objects.get().key == interaction.subject


def test_lifting_without_a_reason_keeps_the_form_open(desk, counsel, log_in: LogIn):
    place(log_in(desk.dpo))
    hold = LegalHold.objects.get()

    reply = post(log_in(counsel), f"holds/{hold.pk}/lift", **{"lift-reason": "no"})

    assert reply.status_code == 400
    assert "Say why, in at least 10 characters." in shown(reply)
    assert LegalHold.objects.get().lifted_at is None


# ── What was purged ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_purged_says_so_too(desk, interaction, log_in: LogIn):
    retention.set_policy(
        log="north",
        record_class=RecordClass.PERSONAL,
        jurisdiction="EU",
        keep_days=31,
        by=Actor.system("operator"),
        at=timezone.now(),
    )
    retention.purge_personal(log="north", at=timezone.now() + timedelta(days=32))

    story = shown(log_in(desk.dpo).get(f"/trail/interactions/{interaction.pk}/"))

    assert "(its period of 31 days was over)" in story
    assert "Personal values kept until" in story


def test_the_number_of_queries_does_not_depend_on_the_holds(desk, counsel, interaction, log_in: LogIn):
    client = log_in(desk.dpo)
    set_period(client, 60)
    for _ in range(3):
        place(client, "subject", SUBJECT)
        retention.place_hold(
            log="north",
            scope=HoldScope.LOG,
            key="",
            reason=WHY,
            by=Actor.system("operator"),
            at=timezone.now(),
        )

    assert {"governance:records_client": counting.queries(client, ADDRESS)} == {
        "governance:records_client": counting.written("governance:records_client")
    }
