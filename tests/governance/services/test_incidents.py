"""A version nobody announced is noticed with its first item (L4, story 1): incident, breach, and people look at everything."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from audit.services import projecting
from contracts.models import Breach, ModelVersion, Notification, Process, UndeclaredVersion
from contracts.services import processes, undeclared
from governance.models import Incident
from governance.selectors import incidents as selector
from governance.services import incident_closing
from reviews.services import intake
from tests import worlds
from tests.factories import changes
from tests.governance import trails
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
STRANGE = "north-4.3"
HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def post(desk: Desk, at: datetime, *models: str, **changes: object) -> list[intake.Receipt]:
    payloads = [worlds.payload(desk, model_version=model, **changes) for model in models]
    return intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)


def project(at: datetime) -> None:
    trails.publish("north")
    projecting.sweep(clock=lambda: at)


def test_the_first_item_of_an_undeclared_version_opens_an_incident_and_a_breach(desk, at):
    """L4: not released by itself, incident opened, notice absent."""
    (receipt,) = post(desk, at, STRANGE)
    project(at)

    assert receipt.disposition == "review"
    incident = Incident.objects.get()
    assert (incident.kind, incident.subject, incident.severity) == ("undeclared_model", STRANGE, 1)
    assert incident.source_event == Event.objects.get(action="modelchange.undeclared").uid
    breach = Breach.objects.get()
    assert (breach.kind, breach.responsible) == ("notice_absent", "ai_vendor")
    assert Event.objects.get(action="incident.reported").facts["subject"] == STRANGE


def test_whom_the_raci_has_informed_learns_that_there_is_an_incident_and_not_of_whom(desk, at):
    """K2: the AI vendor is informed of incidents; who decides is told once, and more."""
    post(desk, at, STRANGE)
    project(at)

    told = Notification.objects.filter(subject__startswith="NORTH-AP: incident of severity 1")
    vendors = told.get(user=desk.vendor)
    assert "without notice of a change" in vendors.subject
    assert STRANGE not in vendors.subject + vendors.body
    assert STRANGE in told.get(user=desk.owner).subject
    assert len(told) == len({one.user_id for one in told})


def test_another_fingerprint_than_was_registered_is_undeclared_too(desk, at):
    """L4: the name alone proves nothing. Without one on file, or without one posted, the name has to do."""
    made = {"model_fingerprint": "fp_44709d6fcb"}
    assert post(desk, at, "north-1.0", **made)[0].disposition == "auto_released"
    ModelVersion.objects.filter(reference="north-1.0").update(fingerprint=made["model_fingerprint"])
    processes.touch(desk.process)
    same, silent = post(desk, at, "north-1.0", **made) + post(desk, at, "north-1.0")
    assert {same.disposition, silent.disposition} == {"auto_released"}

    (other,) = post(desk, at, "north-1.0", model_fingerprint="fp_99e2a01c7d")
    project(at)

    assert other.disposition == "review"
    assert UndeclaredVersion.objects.get().reference == "north-1.0 (fp_99e2a01c7d)"
    assert Incident.objects.get().subject == "north-1.0 (fp_99e2a01c7d)"
    assert post(desk, at, "north-1.0", **made)[0].disposition == "review"


def test_from_the_first_item_on_people_look_at_everything(desk, at):
    """Story 1: 100 % review from then, also of what says that it is of the approved version."""
    assert post(desk, at, "north-1.0")[0].disposition == "auto_released"

    together = post(desk, at, "north-1.0", STRANGE, "north-1.0")
    later = post(desk, at, "north-1.0", STRANGE)

    assert {one.disposition for one in [*together, *later]} == {"review"}
    assert "MODEL_UNDECLARED" in {reason["code"] for reason in later[0].reasons}
    assert UndeclaredVersion.objects.count() == 1
    assert Event.objects.filter(action="modelchange.undeclared").count() == 1


def test_another_clients_process_goes_on(world, at):
    post(world.north, at, STRANGE)

    assert post(world.south, at, "south-1.0")[0].disposition == "auto_released"


def test_settled_by_somebody_who_decides_the_rules_hold_again(desk, at):
    post(desk, at, STRANGE)
    found = UndeclaredVersion.objects.get()
    process = Process.objects.get(pk=desk.process.pk)

    undeclared.settle(
        process=process, undeclared_id=found.pk, outcome="stopped", why=changes.WHY, by=desk.owner, at=at
    )

    assert post(desk, at, "north-1.0")[0].disposition == "auto_released"


def test_where_the_process_says_so_its_items_are_kept_apart(desk, at):
    Process.objects.filter(pk=desk.process.pk).update(
        intake={**desk.process.intake, "undeclared_model": "quarantine"}, stamp=desk.model.pk
    )

    strange, known = post(desk, at, STRANGE, "north-1.0")

    assert (strange.disposition, known.disposition) == ("quarantined", "review")


def test_what_is_in_test_by_notice_goes_to_people_and_surprises_nobody(desk, at):
    changes.in_test(desk, at, reference=STRANGE)

    strange, known = post(desk, at, STRANGE, "north-1.0")

    assert (strange.disposition, known.disposition) == ("review", "auto_released")
    assert not UndeclaredVersion.objects.exists()


@pytest.mark.parametrize("state", ["notified", "emergency"])
def test_a_notice_alone_lets_nothing_answer_but_an_emergency_is_known(desk, at, state):
    getattr(changes, state)(desk, at, reference=STRANGE)

    post(desk, at, STRANGE)

    assert UndeclaredVersion.objects.exists() == (state == "notified")


def test_what_is_deployed_is_taken_in_as_the_old_one_was(desk, at):
    changes.deployed(desk, at)

    assert {one.disposition for one in post(desk, at, "north-2.0", "north-1.0")} == {"auto_released"}


def test_projecting_again_opens_nothing_twice(desk, at):
    """X3: exactly once, also after a rebuild."""
    post(desk, at, STRANGE)
    project(at)

    for log in Event.objects.values_list("log_id", flat=True).distinct():
        projecting.rebuild(name="incidents", log_id=log, at=at)
    projecting.sweep(clock=lambda: at)

    assert Incident.objects.count() == Breach.objects.count() == 1
    assert Event.objects.filter(action="incident.reported").count() == 1


def test_data_processed_where_it_may_not_be_is_one_incident_for_its_endpoint(desk, at):
    """Story 9."""
    post(desk, at, "north-1.0", "north-1.0", endpoint="elsewhere")
    project(at + timedelta(minutes=1))

    found = Incident.objects.filter(kind="sovereignty")
    assert found.count() == (1 if Event.objects.filter(action="sovereignty.violation").exists() else 0)


@pytest.mark.parametrize(("who", "seen"), [("viewer", 1), ("lead", 1), ("vendor", 0), ("reviewer", 0)])
def test_incidents_are_read_by_those_who_read_the_board(world, at, who, seen):
    post(world.north, at, STRANGE)
    project(at)

    assert len(selector.listed(world.north.cast[who])) == seen
    assert selector.listed(world.south.owner) == []
    assert timezone.is_aware(at)


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────

DONE = "The vendor took it back and fixed its release process"


@pytest.fixture
def incident(desk: Desk, at: datetime) -> Incident:
    """Data went elsewhere."""
    post(desk, at, "north-1.0", endpoint="elsewhere")
    project(at)
    return Incident.objects.get()


def test_close_says_what_was_done_and_is_on_the_trail(desk, at, incident):
    incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)

    incident.refresh_from_db()
    assert (incident.state, incident.closed_by, incident.closed_at, incident.done) == (
        "closed",
        desk.owner,
        at + HOUR,
        DONE,
    )
    event = Event.objects.get(action="incident.closed")
    assert event.facts == {"kind": "sovereignty", "subject": incident.subject}
    assert DONE not in str(event.content)
    with pytest.raises(Conflict, match="closed already"):
        incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)


def test_what_happens_again_after_closing_is_another_incident(desk, at, incident):
    incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)

    post(desk, at + 2 * HOUR, "north-1.0", "north-1.0", endpoint="elsewhere")
    project(at + 2 * HOUR)

    assert [one.state for one in Incident.objects.order_by("occurred_at")] == ["closed", "reported"]


def test_reading_the_trail_again_opens_no_closed_incident_anew(desk, at, incident):
    post(desk, at + timedelta(minutes=1), "north-1.0", endpoint="elsewhere")
    incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)

    for log in Event.objects.values_list("log_id", flat=True).distinct():
        projecting.rebuild(name="incidents", log_id=log, at=at + 2 * HOUR)
    project(at + 2 * HOUR)

    assert Incident.objects.get().state == "closed"


def test_close_waits_until_the_version_is_settled(desk, at):
    post(desk, at, STRANGE)
    project(at)
    incident = Incident.objects.get()

    with pytest.raises(Conflict, match="settle it under Model changes"):
        incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)
    assert Incident.objects.get().state == "reported"

    undeclared.settle(
        process=Process.objects.get(pk=desk.process.pk),
        undeclared_id=UndeclaredVersion.objects.get().pk,
        outcome="stopped",
        why=changes.WHY,
        by=desk.owner,
        at=at + HOUR,
    )
    assert incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)


def test_close_is_for_those_who_decide(world, desk, at, incident):
    for user, refusal in (
        (desk.governance, NotAllowed),
        (world.stranger, NotVisible),
        (world.south.owner, NotVisible),
    ):
        with pytest.raises(refusal):
            incident_closing.close(incident_id=incident.pk, done=DONE, by=user, at=at)

    with pytest.raises(Invalid) as refused:
        incident_closing.close(incident_id=incident.pk, done=" ", by=desk.owner, at=at)

    assert refused.value.field == "done"
    assert Incident.objects.get().state == "reported"
    assert not Event.objects.filter(action="incident.closed").exists()
    assert incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.ops, at=at)


def test_whoever_was_told_that_there_is_one_learns_that_it_is_over(desk, at, incident):
    told = set(Notification.objects.filter(subject__contains="incident of").values_list("user", flat=True))

    incident_closing.close(incident_id=incident.pk, done=DONE, by=desk.owner, at=at + HOUR)

    over = Notification.objects.filter(subject__contains="incident closed")
    assert {one.user_id for one in over} == told - {desk.owner.pk}
    vendors = over.get(user=desk.vendor)
    assert "elsewhere" not in vendors.subject + vendors.body
    assert over.get(user=desk.ops).body == DONE
