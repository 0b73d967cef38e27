"""How the views answer: a redirect that is followed by GET, and the status of a page that says why not."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect

from audit.errors import Conflict, NotAllowed, Refused


def see_other(address: str) -> HttpResponse:
    """A redirect after a POST that is followed by GET."""
    return HttpResponseRedirect(address, status=303)


def status_of(refusal: Refused | None) -> int:
    """The status of a page that says why something was refused, or of one that has nothing to say."""
    return 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400


def status_of_form(form: forms.Form, refusal: Refused | None = None) -> int:
    """The status of a page with a form on it: the form itself or a service may have refused."""
    refusal = refusal or getattr(form, "refusal", None)
    if isinstance(refusal, NotAllowed):
        return 403
    return 400 if refusal is None and form.errors else status_of(refusal)
