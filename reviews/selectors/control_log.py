"""Where the events of an interaction stand, and whose eyes a control item is kept from (E4).

What happens to a control item is no business of the client: it stands in the portal's own log, whose texts nobody reads but
its operator. And it is kept from whoever may read stories: they could look it up and see that it has none.
"""

from django.db.models import QuerySet

from audit.services.logs import PLATFORM
from contracts import access
from contracts.domain.roles import VIEW_STORY
from contracts.models import Process, User
from reviews.models import Case, Interaction


def log_of(interaction: Interaction) -> str:
    """The log of the events about an interaction. Needs `interaction.process.client` loaded."""
    return PLATFORM if interaction.is_honeypot else interaction.process.client.log_key


def seen_by(cases: QuerySet[Case], user: User) -> QuerySet[Case]:
    """The cases of a query without the control items that are kept from this person; for most of those who review these
    are none, and the query is as it was."""
    told = access.objects_with(user, Process, VIEW_STORY)
    return cases.exclude(meant_for__isnull=False, process__in=told) if told else cases
