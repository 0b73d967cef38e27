"""The board, one process of it, and the list behind each figure."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from audit.errors import NotVisible
from governance.presenters import board as presenter
from governance.selectors import board as selector
from reviews.domain import keysets
from reviews.selectors import evaluations


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Every process of the reader; a fragment asks for itself again each minute."""
    return _page(request, selector.figures(request.user, timezone.now()))  # type: ignore[arg-type]


@require_GET
@login_required
def process(request: HttpRequest, code: str) -> HttpResponse:
    found = selector.figures(request.user, timezone.now(), code)  # type: ignore[arg-type]
    if not found:
        raise NotVisible("not_found", "There is no such board that you can see.")
    return _page(request, found, code)


def _page(request: HttpRequest, found: list[selector.Figures], code: str = "") -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "sections": [presenter.section(figures, now) for figures in found],
        "computed": timezone.localtime(now),
        "code": code,
        "address": request.path,
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "governance/board.html#figures" if fragment else "governance/board.html"
    return render(request, template, context)


@require_GET
@login_required
def listing(request: HttpRequest, code: str, tile: str) -> HttpResponse:
    if tile not in selector.LISTS:
        raise NotVisible("not_found", "There is no such list.")
    before = keysets.read(request.GET.get("after", ""))
    found, rows = selector.listing(request.user, code, tile, timezone.now(), before)  # type: ignore[arg-type]
    more = len(rows) > selector.PAGE
    rows = rows[: selector.PAGE]
    following = "?" + urlencode({"after": keysets.write(rows[-1].received_at, rows[-1].pk)}) if more else ""
    blind = evaluations.blind_to(request.user, [row.pk for row in rows])  # type: ignore[arg-type]
    if tile in selector.TELLING:
        rows = [row for row in rows if row.pk not in blind]
    context = {
        "process": found.code,
        "title": selector.LISTS[tile],
        "rows": [presenter.row(interaction, blind=interaction.pk in blind) for interaction in rows],
        "next_url": following,
        "first": before is None,
    }
    return render(request, "governance/board_list.html", context)
