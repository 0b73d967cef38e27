"""The pages of the escalation matrix: edited without scripts, proposed, approved by the owner, in force (C1, C3)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.enums import MatrixState, Role
from contracts.models import EscalationMatrix
from contracts.selectors import matrices, paths
from contracts.services import matrix_drafts
from contracts.services.matrix_drafts import Level
from tests import counting
from tests import matrices as made
from tests.factories import drills
from tests.factories import reviews as cases


def url(name, desk, *more):
    return reverse(f"reviews:matrix_{name}", args=[desk.process.code, *more])


def row_form(desk, **changes):
    return made.row_form(desk) | changes


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def draft(desk, now):
    return matrix_drafts.draft(process=desk.process, by=desk.admin, at=now)


def test_the_page_shows_levels_hours_and_final_decisions(desk, log_in):
    page = log_in(desk.viewer).get(url("active", desk)).context["page"]

    (row,) = page.rows
    assert row.title == "Every case"
    assert [(level.person, level.deputy, level.acknowledge, level.final) for level in row.levels] == [
        ("North Lead", "North Senior", "15 min", False),
        ("North Ops", "North Governance", "30 min", False),
        ("North Admin", "North Owner", "2 h", True),
    ]
    assert row.levels[0].open_now
    assert row.levels[0].strip.summary.startswith("168 of 168 hours")
    assert [(rule.matter, rule.person) for rule in page.finals] == [("payment from €100,000", "North Owner")]


def test_a_limit_is_edited_proposed_and_approved_by_the_owner(desk, now, log_in):
    """C1: the next escalation follows it; the running one keeps its path."""
    running = cases.escalated_case(desk, now)
    admin, owner = log_in(desk.admin), log_in(desk.owner)
    admin.post(url("draft", desk))
    form = row_form(desk, trigger_class="amount", **{"l0-ack_minutes": "5"})
    assert admin.post(url("row", desk, 2), form).status_code == 302
    admin.post(url("propose", desk, 2), {"edits": "1"})

    approved = owner.post(url("approve", desk, 2), {"against": "1"}, follow=True)

    assert approved.status_code == 200
    assert EscalationMatrix.objects.get(process=desk.process, version=2).state == MatrixState.ACTIVE
    following = cases.escalated_case(desk, now + timedelta(minutes=1))
    assert (following.path_version, following.path[0]["ack_minutes"]) == (2, 5)
    running.refresh_from_db()
    assert (running.path_version, running.path[0]["ack_minutes"]) == (1, 15)


def test_levels_are_added_moved_and_removed_without_losing_what_was_typed(desk, draft, log_in):
    admin = log_in(desk.admin)
    form = row_form(desk, do="add")

    added = admin.post(url("row", desk, 2), form)
    second = {f"l1-{name.partition('-')[2]}": value for name, value in form.items() if name.startswith("l0-")}
    moved = admin.post(url("row", desk, 2), form | second | {"l1-name": "Above", "do": "up-1"})
    removed = admin.post(url("row", desk, 2), form | second | {"l1-name": "Above", "do": "remove-0"})

    assert [level["name"].value() for level in added.context["levels"]] == ["L1", None]
    assert [level["name"].value() for level in moved.context["levels"]] == ["Above", "L1"]
    assert [level["name"].value() for level in removed.context["levels"]] == ["Above"]
    assert EscalationMatrix.objects.get(pk=draft.pk).edits == 0


@pytest.mark.parametrize(
    "change, field",
    [
        ({"l0-ack_minutes": "0"}, "ack_minutes"),
        ({"l0-resolve_minutes": "5"}, "resolve_minutes"),
        ({"l0-person": "nobody"}, "person"),
        ({"l0-name": ""}, "name"),
    ],
)
def test_a_mistake_is_said_where_it_stands(desk, draft, log_in, change, field):
    answer = log_in(desk.admin).post(url("row", desk, 2), row_form(desk, **change))

    assert answer.status_code == 400
    assert field in answer.context["levels"][0].errors
    assert answer.context["levels"][0]["authority"].value() == ""
    assert not draft.paths.filter(trigger_class="fraud").exists()


def test_somebody_elses_edit_is_not_overwritten(desk, now, draft, log_in):
    matrix_drafts.describe(matrix_id=draft.pk, note="Mine", review_by=None, by=desk.owner, at=now)

    answer = log_in(desk.admin).post(url("row", desk, 2), row_form(desk))

    assert answer.status_code == 409
    assert answer.context["levels"][0]["ack_minutes"].value() == "10"
    assert answer.context["form"]["edits"].value() == "1"


def test_a_matrix_that_leaves_a_rule_without_anybody_is_refused_by_its_name(desk, now, draft, log_in):
    """C1: 409 naming the rule."""
    admin = log_in(desk.admin)
    admin.post(url("row", desk, 2), row_form(desk))
    admin.post(url("remove", desk, 2), {"class": "*", "severity": "", "edits": "1"})

    answer = admin.post(url("propose", desk, 2), {"edits": "2"})

    assert answer.status_code == 409
    assert "Rule AP-R1 sends cases up" in answer.content.decode()
    assert EscalationMatrix.objects.get(pk=draft.pk).state == MatrixState.DRAFT


def test_the_comparison_says_what_changes(desk, now, draft, log_in):
    level = Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, desk.process.calendar, 20, 120)
    kept = list(matrices.content(draft).paths.get().levels.order_by("level"))[1:]
    others = [
        Level(one.name, one.role, one.person, one.deputy, one.calendar, one.ack_minutes, one.resolve_minutes)
        for one in kept
    ]
    matrix_drafts.put_path(matrix_id=draft.pk, levels=[level, *others], by=desk.admin, at=now)

    page = log_in(desk.owner).get(url("version", desk, 2)).context["page"]

    assert [(change.where, change.before, change.after) for change in page.changes] == [
        ("Every case, level 1: acknowledged within", "15 min", "20 min")
    ]


def test_a_final_decision_maker_is_named_and_removed(desk, draft, log_in):
    """C3."""
    admin = log_in(desk.admin)
    form = {
        "category": "adverse",
        "min_value": "500",
        "person": str(desk.owner.pk),
        "deputy": "",
        "edits": "0",
    }
    assert admin.post(url("final", desk, 2), form).status_code == 302
    rule = draft.final_rules.get(category="adverse")
    changed = form | {"min_value": "700", "edits": "1"}
    assert admin.post(f"{url('final', desk, 2)}?rule={rule.pk}", changed).status_code == 302
    assert [str(one.min_value) for one in draft.final_rules.filter(category="adverse")] == ["700.00"]
    rule = draft.final_rules.get(category="adverse")

    admin.post(url("remove", desk, 2), {"rule": str(rule.pk), "edits": "2"})

    assert not draft.final_rules.filter(category="adverse").exists()


def test_sent_back_with_a_reason(desk, now, draft, log_in):
    log_in(desk.admin).post(url("propose", desk, 2), {"edits": "0"})
    owner = log_in(desk.owner)

    assert owner.post(url("reject", desk, 2), {"reason": ""}).status_code == 400
    owner.post(url("reject", desk, 2), {"reason": "Too slow"})

    assert EscalationMatrix.objects.get(pk=draft.pk).decision_note == "Too slow"


def test_an_earlier_version_is_restored_by_one_click(desk, now, log_in):
    level = Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, desk.process.calendar, 15, 60)
    made.put_path(desk, now, [level], "amount")

    log_in(desk.admin).post(url("restore", desk, 1), {"against": "2"})

    assert paths.in_force(desk.process, "amount").key == ("*", None)


def test_hours_of_other_clients_are_not_offered(world, now, draft, log_in):
    shown = log_in(world.north.admin).get(url("row", world.north, 2)).content.decode()

    assert "north hours" in shown
    assert "south hours" not in shown


@pytest.mark.parametrize("route", ["matrix", "matrix_active", "matrix_version"])
def test_pages_ask_a_fixed_number_of_queries(desk, now, log_in, route):
    made.in_every_state(desk, now)
    drills.answered(desk, now, now)
    args = {"matrix": [], "matrix_active": [desk.process.code], "matrix_version": [desk.process.code, 3]}[
        route
    ]

    assert counting.queries(log_in(desk.owner), reverse(f"reviews:{route}", args=args)) == counting.written(
        f"reviews:{route}"
    )


def test_nothing_is_changed_without_the_edits_that_were_seen(desk, draft, log_in):
    admin = log_in(desk.admin)

    answers = [
        admin.post(url("remove", desk, 2), {"class": "*", "severity": ""}),
        admin.post(url("remove", desk, 2), {"rule": str(draft.final_rules.get().pk)}),
        admin.post(url("propose", desk, 2)),
        admin.post(url("describe", desk, 2), {"note": "Shorter", "review_by": ""}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409, 400]
    assert answers[-1].context["describe_form"]["note"].value() == "Shorter"
    found = EscalationMatrix.objects.get(pk=draft.pk)
    assert (found.state, found.edits, found.paths.count(), found.final_rules.count()) == ("draft", 0, 1, 1)


def test_the_day_of_the_review_stands_in_its_field(desk, draft, log_in):
    shown = log_in(desk.admin).get(url("version", desk, 2)).content.decode()

    assert f'value="{draft.review_by.isoformat()}"' in shown
