"""Between the server and the views: the reader's time zone, what nothing can hold, and refusals turned into pages."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.errors import Invalid, NotVisible, Refused
from contracts import access
from governance import errors

Handler = Callable[[HttpRequest], HttpResponse]


class NulBytes:
    """No text of the portal holds a NUL, for no database column does: what was sent with one is refused by its name.

    It stands before whatever asks the database for what was sent. A form is looked at where the check against forgery
    reads it anyway; a view without that check reads its body itself, and may stream it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            missing = NotVisible("not_found", "There is nothing here that you can see.")
            return errors.refused(request, missing)
        sent = [*request.COOKIES.items()]
        if "%00" in request.META.get("QUERY_STRING", ""):
            sent += _items(request.GET)
        return _refused(request, sent) or self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        return _refused(request, _items(request.POST))


def _items(sent: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sent.lists() for value in values]


def _refused(request: HttpRequest, sent: list[tuple[str, str]]) -> HttpResponse | None:
    name = next((name for name, value in sent if "\0" in value or "\0" in name), None)
    if name is None:
        return None
    named = name.replace("\0", "")[:80]
    sentence = _("“%(name)s” contains the NUL character, which no text here may hold.") % {"name": named}
    return errors.refused(request, Invalid("nul_character", sentence, named))


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
