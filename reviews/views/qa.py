"""QA: the samples with their proof, and the scorecard of one drawn interaction."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid
from contracts.models import User
from reviews.domain import keysets
from reviews.forms.qa import ScorecardForm
from reviews.presenters import onward
from reviews.presenters import samples as presenter
from reviews.selectors import consequences
from reviews.selectors import draws as draw_selector
from reviews.selectors import evaluations as evaluation_selector
from reviews.selectors import honeypots as honeypot_selector
from reviews.services import draws, second_scores
from reviews.services import evaluations as evaluation_service
from reviews.views import scored


@login_required
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """Where every process stands, what this auditor has to score, and the draws, newest first."""
    at, user = timezone.now(), cast(User, request.user)
    before = keysets.read(request.GET.get("after", ""))
    found = draw_selector.page(user, before)
    rows, more = found[: draw_selector.PAGE], len(found) > draw_selector.PAGE
    following = keysets.write(rows[-1].draw.window_start, rows[-1].draw.pk) if more else ""
    context = {
        "tiles": [presenter.tile(standing, at) for standing in draw_selector.standings(user, at)],
        "to_score": [presenter.open_row(evaluation, at) for evaluation in evaluation_selector.to_score(user)],
        "draws": [presenter.draw_row(draw) for draw in rows],
        "next_url": f"?{urlencode({'after': following})}" if following else "",
        "first": before is None,
        "controls": honeypot_selector.concern(user),
        "findings": consequences.of_samples(user),
    }
    return render(request, "reviews/samples.html", context)


@login_required
@require_GET
def sample(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw: its proof, its strata, and the drawn items; before it is drawn, what was fixed and what it waits for."""
    at = timezone.now()
    user = cast(User, request.user)
    draw = draw_selector.get(user, draw_id)
    after = _uuid(request.GET.get("after", ""))
    found = evaluation_selector.of_draw(draw, after)
    items, more = found[: evaluation_selector.PAGE], len(found) > evaluation_selector.PAGE
    context = {
        "page": presenter.sample_page(
            draw,
            items,
            at,
            draws.waits_for(draw=draw, at=at),
            evaluation_selector.hidden(user, items),
            draw_selector.reviewers_of(user, draw),
        ),
        "next_url": f"?{urlencode({'after': str(items[-1].pk)})}" if more else "",
        "first": after is None,
        # Evidence proves what chance drew.
        "onward": onward.links("sample", draw.pk) if draw.seed else [],
    }
    return render(request, "reviews/sample.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
@require_GET
def evaluation(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    """The scorecard of a drawn interaction while it is open; its score and the verdict afterwards."""
    sheet = evaluation_selector.sheet(cast(User, request.user), evaluation_id, timezone.now())
    form = ScorecardForm(sheet.items) if sheet.open else None
    return scored.page(request, sheet, form, action=_submission(evaluation_id))


@login_required
@require_POST
def submit(request: HttpRequest, evaluation_id: UUID) -> HttpResponse:
    """Score it, once. What was filled in stays on the page where it is refused."""
    at, user = timezone.now(), cast(User, request.user)
    sheet = evaluation_selector.sheet(user, evaluation_id, at)
    form = ScorecardForm(sheet.items, request.POST)
    action = _submission(evaluation_id)
    if not form.is_valid():
        return scored.page(request, sheet, form if sheet.open else None, action=action, status=400)
    try:
        # Which of the two scores it is, the auditor does not know: the page is the same.
        score = second_scores.submit if sheet.second else evaluation_service.submit
        score(evaluation_id=evaluation_id, by=user, answers=form.answers(), judged_wrong=form.judged(), at=at)
    except Invalid as refusal:
        form.refuse(refusal)
        return scored.page(request, sheet, form, action=action, status=400)
    except Conflict as refusal:
        # Somebody else's score stands; what this auditor filled in is shown beside it, so that nothing is lost.
        now = evaluation_selector.sheet(user, evaluation_id, at)
        return scored.page(request, now, None, status=409, refusal=refusal.sentence, typed=form.filled_in())
    messages.success(request, _("Your score is in."))
    return redirect("reviews:evaluation", evaluation_id)


def _submission(evaluation_id: UUID) -> str:
    return reverse("reviews:evaluation_submit", args=[evaluation_id])
