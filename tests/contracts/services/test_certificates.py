"""The register of certificates: kept by the supervisors, told of in time, and a finding once one expired (L8)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Certificate, Finding, Notification
from contracts.selectors import certificates as selector
from contracts.services import certificates, notifications
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db


def events(action):
    return Event.objects.filter(action=action).count()


def test_a_certificate_is_added_by_the_provider(world, at):
    """L8: provider → `certificate.added`, in the log of every client the vendor works for, and the platform's."""
    made = factory.certificate(world.north, world.vendor, at, exceptions="Two leavers kept access for a day")

    assert selector.one(world.north.viewer, made.pk).exceptions
    assert events("certificate.added") == 3


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("owner", NotAllowed), ("ops", NotAllowed), ("reviewer", NotVisible), ("vendor", NotVisible)],
)
def test_others_do_not_add(world, at, who, refusal):
    with pytest.raises(refusal):
        certificates.add(
            organisation=world.vendor, paper=factory.paper(at.date()), by=world.north.cast[who], at=at
        )

    assert not Certificate.objects.exists()


def test_the_organisation_of_others_is_not_there(world, at):
    with pytest.raises(NotVisible):
        certificates.add(
            organisation=world.stranger.organisation,
            paper=factory.paper(at.date()),
            by=world.north.governance,
            at=at,
        )


def test_an_expired_report_is_red_and_a_finding_until_it_is_replaced(world, at):
    """§6.8 story 10: the SOC 2 report of the vendor expired 20 days ago → red certificate, finding."""
    desk = world.north
    old = factory.certificate(desk, world.vendor, at, expires_on=at.date() - timedelta(days=20))

    assert selector.standing(old, at.date()) == "expired"
    [finding] = Finding.objects.filter(process=desk.process, ended_at__isnull=True)
    assert finding.sentence == "SOC 2 Type II of Vendor expired on 12 Feb 2026"
    assert events("finding.opened") == 2

    certificates.replace(certificate_id=old.pk, paper=factory.paper(at.date()), by=desk.infosec, at=at)

    finding.refresh_from_db()
    assert finding.ended_at == at
    assert events("finding.ended") == 2
    with pytest.raises(Conflict):
        certificates.replace(certificate_id=old.pk, paper=factory.paper(at.date()), by=desk.infosec, at=at)
    assert Certificate.objects.count() == 2


def test_another_kind_replaces_nothing(world, at):
    old = factory.certificate(world.north, world.vendor, at)

    with pytest.raises(Invalid) as refused:
        certificates.replace(
            certificate_id=old.pk,
            paper=factory.paper(at.date(), kind="iso27001"),
            by=world.north.governance,
            at=at,
        )

    assert refused.value.field == "kind"


def test_withdrawing_says_why_and_happens_once(world, at):
    desk = world.north
    made = factory.certificate(desk, world.vendor, at)

    def withdraw(why="The auditor took it back"):
        return certificates.withdraw(certificate_id=made.pk, why=why, by=desk.governance, at=at)

    with pytest.raises(Invalid):
        withdraw("so")
    assert withdraw().withdrawn_by == desk.governance
    with pytest.raises(Conflict):
        withdraw()


def test_supervisors_are_told_once_at_each_threshold(world, at):
    """L8: alerts 90/30/0 d, by inbox and e-mail, however often the sweep comes."""
    made = factory.certificate(world.north, world.vendor, at)
    link = reverse("contracts:certificate", args=[made.pk])

    def told(day):
        certificates.watch(at=at + timedelta(days=day))
        certificates.watch(at=at + timedelta(days=day, hours=1))
        return Notification.objects.filter(link=link).count()

    supervisors = 4  # the governance lead and information security of each desk
    assert [told(day) // supervisors for day in (9, 10, 69, 70, 99, 100, 101, 300)] == [
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        3,
    ]
    notifications.send_due(at=at + timedelta(days=400))
    assert len([letter for letter in mail.outbox if "SOC 2 Type II of Vendor" in letter.subject]) == 12
    # On the day after the last one on which it holds.
    assert Finding.objects.filter(ended_at__isnull=True).count() == 2


def test_what_was_missed_is_told_of_once_not_three_times(world, at):
    factory.certificate(world.north, world.vendor, at)

    assert certificates.watch(at=at + timedelta(days=100)) == 1
    assert certificates.watch(at=at + timedelta(days=101)) == 0


def test_a_bridge_letter_keeps_it_from_being_a_finding(world, at):
    made = factory.certificate(
        world.north,
        world.vendor,
        at,
        expires_on=at.date() - timedelta(days=20),
        bridge_until=at.date() + timedelta(days=40),
    )

    assert selector.standing(made, at.date()) == "bridged"
    assert not Finding.objects.exists()
    certificates.watch(at=at + timedelta(days=41))
    assert Finding.objects.count() == 2
