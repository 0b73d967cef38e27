"""Between the server and the views: the reader's time zone, and refusals turned into pages."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.errors import Refused
from contracts import access
from governance import errors

Handler = Callable[[HttpRequest], HttpResponse]


class ReaderZone:
    """Times are shown in the zone of the person who reads them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        zone = getattr(user, "time_zone", "") if user is not None and user.is_authenticated else ""
        try:
            with timezone.override(zoneinfo.ZoneInfo(zone) if zone else None):
                return self.get_response(request)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return self.get_response(request)


class Grants:
    """The user's stamp was read with this request, so his grants may be answered from what is kept under it.

    A service that waited for a lock looks at the stamp again: a right may have been taken back meanwhile.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            access.trust_stamp(request.user)
        return self.get_response(request)


class DomainErrors:
    """What the house refuses becomes a page with its sentence and the right status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.page(request, exception)
        return None
