"""Protected attributes and audits of bias, reached by the services."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from governance.models import BiasAudit
from governance.services import bias_audits, protected_attributes
from governance.services.protected_attributes import Supplied
from reviews.models import Interaction
from reviews.services import intake
from tests import worlds
from tests.worlds import Desk


def lines(rows: Iterable[tuple[str, str, str]]) -> list[Supplied]:
    return [Supplied(number, *row) for number, row in enumerate(rows, start=1)]


def audited(desk: Desk, at: datetime) -> BiasAudit:
    """One who went out three days ago belongs to a group, and that was audited: of one person nothing is told."""
    past = at - timedelta(days=3)
    posted = worlds.payload(desk, external_id="grouped", subject_ref="grouped")
    intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at, times=[past], origin="import")
    assert Interaction.objects.get(external_id="grouped", process=desk.process).released_at
    rows = lines([("grouped", "age_band", "over 50")])
    protected_attributes.supply(code=desk.process.code, rows=rows, by=desk.dpo, at=at)
    return bias_audits.audit(
        code=desk.process.code,
        attribute="age_band",
        since=past.date() - timedelta(days=1),
        until=at.date(),
        by=desk.governance,
        at=at,
    )
