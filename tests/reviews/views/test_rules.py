"""The rule pages: read in plain sentences, edited by form, approved by somebody else, rolled back."""

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import RuleSet
from reviews.services import rules as service
from tests import worlds
from tests.factories import rules as made


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def form(edits, **changes):
    """The first rule of the desks as its form sends it."""
    values = {
        "edits": edits,
        "code": "AP-R1",
        "name": "Large amount",
        "join": "all",
        "field_0": "amount",
        "op_0": ">=",
        "value_0": "5000",
        "effect": "human_review",
        "severity": "3",
        "trigger_class": "amount",
        "rationale": "",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


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


def test_a_threshold_is_changed_by_form(desk, at, log_in):
    ruleset = made.drafted(desk, at)
    client = log_in(desk.admin)
    address = f"{made.address('rule', desk, 2)}?code=AP-R1"

    shown = client.get(address)
    saved = client.post(address, form(ruleset.edits, value_0="€15,000"))

    assert 'value="5000"' in shown.content.decode()
    assert saved["Location"] == made.address("version", desk, 2)
    assert ruleset.rules.get(code="AP-R1").condition == {"field": "amount", "op": ">=", "value": "15000"}
    page = client.get(saved["Location"]).context["page"]
    assert [(change.label, change.before, change.after) for change in page.changes] == [
        (
            "Changed",
            "If amount is at least €5,000 → human review, severity 3",
            "If amount is at least €15,000 → human review, severity 3",
        )
    ]
    assert page.summary == "1 changed, 3 unchanged"


def test_a_flat_condition_is_added_by_form(desk, at, log_in):
    made.drafted(desk, at)
    new = form(
        0,
        code="AP-R5",
        name="New supplier",
        join="any",
        field_0="supplier_age_days",
        op_0="<=",
        value_0="90 days",
        field_1="decision",
        op_1="in",
        value_1="hold, deny",
        field_2="subject_total",
        op_2=">",
        value_2="1,000",
        window_2="48",
    )

    response = log_in(desk.admin).post(made.address("rule", desk, 2), new)

    assert response.status_code == 302
    assert RuleSet.objects.get(version=2).rules.get(code="AP-R5").condition == {
        "any": [
            {"field": "supplier_age_days", "op": "<=", "value": "90"},
            {"field": "decision", "op": "in", "value": ["hold", "deny"]},
            {"field": "subject_total", "op": ">", "value": "1000", "window_hours": 48},
        ]
    }


@pytest.mark.parametrize(
    "changes, place, words",
    [
        pytest.param(
            {"value_0": "5.000,00"}, "value_0", "is not a plain number", id="_case a number written otherwise"
        ),
        pytest.param({"value_0": ""}, "value_0", "Say what it is compared with", id="_case no value"),
        pytest.param({"value_0": "9" * 16}, "value_0", "at most 15 digits", id="_case too large"),
        pytest.param({"op_0": "contains"}, "op_0", "amount can be compared by", id="_case words for money"),
        pytest.param({"op_0": None}, "op_0", "amount can be compared by", id="_case no comparison"),
        pytest.param({"field_0": None}, "field_0", "Choose what is compared", id="_case no field"),
        pytest.param(
            {"field_0": "nothing"}, "field_0", "not one of the available choices", id="_case an unknown field"
        ),
        pytest.param(
            {"window_0": "24"},
            "window_0",
            "Only a cumulative field has a window",
            id="_case a window too many",
        ),
        pytest.param(
            {"field_1": "subject_total", "op_1": ">", "value_1": "5"},
            "window_1",
            "needs a window",
            id="_case a window too few",
        ),
        pytest.param({"window_0": "x"}, "window_0", "Enter a whole number", id="_case a window of words"),
        pytest.param(
            {"field_0": "decision", "op_0": "==", "value_0": "maybe"},
            "value_0",
            "not among the choices",
            id="_case no such choice",
        ),
        pytest.param(
            {"field_0": "adverse", "op_0": "is", "value_0": "maybe"},
            "value_0",
            "true or false",
            id="_case half true",
        ),
        pytest.param(
            {"field_0": "variance", "op_0": "outside_band", "value_0": "2"},
            "value_0",
            "both limits",
            id="_case one limit",
        ),
        pytest.param(
            {"field_0": None, "op_0": None, "value_0": None},
            "field_0",
            "at least one condition",
            id="_case nothing at all",
        ),
        pytest.param({"name": ""}, "name", "required", id="_case no name"),
        pytest.param(
            {"code": "AP-R2"}, "code", "a rule with this code already", id="_case a code that is taken"
        ),
        pytest.param({"code": "A B"}, "code", "letters, digits", id="_case a code with a space"),
        pytest.param(
            {"effect": "release"}, "effect", "not one of the available choices", id="_case an unknown effect"
        ),
        pytest.param({"rationale": "x" * 301}, "rationale", "at most 300", id="_case a long reason"),
    ],
)
def test_every_mistake_is_said_where_it_stands_and_nothing_is_lost(desk, at, log_in, changes, place, words):
    ruleset = made.drafted(desk, at)
    sent = form(0, **({"code": "AP-R5", "name": "Kept as typed"} | changes))

    response = log_in(desk.admin).post(made.address("rule", desk, 2), sent)

    bound = response.context["form"]
    assert response.status_code == 400
    assert words in " ".join(bound[place].errors)
    assert f'id="id_{place}_error"' in response.content.decode()
    for name, value in sent.items():
        assert bound[name].value() == value or name == "edits"
    ruleset.refresh_from_db()
    assert (ruleset.rules.count(), ruleset.edits) == (4, 0)


def test_a_deep_condition_keeps_its_shape_and_opens_its_values(desk, at, log_in):
    ruleset = made.drafted(desk, at)
    deep = {
        "all": [
            {"field": "amount", "op": ">=", "value": "100"},
            {
                "any": [
                    {"field": "confidence", "op": "<", "value": "0.8"},
                    {"not": {"field": "adverse", "op": "is", "value": True}},
                ]
            },
        ]
    }
    service.put_rule(ruleset_id=ruleset.pk, rule=made.rule("AP-R9", deep), by=desk.admin, at=at)
    client = log_in(desk.admin)
    address = f"{made.address('rule', desk, 2)}?code=AP-R9"
    sent = form(
        1, code="AP-R9", join=None, field_0=None, op_0=None, value_0="200", value_1="0.7", value_2="false"
    )

    shown = client.get(address)
    wrong = client.post(address, sent | {"value_1": "low"})
    saved = client.post(address, sent)

    assert [row["words"] for row in shown.context["form"].rows()] == [
        "amount is at least",
        "confidence is below",
        "the outcome is adverse is true or false",
    ]
    assert "is not a plain number" in " ".join(wrong.context["form"]["value_1"].errors)
    assert saved.status_code == 302
    assert ruleset.rules.get(code="AP-R9").condition == {
        "all": [
            {"field": "amount", "op": ">=", "value": "200"},
            {
                "any": [
                    {"field": "confidence", "op": "<", "value": "0.7"},
                    {"not": {"field": "adverse", "op": "is", "value": False}},
                ]
            },
        ]
    }


def test_a_condition_the_form_would_garble_is_not_offered_for_change(desk, at, log_in):
    ruleset = made.drafted(desk, at)
    odd = {"field": "language", "op": "in", "value": ["a;b", "c,d"]}
    service.put_rule(ruleset_id=ruleset.pk, rule=made.rule("AP-R9", odd), by=desk.admin, at=at)

    page = log_in(desk.admin).get(f"{made.address('rule', desk, 2)}?code=AP-R9").content.decode()

    assert "too special for the form" in page
    assert "Put into the draft" not in page


def test_two_people_in_one_draft_are_told_and_nothing_is_lost(desk, at, log_in):
    ruleset = made.drafted(desk, at)
    address = f"{made.address('rule', desk, 2)}?code=AP-R1"
    first, second = log_in(desk.admin), log_in(desk.owner)

    first.post(address, form(0, value_0="7500"))
    late = second.post(address, form(0, value_0="9999", rationale="Mine"))
    stored = ruleset.rules.get(code="AP-R1").condition["value"]
    again = second.post(
        address, form(late.context["form"]["edits"].value(), value_0="9999", rationale="Mine")
    )

    page = late.content.decode()
    assert late.status_code == 409
    assert "Somebody else has edited this draft" in page
    assert "€7,500" in page
    assert 'value="9999"' in page
    assert ">\nMine<" in page.replace("\r", "") or "Mine" in page
    assert stored == "7500"
    assert again.status_code == 302
    assert ruleset.rules.get(code="AP-R1").condition["value"] == "9999"


def test_a_draft_proposed_meanwhile_keeps_what_was_typed(desk, at, log_in):
    ruleset = made.drafted(desk, at)
    service.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)
    client, address = log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R1"

    late, opened = client.post(address, form(0, value_0="9999")), client.get(address)

    assert (late.status_code, opened.status_code) == (409, 409)
    assert 'value="9999"' in late.content.decode()
    assert ruleset.rules.get(code="AP-R1").condition["value"] == "5000"


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

    response = log_in(user).post(made.address(act, desk, 2), form(1, code="AP-R4"))

    ruleset.refresh_from_db()
    assert response.status_code == status
    assert (ruleset.state, ruleset.edits, ruleset.rules.count()) == ("draft", 1, 4)
