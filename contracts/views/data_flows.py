"""The data-flow diagram of a process (L7): read, exported, drawn by forms, published."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotVisible, Refused
from contracts.domain.data_flows import Flow
from contracts.forms.data_flows import DrawingForm, EdgeForm, ImportForm, NodeForm
from contracts.models import DataFlow, Process
from contracts.permissions import data_flows as permissions
from contracts.presenters import agreement_tabs
from contracts.presenters import data_flows as presenter
from contracts.selectors import data_flows as selector
from contracts.selectors import endpoints
from contracts.services import data_flows as services
from contracts.views.replies import see_other, status_of, status_of_form
from contracts.views.requests import SignedIn


@login_required
@require_GET
def data_flow(request: SignedIn, code: str) -> HttpResponse:
    return _published(request, code)


def _published(request: SignedIn, code: str, refusal: Refused | None = None) -> HttpResponse:
    process = selector.process_of(request.user, code)
    found = selector.published(process)
    flow = selector.graph(found) if found else Flow()
    wrong = selector.violations(process, flow)
    drawn = selector.draft(process) is not None
    context = {
        "page": presenter.page(process, found, flow, wrong, drawn=drawn, user=request.user),
        "tabs": agreement_tabs.of(request.user, process, "contracts:data_flow"),
        "sentence": refusal.sentence if refusal else "",
    }
    return render(request, "contracts/data_flow.html", context, status=status_of(refusal))


@login_required
@require_POST
def begin(request: SignedIn, code: str) -> HttpResponse:
    process = selector.process_of(request.user, code)
    try:
        services.draft(process=process, by=request.user, at=timezone.now())
    except Conflict as refused:
        return _published(request, code, refused)
    return see_other(reverse("contracts:data_flow_draft", args=[code]))


def _drawn(request: SignedIn, code: str) -> tuple[Process, DataFlow]:
    """The draft of a process, for those who draw it."""
    process = selector.process_of(request.user, code)
    permissions.check_can_draw(request.user, process)
    found = selector.draft(process)
    if found is None:
        raise NotVisible("no_draft", "Nobody draws a version: begin one.")
    return process, found


@login_required
@require_GET
def draft(request: SignedIn, code: str) -> HttpResponse:
    return _draft(request, code)


def _draft(
    request: SignedIn, code: str, taken: ImportForm | None = None, refusal: Refused | None = None
) -> HttpResponse:
    process, found = _drawn(request, code)
    flow = selector.graph(found)
    if taken is not None:
        # What was pasted stays, and is now compared with the draft that stands.
        sent_again = request.POST.copy()
        sent_again["edits"] = str(found.edits)
        taken.data = sent_again
    context = {
        "process": {"code": process.code, "name": process.name},
        "diagram": presenter.diagram(process, found, flow, selector.violations(process, flow)),
        "form": taken or ImportForm(initial={"edits": found.edits}),
        "importing": taken is not None,
        "sentence": refusal.sentence if refusal and taken is None else "",
    }
    status = status_of_form(taken, refusal) if taken else status_of(refusal)
    return render(request, "contracts/data_flow_draft.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def node(request: SignedIn, code: str) -> HttpResponse:
    """Add, change or remove a node of the draft."""
    process, found = _drawn(request, code)
    flow = selector.graph(found)
    known = endpoints.nameable(request.user, process)
    there = flow.node(request.GET.get("key", ""))
    if there and there.endpoint and there.endpoint not in known:
        known.append(there.endpoint)
    form = NodeForm(
        request.POST if request.method == "POST" else None,
        initial={**(there.__dict__ if there else {}), "edits": found.edits},
        endpoints=known,
    )
    return _part(
        request,
        process,
        found,
        form,
        there.name if there else "",
        lambda given: services.put_node(
            flow_id=found.pk, node=form.node(), edits=given["edits"], by=request.user, at=timezone.now()
        ),
        services.remove_node,
    )


@login_required
@require_http_methods(["GET", "POST"])
def edge(request: SignedIn, code: str) -> HttpResponse:
    """Add, change or remove an edge of the draft."""
    process, found = _drawn(request, code)
    flow = selector.graph(found)
    there = flow.edge(request.GET.get("key", ""))
    names = {one.key: one.name for one in flow.nodes}
    initial = {**there.__dict__, "classes": list(there.classes)} if there else {"encrypted": True}
    form = EdgeForm(
        request.POST if request.method == "POST" else None,
        initial={**initial, "edits": found.edits},
        flow=flow,
    )
    return _part(
        request,
        process,
        found,
        form,
        f"{names[there.source]} → {names[there.target]}" if there else "",
        lambda given: services.put_edge(
            flow_id=found.pk, edge=form.edge(), edits=given["edits"], by=request.user, at=timezone.now()
        ),
        services.remove_edge,
    )


def _part(
    request: SignedIn,
    process: Process,
    found: DataFlow,
    form: DrawingForm,
    title: str,
    put: Callable[[dict], object],
    remove: Callable[..., object],
) -> HttpResponse:
    """The page of one part of the draft. What was typed stays where it is refused."""
    refusal: Refused | None = None
    kind = "node" if isinstance(form, NodeForm) else "edge"
    removing = request.method == "POST" and request.POST.get("do") == "remove"
    if removing or form.is_valid():
        try:
            if removing:
                sent = request.POST.get("edits", "")
                edits = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1
                key = request.POST.get("key", "")
                remove(flow_id=found.pk, key=key, edits=edits, by=request.user, at=timezone.now())
            else:
                put(form.cleaned_data)
        except (Invalid, Conflict) as refused:
            refusal = refused
            if isinstance(refused, Conflict):
                # What was typed stays, and is now put into the draft that stands.
                sent_again = request.POST.copy()
                sent_again["edits"] = str(selector.drawn_to(found.pk))
                form.data = sent_again
            form.refuse(refused)
        else:
            messages.success(request, _("The draft is changed."))
            return see_other(reverse("contracts:data_flow_draft", args=[process.code]))
    context = {
        "process": {"code": process.code, "name": process.name},
        "form": form,
        "kind": kind,
        "title": title,
        "back": reverse("contracts:data_flow_draft", args=[process.code]),
    }
    return render(request, "contracts/data_flow_part.html", context, status=status_of_form(form, refusal))


@login_required
@require_POST
def take_in(request: SignedIn, code: str) -> HttpResponse:
    _process, found = _drawn(request, code)
    form = ImportForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.take_in(
                flow_id=found.pk, body=given["body"], edits=given["edits"], by=request.user, at=timezone.now()
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Taken in: this is the draft now."))
            return see_other(reverse("contracts:data_flow_draft", args=[code]))
    return _draft(request, code, form, refusal)


@login_required
@require_POST
def publish(request: SignedIn, code: str) -> HttpResponse:
    _process, found = _drawn(request, code)
    sent = request.POST.get("edits", "")
    edits = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1
    try:
        services.publish(flow_id=found.pk, edits=edits, by=request.user, at=timezone.now())
    except (Invalid, Conflict) as refused:
        return _draft(request, code, refusal=refused)
    messages.success(request, _("Published."))
    return see_other(reverse("contracts:data_flow", args=[code]))


@login_required
@require_GET
def svg(request: SignedIn, code: str, version: int) -> HttpResponse:
    """The drawing as a file that stands alone: dark on a light ground, wherever it is opened."""
    process = selector.process_of(request.user, code)
    found = selector.version(request.user, process, version)
    flow = selector.graph(found)
    wrong = selector.violations(process, flow)
    picture = presenter.picture(process, found, flow, wrong, ink="#14171a", paper="#ffffff")
    reply = render(
        request, "contracts/_data_flow_picture.html", {"picture": picture}, content_type="image/svg+xml"
    )
    reply["Content-Disposition"] = f'attachment; filename="{process.code}-data-flow-v{version}.svg"'
    return reply


@login_required
@require_GET
def exported(request: SignedIn, code: str, version: int) -> HttpResponse:
    process = selector.process_of(request.user, code)
    found = selector.version(request.user, process, version)
    reply = JsonResponse({"process": process.code, "version": found.version, **found.graph})
    reply["Content-Disposition"] = f'attachment; filename="{process.code}-data-flow-v{version}.json"'
    return reply
