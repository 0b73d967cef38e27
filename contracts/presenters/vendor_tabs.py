"""The pages about vendors as a row of tabs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.presenters.agreement_tabs import Tab


def of(route: str) -> list[Tab]:
    """The tabs, with the page at `route` marked as the one that is read."""
    pages = [
        ("contracts:endpoints", _("Endpoints")),
        ("contracts:certificates", _("Certificates")),
        ("contracts:questionnaires", _("Questionnaires")),
    ]
    return [Tab(label, reverse(name), name == route) for name, label in pages]
