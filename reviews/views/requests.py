"""What a page of ours wrote into a form or a link, read back."""

from django.http import HttpRequest

from audit.errors import Invalid


def compared(request: HttpRequest) -> int:
    """The version in force that stood on the page, 0 for none. Raises Invalid where the form does not say: what is
    replaced may be any other."""
    version = number(request.POST.get("against", ""))
    if version is None:
        raise Invalid(
            "against_required",
            "The form does not say against which version in force you compared: look again.",
            "against",
        )
    return version


def number(text: str) -> int | None:
    """A number that a page of ours wrote into a form or link; anything else is as good as none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
