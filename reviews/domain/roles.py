"""What each role may do on a queue. A case inherits from its queue; there are no grants per case."""

from contracts.enums import Role
from reviews.enums import QueueKind

VIEW_QUEUE = "view_queue"
WORK_QUEUE = "work_queue"
SECOND_REVIEW = "second_review"
REASSIGN_CASES = "reassign_cases"

QUEUE_CODENAMES: dict[str, str] = {
    VIEW_QUEUE: "Can see the queue and its cases",
    WORK_QUEUE: "Can claim and decide cases of the queue",
    SECOND_REVIEW: "Can give the second review",
    REASSIGN_CASES: "Can take a case from one person and give it to another",
}

_WORK = frozenset({VIEW_QUEUE, WORK_QUEUE, SECOND_REVIEW})
_LEAD = frozenset({*_WORK, REASSIGN_CASES})
_SEE = frozenset({VIEW_QUEUE})

# Which roles hold which codenames on a queue of each kind.
QUEUE_ROLES: dict[QueueKind, dict[Role, frozenset[str]]] = {
    QueueKind.REVIEW: {
        Role.REVIEWER: _WORK,
        Role.SENIOR_REVIEWER: _WORK,
        Role.TEAM_LEAD: _LEAD,
        Role.OPS_MANAGER: frozenset({VIEW_QUEUE, REASSIGN_CASES}),
    },
    QueueKind.SENIOR: {
        Role.SENIOR_REVIEWER: _WORK,
        Role.TEAM_LEAD: _LEAD,
        Role.OPS_MANAGER: frozenset({VIEW_QUEUE, REASSIGN_CASES}),
    },
    QueueKind.CLIENT: {
        Role.CLIENT_ADMIN: _WORK,
        Role.CLIENT_OWNER: _LEAD,
        Role.OPS_MANAGER: _SEE,
    },
}
