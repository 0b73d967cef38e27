"""Recording what happens to an interaction: one place that fills in log, client, process and correlation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.domain.envelope import Actor, Entry, Target
from contracts.models import User
from contracts.services.acting import actor
from reviews.models import Interaction


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
    """An event about an interaction, for its client's log. Empty personal texts are left out.

    Needs `interaction.process.client` loaded.
    """
    process = interaction.process
    sealed = {name: text for name, text in (personal or {}).items() if text}
    return Entry(
        log=process.client.log_key,
        action=action,
        actor=by if isinstance(by, Actor) else actor(by, role),
        target=target or Target("interaction", str(interaction.pk)),
        facts=facts,
        at=at,
        correlation_id=interaction.correlation_id,
        client=process.client.slug,
        process=process.code,
        origin=interaction.origin if origin is None else origin,
        personal=sealed,
        subject=(interaction.subject or str(interaction.pk)) if sealed else "",
    )
