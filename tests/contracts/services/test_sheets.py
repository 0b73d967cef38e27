"""The accountability sheet: one page a process, anew when it changes, the old ones kept (K10)."""

from datetime import timedelta

import pytest

from audit.errors import NotVisible
from audit.models import Event
from contracts.enums import Authority
from contracts.models import AccountabilitySheet
from contracts.selectors import sheets as selector
from contracts.services import memberships, sheets
from tests.factories import raci as factory


def made():
    return Event.objects.filter(action="sheet.made")


def section(sheet, title):
    return next(one for one in sheet.content if one["title"].startswith(title))


def test_k10_it_says_who_answers_for_what(desk, at):
    sheet = sheets.refresh(process=desk.process, at=at)

    assert [one["title"] for one in sheet.content] == [
        "Parties",
        "RACI, v1",
        "Who is told",
        "Contacts",
        "Who makes the final decision",
        "Who may halt the AI",
        "Authority",
        "Who decided to use AI",
        "Signed, RACI v1",
    ]
    review = section(sheet, "RACI")["rows"][1]
    assert review == ["Human review/override", f"A {desk.owner.name}", "R Team lead", ""]
    assert [row[2] for row in section(sheet, "Who makes")["rows"]] == [desk.owner.name]
    assert {row[0] for row in section(sheet, "Who may halt")["rows"]} == {
        desk.owner.name,
        desk.admin.name,
        desk.ops.name,
    }
    assert ["Incident RCA and prevention", "AI vendor", "when it happens"] in section(sheet, "Who is told")[
        "rows"
    ]


def test_k10_it_says_who_signed(desk, at):
    sheet = sheets.refresh(process=desk.process, at=at)

    signed = {(row[0], row[1]) for row in section(sheet, "Signed")["rows"]}
    assert signed == {("Client", desk.owner.name), ("Provider", desk.ops.name)}


def test_k10_its_fingerprint_stands_in_the_trail(desk, at):
    sheet = sheets.refresh(process=desk.process, at=at)

    event = made().get()
    assert (event.uid, event.facts["digest"], event.facts["replaces"]) == (sheet.event, sheet.digest, None)


def test_k10_it_is_made_anew_only_when_it_changes(desk, at):
    first = sheets.refresh(process=desk.process, at=at)
    assert sheets.refresh(process=desk.process, at=at + timedelta(days=1)) is None

    memberships.grant_authority(
        user=desk.lead,
        process=desk.process,
        kind=Authority.MONITORING,
        evidence="Role description",
        by=None,
        at=at,
    )
    second = sheets.refresh(process=desk.process, at=at)

    assert second.version == 2
    assert made().latest("pk").facts["replaces"] == 1
    kept = selector.version(desk.process, 1)
    assert (kept.digest, kept.content) == (first.digest, first.content)
    assert [one.version for one in selector.versions(desk.process)] == [2, 1]
    with pytest.raises(NotVisible):
        selector.version(desk.process, 3)


def test_another_raci_makes_another_sheet(desk, at):
    sheets.refresh(process=desk.process, at=at)
    factory.in_force(desk, at)

    assert section(sheets.refresh(process=desk.process, at=at), "RACI")["title"] == "RACI, v2"


def test_the_sweep_makes_those_of_all_that_are_live(world, at):
    assert sheets.sweep(at=at) == 2
    assert sheets.sweep(at=at) == 0
    assert AccountabilitySheet.objects.count() == made().count() == 2
