"""Recording what happens to an interaction: one place that fills in log, client, process and correlation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.domain.envelope import Actor, Entry, Target
from contracts.models import User
from contracts.services.acting import actor
from reviews.domain.honeypots import ORIGIN
from reviews.models import Interaction
from reviews.selectors import control_log


def entry(
    *,
    interaction: Interaction,
    action: str,
    by: User | Actor | None,
    role: str = "",
    facts: Mapping[str, Any],
    at: datetime,
    personal: Mapping[str, str] | None = None,
    target: Target | None = None,
    origin: str | None = None,
) -> Entry:
    """An event about an interaction, for its client's log; about a control item, for the portal's own, where it names no
    client and no process. Empty personal texts are left out.

    Needs `interaction.process.client` loaded.
    """
    process, control = interaction.process, interaction.is_honeypot
    if origin is None:
        origin = ORIGIN if control else interaction.origin
    sealed = {name: text for name, text in (personal or {}).items() if text}
    return Entry(
        log=control_log.log_of(interaction),
        action=action,
        actor=by if isinstance(by, Actor) else actor(by, role),
        target=target or Target("interaction", str(interaction.pk)),
        facts=facts,
        at=at,
        correlation_id=interaction.correlation_id,
        client="" if control else process.client.slug,
        process="" if control else process.code,
        origin=origin,
        personal=sealed,
        subject=(interaction.subject or str(interaction.pk)) if sealed else "",
    )
