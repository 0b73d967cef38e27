"""The rule pages: read in plain sentences, edited by form, approved by somebody else, rolled back."""

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import RuleSet
from tests import worlds
from tests.factories import rule_forms
from tests.factories import rules as made


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_rules_in_force_read_as_sentences(desk, log_in):
    response = log_in(desk.reviewer).get(made.address("active", desk))

    page = response.context["page"]
    assert [rule.sentence for rule in page.rules] == [
        "If amount is at least €5,000 → human review, severity 3",
        "If amount is at least €25,000 → two reviewers, neither seeing the other’s answer, severity 2",
        "If the subject’s total in 24 hours is at least €20,000 → human review, severity 2",
        "If confidence is below 0.9 → human review, severity 3",
    ]
    assert page.rules[0].expert == "amount >= 5000.0"
    assert "drafted by North Admin, approved by North Owner" in response.content.decode()
    assert page.changes == []


def test_the_overview_lists_exactly_the_processes_somebody_sees(world, at, log_in):
    made.proposed(world.north, at)

    def shown(user):
        rows = log_in(user).get(reverse("reviews:rules")).context["processes"]
        return {row.code: [label for label, _url, _state in row.open] for row in rows}

    assert shown(world.north.owner) == {"NORTH-AP": ["v2 by North Admin"]}
    assert shown(world.north.viewer) == {"NORTH-AP": []}
    assert shown(world.overseer) == {"NORTH-AP": [], "SOUTH-AP": []}
    assert shown(world.stranger) == {}


@pytest.mark.parametrize(
    "who, status",
    [("admin", 200), ("owner", 200), ("viewer", 403), ("reviewer", 403), ("twin", 404), ("stranger", 404)],
)
@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_drafts_are_read_by_those_who_write_rules(world, at, log_in, who, status, state):
    ruleset = {"draft": made.changed, "proposed": made.proposed}[state](world.north, at)
    user = {"twin": world.south.admin, "stranger": world.stranger}.get(who) or getattr(world.north, who)

    response = log_in(user).get(made.address("version", world.north, ruleset.version))

    assert response.status_code == status
    assert ("15,000" in response.content.decode()) is (status == 200)


def test_versions_list_drafts_for_those_who_write_rules_only(desk, at, log_in):
    made.changed(desk, at)

    def listed(user):
        return [one.number for one in log_in(user).get(made.address("active", desk)).context["page"].versions]

    assert listed(desk.owner) == [2, 1]
    assert listed(desk.viewer) == [1]


@pytest.mark.parametrize("version", ["0", "9999999", "99999999999999999999", "x"])
def test_a_version_that_never_was_is_not_found(desk, log_in, version):
    assert log_in(desk.admin).get(f"/rules/{desk.process.code}/v{version}/").status_code == 404


def test_a_process_without_rules_says_what_that_means(desk, log_in):
    RuleSet.objects.filter(process=desk.process).update(state="superseded")

    page = log_in(desk.admin).get(made.address("active", desk)).content.decode()

    assert "every case goes to a person" in page


def test_pages_ask_people_to_log_in(desk):
    for address in (reverse("reviews:rules"), made.address("active", desk)):
        assert Client().get(address).status_code == 302


# ── Drafting ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_draft_begins_one_and_leads_back_to_it(desk, log_in):
    client = log_in(desk.admin)

    first, second = client.post(made.address("draft", desk)), client.post(made.address("draft", desk))

    assert first["Location"] == second["Location"] == made.address("version", desk, 2)
    assert RuleSet.objects.filter(process=desk.process).count() == 2


@pytest.mark.parametrize("who, status", [("viewer", 403), ("lead", 403), ("twin", 404), ("stranger", 404)])
def test_draft_is_refused(world, log_in, who, status):
    user = {"twin": world.south.admin, "stranger": world.stranger}.get(who) or getattr(world.north, who)

    assert log_in(user).post(made.address("draft", world.north)).status_code == status
    assert RuleSet.objects.filter(process=world.north.process).count() == 1


def test_a_rule_is_removed_from_the_draft(desk, at, log_in):
    made.drafted(desk, at)
    client = log_in(desk.admin)

    response = client.post(made.address("remove", desk, 2), {"code": "AP-R4", "edits": "0"})

    page = client.get(response["Location"]).context["page"]
    assert [(change.label, change.code, change.after) for change in page.changes] == [
        ("Removed", "AP-R4", "")
    ]


def test_remove_after_somebody_else_edited_shows_the_draft_as_it_stands(desk, at, log_in):
    made.changed(desk, at)

    response = log_in(desk.admin).post(made.address("remove", desk, 2), {"code": "AP-R4", "edits": "0"})

    assert response.status_code == 409
    assert response.context["page"].edits == 1
    assert RuleSet.objects.get(version=2).rules.count() == 4


@pytest.mark.parametrize(
    "who, status", [("viewer", 403), ("reviewer", 403), ("twin", 404), ("stranger", 404)]
)
@pytest.mark.parametrize("act", ["rule", "remove", "propose"])
def test_a_draft_is_changed_by_those_who_write_rules(world, at, log_in, who, status, act):
    desk = world.north
    ruleset = made.changed(desk, at)
    user = {"twin": world.south.admin, "stranger": world.stranger}.get(who) or getattr(desk, who)

    response = log_in(user).post(made.address(act, desk, 2), rule_forms.sent(1, code="AP-R4"))

    ruleset.refresh_from_db()
    assert response.status_code == status
    assert (ruleset.state, ruleset.edits, ruleset.rules.count()) == ("draft", 1, 4)
