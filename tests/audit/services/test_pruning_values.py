"""M6: texts and the personal values that belong to them: no text goes first, so that every hold finds its values."""

import pytest
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.retention import HoldScope
from audit.enums import ActorType
from audit.models import Event
from audit.services import fsck, pruning, recording, retention, vault
from tests.audit import growing, pruned
from tests.audit.conftest import sealed, signed

DPO = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a")


@pytest.fixture
def with_values(log):
    """Three texts past their period: of a matter, what is sealed in it, and of another matter."""
    growing.events(5)
    texts = [
        recording.record(**signed(correlation_id=pruned.MATTER)),
        recording.record(**sealed(correlation_id=pruned.MATTER)),
        recording.record(**signed()),
    ]
    for key in ("platform", "client-1"):
        pruned.keep(key)
    pruned.settle()
    pruned.turn_the_page()
    return [text.uid for text in texts]


def _there(texts) -> list[bool]:
    return [Event.objects.filter(uid=uid).exists() for uid in texts]


def test_m6_no_text_goes_before_its_values_nor_before_those_of_its_matter(with_values):
    pruned.prune()

    assert _there(with_values) == [True, True, True]
    whys = [one.why for plan in pruning.plans(at=pruned.later()) for one in plan.obstacles]
    assert "personal values of it are still there" in whys
    assert fsck.check(log="client-1", at=timezone.now()).findings == []
    pruned.purge()
    pruned.settle()
    pruned.prune()
    assert _there(with_values) == [False, False, False]


@pytest.mark.parametrize(
    ("_case", "scope", "key"),
    [("a matter", HoldScope.MATTER, str(pruned.MATTER)), ("a subject", HoldScope.SUBJECT, "subject-1")],
)
def test_m6_a_hold_that_is_placed_after_a_prune_holds_the_values(with_values, _case, scope, key):
    pruned.prune()
    retention.place_hold(
        log="client-1", scope=scope, key=key, reason="A lawsuit about this", by=DPO, at=timezone.now()
    )

    pruned.purge()
    pruned.settle()
    pruned.prune()

    assert vault.reveal(event_uid=with_values[1], field="comment") == "Ada wrote this"
    assert _there(with_values)[:2] == [True, True]
