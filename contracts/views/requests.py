"""What a view behind `login_required` is given, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from contracts.models import User


class SignedIn(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails
