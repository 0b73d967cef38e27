"""What automatic QA proposes to recall: one proposal, and saying why the output may stand (F4)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts.views.replies import see_other, status_of
from contracts.views.requests import SignedIn
from reviews.forms.autoqa import DismissForm
from reviews.presenters import recall_proposals as presenter
from reviews.selectors import recall_proposals as selector
from reviews.services import recall_proposals as services
from reviews.services import recalls


@login_required
@require_GET
def proposal(request: SignedIn, proposal_id: UUID) -> HttpResponse:
    return _page(request, proposal_id, DismissForm())


@login_required
@require_POST
def dismiss(request: SignedIn, proposal_id: UUID) -> HttpResponse:
    selector.one(request.user, proposal_id)
    form = DismissForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.dismiss(
                proposal_id=proposal_id, by=request.user, why=form.cleaned_data["why"], at=timezone.now()
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Dismissed: the output stands."))
            return see_other(reverse("reviews:recall_proposal", args=[proposal_id]))
    return _page(request, proposal_id, form, status=400 if refusal is None else status_of(refusal))


def _page(request: SignedIn, proposal_id: UUID, form: DismissForm, status: int = 200) -> HttpResponse:
    found = selector.one(request.user, proposal_id)
    page = presenter.page(found, recalls.went_out(found.interaction), request.user)
    return render(request, "reviews/recall_proposal.html", {"page": page, "form": form}, status=status)
