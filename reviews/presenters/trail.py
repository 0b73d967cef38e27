"""How the events of the work read in a story, where the catalogue's sentence says too little."""

from audit import presenters
from audit.models import Event
from audit.presenters import Line
from reviews.enums import Disposition, Verdict

_ROUTED = {
    Disposition.AUTO_RELEASED: "Released at once: the step is the AI’s to decide and no rule asked for a person",
    Disposition.REVIEW: "Sent to a person",
    Disposition.QUARANTINED: "Kept apart",
    Disposition.SUSPENDED: "Kept for the record while a halt lasts; a person gets it when the halt ends",
}
_DECIDED = {
    Verdict.APPROVE: "Approved as it is",
    Verdict.EDIT: "Approved with changes",
    Verdict.REJECT: "Rejected",
    Verdict.OVERRIDE: "Replaced by another outcome",
}


def routed(event: Event) -> Line:
    facts = event.facts
    what = _ROUTED.get(facts["disposition"], facts["disposition"])
    if facts["fired"]:
        what += f" by {', '.join(facts['fired'])} (rules v{facts['ruleset_version']})"
    elif facts["failsafe"]:
        what += ": something could not be judged, so it is not released"
    return presenters.generic(event, what=what)


def decided(event: Event) -> Line:
    facts = event.facts
    what = _DECIDED.get(facts["verdict"], facts["verdict"])
    what += ": the final decision" if facts["is_final"] else ": a recommendation"
    if facts["reason_code"]:
        what += f" ({facts['reason_code'].replace('_', ' ').lower()})"
    return presenters.generic(event, what=what)


def register() -> None:
    """Called once, when the app starts."""
    presenters.register("routing.decided", routed)
    presenters.register("review.decided", decided)
