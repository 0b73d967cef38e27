"""What else a draft takes: another order, a note, and its end (B8)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from reviews.services import rule_drafts, rules
from tests import worlds
from tests.factories.rules import drafted, proposed, state


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def order(ruleset):
    return [code[-1] for code in ruleset.rules.order_by("position").values_list("code", flat=True)]


def last():
    return Event.objects.order_by("pk").last()


@pytest.mark.parametrize(
    "_case, code, to, after, place",
    [
        ("_case up", "AP-R3", 2, "1324", 2),
        ("_case down", "AP-R1", 2, "2134", 2),
        ("_case to the end", "AP-R1", 99, "2341", 4),
        ("_case to the beginning", "AP-R4", -5, "4123", 1),
    ],
)
def test_move_rule_puts_it_into_its_place(desk, at, _case, code, to, after, place):
    ruleset = drafted(desk, at)

    moved = rule_drafts.move_rule(ruleset_id=ruleset.pk, code=code, to=to, by=desk.admin, at=at, edits=0)

    ruleset.refresh_from_db()
    assert ("".join(order(ruleset)), moved, ruleset.edits) == (after, place, 1)
    assert last().facts["change"] == f"moved {code} to place {place}"
    assert "".join(order(desk.rules)) == "1234"


def test_reorder_takes_every_rule_once(desk, at):
    ruleset = drafted(desk, at)
    codes = ["AP-R4", "AP-R2", "AP-R1", "AP-R3"]

    rule_drafts.reorder(ruleset_id=ruleset.pk, codes=codes, by=desk.admin, at=at, edits=0)

    assert "".join(order(ruleset)) == "4213"
    assert [told["code"] for told in last().facts["rules"]] == codes


@pytest.mark.parametrize(
    "codes, refusal",
    [
        (["AP-R1"], Invalid),
        (["AP-R1", "AP-R1", "AP-R2", "AP-R3"], Invalid),
        (["AP-R1", "AP-R2", "AP-R3", "AP-R5"], Invalid),
        ([], Invalid),
        (["AP-R1", "AP-R2", "AP-R3", "AP-R4"], Conflict),
    ],
)
def test_reorder_refuses_any_other_list(desk, at, codes, refusal):
    ruleset = drafted(desk, at)

    with pytest.raises(refusal):
        rule_drafts.reorder(ruleset_id=ruleset.pk, codes=codes, by=desk.admin, at=at)

    ruleset.refresh_from_db()
    assert ("".join(order(ruleset)), ruleset.edits) == ("1234", 0)


def test_a_rule_that_is_not_there_or_stands_there_already_is_not_moved(desk, at):
    ruleset = drafted(desk, at)

    with pytest.raises(NotVisible):
        rule_drafts.move_rule(ruleset_id=ruleset.pk, code="AP-R9", to=1, by=desk.admin, at=at)
    with pytest.raises(Conflict):
        rule_drafts.move_rule(ruleset_id=ruleset.pk, code="AP-R1", to=1, by=desk.admin, at=at)

    ruleset.refresh_from_db()
    assert ruleset.edits == 0


def test_write_note_keeps_it_with_the_draft(desk, at):
    ruleset = drafted(desk, at)

    rule_drafts.write_note(ruleset_id=ruleset.pk, note="  Fewer false alarms ", by=desk.admin, at=at)
    with pytest.raises(Invalid):
        rule_drafts.write_note(ruleset_id=ruleset.pk, note="x" * 301, by=desk.admin, at=at)

    ruleset.refresh_from_db()
    assert (ruleset.note, ruleset.edits) == ("Fewer false alarms", 1)
    assert last().facts["change"] == "changed the note"


def test_discard_ends_the_draft_and_leaves_it_readable(desk, at):
    ruleset = drafted(desk, at)

    rule_drafts.discard(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert (state(ruleset), last().action) == ("discarded", "rules.discarded")
    with pytest.raises(Conflict):
        rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)
    assert rule_drafts.draft(process=desk.process, by=desk.admin, at=at).version == 3


def test_discard_is_for_whoever_began_the_draft_and_for_drafts_only(desk, at):
    ruleset = drafted(desk, at)

    with pytest.raises(NotAllowed):
        rule_drafts.discard(ruleset_id=ruleset.pk, by=desk.owner, at=at)
    assert state(ruleset) == "draft"
    rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)
    with pytest.raises(Conflict):
        rule_drafts.discard(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert state(ruleset) == "proposed"


ACTS = {
    "move": lambda ruleset, by, at: rule_drafts.move_rule(ruleset_id=ruleset.pk, code="AP-R2", to=1, by=by, at=at, edits=7),
    "order": lambda ruleset, by, at: rule_drafts.reorder(ruleset_id=ruleset.pk, codes=["AP-R2"], by=by, at=at, edits=7),
    "note": lambda ruleset, by, at: rule_drafts.write_note(ruleset_id=ruleset.pk, note="n", by=by, at=at, edits=7),
    "discard": lambda ruleset, by, at: rule_drafts.discard(ruleset_id=ruleset.pk, by=by, at=at, edits=7),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who, refusal", [("admin", Conflict), ("viewer", NotAllowed), ("twin", NotVisible)])
def test_a_late_or_foreign_hand_changes_nothing(world, at, act, who, refusal):
    desk = world.north
    ruleset = drafted(desk, at)
    user = world.south.admin if who == "twin" else getattr(desk, who)

    with pytest.raises(refusal):
        ACTS[act](ruleset, user, at)

    ruleset.refresh_from_db()
    assert ("".join(order(ruleset)), ruleset.edits, ruleset.note, ruleset.state) == ("1234", 0, "", "draft")


def test_a_proposal_is_not_put_in_another_order(desk, at):
    ruleset = proposed(desk, at)

    with pytest.raises(Conflict):
        rule_drafts.move_rule(ruleset_id=ruleset.pk, code="AP-R2", to=1, by=desk.admin, at=at)
