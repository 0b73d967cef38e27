"""The trail: find an interaction, and read its whole story in order."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from audit.domain.policy import Policy
from contracts import access
from contracts.domain.roles import REVEAL_PERSONAL, VIEW_STORY
from contracts.models import User
from governance.forms import TrailForm
from governance.presenters import board as rows_presenter
from governance.presenters import proofs as proofs_presenter
from governance.presenters import story as presenter
from governance.selectors import bodies, standings, trail_search, trust
from governance.selectors import stories as selector
from governance.selectors.trail_search import Search
from reviews import permissions
from reviews.domain import keysets
from reviews.selectors import evaluations


@require_GET
@login_required
def trail(request: HttpRequest) -> HttpResponse:
    """The interactions a search finds; without one, the newest."""
    user: User = request.user  # type: ignore[assignment]
    form = TrailForm(request.GET)
    before = keysets.read(request.GET.get("after", ""))
    search = _search(form) if form.is_valid() else Search()
    rows = trail_search.recent(user, before, search) if form.is_valid() else []
    more = len(rows) > trail_search.PAGE
    rows = rows[: trail_search.PAGE]
    kept = {name: str(value) for name, value in request.GET.items() if value and name in form.fields}
    following = (
        "?" + urlencode({**kept, "after": keysets.write(rows[-1].received_at, rows[-1].pk)}) if more else ""
    )
    if search.telling:
        hidden = bodies.blind_to(user, {str(row.pk) for row in rows})
        rows = [row for row in rows if str(row.pk) not in hidden]
    blind = evaluations.blind_to(user, [row.pk for row in rows])
    visible = access.processes(user, VIEW_STORY).order_by("code", "pk")
    context = {
        "rows": [(row.process.code, rows_presenter.row(row, blind=row.pk in blind)) for row in rows],
        "processes": list(visible.values_list("code", flat=True)),
        "form": form,
        "searched": bool(kept),
        "late": trail_search.late_by(user, timezone.now()) if form.narrowed else None,
        "next_url": following,
        "first_url": "?" + urlencode(kept) if before else "",
    }
    return render(request, "governance/trail.html", context)


@require_POST
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Turn a search into its address, in which no subject stands by name."""
    user: User = request.user  # type: ignore[assignment]
    form = TrailForm(request.POST)
    if not form.is_valid():
        sent = {name: str(value) for name, value in request.POST.items() if name in form.fields}
        sent.pop("about", None)
        return redirect(f"{reverse('governance:trail')}?{urlencode(sent)}")
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value and name != "about"}
    if about := form.cleaned_data["about"].strip():
        asked["subject"] = ".".join(trail_search.subjects(user, about))
    query = urlencode(asked)
    return redirect(f"{reverse('governance:trail')}?{query}" if query else reverse("governance:trail"))


def _search(form: TrailForm) -> Search:
    sent = form.cleaned_data
    return Search(
        text=sent["q"],
        process=sent["process"],
        subjects=tuple(filter(None, sent["subject"].split("."))),
        model=sent["model"],
        rule=sent["rule"],
        person=sent["person"],
        action=sent["action"],
        since=sent["since"],
        until=sent["until"],
    )


@require_GET
@login_required
def story(request: HttpRequest, interaction_id: UUID) -> HttpResponse:
    """The story, each line with where it stands in the log; `?verify=1` checks every line first."""
    user: User = request.user  # type: ignore[assignment]
    found = selector.interaction(user, interaction_id)
    events = selector.events(user, found)
    decided = selector.has_decided(user, found)
    to_score = bool(evaluations.blind_to(user, [found.pk]))
    told = presenter.story(
        found,
        events,
        selector.names(events),
        has_decided=decided,
        to_score=to_score,
        kept=selector.kept(found, events),
    )
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
        "recalled_url": "" if to_score else presenter.recalled_url(found),
        "may_recall": access.allowed(permissions.check_can_recall, user, found)[0],
        "may_reveal": access.can(user, REVEAL_PERSONAL, found.process),
        "verify": verify,
        "summary": proofs_presenter.summary(proven.values()) if verify else None,
        "log_keys": [str(known.key) for known in trusted.logs],
        "witness_keys": [str(witness.key) for witness in trusted.witnesses.values()],
    }
    return render(request, "governance/story.html", context)
