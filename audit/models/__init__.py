from audit.models.event import Event, Pending
from audit.models.log import Log
from audit.models.private_value import PrivateValue, SubjectKey

__all__ = ["Event", "Log", "Pending", "PrivateValue", "SubjectKey"]
