"""The trail: find an interaction, and read its whole story in order."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from contracts import access
from contracts.domain.roles import VIEW_STORY
from governance.presenters import board as rows_presenter
from governance.presenters import story as presenter
from governance.selectors import stories as selector
from reviews.domain import keysets
from reviews.selectors import evaluations


@require_GET
@login_required
def trail(request: HttpRequest) -> HttpResponse:
    search, code = request.GET.get("q", "")[:120], request.GET.get("process", "")[:20]
    before = keysets.read(request.GET.get("after", ""))
    rows = selector.recent(request.user, before, search, code)  # type: ignore[arg-type]
    more = len(rows) > selector.PAGE
    rows = rows[: selector.PAGE]
    kept = {name: value for name, value in (("q", search), ("process", code)) if value}
    following = (
        "?" + urlencode({**kept, "after": keysets.write(rows[-1].received_at, rows[-1].pk)}) if more else ""
    )
    blind = evaluations.blind_to(request.user, [row.pk for row in rows])  # type: ignore[arg-type]
    visible = access.processes(request.user, VIEW_STORY).order_by("code", "pk")  # type: ignore[arg-type]
    context = {
        "rows": [(row.process.code, rows_presenter.row(row, blind=row.pk in blind)) for row in rows],
        "processes": list(visible.values_list("code", flat=True)),
        "search": search,
        "code": code,
        "next_url": following,
    }
    return render(request, "governance/trail.html", context)


@require_GET
@login_required
def story(request: HttpRequest, interaction_id: UUID) -> HttpResponse:
    found = selector.interaction(request.user, interaction_id)  # type: ignore[arg-type]
    events = selector.events(request.user, found)  # type: ignore[arg-type]
    decided = selector.has_decided(request.user, found)  # type: ignore[arg-type]
    to_score = bool(evaluations.blind_to(request.user, [found.pk]))  # type: ignore[arg-type]
    told = presenter.story(found, events, selector.names(events), has_decided=decided, to_score=to_score)
    context = {"story": told}
    return render(request, "governance/story.html", context)
