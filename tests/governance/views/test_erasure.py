"""Erasure on request, through its address: found, refused, done, and told everywhere (M5)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event, LegalHold, PrivateValue
from reviews.models import Interaction
from reviews.services import intake
from tests import worlds
from tests.governance.views.test_records import SUBJECT, TEXT, WHY, erase, find, place, post, shown
from tests.permissions import fingerprint
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]


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


@pytest.mark.parametrize("by", ["reference", "interaction"])
def test_m5_a_subject_is_found_and_erased_and_every_page_says_so(desk, interaction, log_in: LogIn, by):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    found = find(client, SUBJECT if by == "reference" else str(interaction.pk))

    assert fingerprint.of_database() == before
    assert "1 personal value" in shown(found)
    assert interaction.subject in shown(found)
    erased = shown(erase(client, interaction.subject))
    assert "was erased, and its key destroyed" in erased
    assert not PrivateValue.objects.filter(event_uid=interaction.received_event).exists()
    event = Event.objects.get(action="pii.erased")
    assert event.facts["legal_basis"] == "gdpr_17_1_b"
    assert event.facts["ticket"] == "DSR-41"
    assert event.content["client"] == desk.client.slug
    assert (event.actor_id, event.content["actor"]["role"]) == (str(desk.dpo.pk), "client_dpo")
    today = timezone.now()
    sentence = f"erased on {today.day} {today:%b %Y} (GDPR, Article 17(1)(b): consent withdrawn)"
    story = shown(client.get(f"/trail/interactions/{interaction.pk}/"))
    assert f"Personal values of this interaction were {sentence}" in story
    revealed = client.post(
        f"/cases/{interaction.case.pk}/reveal/", {"reason": "The customer asks for a call back"}
    )
    assert f"This personal value was {sentence}" in shown(revealed)
    assert "The vault holds nothing of this subject" in shown(find(client))


def test_m6_an_erasure_is_refused_while_a_hold_covers_the_subject(desk, counsel, interaction, log_in: LogIn):
    client = log_in(desk.dpo)
    place(client, "subject", SUBJECT)

    found = shown(find(client))
    refused = erase(client, interaction.subject)

    assert "A legal hold covers this, so nothing of it is erased until the hold is lifted" in found
    assert "Erase it" not in found
    assert refused.status_code == 409
    assert WHY in shown(refused)
    assert PrivateValue.objects.filter(event_uid=interaction.received_event).exists()
    assert not Event.objects.filter(action="pii.erased").exists()
    post(
        log_in(counsel),
        f"holds/{LegalHold.objects.get().pk}/lift",
        **{"lift-reason": "The court has decided"},
    )
    assert erase(client, interaction.subject).status_code == 200
    assert not PrivateValue.objects.filter(event_uid=interaction.received_event).exists()


@pytest.mark.parametrize(
    ("_case", "changes"),
    [
        ("a ticket with a name", {"ticket": "Jane Doe called"}),
        ("no legal basis", {"legal_basis": ""}),
        ("an unknown one", {"legal_basis": "because"}),
        ("no subject", {"subject": ""}),
        ("somebody by name", {"subject": SUBJECT}),
    ],
)
def test_an_erasure_that_is_not_well_founded_is_refused(desk, interaction, log_in: LogIn, _case, changes):
    client = log_in(desk.dpo)
    before = fingerprint.of_database()

    reply = erase(client, **{"subject": interaction.subject, **changes})

    assert reply.status_code == 400
    assert fingerprint.of_database() == before
    assert erase(log_in(desk.dpo), interaction.subject).status_code == 200
