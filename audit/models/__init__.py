from audit.models.event import Event, Pending
from audit.models.log import Log
from audit.models.private_value import PrivateValue, SubjectKey
from audit.models.projection import Cursor
from audit.models.retention import LegalHold, Pruning, RetentionPolicy
from audit.models.tree import Checkpoint, Cosignature, Leaf, LogState, Tile

__all__ = [
    "Checkpoint",
    "Cosignature",
    "Cursor",
    "Event",
    "Leaf",
    "LegalHold",
    "Log",
    "LogState",
    "Pending",
    "PrivateValue",
    "Pruning",
    "RetentionPolicy",
    "SubjectKey",
    "Tile",
]
