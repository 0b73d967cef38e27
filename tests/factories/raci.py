"""RACIs for tests: drafted by the governance lead, signed by the client's owner and the provider's operations manager."""

from datetime import datetime, timedelta

from contracts.domain.raci import Effect
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Notification, RaciMatrix, RaciSignature
from contracts.selectors import raci as raci_selector
from contracts.services import memberships, raci, raci_drafts, sheets
from tests.worlds import Desk


def forget() -> None:
    """The desks as they were before anybody had signed a RACI."""
    RaciSignature.objects.all().delete()
    RaciMatrix.objects.all().delete()
    Notification.objects.filter(subject__contains="RACI").delete()


def authorise(desk: Desk, at: datetime, who: str = "ops") -> AuthorityGrant:
    """The authority to decide, which whoever signs needs."""
    held = AuthorityGrant.objects.in_force(at).filter(
        user=desk.cast[who], process=desk.process, kind=Authority.DECISION
    )
    return held.first() or memberships.grant_authority(
        user=desk.cast[who],
        process=desk.process,
        kind=Authority.DECISION,
        evidence="Power of attorney of the management",
        by=None,
        at=at - timedelta(days=1),
    )


def proposed(desk: Desk, at: datetime, effect: Effect | None = None) -> RaciMatrix:
    """A RACI as K2 prefills it, or as the one in force says, waiting for signatures."""
    matrix = raci_drafts.draft(process=desk.process, by=desk.governance, at=at, effect=effect)
    return raci.propose(matrix_id=matrix.pk, by=desk.governance, at=at)


def sign(desk: Desk, matrix: RaciMatrix, at: datetime) -> RaciMatrix:
    """Both parties sign what is proposed."""
    authorise(desk, at)
    for who in ("ops", "owner"):
        raci.sign(matrix_id=matrix.pk, digest=matrix.digest, by=desk.cast[who], at=at)
    matrix.refresh_from_db()
    return matrix


def in_force(desk: Desk, at: datetime) -> RaciMatrix:
    return sign(desk, proposed(desk, at), at)


def in_every_state(desk: Desk, at: datetime) -> dict[str, int]:
    """The versions of one in force, one that waits for signatures and one that is being drafted."""
    authorise(desk, at)
    signed = raci_selector.in_force(desk.process)
    assert signed is not None
    waiting = proposed(desk, at)
    draft = raci_drafts.draft(process=desk.process, by=desk.legal, at=at)
    sheets.refresh(process=desk.process, at=at)
    return {"raci_signed": signed.version, "raci_proposed": waiting.version, "raci_draft": draft.version}
