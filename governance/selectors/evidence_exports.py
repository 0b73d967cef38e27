"""The evidence a person has asked for."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from contracts.models import User
from governance.models import EvidenceExport

PAGE = 25


def page(user: User, before: tuple[datetime, UUID] | None) -> list[EvidenceExport]:
    """The user's own exports, newest first; one more than a page where there are more."""
    mine = EvidenceExport.objects.filter(asked_by=user)
    if before is not None:
        moment, pk = before
        mine = mine.filter(Q(asked_at__lt=moment) | Q(asked_at=moment, pk__lt=pk))
    return list(mine.order_by("-asked_at", "-pk")[: PAGE + 1])
