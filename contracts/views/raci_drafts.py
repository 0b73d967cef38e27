"""Drafting the RACI: row by row, by forms without scripts (K1–K3)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotVisible, Refused
from contracts.domain.raci import Effect, Letter, RaciState, Task
from contracts.forms.raci import Choices, DescribeForm, RowForm
from contracts.models import RaciMatrix, RaciRow
from contracts.permissions import raci as permissions
from contracts.selectors import raci as selector
from contracts.services import raci_drafts
from contracts.services.raci_drafts import Holder
from contracts.views import raci as pages
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn


@login_required
@require_POST
def draft(request: SignedIn, code: str) -> HttpResponse:
    """Begin a draft; whoever has one open is led to it."""
    process = selector.process_of(request.user, code)
    try:
        begun = raci_drafts.draft(process=process, by=request.user, at=timezone.now())
    except Conflict as refusal:
        if refusal.code != "draft_open":
            current = selector.in_force(process)
            return pages.page(request, process, current, refusal=refusal)
        messages.info(request, refusal.sentence)
        mine = selector.versions(request.user, process).filter(author=request.user, state=RaciState.DRAFT)
        begun = mine.get()
    return see_other(pages.address(code, begun.version))


@login_required
@require_http_methods(["GET", "POST"])
def row(request: SignedIn, code: str, version: int, task: str) -> HttpResponse:
    """The form of one row. What was typed stays on the page where it is refused."""
    found = _editable(request, code, version)
    if task not in set(Task):
        raise NotVisible("not_found", "The RACI has no such row.")
    existing = next(one for one in selector.whole(found) if one.task == task)
    known = selector.nameable(found.process)
    people = {str(one.pk): one for side in known.people.values() for one in side}
    clauses = {str(one.pk): one for one in known.clauses}
    documents = {str(one.pk): one for one in known.documents}
    sent = request.POST if request.method == "POST" else None
    form = RowForm(_choices(known), sent, initial=_written(existing, found))
    refusal: Refused | None = None
    if form.is_valid():
        try:
            raci_drafts.put_row(
                matrix_id=found.pk,
                task=Task(task),
                held=[
                    Holder(letter, party, people.get(person), role)
                    for letter, party, person, role in form.held()
                ],
                clause=clauses.get(form.cleaned_data["clause"]),
                document=documents.get(form.cleaned_data["document"]),
                edits=form.cleaned_data["edits"],
                by=request.user,
                at=timezone.now(),
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            if isinstance(refused, Conflict):
                # What was typed stays; sent again, it is meant for the draft as it stands now.
                found = selector.visible(request.user, code, version)
                form = RowForm(_choices(known), {**request.POST.dict(), "edits": str(found.edits)})
                form.is_valid()
            form.refuse(refused)
        else:
            sentence = _("“%(row)s” is in the draft.")
            messages.success(request, sentence % {"row": Task(task).label})
            return see_other(pages.address(code, version))
    context = {
        "form": form,
        "process": {"code": code, "name": found.process.name},
        "version": version,
        "version_url": pages.address(code, version),
        "title": Task(task).label,
    }
    return render(request, "contracts/raci_row.html", context, status=status_of_form(form, refusal))


@login_required
@require_POST
def describe(request: SignedIn, code: str, version: int) -> HttpResponse:
    """Say what a draft is for, and what the output of the AI does."""
    found = _editable(request, code, version)
    form = DescribeForm(request.POST)
    if not form.is_valid():
        why = Invalid("invalid", "Look at what this draft is for.")
        return pages.page(request, found.process, found, refusal=why, describe=form)
    try:
        raci_drafts.describe(
            matrix_id=found.pk,
            note=form.cleaned_data["note"],
            effect=Effect(form.cleaned_data["effect"]),
            edits=form.cleaned_data["edits"],
            by=request.user,
            at=timezone.now(),
        )
    except Conflict as refusal:
        found = selector.visible(request.user, code, version)
        return pages.page(request, found.process, found, refusal=refusal)
    messages.success(request, _("Kept."))
    return see_other(pages.address(code, version))


def _editable(request: SignedIn, code: str, version: int) -> RaciMatrix:
    found = selector.visible(request.user, code, version)
    permissions.check_can_draft_raci(request.user, found.process)
    if found.state != RaciState.DRAFT and request.method == "GET":
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    return found


def _choices(known: selector.Nameable) -> Choices:
    return Choices(
        people={party: [(str(one.pk), one.name) for one in side] for party, side in known.people.items()},
        clauses=[
            (str(one.pk), f"{one.contract.code}, clause {one.number}: {one.title}") for one in known.clauses
        ],
        documents=[(str(one.pk), f"{one.code}: {one.title}") for one in known.documents],
    )


def _written(existing: RaciRow, found: RaciMatrix) -> dict[str, Any]:
    accountable = existing.accountable_party
    initial: dict[str, Any] = {
        "edits": found.edits,
        "clause": str(existing.clause_id or ""),
        "document": str(existing.document_id or ""),
        f"{accountable}_{Letter.A}": True,
        f"{accountable}_person": str(existing.accountable_person_id),
        f"{accountable}_role": existing.accountable_role,
    }
    for part in existing.parts.all():
        initial[f"{part.party}_{part.letter}"] = True
        initial.setdefault(f"{part.party}_person", str(part.person_id or ""))
        initial.setdefault(f"{part.party}_role", part.role)
    return initial
