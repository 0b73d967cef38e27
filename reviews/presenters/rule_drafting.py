"""What a draft takes beside its rules: another order, a note, and its end."""

from dataclasses import dataclass

from django.urls import reverse

from contracts import access
from contracts.models import User
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.models import RuleSet


@dataclass(frozen=True)
class Drafting:
    """What the reader may do with a draft; `moved` is the rule whose move has just taken the focus with it."""

    rule_url: str
    order_url: str
    note_url: str
    discard_url: str
    may_discard: bool
    why_not: str
    moved: str = ""
    upwards: bool = False


def drafting(
    ruleset: RuleSet | None, reader: User, *, moved: str = "", upwards: bool = False
) -> Drafting | None:
    """The acts of a draft, or None of what is no draft or not for the reader to write."""
    if ruleset is None or ruleset.state != RuleSetState.DRAFT:
        return None
    if not access.allowed(permissions.check_can_propose, reader, ruleset)[0]:
        return None
    allowed, reason = access.allowed(permissions.check_can_discard, reader, ruleset)

    def url(name: str) -> str:
        return reverse(f"reviews:rules_{name}", args=[ruleset.process.code, ruleset.version])

    return Drafting(
        rule_url=url("rule"),
        order_url=url("order"),
        note_url=url("note"),
        discard_url=url("discard"),
        may_discard=allowed,
        why_not=reason,
        moved=moved,
        upwards=upwards,
    )
