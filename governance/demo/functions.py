"""The function maps of the demo world (K8): signed by the clients; one step is declared to be looked at more than it is (story 17)."""

from datetime import timedelta

from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.services import function_map
from governance.demo.parts import Parts
from governance.demo.specs import Client

_D, _I = Dependency, Involvement
# By process and step: what is the AI's, what people look at, what an error costs, and why it was said so.
_MAPS = {
    "AP-INV": {
        "extract": (_D.DECIDES_AND_ACTS, _I.EXCEPTIONS, Impact.LOW, "A misread line shows in the match."),
        "match": (_D.DECIDES_AND_ACTS, _I.EXCEPTIONS, Impact.MEDIUM, "Within the band the AI decides."),
        "approve": (_D.DECIDES_AND_ACTS, _I.EXCEPTIONS, Impact.HIGH, "Money leaves the house; the rules send what matters."),
        "post": (_D.DECIDES_CONFIRMED, _I.EVERY_ITEM, Impact.MEDIUM, "The workshop said that every posting is confirmed."),
    },
    "CLM-TRI": {
        "intake": (_D.ASSISTS, _I.EXCEPTIONS, Impact.MEDIUM, "The AI reads the notice; the desk knows the policy."),
        "severity": (_D.DRAFTS, _I.EVERY_ITEM, Impact.HIGH, "A wrong severity delays help to somebody hurt."),
        "route": (_D.DRAFTS, _I.EVERY_ITEM, Impact.MEDIUM, "A wrong desk costs a day."),
        "deny": (_D.ASSISTS, _I.FIRST, Impact.HIGH, "A denial is a person's decision."),
    },
    "CS-REPLY": {
        "classify": (_D.DECIDES_AND_ACTS, _I.EXCEPTIONS, Impact.LOW, "A wrong class costs a minute."),
        "draft": (_D.DRAFTS, _I.EVERY_ITEM, Impact.MEDIUM, "A person reads every reply before it goes."),
        "send": (_D.DRAFTS, _I.EVERY_ITEM, Impact.MEDIUM, "Sent by a person."),
        "closure": (_D.ASSISTS, _I.FIRST, Impact.HIGH, "Closing an account cannot be undone."),
    },
}  # fmt: skip


def agree(parts: Parts, spec: Client) -> None:
    """Declared by the provider's governance lead in a workshop, signed by the client's owner a day later."""
    process, author = parts.processes[spec.process], parts.users["priya.nair"]
    at = parts.now - timedelta(days=120)
    for step in process.steps.order_by("position"):
        dependency, involvement, impact, why = _MAPS[spec.process][step.code]
        step.process = process
        function_map.declare(
            step=step,
            dependency=dependency,
            involvement=involvement,
            impact=impact,
            why=why,
            by=author,
            at=at,
        )
    function_map.sign(
        process=process,
        said=function_map.digest(process),
        by=parts.users[spec.owner],
        at=at + timedelta(days=1),
    )
