"""The trail: find an interaction, and read its whole story in order."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from audit.domain.policy import Policy
from contracts import access
from contracts.domain.roles import VIEW_STORY
from contracts.models import User
from governance.presenters import board as rows_presenter
from governance.presenters import proofs as proofs_presenter
from governance.presenters import story as presenter
from governance.selectors import standings, trust
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
    """The story, each line with where it stands in the log; `?verify=1` checks every line first."""
    user: User = request.user  # type: ignore[assignment]
    found = selector.interaction(user, interaction_id)
    events = selector.events(user, found)
    decided = selector.has_decided(user, found)
    to_score = bool(evaluations.blind_to(user, [found.pk]))
    told = presenter.story(found, events, selector.names(events), has_decided=decided, to_score=to_score)
    log = found.process.client.log_key
    verify = request.GET.get("verify") == "1"
    trusted = trust.policy_of(log) if verify else Policy()
    shown = {line.uid for line in told.lines}
    events = [event for event in events if event.uid in shown]
    proven = standings.checked(log, events, trusted) if verify else standings.standings(log, events)
    badges = [proofs_presenter.badge(event, proven[event.uid]) for event in events]
    context = {
        "story": told,
        "lines": list(zip(told.lines, badges, strict=True)),
        "log": log,
        "verify": verify,
        "summary": proofs_presenter.summary(proven.values()) if verify else None,
        "log_keys": [str(known.key) for known in trusted.logs],
        "witness_keys": [str(witness.key) for witness in trusted.witnesses.values()],
    }
    return render(request, "governance/story.html", context)
