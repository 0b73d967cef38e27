"""How much hangs on a change, and who therefore has to approve it (L3, K5, §3.10)."""

from collections.abc import Collection
from dataclasses import dataclass

from contracts.domain.change_kinds import ChangeClass, DataClass, Impact, Proof
from contracts.enums import Party, Tier

ORDER = (Impact.LOW, Impact.MEDIUM, Impact.HIGH)
_TIERS = (Tier.LOW, Tier.MEDIUM, Tier.HIGH, Tier.CRITICAL)
# Money and rights of people: whatever the step, a change of the model is never small.
_GRAVE = frozenset({DataClass.CREDIT, DataClass.CLAIMS, DataClass.PAYMENT})
_PLAIN = {Tier.LOW: Impact.LOW, Tier.MEDIUM: Impact.LOW, Tier.HIGH: Impact.MEDIUM, Tier.CRITICAL: Impact.HIGH}


@dataclass(frozen=True)
class Chain:
    """Whose approval a change needs before it is deployed, and what silence means."""

    approvers: frozenset[Party]
    objection_window: bool = False
    told_after: bool = False


def impact(tiers: Collection[str], data: Collection[str] | None, *, redacted: bool) -> Impact:
    """The impact of a change on steps of these tiers that handle data of these classes; None where nobody has said which.

    What nobody has said is taken for the worst. Personal data weighs less only while it is taken out before the model.
    """
    if data is None or not tiers:
        return Impact.HIGH
    classes = {DataClass(name) for name in data}
    if classes & _GRAVE or (DataClass.PERSONAL in classes and not redacted):
        return Impact.HIGH
    by_tier = _PLAIN[max((Tier(tier) for tier in tiers), key=_TIERS.index)]
    return higher(by_tier, Impact.MEDIUM) if DataClass.PERSONAL in classes else by_tier


def higher(one: Impact, other: Impact) -> Impact:
    """The graver of two impacts."""
    return max(one, other, key=ORDER.index)


def decider(procured_by: Party, accountable: Party | None) -> Party:
    """Who decides on a change: who is accountable for it in the signed RACI; before one is signed, who contracted the model.

    An AI vendor never decides on its own change.
    """
    for party in (accountable, procured_by):
        if party in (Party.CLIENT, Party.PROVIDER):
            return party
    return Party.CLIENT


def chain(weight: Impact, decides: Party) -> Chain:
    """Who has to approve. Where much hangs on it the client always has to, and silence is never consent."""
    if weight == Impact.HIGH:
        return Chain(frozenset({Party.CLIENT, decides}))
    if decides == Party.CLIENT:
        return Chain(frozenset({Party.CLIENT}))
    return Chain(
        frozenset({decides}), objection_window=weight == Impact.MEDIUM, told_after=weight == Impact.LOW
    )


def proofs(weight: Impact, change_class: ChangeClass) -> tuple[Proof, ...]:
    """What has to be shown before anybody approves. What ends, and what was deployed in an emergency, shows nothing."""
    if change_class in (ChangeClass.RETIREMENT, ChangeClass.EMERGENCY) or weight == Impact.LOW:
        return ()
    if weight == Impact.MEDIUM:
        return (Proof.REGRESSION, Proof.ROLLBACK)
    return (Proof.REGRESSION, Proof.SHADOW, Proof.CANARY, Proof.ROLLBACK)
