"""Who read personal data of a client, and who took evidence away (M7)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from contracts.models import User
from governance.forms import ReadsForm
from governance.presenters import record_reads as presenter
from governance.selectors import record_reads as selector
from governance.selectors import records
from governance.selectors.record_reads import Asked
from reviews.domain import keysets


@require_GET
@login_required
def reads(request: HttpRequest, log: str) -> HttpResponse:
    """The readings a search finds; without one, the newest."""
    user: User = request.user  # type: ignore[assignment]
    client = selector.client(user, log)
    form = ReadsForm(request.GET)
    rows = []
    if form.is_valid():
        sent = form.cleaned_data
        asked = Asked(sent["person"], sent["subject"], sent["since"], sent["until"])
        rows = selector.page(log, asked, keysets.read(request.GET.get("after", "")))
    more, rows = len(rows) > selector.PAGE, rows[: selector.PAGE]
    kept = {name: str(value) for name, value in request.GET.items() if value and name in form.fields}
    kept.pop("about", None)
    following = {**kept, "after": keysets.write(rows[-1].read_at, rows[-1].pk)} if more else {}
    context = {
        "client": client,
        "rows": presenter.rows(rows, selector.names(rows)),
        "form": form,
        "searched": bool(kept),
        "late": selector.is_late(log, timezone.now()),
        "next_url": f"?{urlencode(following)}" if following else "",
        "first_url": f"?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "governance/record_reads.html", context)


@require_POST
@login_required
def find(request: HttpRequest, log: str) -> HttpResponse:
    """Turn a search into its address, in which no subject stands by name."""
    user: User = request.user  # type: ignore[assignment]
    client = selector.client(user, log)
    form = ReadsForm(request.POST)
    asked = {name: str(value) for name, value in request.POST.items() if value and name in form.fields}
    about = asked.pop("about", "").strip()[:200]
    if about:
        asked["subject"] = records.subject_key(client, about)
    query = urlencode(asked)
    address = reverse("governance:records_reads", args=[log])
    return redirect(f"{address}?{query}" if query else address)
