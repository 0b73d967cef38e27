"""The pages about vendors as a row of tabs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.models import User
from contracts.presenters.agreement_tabs import Tab

# What an AI vendor's own people find something in.
_VENDORS = ("contracts:endpoints", "contracts:questionnaires", "contracts:attestations")


def of(user: User, route: str) -> list[Tab]:
    """The tabs with something in them for this person, with the page at `route` marked as the one that is read."""
    reads = VIEW_CONTRACTS in access.all_codenames(user)
    pages = [
        ("contracts:endpoints", _("Endpoints")),
        ("contracts:certificates", _("Certificates")),
        ("contracts:questionnaires", _("Questionnaires")),
        ("contracts:attestations", _("Attestations")),
    ]
    shown = [page for page in pages if reads or page[0] in {route, *_VENDORS}]
    return [Tab(label, reverse(name), name == route) for name, label in shown]
