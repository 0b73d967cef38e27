"""How a process is set now, as far as contracts agree on it: the facts of the comparison."""

from datetime import datetime

from contracts.domain.agreed_terms import Live, LiveEndpoint
from contracts.models import Process
from contracts.selectors import halt_rights, terms
from reviews.models import SamplingPlan


def live(process: Process, at: datetime) -> Live:
    """The live settings of a process."""
    plan = SamplingPlan.objects.filter(process=process).first()
    holders = halt_rights.grants_of(process, at)
    sides = {process.client_id: "client", process.provider_id: "provider"}
    return Live(
        fraction=plan.fraction if plan else None,
        review_minutes=process.review_minutes,
        halt_parties=frozenset(
            sides[grant.user.organisation_id] for grant in holders if grant.user.organisation_id in sides
        ),
        regions=tuple(process.regions),
        endpoints=[
            LiveEndpoint(endpoint.name, endpoint.region, endpoint.training_use)
            for endpoint in terms.endpoints(process)
        ],
    )
