"""The rule pages on the way into force and back: proposed, approved by somebody else, sent back, restored."""

import pytest
from django.urls import reverse

from reviews.models import RuleSet
from reviews.services import rule_drafts
from reviews.services import rules as service
from tests import counting, worlds
from tests.factories import rules as made


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def test_propose_freezes_the_draft(desk, at, log_in):
    made.changed(desk, at)
    client = log_in(desk.admin)

    response = client.post(made.address("propose", desk, 2), {"edits": "1"})

    page = client.get(response["Location"])
    assert made.state(RuleSet.objects.get(version=2)) == "proposed"
    assert "proposed by you, needs another approver" in page.content.decode()
    assert page.context["page"].add_url == ""


def test_what_the_law_requires_cannot_be_removed(desk, at, log_in):
    made.locked(desk, at)
    made.drafted(desk, at)
    client = log_in(desk.admin)

    page = client.get(made.address("version", desk, 3)).content.decode()
    refused = client.post(made.address("remove", desk, 3), {"code": "AP-LAW", "edits": "0"})

    assert "Required by law" in page
    assert (refused.status_code, RuleSet.objects.get(version=3, process=desk.process).rules.count()) == (
        403,
        5,
    )


def test_propose_names_what_makes_the_rules_unsafe(desk, at, log_in):
    made.locked(desk, at)
    ruleset = made.drafted(desk, at)
    narrow = made.rule(
        "AP-LAW", {"field": "confidence", "op": "<", "value": "0.1"}, "senior_only", severity=2
    )
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=narrow, by=desk.admin, at=at)

    response = log_in(desk.admin).post(made.address("propose", desk, 3), {"edits": "1"})

    assert response.status_code == 409
    assert (
        "Rule AP-LAW (A rule) is required by law: its condition cannot be narrowed."
        in response.content.decode()
    )
    assert made.state(ruleset) == "draft"


def test_approve_is_dead_for_the_author_and_open_for_the_owner(desk, at, log_in):
    ruleset = made.simulated(desk, at)
    address = made.address("approve", desk, 2)

    dead = log_in(desk.admin).get(made.address("version", desk, 2)).content.decode()
    refused = log_in(desk.admin).post(address, {"against": "1"})
    before = made.state(ruleset), made.post(desk, at, "6000.00")
    approved = log_in(desk.owner).post(address, {"against": "1"})

    assert "You wrote these rules: somebody else approves them." in dead
    assert address not in dead
    assert refused.status_code == 403
    assert before == ("simulated", "review")
    assert approved["Location"] == made.address("active", desk)
    assert (made.state(ruleset), made.post(desk, at, "6000.00")) == ("active", "auto_released")


@pytest.mark.parametrize("who, status", [("viewer", 403), ("lead", 403), ("twin", 404), ("stranger", 404)])
@pytest.mark.parametrize("act", ["approve", "reject", "restore"])
def test_deciding_on_rules_is_refused(world, at, log_in, who, status, act):
    desk = world.north
    ruleset = made.replaced(desk, at) if act == "restore" else made.proposed(desk, at)
    before = made.state(ruleset), made.state(desk.rules)
    version = 1 if act == "restore" else 2
    user = {"twin": world.south.owner, "stranger": world.stranger}.get(who) or getattr(desk, who)

    response = log_in(user).post(made.address(act, desk, version), {"reason": "No", "against": "2"})

    assert response.status_code == status
    assert (made.state(ruleset), made.state(desk.rules)) == before


def test_approve_after_other_rules_came_into_force_shows_the_comparison_again(desk, at, log_in):
    second = made.changed(desk, at, "9000", desk.owner)
    made.replaced(desk, at)
    made.tried(service.propose(ruleset_id=second.pk, by=desk.owner, at=at), at)
    client = log_in(desk.admin)

    late = client.post(made.address("approve", desk, 2), {"against": "1"})
    page = late.context["page"]
    approved = client.post(made.address("approve", desk, 2), {"against": str(page.compared)})

    assert late.status_code == 409
    assert "Other rules have come into force" in late.content.decode()
    assert "This draft was begun from v1; v3 has come into force since." in page.outdated
    assert (approved.status_code, made.state(second)) == (302, "active")


def test_reject_needs_a_reason_and_the_author_reads_it(desk, at, log_in):
    ruleset = made.proposed(desk, at)
    client = log_in(desk.owner)

    empty = client.post(made.address("reject", desk, 2), {"reason": " "})
    between = made.state(ruleset)
    done = client.post(made.address("reject", desk, 2), {"reason": "Too much <b>risk</b>."})

    assert (empty.status_code, between) == (400, "proposed")
    assert (done.status_code, made.state(ruleset)) == (302, "rejected")
    page = log_in(desk.admin).get(made.address("version", desk, 2)).content.decode()
    assert "Too much &lt;b&gt;risk&lt;/b&gt;." in page


def test_restore_says_beforehand_what_forbids_it(desk, at, log_in):
    made.locked(desk, at)

    page = log_in(desk.owner).get(made.address("version", desk, 1))

    assert page.context["page"].problems == [
        "Rule AP-LAW (A rule) is required by law: it cannot be left out."
    ]


def test_one_click_restores_an_earlier_version(desk, at, log_in):
    ruleset = made.replaced(desk, at)
    client = log_in(desk.owner)

    page = client.get(made.address("version", desk, 1)).content.decode()
    response = client.post(made.address("restore", desk, 1), {"against": "2"})

    assert "<noscript>" in page
    assert response["Location"] == made.address("active", desk)
    assert (made.state(desk.rules), made.state(ruleset)) == ("active", "superseded")
    assert made.post(desk, at, "6000.00") == "review"
    assert client.post(made.address("restore", desk, 1), {"against": "2"}).status_code == 409


@pytest.mark.parametrize("act", ["draft", "remove", "propose", "approve", "reject", "restore"])
def test_what_changes_something_takes_posts_only(desk, at, log_in, act):
    ruleset = made.proposed(desk, at)
    arguments = () if act == "draft" else (2,)

    assert log_in(desk.owner).get(made.address(act, desk, *arguments)).status_code == 405
    assert made.state(ruleset) == "proposed"


@pytest.mark.parametrize("name", ["rules", "rules_active", "rules_version", "rules_rule"])
def test_pages_ask_a_fixed_number_of_queries(desk, at, log_in, name):
    ruleset = made.changed(desk, at)
    arguments = {"rules": [], "rules_active": [desk.process.code]}.get(name, [desk.process.code, 2])
    address = reverse(f"reviews:{name}", args=arguments)
    client = log_in(desk.admin)

    few = counting.queries(client, address)
    for number in range(3):
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=made.rule(f"AP-X{number}"), by=desk.admin, at=at)
    many = counting.queries(client, address)

    assert few == many == counting.written(f"reviews:{name}")
