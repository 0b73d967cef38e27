"""Who draws the data flows of a process: those who write its contracts (L7)."""

from contracts import access
from contracts.domain.roles import DRAFT_CONTRACTS
from contracts.models import Process, User


def check_can_draw(user: User, process: Process) -> None:
    sentence = "Data-flow diagrams are drawn by the governance lead and the client’s legal counsel."
    access.check(user, DRAFT_CONTRACTS, process, sentence)
