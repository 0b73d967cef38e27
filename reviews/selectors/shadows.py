"""What rules in shadow would have done otherwise, counted and listed."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from contracts.models import User
from reviews import permissions
from reviews.domain import keysets
from reviews.domain.keysets import Key
from reviews.enums import ChangeKind
from reviews.models import Interaction, RuleSet, ShadowDifference
from reviews.selectors import rulesets

PAGE = 50


@dataclass(frozen=True)
class Tally:
    """How many live interactions a version met in its shadow, and how many would have gone another way, by kind."""

    evaluated: int
    kinds: dict[ChangeKind, int]

    @property
    def differing(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Page:
    rows: list[ShadowDifference]
    after: str


def tally(ruleset: RuleSet) -> Tally | None:
    """The figures of the latest shadow of a version; None where it never was in one.

    What was met is counted from the interactions themselves: no row is written for those that do not differ.
    """
    if ruleset.shadowed_at is None:
        return None
    met = Interaction.objects.filter(
        process=ruleset.process_id, origin="", is_honeypot=False, received_at__gte=ruleset.shadowed_at
    )
    if ruleset.unshadowed_at is not None:
        met = met.filter(received_at__lt=ruleset.unshadowed_at)
    counted = _differences(ruleset).values_list("kind").annotate(count=Count("pk")).order_by("kind")
    return Tally(met.count(), {ChangeKind(kind): count for kind, count in counted})


def differences(*, user: User, code: str, number: int, after: str = "") -> tuple[RuleSet, Page]:
    """A version the person may see, and what would have gone another way in its shadow, newest first."""
    ruleset = rulesets.version(user=user, code=code, number=number)
    permissions.check_can_see_cases_of(user, ruleset.process)
    rows = _differences(ruleset)
    key: Key | None = keysets.read(after)
    if key is not None:
        rows = rows.filter(Q(routed_at__lt=key[0]) | Q(routed_at=key[0], interaction__lt=key[1]))
    found = list(
        rows.select_related("interaction__routing", "interaction__case", "interaction__step").order_by(
            "-routed_at", "-interaction"
        )[: PAGE + 1]
    )
    more = len(found) > PAGE
    last = found[PAGE - 1] if more else None
    return ruleset, Page(found[:PAGE], keysets.write(last.routed_at, last.interaction_id) if last else "")


def _differences(ruleset: RuleSet) -> QuerySet[ShadowDifference]:
    rows = ShadowDifference.objects.filter(ruleset=ruleset)
    return rows.filter(routed_at__gte=ruleset.shadowed_at) if ruleset.shadowed_at else rows.none()
