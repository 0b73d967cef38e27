"""Data-flow diagrams as they are read: the published one, the draft, and what is wrong with each."""

from uuid import UUID

from django.db.models import QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain import data_flow_lint, data_flows
from contracts.domain.data_flow_lint import Violation
from contracts.domain.data_flows import Flow
from contracts.domain.roles import DRAFT_CONTRACTS, VIEW_CONTRACTS
from contracts.models import DataFlow, Process, User
from contracts.models.data_flow import DataFlowState
from contracts.selectors import endpoints

_READERS = "Data-flow diagrams are read by those who read the agreement."


def process_of(user: User, code: str) -> Process:
    return access.process(user, code, VIEW_CONTRACTS, _READERS)


def published(process: Process) -> DataFlow | None:
    return _rows(process).filter(state=DataFlowState.PUBLISHED).first()


def draft(process: Process) -> DataFlow | None:
    return _rows(process).filter(state=DataFlowState.DRAFT).first()


def version(user: User, process: Process, number: int) -> DataFlow:
    """A version that was published; a draft only for those who draw. NotVisible for all others."""
    found = _rows(process).filter(version=number).first() if number < 10**6 else None
    hidden = found is not None and found.state == DataFlowState.DRAFT
    if found is None or (hidden and not access.can(user, DRAFT_CONTRACTS, process)):
        raise NotVisible("not_found", "There is no such diagram that you can see.")
    return found


def locked(flow_id: UUID) -> DataFlow:
    return DataFlow.objects.select_related("process__client").select_for_update(of=("self",)).get(pk=flow_id)


def _rows(process: Process) -> QuerySet[DataFlow]:
    return DataFlow.objects.filter(process=process).select_related(
        "process__client", "author", "published_by", "contract_version__contract"
    )


def drawn_to(flow_id: UUID) -> int:
    """How often the draft was drawn in."""
    return DataFlow.objects.values_list("edits", flat=True).get(pk=flow_id)


def graph(found: DataFlow) -> Flow:
    return data_flows.read(found.graph) if found.graph else Flow()


def violations(process: Process, flow: Flow) -> list[Violation]:
    """What is wrong with a diagram by what the process allows now, and the endpoints that are registered."""
    return data_flow_lint.lint(flow, endpoints.ground(process), endpoints.terms_for(process))
