"""The demo world as it stands before any work: people, agreements and rules, all made by the services."""

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from audit.errors import Conflict
from audit.models import Event
from contracts import access
from contracts.domain.roles import VIEW_BOARD, VIEW_STORY
from contracts.enums import UserKind
from contracts.models import EscalationPath, Membership, Notification, User
from contracts.selectors import calendars
from contracts.services import api_keys
from governance.demo import world
from governance.demo.clock import AGE
from governance.demo.people import PEOPLE
from governance.demo.world import World
from reviews.domain.sentences import sentence
from reviews.enums import RuleSetState
from reviews.models import RuleSet, SamplingPlan, Scorecard
from reviews.selectors import rulesets
from tests.governance.demo.conftest import NOW, PASSWORD


def test_build_makes_everybody_with_one_password(demo: World) -> None:
    people = User.objects.filter(kind=UserKind.PERSON)

    assert set(people.values_list("username", flat=True)) == {person.login for person in PEOPLE}
    assert all(user.check_password(PASSWORD) for user in people)
    assert not people.filter(password__contains="kettle").exists()
    assert authenticate(RequestFactory().post("/"), username="ana.reyes", password=PASSWORD)
    held = set(Membership.objects.filter(user__username="l.peters").values_list("process__code", flat=True))
    assert held == {"AP-INV", "CLM-TRI", "CS-REPLY"}


def test_build_gives_each_agent_a_living_key(demo: World) -> None:
    keys = {login: api_keys.authenticate(secret=secret, at=NOW) for login, secret in demo.secrets.items()}

    assert {login: key.user.username for login, key in keys.items() if key} == {
        login: login for login in keys
    }
    assert set(keys) == {"svc-ledgerline", "svc-triage", "svc-scribe"}


@pytest.mark.parametrize(("process", "version"), [("AP-INV", 3), ("CLM-TRI", 2), ("CS-REPLY", 2)])
def test_build_brings_the_rules_to_their_version(demo: World, process: str, version: int) -> None:
    versions = RuleSet.objects.filter(process__code=process).order_by("version")

    states = dict(versions.values_list("version", "state"))
    assert states == dict.fromkeys(range(1, version), RuleSetState.SUPERSEDED) | {
        version: RuleSetState.ACTIVE
    }
    assert all(ruleset.decided_by_id != ruleset.author_id for ruleset in versions)


def test_build_lowers_the_first_threshold_version_by_version(demo: World) -> None:
    fields = rulesets.schema(demo.processes["AP-INV"])

    first = [
        sentence(ruleset.rules.get(code="AP-R1").condition, fields)
        for ruleset in RuleSet.objects.filter(process__code="AP-INV").order_by("version")
    ]

    assert [text.split("€")[1][:6] for text in first] == ["10,000", "7,500", "5,000"]


@pytest.mark.parametrize("process", ["AP-INV", "CLM-TRI", "CS-REPLY"])
def test_build_agrees_on_a_path_with_deputies_up_to_the_final_decision(demo: World, process: str) -> None:
    levels = list(EscalationPath.objects.get(matrix__process__code=process).levels.order_by("level"))

    assert len(levels) == 4
    assert all(level.deputy_id and level.deputy_id != level.person_id for level in levels)
    assert all(calendars.terms(level.calendar).holidays for level in levels)


def test_build_sets_sampling_plans_and_scorecards(demo: World) -> None:
    plans = dict(SamplingPlan.objects.values_list("process__code", "fraction"))

    assert {code: str(fraction) for code, fraction in plans.items()} == {
        "AP-INV": "0.060",
        "CLM-TRI": "0.100",
        "CS-REPLY": "0.050",
    }
    lines = {
        card.process.code: {item["code"]: item for item in card.items} for card in Scorecard.objects.all()
    }
    assert not lines["AP-INV"]["customer_text"]["applies"]
    assert {"callback", "vulnerability", "disclosure"} <= {code for items in lines.values() for code in items}


def test_build_wakes_nobody_and_marks_its_events(demo: World) -> None:
    assert not Notification.objects.filter(email_next_at__isnull=False).exists()
    assert not Notification.objects.filter(read_at__isnull=True).exists()
    assert not Event.objects.exclude(origin__in=["demo", "control"]).exclude(action="log.opened").exists()
    assert Event.objects.filter(occurred_at=NOW - AGE).exists()
    assert not Event.objects.filter(recorded_at__lt=NOW - AGE / 2).exists()


def test_find_knows_the_day_of_the_seeding(demo: World) -> None:
    found = world.find()

    assert found is not None
    assert found.now == NOW
    assert found.people.keys() == demo.people.keys()


def test_build_refuses_a_database_that_has_a_world(demo: World) -> None:
    with pytest.raises(Conflict):
        world.build(now=NOW, password=PASSWORD, seed=1)


def test_viewers_see_the_board_and_no_story(demo: World) -> None:
    viewer = demo.people["mei.kobayashi"]

    assert not access.processes(viewer, VIEW_STORY).exists()
    assert [process.code for process in access.processes(viewer, VIEW_BOARD)] == ["CS-REPLY"]
